// ECDSA on the curve P-256 with SHA-256: checks what somebody else has signed.
//
// Errors   A text that is no public key of that curve gives none. A signature that is not of the DER form is not right.
// Threads  A key may be used by many threads at once.
// Source   FIPS 186-5; RFC 5480 for the form of keys, RFC 3279 for that of signatures.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

struct evp_pkey_st;  // NOLINT(readability-identifier-naming): OpenSSL calls it so

namespace mohur::crypto {

class EcdsaP256PublicKey {
 public:
  static std::optional<EcdsaP256PublicKey> from_pem(std::string_view pem);

  // The signature as its DER bytes.
  bool verify(std::string_view message, std::string_view signature) const;

 private:
  explicit EcdsaP256PublicKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}

  std::shared_ptr<evp_pkey_st> key_;  // only looked at
};

}  // namespace mohur::crypto
