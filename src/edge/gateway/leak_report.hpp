// What a scanner for leaked secrets reports: a signed list of findings, in the form of GitHub's secret scanning and its like.
//
// Report   A JSON array of objects with `token`, `type`, `url` and `source`; members that nobody knows are passed over, so that a
//          partner may tell more.
// Signed   Github-Public-Key-Signature is the base64 of an ECDSA P-256 signature over the bytes of the body, by the key that
//          Github-Public-Key-Identifier names.
// Keys     What the partner publishes: {"public_keys":[{"key_identifier":"...","key":"-----BEGIN PUBLIC KEY-----..."}]}.
// Errors   body_malformed, field_missing, field_type_wrong; signature_malformed, signature_invalid.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "crypto/ecdsa_p256.hpp"
#include "net/request.hpp"

namespace mohur::gateway {

struct Finding {
  std::string token;
  std::string type;
  std::string url;
  std::string source;
};
Result<std::vector<Finding>> read_findings(std::string_view body);

class ScannerKeys {
 public:
  // As the partner publishes them. Errors: those of reading, field_malformed for a key that is not of P-256.
  static Result<ScannerKeys> read(std::string_view text);

  bool empty() const { return keys_.empty(); }
  Result<void> check(const net::Request& request) const;

 private:
  std::map<std::string, crypto::EcdsaP256PublicKey, std::less<>> keys_;  // by their identifiers
};

}  // namespace mohur::gateway
