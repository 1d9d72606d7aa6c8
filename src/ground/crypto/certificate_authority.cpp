#include "crypto/certificate_authority.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctime>

#include "base/assert.hpp"
#include "crypto/x509_parts.hpp"

namespace mohur::crypto {
namespace {

using Request = std::unique_ptr<X509_REQ, Call<X509_REQ_free>>;

constexpr int kMostDays = 825;

bool is_strong(const EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_ED25519: return true;
    case EVP_PKEY_RSA: return EVP_PKEY_get_bits(key) >= 2'048;
    case EVP_PKEY_EC: return EVP_PKEY_get_bits(key) >= 256;
    default: return false;
  }
}

Result<Request> read_request(std::string_view pem) {
  Request request{PEM_read_bio_X509_REQ(text_bio(pem).get(), nullptr, nullptr, nullptr)};
  if (request == nullptr)
    return refuse(Outcome::field_malformed, "request", "Expected a certificate request in PEM, as `openssl req -new` writes it.");
  EVP_PKEY* const key = X509_REQ_get0_pubkey(request.get());
  if (key == nullptr || X509_REQ_verify(request.get(), key) != 1)
    return refuse(Outcome::field_malformed, "request", "The request is not signed with the key that it is about.");
  if (!is_strong(key))
    return refuse(Outcome::field_out_of_range, "request",
                  "Its key must be EC of 256 bits, Ed25519, or RSA of 2048 bits and more.");
  if (X509_NAME_entry_count(X509_REQ_get_subject_name(request.get())) == 0)
    return refuse(Outcome::field_malformed, "request", "It names nobody: give it a subject.");
  return request;
}

Time end_of(const X509* certificate) {
  std::tm end{};
  MOHUR_ASSERT(ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) == 1);
  return Time{timegm(&end) * seconds(1).ns};
}

Result<Key> key_of(const Certificate& authority) {
  Key key{PEM_read_bio_PrivateKey(text_bio(authority.private_key_pem).get(), nullptr, nullptr, nullptr)};
  if (key == nullptr) return refuse(Outcome::field_malformed, "authority", "The authority's key cannot be read.");
  return key;
}

}  // namespace

Result<Certificate> make_authority(std::string_view name, Time now) {
  const Key key{EVP_EC_gen("P-256")};
  const X509Ptr certificate{X509_new()};
  MOHUR_ASSERT(key != nullptr && certificate != nullptr);
  MOHUR_ASSERT(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  set_serial(certificate.get());
  set_validity(certificate.get(), now, now + mohur::days(kAuthorityDays));
  MOHUR_ASSERT(X509_set_pubkey(certificate.get(), key.get()) == 1);
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  const auto* const text = reinterpret_cast<const unsigned char*>(name.data());
  if (X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, static_cast<int>(name.size()), -1, 0) != 1)
    return refuse(Outcome::field_malformed, "name", "An authority's name has 1 to 64 characters.");
  MOHUR_ASSERT(X509_set_issuer_name(certificate.get(), subject) == 1);
  add_extension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash");
  add_extension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign");
  MOHUR_ASSERT(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
  return Certificate{pem_of(certificate.get()), pem_of(key.get()), fingerprint_of(certificate.get())};
}

Result<ClientCertificateText> sign_request(const Certificate& authority, std::string_view request_pem, int days, Time now) {
  if (days < 1 || days > kMostDays)
    return refuse(Outcome::field_out_of_range, "days", "A client's certificate can be valid for 1 to 825 days.");
  const X509Ptr issuer = read_certificate(authority.certificate_pem);
  if (issuer == nullptr) return refuse(Outcome::field_malformed, "authority", "The authority's certificate cannot be read.");
  MOHUR_TRY_SET(key, key_of(authority));
  MOHUR_TRY_SET(request, read_request(request_pem));
  const Time authority_end = end_of(issuer.get());
  if (authority_end <= now) return refuse(Outcome::time_not_in_future, "authority", "The authority has ended: make another one.");

  const X509Ptr certificate{X509_new()};
  MOHUR_ASSERT(certificate != nullptr && X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  set_serial(certificate.get());
  set_validity(certificate.get(), now, std::min(now + mohur::days(days), authority_end));
  MOHUR_ASSERT(X509_set_pubkey(certificate.get(), X509_REQ_get0_pubkey(request.get())) == 1);
  MOHUR_ASSERT(X509_set_subject_name(certificate.get(), X509_REQ_get_subject_name(request.get())) == 1);
  MOHUR_ASSERT(X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get())) == 1);
  add_extension(certificate.get(), issuer.get(), NID_subject_key_identifier, "hash");
  add_extension(certificate.get(), issuer.get(), NID_authority_key_identifier, "keyid");
  add_extension(certificate.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate.get(), issuer.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(certificate.get(), issuer.get(), NID_ext_key_usage, "clientAuth");
  if (X509_sign(certificate.get(), key.get(), EVP_sha256()) <= 0)
    return refuse(Outcome::field_malformed, "authority", "The authority's key cannot sign.");
  return ClientCertificateText{pem_of(certificate.get()), fingerprint_of(certificate.get())};
}

}  // namespace mohur::crypto
