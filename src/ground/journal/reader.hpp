// Reads a journal from a position on, frame by frame, and checks each: format, checksums, chain, order.
//
// Live     With the watermark of the process's own Journal a reader sees exactly what is durable, and may go on asking for ever.
// Offline  Without one it reads up to the end of the files, where the remains of an interrupted write count as the end.
// Cost     next() at the end of a live journal is one atomic load; else it is two reads and one SHA-256 a frame.
// Errors   data_damaged: names file, offset and position; what is damaged is never handed out.
//          position_unknown from open(): the journal does not reach so far. io_failed.
// Threads  Any number of readers; one reader belongs to one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "journal/files.hpp"
#include "journal/frame.hpp"
#include "journal/place.hpp"
#include "journal/segment.hpp"
#include "journal/watermark.hpp"

namespace mohur::journal {

class Reader {
 public:
  // Begins with the frame that holds the record at `from`, which may be its middle; or, where `from` follows the last record,
  // with the next frame to come. The caller keeps `files` alive.
  static Result<Reader> open(const Place& place, JournalPosition from, std::shared_ptr<const Watermark> live = nullptr,
                             FileLayer& files = posix_files());

  // Nothing at the end. The view is valid until the next call.
  Result<std::optional<FrameView>> next();

  // Of the first record of the frame that next() will give.
  JournalPosition position() const { return cursor_.expected.position; }
  // The chain hash of the frame before that one.
  const crypto::Hash256& previous_hash() const { return cursor_.expected.previous_hash; }

 private:
  Reader(FileLayer& files, Place place, std::shared_ptr<const Watermark> live, Segment segment, const Cursor& cursor)
      : files_(&files), place_(std::move(place)), live_(std::move(live)), segment_(std::move(segment)), cursor_(cursor) {}
  Result<bool> go_on_to_next_segment();
  Result<void> check_end();

  FileLayer* files_;
  Place place_;
  std::shared_ptr<const Watermark> live_;
  Segment segment_;
  Cursor cursor_;
  std::string memory_;
};

// Moves the cursor to the frame that holds `position`, or to the end of what is readable, `limit` included; checks headers
// and their chain on the way. Answers whether it found the frame.
Result<bool> find_frame(const Segment& segment, Cursor& cursor, JournalPosition position, JournalPosition limit,
                        std::string& memory);

}  // namespace mohur::journal
