#include "crypto/system_random.hpp"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/assert.hpp"
#include "crypto/key256.hpp"

namespace mohur::crypto {
namespace {

void fill_from_system(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    // A kernel without randomness is no place to make keys.
    MOHUR_ASSERT(got > 0);
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace

SystemRandom::~SystemRandom() { wipe(pool_.data(), pool_.size()); }

void SystemRandom::fill(std::span<std::uint8_t> out) {
  if (out.size() > pool_size / 4) return fill_from_system(out);
  if (out.size() > pool_size - used_) {
    fill_from_system(pool_);
    used_ = 0;
  }
  const auto drawn = std::span{pool_}.subspan(used_, out.size());
  std::ranges::copy(drawn, out.begin());
  std::memset(drawn.data(), 0, drawn.size());
  used_ += out.size();
}

}  // namespace mohur::crypto
