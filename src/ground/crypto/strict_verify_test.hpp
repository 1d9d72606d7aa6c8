// For tests: what a strict peer decides about a certificate.
#pragma once

#include <openssl/x509v3.h>

#include "crypto/x509_parts.hpp"

namespace mohur::crypto {

// X509_V_OK, or why a peer that trusts the authority does not take the certificate for this purpose, at `at`.
inline int strict_verify(const std::string& authority_pem, const std::string& pem, int purpose, Time at) {
  const X509Ptr root = read_certificate(authority_pem), leaf = read_certificate(pem);
  X509_STORE* const store = X509_STORE_new();
  X509_STORE_add_cert(store, root.get());
  X509_STORE_CTX* const context = X509_STORE_CTX_new();
  X509_STORE_CTX_init(context, store, leaf.get(), nullptr);
  X509_VERIFY_PARAM* const parameters = X509_STORE_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set_purpose(parameters, purpose);
  X509_VERIFY_PARAM_set_time(parameters, at.unix_s());
  X509_verify_cert(context);
  const int error = X509_STORE_CTX_get_error(context);
  X509_STORE_CTX_free(context);
  X509_STORE_free(store);
  return error;
}

}  // namespace mohur::crypto
