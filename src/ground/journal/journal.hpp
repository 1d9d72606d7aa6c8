// The one writer of a journal: batches of records go in, in order, and are durable when it says so.
//
// Shape    One thread builds and seals frames (the sealing side); one thread, which may be another, writes and flushes them
//          (the flushing side). Readers of the same process follow the watermark.
//
//              FrameBuilder batch;                    sealing side
//              journal->reserve(expected_size)        before anything is accepted
//              batch.begin_record() ... end_record()  for each record; its position is journal->next() and so on
//              journal->seal(std::move(batch))        -> Frame, the place in the chain is fixed
//              journal->write_and_flush(frames)       flushing side; durable after it, all with one flush
//
// Errors   storage_full: no room for another segment; nothing happened, and reserve() may be tried again at any time.
//          io_failed: from write_and_flush, whatever the reason, and final: what is on the disk is unknown, every later call
//          refuses; the process should stop, and the next open() finds out.
//          state_conflict: another process has this journal open. data_damaged: see recovery.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/result.hpp"
#include "journal/files.hpp"
#include "journal/frame.hpp"
#include "journal/place.hpp"
#include "journal/recovery.hpp"
#include "journal/watermark.hpp"

namespace mohur::journal {

struct Settings {
  std::uint64_t segment_size = 64u << 20;  // of new segments: a multiple of 4096, at least 4096
  bool prepare_in_background = true;       // false: reserve() makes the next segment itself, in the caller's thread
};

class Journal {
 public:
  // Recovers what is there, or begins a new journal. The caller keeps `files` alive.
  static Result<std::unique_ptr<Journal>> open(const Place& place, const Settings& settings = {},
                                               FileLayer& files = posix_files());
  ~Journal();

  // Sealing side.
  // Makes sure that a frame of so much payload has its place, and that one small frame more would have. At most payload_limit().
  // overloaded: a whole segment is sealed and waits to be flushed.
  Result<void> reserve(std::uint64_t payload_size);
  // Refuses as reserve() does, but may use up the last room: for the record of a stop.
  Result<Frame> seal(FrameBuilder&& records);
  JournalPosition next() const;  // of the next record to be sealed
  Head sealed() const;
  std::uint64_t payload_limit() const;

  // Flushing side. The frames follow each other and those written before; only their end marks are changed.
  Result<void> write_and_flush(std::span<Frame> frames);

  // Any thread.
  std::shared_ptr<const Watermark> watermark() const;
  const std::optional<Cut>& cut() const;  // what recovery cut off when this journal was opened
  bool failed() const;

 private:
  struct Parts;
  explicit Journal(std::unique_ptr<Parts> parts);
  Result<void> ensure_next_segment();

  std::unique_ptr<Parts> parts_;
};

}  // namespace mohur::journal
