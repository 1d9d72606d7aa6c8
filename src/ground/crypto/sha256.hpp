// SHA-256: the fingerprint that chains the journal, names documents and identifies certificates.
//
// Shape    sha256(bytes) for one piece; Sha256 for many pieces, and again for the next message without a new context.
// Cost     What the blocks cost: 400 bytes take a few tenths of a microsecond. digest.hpp says how.
// Errors   None.
// Threads  sha256() may be called by any thread. One Sha256 belongs to one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct SHA256state_st;  // NOLINT(readability-identifier-naming): OpenSSL calls it so

namespace mohur::crypto {

struct Hash256 {
  std::array<std::uint8_t, 32> bytes{};

  // Not for secrets: the time it takes tells where two hashes differ. See constant_time.hpp.
  bool operator==(const Hash256&) const = default;

  // The 32 bytes, for as long as this object lives.
  std::string_view view() const;
  // 64 characters, lower case.
  std::string hex() const;
  // Exactly 32 bytes, or nothing.
  static std::optional<Hash256> from_bytes(std::string_view bytes);
};

class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept = default;
  Sha256& operator=(Sha256&&) noexcept = default;

  Sha256& update(std::string_view bytes);
  // The hash of everything since the start or the last finish(); the object is then ready for the next message.
  Hash256 finish();

 private:
  struct Free {
    void operator()(SHA256state_st* state) const noexcept;
  };
  std::unique_ptr<SHA256state_st, Free> state_;
};

Hash256 sha256(std::string_view bytes);

}  // namespace mohur::crypto
