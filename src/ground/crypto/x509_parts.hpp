// What making a certificate takes: OpenSSL's objects with owners, and the parts that all of ours have. Of this room alone.
//
// Errors   What only a bug or a lack of memory makes fail stops the process; a reader answers nothing for text that is none.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "crypto/sha256.hpp"

namespace mohur::crypto {

template <auto F>
struct Call {
  template <class T>
  void operator()(T* pointer) const noexcept {
    F(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Call<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Call<X509_free>>;
using Bio = std::unique_ptr<BIO, Call<BIO_free_all>>;

void add_extension(X509* certificate, X509* issuer, int nid, const char* value);
// 127 random bits, never zero: RFC 5280 wants a positive serial number of at most 20 bytes.
void set_serial(X509* certificate);
// From one hour before `now`, for whose clock is behind.
void set_validity(X509* certificate, Time now, Time end);

std::string pem_of(X509* certificate);
std::string pem_of(EVP_PKEY* key);  // PKCS #8, not encrypted
Bio text_bio(std::string_view text);
X509Ptr read_certificate(std::string_view pem);  // the first one
Hash256 fingerprint_of(const X509* certificate);

}  // namespace mohur::crypto
