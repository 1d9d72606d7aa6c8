// The sealing side of a journal: gives frames their positions, their links in the chain and their places in the files.
//
// It touches no file: what it plans, SegmentWriter carries out.
// Units    Sizes and offsets in bytes.
#pragma once

#include <cstdint>

#include "journal/frame.hpp"
#include "journal/segment.hpp"
#include "journal/watermark.hpp"

namespace mohur::journal {

class Sealer {
 public:
  Sealer(const Cursor& end, std::uint64_t segment_size, std::uint64_t next_segment_size)
      : end_(end), segment_size_(segment_size), next_segment_size_(next_segment_size) {}

  // Whether a frame of so much payload fits into the segment at hand with `spare_room` left.
  bool fits(std::uint64_t payload_size, std::uint64_t spare_room) const;

  // Into the next segment where it does not fit into the one at hand.
  Frame seal(FrameBuilder&& records);

  Head head() const { return {{end_.expected.position.value - 1}, end_.expected.previous_hash}; }
  std::uint64_t segments_opened() const { return segments_opened_; }

 private:
  Cursor end_;
  std::uint64_t segment_size_;
  const std::uint64_t next_segment_size_;
  std::uint64_t segments_opened_ = 0;
};

}  // namespace mohur::journal
