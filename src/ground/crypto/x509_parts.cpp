#include "crypto/x509_parts.hpp"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "base/assert.hpp"

namespace mohur::crypto {
namespace {

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  MOHUR_ASSERT(extension != nullptr);
  MOHUR_ASSERT(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

void set_serial(X509* certificate) {
  unsigned char bytes[16];
  MOHUR_ASSERT(RAND_bytes(bytes, sizeof bytes) == 1);
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);
  BIGNUM* const number = BN_bin2bn(bytes, sizeof bytes, nullptr);
  MOHUR_ASSERT(number != nullptr && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr);
  BN_free(number);
}

void set_validity(X509* certificate, Time now, Time end) {
  MOHUR_ASSERT(ASN1_TIME_set(X509_getm_notBefore(certificate), (now - hours(1)).unix_s()) != nullptr);
  MOHUR_ASSERT(ASN1_TIME_set(X509_getm_notAfter(certificate), end.unix_s()) != nullptr);
}

std::string pem_of(X509* certificate) {
  const Bio text{BIO_new(BIO_s_mem())};
  MOHUR_ASSERT(PEM_write_bio_X509(text.get(), certificate) == 1);
  return text_of(text.get());
}

std::string pem_of(EVP_PKEY* key) {
  const Bio text{BIO_new(BIO_s_secmem())};
  MOHUR_ASSERT(PEM_write_bio_PKCS8PrivateKey(text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return text_of(text.get());
}

Bio text_bio(std::string_view text) {
  Bio bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
  MOHUR_ASSERT(bio != nullptr);
  return bio;
}

X509Ptr read_certificate(std::string_view pem) {
  return X509Ptr{PEM_read_bio_X509(text_bio(pem).get(), nullptr, nullptr, nullptr)};
}

Hash256 fingerprint_of(const X509* certificate) {
  Hash256 hash;
  unsigned size = 0;
  MOHUR_ASSERT(X509_digest(certificate, EVP_sha256(), hash.bytes.data(), &size) == 1 && size == hash.bytes.size());
  return hash;
}

}  // namespace mohur::crypto
