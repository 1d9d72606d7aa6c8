// What a signature is checked with: the secret that both sides have, or the signer's public key.
//
// Cost     HMAC-SHA-256: the hash of the secret is taken once, and a check costs little more than the hash of the base.
// Threads  A key may be used by many threads at once.
// Source   RFC 9421, sections 3.3.3 and 3.3.6
#pragma once

#include <string_view>
#include <variant>

#include "crypto/ed25519.hpp"
#include "crypto/hmac.hpp"

namespace mohur::signatures {

class VerifyingKey {
 public:
  explicit VerifyingKey(crypto::HmacSha256 key) : key_(std::move(key)) {}
  explicit VerifyingKey(crypto::Ed25519PublicKey key) : key_(std::move(key)) {}

  // As the parameter `alg` names it.
  std::string_view algorithm() const { return std::holds_alternative<crypto::HmacSha256>(key_) ? "hmac-sha256" : "ed25519"; }
  bool verify(std::string_view base, std::string_view signature) const {
    return std::visit([&](const auto& key) { return key.verify(base, signature); }, key_);
  }

 private:
  std::variant<crypto::HmacSha256, crypto::Ed25519PublicKey> key_;
};

}  // namespace mohur::signatures
