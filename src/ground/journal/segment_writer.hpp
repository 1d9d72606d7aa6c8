// The flushing side of a journal: puts sealed frames where they were planned to go, and opens segments on the way.
//
// Errors   Any is final: what reached the disk is not known afterwards.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.hpp"
#include "journal/files.hpp"
#include "journal/frame.hpp"
#include "journal/segment.hpp"
#include "journal/spare.hpp"

namespace mohur::journal {

// Takes the spare file as the segment that `header` describes: header first, then the name, both durable.
Result<Segment> open_next_segment(FileLayer& files, const Place& place, Spare& spare, SegmentHeader header);

class SegmentWriter {
 public:
  SegmentWriter(FileLayer& files, Place place, Spare& spare, Segment segment)
      : files_(files), place_(std::move(place)), spare_(spare), segment_(std::move(segment)) {}

  Result<void> write_and_flush(std::span<Frame> frames);

  // Any thread may ask.
  std::uint64_t segments_opened() const { return segments_opened_.load(std::memory_order_acquire); }

 private:
  Result<void> go_on_to_next(const Frame& frame);

  FileLayer& files_;
  const Place place_;
  Spare& spare_;
  Segment segment_;
  std::atomic<std::uint64_t> segments_opened_ = 0;
};

}  // namespace mohur::journal
