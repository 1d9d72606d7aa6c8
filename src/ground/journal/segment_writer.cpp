#include "journal/segment_writer.hpp"

#include <utility>

#include "base/assert.hpp"

namespace mohur::journal {

Result<Segment> open_next_segment(FileLayer& files, const Place& place, Spare& spare, SegmentHeader header) {
  Segment segment{spare.take(), segment_path(place, header.first), std::move(header)};
  segment.header.size = spare.size();
  MOHUR_TRY(write_all(*segment.file, write_segment_header(segment.header), 0));
  MOHUR_TRY(segment.file->flush());
  MOHUR_TRY(files.rename(spare.path(), segment.path));
  MOHUR_TRY(files.sync_folder(place.folder));
  spare.start();
  return segment;
}

Result<void> SegmentWriter::write_and_flush(std::span<Frame> frames) {
  WriteMark mark = WriteMark::first_of_write;
  for (Frame& frame : frames) {
    if (frame.opens_segment_) {
      // The frames before must be durable first, so that only the last segment can end in an interrupted write.
      if (mark != WriteMark::first_of_write) MOHUR_TRY(segment_.file->flush());
      MOHUR_TRY(go_on_to_next(frame));
      mark = WriteMark::first_of_write;
    }
    frame.set_mark(mark);
    MOHUR_TRY(write_all(*segment_.file, frame.bytes_, frame.offset_));
    mark = WriteMark::more_of_write;
  }
  return segment_.file->flush();
}

Result<void> SegmentWriter::go_on_to_next(const Frame& frame) {
  SegmentHeader header{.shard = place_.shard,
                       .first = frame.first_,
                       .previous_first = segment_.header.first,
                       .previous_hash = frame.previous_hash_,
                       .name = place_.name};
  MOHUR_TRY_SET(next, open_next_segment(files_, place_, spare_, std::move(header)));
  segment_ = std::move(next);
  segments_opened_.fetch_add(1, std::memory_order_release);
  return {};
}

}  // namespace mohur::journal
