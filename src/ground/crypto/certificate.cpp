#include "crypto/certificate.hpp"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/assert.hpp"
#include "base/text.hpp"
#include "crypto/x509_parts.hpp"

namespace mohur::crypto {
namespace {

using Names = std::unique_ptr<GENERAL_NAMES, Call<GENERAL_NAMES_free>>;

bool is_dns_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_dns_name(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  if (name.starts_with("*.")) name.remove_prefix(2);
  for (;;) {
    const std::size_t dot = name.find('.');
    if (!is_dns_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

// The address in network order, 4 or 16 bytes; empty for what is no address.
std::string ip_address_bytes(const std::string& name) {
  char bytes[sizeof(in6_addr)];
  if (inet_pton(AF_INET, name.c_str(), bytes) == 1) return {bytes, sizeof(in_addr)};
  if (inet_pton(AF_INET6, name.c_str(), bytes) == 1) return {bytes, sizeof(in6_addr)};
  return {};
}

void push_name(GENERAL_NAMES* names, int kind, std::string_view value) {
  GENERAL_NAME* const name = GENERAL_NAME_new();
  ASN1_STRING* const text = kind == GEN_DNS ? ASN1_IA5STRING_new() : ASN1_OCTET_STRING_new();
  MOHUR_ASSERT(name != nullptr && text != nullptr);
  MOHUR_ASSERT(ASN1_STRING_set(text, value.data(), static_cast<int>(value.size())) == 1);
  GENERAL_NAME_set0_value(name, kind, text);
  MOHUR_ASSERT(sk_GENERAL_NAME_push(names, name) > 0);
}

Result<Names> alternative_names(std::span<const std::string> given) {
  std::vector<std::string> all{"localhost", "127.0.0.1", "::1"};
  for (const std::string& name : given)
    if (std::ranges::find(all, name) == all.end()) all.push_back(name);
  Names names{GENERAL_NAMES_new()};
  MOHUR_ASSERT(names != nullptr);
  for (const std::string& name : all) {
    // A name with a zero byte would be cut short by the C library.
    const std::string address = name.find('\0') == std::string::npos ? ip_address_bytes(name) : std::string{};
    if (address.empty() && !is_dns_name(name))
      return refuse(Outcome::field_malformed, "names", "A certificate's name must be a DNS name or an IP address.");
    if (address.empty()) {
      push_name(names.get(), GEN_DNS, name);
    } else {
      push_name(names.get(), GEN_IPADD, address);
    }
  }
  return names;
}

void describe(X509* certificate, EVP_PKEY* key, const GENERAL_NAMES* names, int days, Time now) {
  MOHUR_ASSERT(X509_set_version(certificate, X509_VERSION_3) == 1);
  set_serial(certificate);
  set_validity(certificate, now, now + mohur::days(days));
  MOHUR_ASSERT(X509_set_pubkey(certificate, key) == 1);
  X509_NAME* const subject = X509_get_subject_name(certificate);
  const auto* const common_name = reinterpret_cast<const unsigned char*>("Mohur, self-signed");
  MOHUR_ASSERT(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, common_name, -1, -1, 0) == 1);
  MOHUR_ASSERT(X509_set_issuer_name(certificate, subject) == 1);
  add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
  add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate, certificate, NID_key_usage, "critical,digitalSignature");
  add_extension(certificate, certificate, NID_ext_key_usage, "serverAuth");
  MOHUR_ASSERT(X509_add1_ext_i2d(certificate, NID_subject_alt_name, const_cast<GENERAL_NAMES*>(names), 0, 0) == 1);
}

}  // namespace

Result<Certificate> self_signed_certificate(std::span<const std::string> names, int days, Time now) {
  if (days < 1 || days > 3650)
    return refuse(Outcome::field_out_of_range, "days", "A certificate can be valid for 1 to 3650 days.");
  MOHUR_TRY_SET(alternative, alternative_names(names));
  const Key key{EVP_EC_gen("P-256")};
  const X509Ptr certificate{X509_new()};
  MOHUR_ASSERT(key != nullptr && certificate != nullptr);
  describe(certificate.get(), key.get(), alternative.get(), days, now);
  MOHUR_ASSERT(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);

  return Certificate{pem_of(certificate.get()), pem_of(key.get()), fingerprint_of(certificate.get())};
}

std::optional<Hash256> certificate_fingerprint(std::string_view pem) {
  const X509Ptr certificate = read_certificate(pem);
  if (certificate == nullptr) return std::nullopt;
  return fingerprint_of(certificate.get());
}

}  // namespace mohur::crypto
