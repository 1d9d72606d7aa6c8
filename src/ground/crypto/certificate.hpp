// A certificate that the server makes for itself, so that a first start speaks TLS without anybody's help.
//
// Form     X.509 v3, ECDSA P-256 with SHA-256, for server authentication. Names: localhost, 127.0.0.1, ::1 and those
//          given, each a DNS name (wildcards in the first label) or an IP address.
// Trust    Nobody but its holder vouches for it: a client pins the fingerprint or takes the certificate as its own root.
// Errors   field_malformed for a name that is neither kind; field_out_of_range for days outside 1 to 3650.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/sha256.hpp"

namespace mohur::crypto {

struct Certificate {
  std::string certificate_pem;
  std::string private_key_pem;  // PKCS #8, not encrypted: keep it in a file that only the server may read
  Hash256 fingerprint;          // SHA-256 of the DER form, as browsers and `openssl x509 -fingerprint -sha256` show it
};

// Valid from one hour before `now`, for clients whose clocks are behind, to `days` days after it.
Result<Certificate> self_signed_certificate(std::span<const std::string> names, int days, Time now);

// The fingerprint of the first certificate in the text; nothing when there is none.
std::optional<Hash256> certificate_fingerprint(std::string_view pem);

}  // namespace mohur::crypto
