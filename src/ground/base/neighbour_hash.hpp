// A hash for what is kept by an id of time and position and comes and goes in that order: it puts a dozen neighbours side by
// side, so that most looks are at memory that was looked at just before.
//
// For Boost's flat maps, whose groups of fifteen are chosen by the upper bits of the hash, and places within one told apart by
// the lowest byte.
#pragma once

#include "base/ids.hpp"

namespace mohur {

struct NeighbourHash {
  using is_avalanching = void;
  std::size_t operator()(Key128 key) const noexcept {
    constexpr std::uint64_t kNeighbours = 12;
    const std::uint64_t position = key.high << 48 | key.low >> 16;
    return reversed(position / kNeighbours) ^ (position % kNeighbours * 21 + (key.low & 0xffff) * 11);
  }
  template <FixedString Prefix>
  std::size_t operator()(Id<Prefix> id) const noexcept {
    return (*this)(id.value);
  }

 private:
  // The lowest bit is the highest.
  static std::uint64_t reversed(std::uint64_t x) {
    x = (x & 0x5555'5555'5555'5555) << 1 | (x >> 1 & 0x5555'5555'5555'5555);
    x = (x & 0x3333'3333'3333'3333) << 2 | (x >> 2 & 0x3333'3333'3333'3333);
    x = (x & 0x0f0f'0f0f'0f0f'0f0f) << 4 | (x >> 4 & 0x0f0f'0f0f'0f0f'0f0f);
    return __builtin_bswap64(x);
  }
};

}  // namespace mohur
