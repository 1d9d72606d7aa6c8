#include "journal/sealer.hpp"

#include <utility>

#include "base/assert.hpp"

namespace mohur::journal {
namespace {

// Shorter than zero_run_limit, because zeros of the header, the padding or the hash may stand beside those of the payload.
constexpr std::size_t longest_zero_run = zero_run_limit - 64;

}  // namespace

bool Sealer::fits(std::uint64_t payload_size, std::uint64_t spare_room) const {
  const FrameHeader frame{.payload_size = static_cast<std::uint32_t>(payload_size)};
  return end_.offset + frame.frame_size() + spare_room <= segment_size_;
}

Frame Sealer::seal(FrameBuilder&& records) {
  MOHUR_ASSERT(records.count_ > 0 && records.record_at_ == 0);
  Frame frame;
  frame.opens_segment_ = !fits(records.payload_size(), 0);
  if (frame.opens_segment_) {
    end_.offset = first_frame_offset;
    segment_size_ = next_segment_size_;
    ++segments_opened_;
  }
  MOHUR_ASSERT(fits(records.payload_size(), 0));

  FrameHeader header{.shard = end_.expected.shard,
                     .first = end_.expected.position,
                     .count = records.count_,
                     .payload_size = static_cast<std::uint32_t>(records.payload_size()),
                     .previous_hash = end_.expected.previous_hash};
  frame.bytes_ = std::move(records.bytes_);
  char* const payload = frame.bytes_.data() + frame_header_size;
  if (has_zero_run({payload, header.payload_size}, longest_zero_run)) {
    header.flags |= flag_masked;
    apply_mask(payload, header.payload_size, header.previous_hash);
  }
  header.payload_crc = crc32c({payload, header.payload_size});
  write_frame_header(frame.bytes_.data(), header);
  frame.hash_ = seal_frame(frame.bytes_);
  frame.first_ = header.first;
  frame.last_ = header.last();
  frame.previous_hash_ = header.previous_hash;
  frame.offset_ = end_.offset;
  end_ = {end_.offset + frame.bytes_.size(), {header.shard, header.last().next(), frame.hash_}};
  return frame;
}

}  // namespace mohur::journal
