#include "journal/lookup.hpp"

#include <algorithm>
#include <utility>

#include "journal/reader.hpp"

namespace mohur::journal {

Lookup::Lookup(Place place, std::shared_ptr<const Watermark> live, FileLayer& files)
    : place_(std::move(place)), live_(std::move(live)), files_(files) {}

Result<std::string> Lookup::record(JournalPosition position) {
  const JournalPosition durable = live_->position();
  if (position.value == 0 || position > durable)
    return refuse(Outcome::position_unknown, {}, "The journal has no position " + std::to_string(position.value) + ".");
  MOHUR_TRY_SET(first, segment_of(position));
  MOHUR_TRY_SET(segment, open_segment(files_, place_, first, OpenMode::read));
  Cursor cursor = nearest_before(segment, position);
  const auto missing = [&] {
    return damaged(segment.path, cursor.offset, position, "the frame that holds this position is missing");
  };
  std::string memory;
  while (true) {
    MOHUR_TRY_SET(header, read_header(segment, cursor, memory));
    if (header.what == Found::What::bad) return damaged(segment.path, cursor.offset, cursor.expected.position, header.problem);
    if (header.what == Found::What::nothing) return missing();
    if (position <= header.header.last()) break;
    MOHUR_TRY(skip_frame(segment, header.header, cursor, memory));
    remember(segment, cursor);
  }
  const std::uint64_t offset = cursor.offset;
  MOHUR_TRY_SET(found, read_frame(segment, cursor, memory));
  if (found.what != Found::What::frame) return damaged(segment.path, offset, position, found.problem);
  const FrameView frame = found.view();
  const auto record = std::ranges::find_if(frame, [position](const RecordView& each) { return each.position == position; });
  return std::string{(*record).bytes};
}

// A segment that begins at or before the position is listed for sure once the list is younger than the position's flush.
Result<JournalPosition> Lookup::segment_of(JournalPosition position) {
  const std::lock_guard hold{mutex_};
  if (position > listed_up_to_) {
    const JournalPosition durable = live_->position();
    MOHUR_TRY_SET(firsts, list_segments(files_, place_));
    firsts_ = std::move(firsts);
    listed_up_to_ = durable;
  }
  const auto behind = std::ranges::upper_bound(firsts_, position);
  if (behind == firsts_.begin()) return damaged(place_.folder, 0, position, "the segment that holds this position is missing");
  return *std::prev(behind);
}

Cursor Lookup::nearest_before(const Segment& segment, JournalPosition position) {
  const std::lock_guard hold{mutex_};
  Index& index = indexes_[segment.header.first];
  if (index.empty()) index.push_back(start_of(segment));
  const auto behind = std::ranges::upper_bound(index, position, {}, [](const Cursor& each) { return each.expected.position; });
  return *std::prev(behind);
}

void Lookup::remember(const Segment& segment, const Cursor& cursor) {
  const std::lock_guard hold{mutex_};
  Index& index = indexes_[segment.header.first];
  if (cursor.offset >= index.back().offset + index_step) index.push_back(cursor);
}

}  // namespace mohur::journal
