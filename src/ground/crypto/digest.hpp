// SHA-256 by OpenSSL's functions for one algorithm; for the sources of this room only.
//
// EVP, which is meant to be used instead, allocates and looks things up for each message: as much work again as hashing a
// hundred bytes, and a payment hashes a dozen short messages. The block function underneath is the same.
#pragma once

#include <openssl/sha.h>

#include <string_view>

#include "crypto/sha256.hpp"

namespace mohur::crypto {

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

inline SHA256_CTX sha256_begin() {
  SHA256_CTX state;
  SHA256_Init(&state);
  return state;
}

inline void sha256_add(SHA256_CTX& state, std::string_view bytes) { SHA256_Update(&state, bytes.data(), bytes.size()); }

inline Hash256 sha256_end(SHA256_CTX& state) {
  Hash256 hash;
  SHA256_Final(hash.bytes.data(), &state);
  return hash;
}

#pragma GCC diagnostic pop

}  // namespace mohur::crypto
