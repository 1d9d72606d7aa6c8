// Ed25519: checks what somebody else has signed with a private key that this server never sees.
//
// Cost     About as much as a hundred keyed hashes; a context is made for each check.
// Errors   A text or bytes of another form give no key. A signature that is not 64 bytes long is not right.
// Threads  A key may be used by many threads at once.
// Source   RFC 8032; RFC 8410 for the form of public keys.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_pkey_st;  // NOLINT(readability-identifier-naming): OpenSSL calls it so

namespace mohur::crypto {

class Ed25519PublicKey {
 public:
  static constexpr std::size_t size = 32;
  static constexpr std::size_t signature_size = 64;

  // Exactly 32 bytes, or nothing.
  static std::optional<Ed25519PublicKey> from_bytes(std::string_view bytes);
  // As people hand it over: PEM of a SubjectPublicKeyInfo, the inside of that PEM, or the 32 bytes in base64.
  static std::optional<Ed25519PublicKey> from_text(std::string_view text);

  std::string_view bytes() const { return bytes_; }
  bool verify(std::string_view message, std::string_view signature) const;

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const noexcept;
  };
  using Key = std::unique_ptr<evp_pkey_st, Free>;
  Ed25519PublicKey(Key key, std::string bytes) : key_(std::move(key)), bytes_(std::move(bytes)) {}

  Key key_;
  std::string bytes_;
};

}  // namespace mohur::crypto
