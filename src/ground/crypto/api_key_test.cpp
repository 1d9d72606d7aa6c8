#include "crypto/api_key.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "crypto/encoding.hpp"
#include "crypto/system_random.hpp"

namespace mohur::crypto {
namespace {

// The worked example of docs/formats/keys.md.
const std::string example = "mohur_test_sk_0123456789AB_0123456789ABCDEFGHIJKLMNOPQRSTUV";
const std::string example_crc = "1DKlgN";

std::string with_crc(std::string body) { return body + base62_crc32(body); }

TEST(ApiKey, reads_the_example_of_its_format_page) {
  const std::string text = example + example_crc;
  const auto key = parse_api_key(text);
  ASSERT_TRUE(key.has_value()) << with_crc(example);
  EXPECT_EQ(key->mode, KeyMode::test);
  EXPECT_EQ(key->kind, KeyKind::sk);
  EXPECT_EQ(key->kid, "0123456789AB");
  EXPECT_EQ(key->secret, "0123456789ABCDEFGHIJKLMNOPQRSTUV");
  EXPECT_EQ(to_text({key->mode, key->kind, std::string{key->kid}, std::string{key->secret}}), text);
}

TEST(ApiKey, a_kid_by_sight_is_that_of_the_key_at_the_end) {
  EXPECT_EQ(kid_by_sight("Bearer mohur_test_sk_0123456789ab_" + std::string(38, 'x')), "0123456789ab");
  EXPECT_EQ(kid_by_sight(std::string(64, 'x')), "");
}

TEST(ApiKey, reads_back_every_kind_it_makes) {
  SystemRandom random;
  for (const KeyMode mode : {KeyMode::test, KeyMode::live})
    for (const KeyKind kind : {KeyKind::sk, KeyKind::op}) {
      const ApiKey key = make_api_key(mode, kind, random);
      const std::string text = to_text(key);
      EXPECT_EQ(text.size(), api_key_size);
      const auto read = parse_api_key(text);
      ASSERT_TRUE(read.has_value()) << text;
      EXPECT_EQ((ApiKey{read->mode, read->kind, std::string{read->kid}, std::string{read->secret}}), key);
    }
}

TEST(ApiKey, refuses_any_one_character_changed) {
  const std::string text = example + example_crc;
  for (std::size_t i = 0; i < text.size(); ++i)
    for (const char c : {'0', 'z', '_', '-', ' ', '\0', '\x80'}) {
      if (text[i] == c) continue;
      std::string changed = text;
      changed[i] = c;
      EXPECT_FALSE(parse_api_key(changed).has_value()) << changed;
    }
}

TEST(ApiKey, refuses_what_has_a_right_checksum_but_a_wrong_form) {
  for (const std::string_view body : {
           "mohur_live_rk_0123456789AB_0123456789ABCDEFGHIJKLMNOPQRSTUV",   // a kind that is not issued
           "mohur_prod_sk_0123456789AB_0123456789ABCDEFGHIJKLMNOPQRSTUV",   // a mode that does not exist
           "Mohur_live_sk_0123456789AB_0123456789ABCDEFGHIJKLMNOPQRSTUV",   // another brand
           "mohur_live_sk_0123456789A-_0123456789ABCDEFGHIJKLMNOPQRSTUV",   // no digit of base 62 in the kid
           "mohur_live_sk_0123456789AB_0123456789ABCDEFGHIJKLMNOPQRSTU.",   // nor in the secret
           "mohur_live_sk_0123456789AB-0123456789ABCDEFGHIJKLMNOPQRSTUV",   // another separator
           "mohur_live_sk_0123456789ABC_0123456789ABCDEFGHIJKLMNOPQRSTUV",  // a longer kid
           "mohur_live_sk_0123456789AB_0123456789ABCDEFGHIJKLMNOPQRSTU",    // a shorter secret
           "",
       })
    EXPECT_FALSE(parse_api_key(with_crc(std::string{body})).has_value()) << body;
  EXPECT_TRUE(parse_api_key(with_crc("mohur_live_op_0123456789AB_0123456789ABCDEFGHIJKLMNOPQRSTUV")).has_value());
}

// Draws what it was told to draw, over and over.
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::string script) : script_(std::move(script)) {}
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(script_[at_++ % script_.size()]);
  }

 private:
  std::string script_;
  std::size_t at_ = 0;
};

TEST(ApiKey, draws_again_where_a_byte_would_favour_the_low_digits) {
  ScriptedRandom random{"\xf8\xff\x01\xf7"};
  EXPECT_EQ(random_base62(4, random), "1z1z");
}

TEST(ApiKey, never_makes_the_same_key_twice) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(to_text(make_api_key(KeyMode::live, KeyKind::sk, random))).second);
}

}  // namespace
}  // namespace mohur::crypto
