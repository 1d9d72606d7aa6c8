// Where unguessable bits come from. Who needs them is handed a Random; tests hand in one with a seed.
#pragma once

#include <cstdint>
#include <span>

namespace mohur {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  std::uint64_t next_u64() {
    std::uint8_t bytes[8];
    fill(bytes);
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes) value = value << 8 | byte;
    return value;
  }
};

}  // namespace mohur
