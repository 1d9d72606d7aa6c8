// Finds single records by their position, for whoever asks about one thing that happened.
//
// Cost     Remembers where frames begin, one in every index_step bytes, as it meets them: the first look into a segment
//          walks its headers, later ones a few of them. Then one frame is read and checked.
// Errors   position_unknown, data_damaged, io_failed.
// Threads  Any thread may ask.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "journal/files.hpp"
#include "journal/place.hpp"
#include "journal/segment.hpp"
#include "journal/watermark.hpp"

namespace mohur::journal {

class Lookup {
 public:
  static constexpr std::uint64_t index_step = 64u << 10;

  // The caller keeps `files` alive.
  Lookup(Place place, std::shared_ptr<const Watermark> live, FileLayer& files = posix_files());

  // Only what is durable.
  Result<std::string> record(JournalPosition position);

 private:
  // Frames of one segment, in order; the first is its first.
  using Index = std::vector<Cursor>;

  Result<JournalPosition> segment_of(JournalPosition position);
  Cursor nearest_before(const Segment& segment, JournalPosition position);
  void remember(const Segment& segment, const Cursor& cursor);

  const Place place_;
  const std::shared_ptr<const Watermark> live_;
  FileLayer& files_;
  std::mutex mutex_;
  std::vector<JournalPosition> firsts_;
  JournalPosition listed_up_to_;  // the watermark when the segments were listed
  std::map<JournalPosition, Index> indexes_;
};

}  // namespace mohur::journal
