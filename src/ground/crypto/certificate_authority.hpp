// A small authority for the certificates of clients: it signs what a client asks for with a request of its own making.
//
// Keys     No private key but the authority's is ever here.
// Form     X.509 v3, ECDSA P-256 with SHA-256. The authority signs no other authorities. A client's certificate is for TLS
//          clients only, carries the name of its request and nothing else of it, and does not outlive the authority.
// Requests PKCS #10 in PEM, signed with the key that they are about: of EC P-256 or P-384, Ed25519, or RSA of 2048 bits and more.
// Trust    To vouch is not to let in: a certificate counts where it is registered for a credential.
// Errors   field_malformed for what cannot be read, or is signed wrongly; field_out_of_range for days and weak keys;
//          time_not_in_future for an authority that has ended.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "crypto/certificate.hpp"

namespace mohur::crypto {

inline constexpr int kAuthorityDays = 3'650;

Result<Certificate> make_authority(std::string_view name, Time now);

struct ClientCertificateText {
  std::string certificate_pem;
  Hash256 thumbprint;  // as RFC 8705 takes it
};

Result<ClientCertificateText> sign_request(const Certificate& authority, std::string_view request_pem, int days, Time now);

}  // namespace mohur::crypto
