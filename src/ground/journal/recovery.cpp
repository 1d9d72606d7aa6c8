#include "journal/recovery.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "journal/tail.hpp"

namespace mohur::journal {
namespace {

// From the back, a flush after each step: were this interrupted too, what remains would still be the remains of one write.
Result<void> zero_from_the_back(File& file, const Cut& cut) {
  const std::uint64_t end = cut.offset + cut.bytes;
  const std::uint64_t last_sector = std::max(cut.offset, (end - 1) / sector_size * sector_size);
  const std::uint64_t first_sector_end = std::min(last_sector, (cut.offset / sector_size + 1) * sector_size);
  for (const auto& [from, to] : {std::pair{last_sector, end}, {first_sector_end, last_sector}, {cut.offset, first_sector_end}}) {
    if (from >= to) continue;
    MOHUR_TRY(write_zeros(file, from, to - from));
    MOHUR_TRY(file.flush());
  }
  return {};
}

// After a failed flush the kernel takes its zeros for written though they are not on the disk. The remains are put back, so
// that the next recovery sees what the disk has.
Result<void> cut_off(File& file, const Cut& cut) {
  std::string remains;
  MOHUR_TRY(read_into(file, remains, cut.offset, cut.bytes));
  auto done = zero_from_the_back(file, cut);
  if (!done) (void)write_all(file, remains, cut.offset);
  return done;
}

// Writes the last write again, byte for byte. Where its flush failed in the process before, the kernel takes it for written
// though it is not on the disk, and no flush alone would bring it there. Writes before it were durable when it began.
Result<void> write_last_again(const Segment& segment, const std::vector<std::uint64_t>& frame_ends, std::string& memory) {
  if (frame_ends.empty()) return {};
  const std::uint64_t end = frame_ends.back();
  std::uint64_t from = first_frame_offset;
  for (std::size_t i = frame_ends.size(); i-- > 0;) {
    MOHUR_TRY(read_into(*segment.file, memory, frame_ends[i] - frame_trailer_size, frame_trailer_size));
    from = i > 0 ? frame_ends[i - 1] : first_frame_offset;
    if (mark_at_end(memory) == WriteMark::first_of_write) break;
  }
  MOHUR_TRY(read_into(*segment.file, memory, from, end - from));
  return write_all(*segment.file, memory, from);
}

}  // namespace

Result<std::optional<Cut>> look_behind_the_end(const Segment& segment, const Cursor& end, std::string& memory) {
  MOHUR_TRY_SET(data_end, end_of_data(segment, end.offset, memory));
  if (data_end == end.offset) return std::nullopt;
  MOHUR_TRY(read_into(*segment.file, memory, end.offset, data_end - end.offset));
  const auto problem = damage_in_tail(memory, end.offset, segment.header.size, end.expected);
  if (!problem.empty()) return damaged(segment.path, end.offset, end.expected.position, problem);
  return Cut{segment.path, end.offset, data_end - end.offset, end.expected.position};
}

Result<End> walk_to_end(const Segment& segment, std::string& memory, const std::function<void(const FrameHeader&)>& each) {
  Cursor cursor = start_of(segment);
  std::optional<Refusal> refusal;
  while (true) {
    MOHUR_TRY_SET(found, read_frame(segment, cursor, memory));
    if (found.what == Found::What::frame) {
      each(found.header);
      refusal.reset();
      continue;
    }
    if (refusal) return std::unexpected(*std::move(refusal));
    auto interrupted = look_behind_the_end(segment, cursor, memory);
    if (interrupted) return End{cursor, *std::move(interrupted)};
    // Only believed when the frame is still bad at a second look.
    refusal = std::move(interrupted).error();
  }
}

Result<std::optional<Recovered>> recover(FileLayer& files, const Place& place) {
  MOHUR_TRY_SET(firsts, list_segments(files, place));
  if (firsts.empty()) return std::nullopt;
  MOHUR_TRY(check_succession(files, place, firsts));
  MOHUR_TRY_SET(segment, open_segment(files, place, firsts.back(), OpenMode::write));

  std::string memory;
  std::vector<std::uint64_t> frame_ends;
  MOHUR_TRY_SET(end, walk_to_end(segment, memory, [&](const FrameHeader& header) {
                  frame_ends.push_back((frame_ends.empty() ? first_frame_offset : frame_ends.back()) + header.frame_size());
                }));
  if (end.interrupted) MOHUR_TRY(cut_off(*segment.file, *end.interrupted));
  // What was read may so far be only in the kernel's memory, written by a process that was killed before its flush.
  MOHUR_TRY(write_last_again(segment, frame_ends, memory));
  MOHUR_TRY(segment.file->flush());
  MOHUR_TRY(files.sync_folder(place.folder));
  return Recovered{std::move(segment), end.cursor, std::move(end.interrupted)};
}

}  // namespace mohur::journal
