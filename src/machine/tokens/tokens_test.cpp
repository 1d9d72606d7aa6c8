#include <gtest/gtest.h>

#include <set>

#include "codec/binary.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hmac.hpp"
#include "tokens/access_token.hpp"

namespace mohur::tokens {
namespace {

constexpr Time kNow{1'795'329'000'000'000'000};  // 2026-11-22T06:30:00Z

// Draws 1, 2, 3, and so on.
class Counting final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = ++last_;
  }

 private:
  std::uint8_t last_ = 0;
};

crypto::Key256 root(char byte = 'r') { return *crypto::Key256::from_bytes(std::string(32, byte)); }

TokenClaims claims(Mode mode = Mode::test) {
  return {.id = {{1, 2}},
          .credential = {{3, 4}},
          .kid = "0123456789AB",
          .client = {{5, 6}},
          .mode = mode,
          .scopes = 0b1011,
          .issued_at = kNow,
          .expires_at = kNow + minutes(15),
          .secret = 0x0123'4567'89ab'cdef,
          .certificate = {}};
}

std::string with_checksum(std::string_view text) { return std::string{text} + crypto::base62_crc32(text); }
std::string_view without_checksum(std::string_view text) { return text.substr(0, text.size() - crypto::base62_crc32_size); }

class TokensTest : public testing::Test {
 protected:
  Outcome refusal(std::string_view text) {
    const auto opened = sealer.open(text);
    return opened ? Outcome{} : opened.error().outcome;
  }
  Counting random;
  TokenSealer sealer{root(), random};
};

TEST_F(TokensTest, AreOpenedAsTheyWereSealed) {
  TokenClaims bound = claims(Mode::live);
  bound.certificate = std::string(32, '\x7f');
  for (const TokenClaims& each : {claims(), bound}) {
    const std::string text = sealer.seal(each);
    EXPECT_TRUE(is_token(text));
    EXPECT_EQ(sealer.open(text), each);
  }
}

TEST_F(TokensTest, TellNothingAndAreNeverTheSameTwice) {
  const std::string once = sealer.seal(claims()), again = sealer.seal(claims());
  EXPECT_NE(once, again);
  std::string plain;
  codec::encode(claims(), plain);
  const std::string bytes = read_token(once)->bytes;
  EXPECT_EQ(bytes.find("0123456789AB"), bytes.npos);
  EXPECT_EQ(bytes.size(), 1 + 4 + 12 + plain.size() + 16);
}

TEST_F(TokensTest, AreRefusedWhenAnyBitIsAnother) {
  const std::string token = sealer.seal(claims());
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string altered = token;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_EQ(refusal(altered), Outcome::credential_malformed) << i;
  }
  std::string bytes = read_token(token)->bytes;
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    std::string altered = bytes;
    altered[i] = static_cast<char>(altered[i] ^ 0x40);
    EXPECT_EQ(refusal(with_checksum("mohur_test_at_" + crypto::base64url_encode(altered))), Outcome::credential_invalid) << i;
  }
}

TEST_F(TokensTest, AreOfOneModeAndOfOneServer) {
  const std::string token = sealer.seal(claims());
  const std::string as_live = "mohur_live" + std::string{without_checksum(token).substr(10)};
  EXPECT_EQ(refusal(with_checksum(as_live)), Outcome::credential_invalid);
  TokenSealer other{root('o'), random};
  EXPECT_EQ(refusal(other.seal(claims())), Outcome::credential_invalid);
}

TEST_F(TokensTest, HaveAForm) {
  const std::string token = sealer.seal(claims());
  for (const std::string& text :
       {std::string{}, std::string{"mohur_test_at_"}, std::string{"mohur_test_at_00000"}, token.substr(0, token.size() - 1),
        token + "0", std::string{"mohur_test_sk_0123456789AB_0123456789ABCDEFGHIJKLMNOPQRSTUV1DKlgN"},
        with_checksum("mohur_test_at_"), with_checksum("mohur_test_at_AQ"),
        with_checksum(std::string{without_checksum(token)} + "="), with_checksum("mohur_test_at_" + std::string(2'000, 'A'))})
    EXPECT_EQ(refusal(text), Outcome::credential_malformed) << text;
  std::string bytes = read_token(token)->bytes;
  bytes[0] = 2;
  EXPECT_EQ(refusal(with_checksum("mohur_test_at_" + crypto::base64url_encode(bytes))), Outcome::credential_malformed);
}

TEST_F(TokensTest, OfEachDayHaveAKeyOfTheirOwnAndAllOpen) {
  std::vector<std::string> texts;
  std::set<std::uint32_t> numbers;
  for (int day = 0; day < 5; ++day) {
    TokenClaims each = claims();
    each.issued_at = kNow + days(day);
    texts.push_back(sealer.seal(each));
    numbers.insert(read_token(texts.back())->key_number);
  }
  EXPECT_EQ(numbers.size(), 5U);
  EXPECT_EQ(*numbers.begin(), kNow.unix_s() / 86'400);
  for (const std::string& text : texts) EXPECT_TRUE(sealer.open(text)) << text;
  TokenSealer after_restart{root(), random};
  for (const std::string& text : texts) EXPECT_TRUE(after_restart.open(text)) << text;
  EXPECT_NE(crypto::derive_key(root(), "mohur access tokens of day 20779").view(),
            crypto::derive_key(root(), "mohur access tokens of day 20780").view());
}

constexpr std::string_view kExample =
    "mohur_test_at_AQAAUSsBAgMEBQYHCAkKCwyRHQxszHnxQi6LmKKf98JS293Xc_19WzwCuYUhuOTnmrP4De1aBoRoAgP_F1Xtm0"
    "NPuwh_xykwMsWx44nOHvv6kXSzzhUf0kSLbiP7D_z-3tZ7eTF8yf518AHQlMWK-ABRKFlfd_rPcci7AA9vsGFf4wqr3w161YDY";

// The worked example of docs/formats/tokens.md, computed apart with Python's cryptography module.
TEST_F(TokensTest, AreAsTheFormatSays) { EXPECT_EQ(sealer.seal(claims()), kExample); }

}  // namespace
}  // namespace mohur::tokens
