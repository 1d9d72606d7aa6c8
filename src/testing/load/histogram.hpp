// Counts durations in buckets that grow with the value, so that a percentile is known to within two percent in constant memory.
//
// Units    Nanoseconds. Values below 64 are exact; above, each doubling is cut into 64 buckets.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace mohur::load {

class Histogram {
 public:
  void add(std::uint64_t value) {
    ++buckets_[index_of(value)];
    ++count_;
    max_ = std::max(max_, value);
  }

  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }

  // The value that `thousandths` of all values do not exceed: 500 is the median, 990 the 99th percentile. 0 when empty.
  std::uint64_t at(std::uint64_t thousandths) const {
    const std::uint64_t wanted = (count_ * thousandths + 999) / 1'000;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen >= wanted && seen > 0) return std::min(highest_of(i), max_);
    }
    return max_;
  }

 private:
  static constexpr unsigned cut_bits = 6;
  static constexpr std::uint64_t cuts = 1U << cut_bits;

  static constexpr std::size_t index_of(std::uint64_t value) {
    if (value < cuts) return static_cast<std::size_t>(value);
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - cut_bits - 1;
    return static_cast<std::size_t>((shift + 1) * cuts + (value >> shift) - cuts);
  }
  static constexpr std::uint64_t highest_of(std::size_t index) {
    if (index < cuts) return index;
    const auto shift = static_cast<unsigned>(index / cuts) - 1;
    return (((index % cuts) + cuts + 1) << shift) - 1;
  }

  std::array<std::uint64_t, cuts * (64 - cut_bits + 1)> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace mohur::load
