#include "crypto/key256.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "base/random.hpp"

namespace mohur::crypto {

void wipe(void* memory, std::size_t size) noexcept { OPENSSL_cleanse(memory, size); }

Key256 Key256::from_random(Random& random) {
  Key256 key;
  random.fill(key.bytes_);
  return key;
}

std::optional<Key256> Key256::from_bytes(std::string_view bytes) {
  if (bytes.size() != size) return std::nullopt;
  Key256 key;
  std::ranges::copy(bytes, key.bytes_.begin());
  return key;
}

Key256::Key256(Key256&& from) noexcept : bytes_(from.bytes_) { wipe(from.bytes_.data(), size); }

Key256& Key256::operator=(Key256&& from) noexcept {
  if (this == &from) return *this;
  bytes_ = from.bytes_;
  wipe(from.bytes_.data(), size);
  return *this;
}

Key256::~Key256() { wipe(bytes_.data(), size); }

Key256 Key256::copy() const {
  Key256 key;
  key.bytes_ = bytes_;
  return key;
}

std::string_view Key256::view() const { return {reinterpret_cast<const char*>(bytes_.data()), size}; }

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace mohur::crypto
