// Unguessable bits from the operating system, drawn in pools so that a nonce or an id costs far less than a system call.
//
// Cost     One getrandom(2) for each 1024 bytes; a draw of 16 bytes costs a few nanoseconds. Larger draws bypass the pool.
// Secrets  What was handed out is wiped from the pool at once.
// Fork     A child after fork(2) would hand out the same bytes as its parent until the pool is used up: make a new
//          SystemRandom after a fork. The server does not fork.
// Threads  One SystemRandom belongs to one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/random.hpp"

namespace mohur::crypto {

class SystemRandom final : public Random {
 public:
  SystemRandom() = default;
  SystemRandom(const SystemRandom&) = delete;
  SystemRandom& operator=(const SystemRandom&) = delete;
  ~SystemRandom() override;

  void fill(std::span<std::uint8_t> out) override;

 private:
  static constexpr std::size_t pool_size = 1024;
  std::array<std::uint8_t, pool_size> pool_{};
  std::size_t used_ = pool_size;
};

}  // namespace mohur::crypto
