#include "crypto/sha256.hpp"

#include <algorithm>

#include "crypto/digest.hpp"
#include "crypto/encoding.hpp"

namespace mohur::crypto {

std::string_view Hash256::view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::string Hash256::hex() const { return crypto::hex(view()); }

std::optional<Hash256> Hash256::from_bytes(std::string_view from) {
  Hash256 hash;
  if (from.size() != hash.bytes.size()) return std::nullopt;
  std::ranges::copy(from, hash.bytes.begin());
  return hash;
}

void Sha256::Free::operator()(SHA256state_st* state) const noexcept { delete state; }

Sha256::Sha256() : state_(new SHA256_CTX{sha256_begin()}) {}

Sha256& Sha256::update(std::string_view bytes) {
  sha256_add(*state_, bytes);
  return *this;
}

Hash256 Sha256::finish() {
  const Hash256 hash = sha256_end(*state_);
  *state_ = sha256_begin();
  return hash;
}

Hash256 sha256(std::string_view bytes) {
  SHA256_CTX state = sha256_begin();
  sha256_add(state, bytes);
  return sha256_end(state);
}

}  // namespace mohur::crypto
