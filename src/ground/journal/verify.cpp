#include "journal/verify.hpp"

#include <string>

#include "journal/segment.hpp"

namespace mohur::journal {
namespace {

Result<void> check_start(const Segment& segment, JournalPosition previous_first, const Link& expected) {
  const Cursor start = start_of(segment);
  if (segment.header.first != expected.position || segment.header.previous_first != previous_first)
    return damaged(segment.path, 0, segment.header.first, "the segment does not begin where the one before ends");
  if (start.expected.previous_hash != expected.previous_hash)
    return damaged(segment.path, 0, segment.header.first, "the segment's previous hash is not the hash of the last frame before");
  return {};
}

}  // namespace

Result<Verified> verify(const Place& place, FileLayer& files) {
  MOHUR_TRY_SET(firsts, list_segments(files, place));
  Verified seen{.segments = firsts.size()};
  Link expected{place.shard, {1}, genesis_hash(place.name, place.shard)};
  JournalPosition previous_first;
  std::string memory;
  const auto count = [&seen](const FrameHeader& frame) {
    ++seen.frames;
    seen.records += frame.count;
  };
  for (const JournalPosition first : firsts) {
    MOHUR_TRY_SET(segment, open_segment(files, place, first, OpenMode::read));
    MOHUR_TRY(check_start(segment, previous_first, expected));
    MOHUR_TRY_SET(end, walk_to_end(segment, memory, count));
    if (end.interrupted && first != firsts.back())
      return damaged(segment.path, end.interrupted->offset, end.interrupted->position,
                     "a later segment follows a frame that is not whole");
    seen.interrupted = std::move(end.interrupted);
    expected = end.cursor.expected;
    previous_first = first;
  }
  seen.last = {{expected.position.value - 1}, expected.previous_hash};
  return seen;
}

}  // namespace mohur::journal
