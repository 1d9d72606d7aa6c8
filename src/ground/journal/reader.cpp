#include "journal/reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "journal/recovery.hpp"

namespace mohur::journal {
namespace {

constexpr JournalPosition everything{std::numeric_limits<std::uint64_t>::max()};

std::unexpected<Refusal> beyond(JournalPosition position) {
  return refuse(Outcome::position_unknown, {}, "The journal does not reach to position " + std::to_string(position.value) + ".");
}

std::unexpected<Refusal> damaged_at(const Segment& segment, const Cursor& cursor, std::string_view what) {
  return damaged(segment.path, cursor.offset, cursor.expected.position, what);
}

}  // namespace

Result<bool> find_frame(const Segment& segment, Cursor& cursor, JournalPosition position, JournalPosition limit,
                        std::string& memory) {
  while (cursor.expected.position <= limit) {
    MOHUR_TRY_SET(found, read_header(segment, cursor, memory));
    if (found.what == Found::What::bad && position >= cursor.expected.position) {
      // Live, everything up to the limit is durable and must be good; offline, this may be the remains of a write.
      if (limit != everything) return damaged_at(segment, cursor, found.problem);
      MOHUR_TRY(look_behind_the_end(segment, cursor, memory));
      return false;
    }
    if (found.what != Found::What::frame) return false;
    if (position <= found.header.last()) return true;
    MOHUR_TRY(skip_frame(segment, found.header, cursor, memory));
  }
  return false;
}

Result<Reader> Reader::open(const Place& place, JournalPosition from, std::shared_ptr<const Watermark> live, FileLayer& files) {
  MOHUR_TRY_SET(firsts, list_segments(files, place));
  const auto behind = std::ranges::upper_bound(firsts, from);
  if (behind == firsts.begin()) return beyond(from);
  MOHUR_TRY_SET(segment, open_segment(files, place, *std::prev(behind), OpenMode::read));
  Cursor cursor = start_of(segment);
  std::string memory;
  MOHUR_TRY_SET(found, find_frame(segment, cursor, from, live ? live->position() : everything, memory));
  if (!found && cursor.expected.position != from) return beyond(from);
  return Reader{files, place, std::move(live), std::move(segment), cursor};
}

Result<std::optional<FrameView>> Reader::next() {
  if (live_ && cursor_.expected.position > live_->position()) return std::nullopt;
  std::optional<Refusal> refusal;
  while (true) {
    const Cursor here = cursor_;
    MOHUR_TRY_SET(found, read_frame(segment_, cursor_, memory_));
    if (found.what == Found::What::frame) return found.view();
    if (found.what == Found::What::bad && live_) return damaged_at(segment_, here, found.problem);
    if (found.what == Found::What::nothing) {
      MOHUR_TRY_SET(gone_on, go_on_to_next_segment());
      if (gone_on) continue;
    }
    if (refusal) return std::unexpected(*std::move(refusal));
    auto end = check_end();
    if (end) return std::nullopt;
    // Only believed at a second look: offline, another process may finish the frame meanwhile.
    refusal = std::move(end).error();
  }
}

// The next segment is called after the position that is due. One without any frame would be called as this one is.
Result<bool> Reader::go_on_to_next_segment() {
  if (cursor_.offset == first_frame_offset) return false;
  auto next = open_segment(*files_, place_, cursor_.expected.position, OpenMode::read);
  if (!next && next.error().outcome == Outcome::not_found) return false;
  if (!next) return std::unexpected(std::move(next).error());
  const Cursor start = start_of(*next);
  if (start.expected.previous_hash != cursor_.expected.previous_hash || next->header.previous_first != segment_.header.first)
    return damaged_at(*next, start, "the segment does not continue the one before");
  segment_ = *std::move(next);
  cursor_ = start;
  return true;
}

Result<void> Reader::check_end() {
  if (live_) return damaged_at(segment_, cursor_, "a frame that was durable is missing");
  MOHUR_TRY_SET(firsts, list_segments(*files_, place_));
  if (firsts.back() != segment_.header.first)
    return damaged_at(segment_, cursor_, "the frames up to the next segment are missing");
  MOHUR_TRY(look_behind_the_end(segment_, cursor_, memory_));
  return {};
}

}  // namespace mohur::journal
