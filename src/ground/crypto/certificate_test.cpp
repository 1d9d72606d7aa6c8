#include "crypto/certificate.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <vector>

#include "crypto/strict_verify_test.hpp"

namespace mohur::crypto {
namespace {

constexpr Time now{1'800'000'000'000'000'000};

TEST(Certificate, is_accepted_by_a_strict_client_while_it_is_valid) {
  const auto made = self_signed_certificate({}, 90, now);
  ASSERT_TRUE(made.has_value());
  // To a strict client that has taken it as its root.
  const auto verify = [&](Time at) {
    return strict_verify(made->certificate_pem, made->certificate_pem, X509_PURPOSE_SSL_SERVER, at);
  };
  EXPECT_EQ(verify(now), X509_V_OK);
  EXPECT_EQ(verify(now - minutes(59)), X509_V_OK);
  EXPECT_EQ(verify(now - minutes(61)), X509_V_ERR_CERT_NOT_YET_VALID);
  EXPECT_EQ(verify(now + days(90) - minutes(1)), X509_V_OK);
  EXPECT_EQ(verify(now + days(90) + minutes(1)), X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST(Certificate, names_this_machine_and_the_names_given_and_no_other) {
  const std::vector<std::string> names{"pay.example.com", "*.example.org", "10.1.2.3", "2001:db8::1", "localhost"};
  const auto made = self_signed_certificate(names, 30, now);
  ASSERT_TRUE(made.has_value());
  const auto certificate = read_certificate(made->certificate_pem);
  for (const char* host : {"localhost", "pay.example.com", "api.example.org"})
    EXPECT_EQ(X509_check_host(certificate.get(), host, 0, 0, nullptr), 1) << host;
  for (const char* address : {"127.0.0.1", "::1", "10.1.2.3", "2001:db8::1"})
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), address, 0), 1) << address;
  for (const char* host : {"example.com", "example.org", "10.1.2.3", "Mohur, self-signed"})
    EXPECT_NE(X509_check_host(certificate.get(), host, 0, 0, nullptr), 1) << host;
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "10.1.2.4", 0), 0);
}

TEST(Certificate, comes_with_its_own_key_and_a_new_one_each_time) {
  const auto made = self_signed_certificate({}, 90, now);
  const auto other = self_signed_certificate({}, 90, now);
  ASSERT_TRUE(made.has_value() && other.has_value());
  const auto matches = [&](const Certificate& a, const Certificate& b) {
    BIO* const bio = BIO_new_mem_buf(b.private_key_pem.data(), static_cast<int>(b.private_key_pem.size()));
    EVP_PKEY* const key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    const int same = X509_check_private_key(read_certificate(a.certificate_pem).get(), key);
    EVP_PKEY_free(key);
    BIO_free(bio);
    return same == 1;
  };
  EXPECT_TRUE(matches(*made, *made));
  EXPECT_FALSE(matches(*made, *other));
  EXPECT_TRUE(made->private_key_pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
}

TEST(Certificate, has_the_fingerprint_of_its_binary_form) {
  const auto made = self_signed_certificate({}, 90, now);
  ASSERT_TRUE(made.has_value());
  unsigned char* der = nullptr;
  const int size = i2d_X509(read_certificate(made->certificate_pem).get(), &der);
  EXPECT_EQ(sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)}), made->fingerprint);
  OPENSSL_free(der);
  EXPECT_EQ(certificate_fingerprint(made->certificate_pem), made->fingerprint);
  EXPECT_EQ(certificate_fingerprint(made->private_key_pem), std::nullopt);
  EXPECT_EQ(certificate_fingerprint(""), std::nullopt);
}

TEST(Certificate, refuses_names_and_days_that_it_cannot_hold) {
  for (const std::string& name :
       {std::string{""}, std::string{"a b"}, std::string{"DNS:evil,IP:1.2.3.4"}, std::string{"-a.example"}, std::string{"a..b"},
        std::string{"example.com."}, std::string{"a.*.b"}, std::string{"10.0.0.1\0x", 10}, std::string(64, 'a'),
        std::string{"\xe0\xa4\xae"}}) {
    const auto made = self_signed_certificate(std::vector{name}, 90, now);
    ASSERT_FALSE(made.has_value()) << name;
    EXPECT_EQ(made.error().outcome, Outcome::field_malformed);
  }
  for (const int days : {-1, 0, 3651}) {
    const auto made = self_signed_certificate({}, days, now);
    ASSERT_FALSE(made.has_value());
    EXPECT_EQ(made.error().outcome, Outcome::field_out_of_range);
  }
}

}  // namespace
}  // namespace mohur::crypto
