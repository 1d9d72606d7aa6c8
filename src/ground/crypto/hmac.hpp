// Keyed hashes: HMAC-SHA-256 to sign and to look up, and HKDF to make several keys out of one.
//
// Cost     The hash of the key is taken once; each message then costs little more than its plain SHA-256.
// Errors   None by input. A derived key longer than RFC 5869 allows is a bug and stops the process.
// Threads  An HmacSha256 may be used by many threads at once.
// Source   RFC 2104, RFC 5869.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

#include "crypto/key256.hpp"
#include "crypto/sha256.hpp"

namespace mohur::crypto {

class HmacSha256 {
 public:
  // A key of any length; 32 random bytes are the right choice where there is one.
  explicit HmacSha256(std::string_view key);
  explicit HmacSha256(const Key256& key) : HmacSha256(key.view()) {}

  Hash256 of(std::string_view message) const { return of({message}); }
  // The parts one after the other, as if they were one message. Where parts have no fixed length, put a length before
  // each: ("ab", "c") and ("a", "bc") are the same message.
  Hash256 of(std::initializer_list<std::string_view> parts) const;

  // In constant time. False for a tag that is not 32 bytes long.
  bool verify(std::string_view message, std::string_view tag) const;

 private:
  struct Free {
    void operator()(SHA256state_st* states) const noexcept;
  };
  // Of the inner hash, which has taken the key's inner block, and of the outer one; only copied from.
  std::unique_ptr<SHA256state_st[], Free> states_;
};

// RFC 5869, extract and expand. `out` is at most 255 * 32 bytes.
void hkdf_sha256(std::string_view key, std::string_view salt, std::string_view info, std::span<std::uint8_t> out);

// A key of its own for each purpose, so that none of them says anything about another or about `key`.
Key256 derive_key(const Key256& key, std::string_view purpose);

}  // namespace mohur::crypto
