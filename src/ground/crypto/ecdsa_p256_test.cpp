#include "crypto/ecdsa_p256.hpp"

#include <gtest/gtest.h>

#include "crypto/encoding.hpp"

namespace mohur::crypto {
namespace {

// RFC 6979, A.2.5: the key, and the signature of "sample" with SHA-256.
constexpr std::string_view kKey =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7\n"
    "Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view kSignature =
    "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716022100f7cb1c942d657c41d436"
    "c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
constexpr std::string_view kOfAnotherCurve =
    "-----BEGIN PUBLIC KEY-----\n"
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE9IpxHCCl5YjdspcAW4T6aqvX4uobfjrX\n"
    "V9T73xPzWciNwcuoD9UDnZbaNIs6HOZ8GTEkyRGEoCdaBQ9TJf8pQYJXEImdtv5t\n"
    "H0qS1BBvrBQbIpFIeHO2QouZ54qWMQmC\n"
    "-----END PUBLIC KEY-----\n";

TEST(EcdsaP256, TakesWhatWasSignedAndNothingElse) {
  const auto key = EcdsaP256PublicKey::from_pem(kKey);
  ASSERT_TRUE(key);
  const std::string signature = *from_hex(kSignature);
  EXPECT_TRUE(key->verify("sample", signature));
  EXPECT_FALSE(key->verify("samplf", signature));
  EXPECT_FALSE(key->verify("", signature));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    std::string altered = signature;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_FALSE(key->verify("sample", altered)) << i;
  }
  for (const std::string& wrong : {std::string{}, signature.substr(1), signature + "x", std::string(72, '\0')})
    EXPECT_FALSE(key->verify("sample", wrong));
  EXPECT_TRUE(key->verify("sample", signature)) << "what was wrong before leaves nothing behind";
}

TEST(EcdsaP256, KnowsKeysOfItsCurveOnly) {
  EXPECT_FALSE(EcdsaP256PublicKey::from_pem(kOfAnotherCurve));
  EXPECT_FALSE(EcdsaP256PublicKey::from_pem(""));
  EXPECT_FALSE(EcdsaP256PublicKey::from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"));
  EXPECT_FALSE(EcdsaP256PublicKey::from_pem(kKey.substr(0, kKey.size() - 40)));
}

}  // namespace
}  // namespace mohur::crypto
