#include "crypto/certificate_authority.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "crypto/strict_verify_test.hpp"

namespace mohur::crypto {
namespace {

constexpr Time now{1'800'000'000'000'000'000};

// A request as a client makes it, with a key of its own.
std::string request(EVP_PKEY* key, const char* name) {
  const std::unique_ptr<X509_REQ, Call<X509_REQ_free>> made{X509_REQ_new()};
  X509_REQ_set_pubkey(made.get(), key);
  if (name != nullptr)
    X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  EXPECT_GT(X509_REQ_sign(made.get(), key, EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256()), 0);
  const Bio bio{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509_REQ(bio.get(), made.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Key ec_key() { return Key{EVP_EC_gen("P-256")}; }

int verify(const Certificate& authority, const std::string& pem, Time at, int purpose = X509_PURPOSE_SSL_CLIENT) {
  return strict_verify(authority.certificate_pem, pem, purpose, at);
}

template <class T>
std::string outcome_of(const Result<T>& result) {
  return result ? "ok" : std::string{to_token(result.error().outcome)} + " " + result.error().field;
}

class AuthorityTest : public testing::Test {
 protected:
  const Certificate authority = *make_authority("Test", now);
};

TEST_F(AuthorityTest, WhatItSignsIsAStrictServersClientWhileItIsValid) {
  const auto made = sign_request(authority, request(ec_key().get(), "machine"), 30, now);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->thumbprint, certificate_fingerprint(made->certificate_pem));
  EXPECT_EQ(verify(authority, made->certificate_pem, now), X509_V_OK);
  EXPECT_EQ(verify(authority, made->certificate_pem, now + days(30) - minutes(1)), X509_V_OK);
  EXPECT_EQ(verify(authority, made->certificate_pem, now + days(30) + minutes(1)), X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(verify(authority, made->certificate_pem, now, X509_PURPOSE_SSL_SERVER), X509_V_ERR_INVALID_PURPOSE);
  const Certificate other = *make_authority("Test", now);
  EXPECT_NE(verify(other, made->certificate_pem, now), X509_V_OK);
}

TEST_F(AuthorityTest, WhatItSignsSignsNothing) {
  const Key key = ec_key();
  const auto made = sign_request(authority, request(key.get(), "machine"), 30, now);
  Certificate as_authority;
  as_authority.certificate_pem = made->certificate_pem;
  as_authority.private_key_pem = pem_of(key.get());
  const auto below = sign_request(as_authority, request(ec_key().get(), "below"), 1, now);
  ASSERT_TRUE(below);
  EXPECT_NE(verify(authority, below->certificate_pem, now), X509_V_OK);
}

TEST_F(AuthorityTest, NothingOutlivesIt) {
  const Time late = now + days(kAuthorityDays - 10);
  const auto made = sign_request(authority, request(ec_key().get(), "machine"), 30, late);
  EXPECT_EQ(verify(authority, made->certificate_pem, late + days(10) + minutes(1)), X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(outcome_of(sign_request(authority, request(ec_key().get(), "m"), 30, now + days(kAuthorityDays))),
            "time_not_in_future authority");
}

TEST_F(AuthorityTest, RefusesRequestsThatProveNothing) {
  const std::string good = request(ec_key().get(), "machine");
  std::string broken = good;
  broken[broken.size() / 2] = broken[broken.size() / 2] == 'A' ? 'B' : 'A';
  const Key weak{EVP_RSA_gen(1'024)};
  EXPECT_EQ(outcome_of(sign_request(authority, broken, 30, now)), "field_malformed request");
  EXPECT_EQ(outcome_of(sign_request(authority, "hello", 30, now)), "field_malformed request");
  EXPECT_EQ(outcome_of(sign_request(authority, request(ec_key().get(), nullptr), 30, now)), "field_malformed request");
  EXPECT_EQ(outcome_of(sign_request(authority, request(weak.get(), "machine"), 30, now)), "field_out_of_range request");
  EXPECT_EQ(outcome_of(sign_request(authority, good, 0, now)), "field_out_of_range days");
  EXPECT_EQ(outcome_of(sign_request(authority, good, 826, now)), "field_out_of_range days");
  EXPECT_EQ(outcome_of(sign_request({}, good, 30, now)), "field_malformed authority");
  EXPECT_EQ(outcome_of(make_authority("", now)), "field_malformed name");
  EXPECT_EQ(outcome_of(make_authority(std::string(65, 'x'), now)), "field_malformed name");
}

}  // namespace
}  // namespace mohur::crypto
