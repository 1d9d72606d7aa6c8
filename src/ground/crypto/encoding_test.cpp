#include "crypto/encoding.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace mohur::crypto {
namespace {

// RFC 4648 section 10, and two bytes that tell the alphabets apart.
const std::pair<std::string, std::string_view> base64_rows[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xfb\xff", "+/8="},
};

TEST(Base64, writes_and_reads_the_examples_of_rfc_4648) {
  for (const auto& [plain, text] : base64_rows) {
    EXPECT_EQ(base64_encode(plain), text);
    EXPECT_EQ(base64_decode(text), plain);
  }
}

TEST(Base64, refuses_every_other_spelling) {
  for (const std::string_view text : {"Z", "Zg", "Zg=", "Zg===", "=Zg=", "Zh==", "Zm9=", "Zm9v\n", " Zm9v",
                                      "Zm9v====", "-_8=", "====", "==", "Zm=v", "Z===", "Zm8=Zm8="})
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
}

TEST(Base64, writes_the_url_alphabet_without_padding) {
  EXPECT_EQ(base64url_encode("\xfb\xff"), "-_8");
  EXPECT_EQ(base64url_decode("-_8"), "\xfb\xff");
  for (const auto& [plain, text] : base64_rows) EXPECT_EQ(base64url_decode(base64url_encode(plain)), plain);
  for (const std::string_view text : {"Z", "Zg==", "Zh", "+/8", "Zm9vY", "-_9"})
    EXPECT_EQ(base64url_decode(text), std::nullopt) << text;
}

TEST(Base64, carries_every_byte) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(base64_decode(base64_encode(all)), all);
  EXPECT_EQ(base64url_decode(base64url_encode(all)), all);
  EXPECT_EQ(from_hex(hex(all)), all);
}

TEST(Hex, is_lower_case_with_two_characters_a_byte) {
  const std::string bytes{"\x00\x0f\xa5\xff", 4};
  EXPECT_EQ(hex(bytes), "000fa5ff");
  EXPECT_EQ(from_hex("000fa5ff"), bytes);
  for (const std::string_view text : {"0", "000", "0G", "A5", "a 5", "0x10"}) EXPECT_EQ(from_hex(text), std::nullopt) << text;
}

TEST(Crc32, gives_the_check_value_of_the_catalogue_for_every_length_of_step) {
  EXPECT_EQ(crc32(""), 0U);
  EXPECT_EQ(crc32("123456789"), 0xcbf43926U);
  EXPECT_EQ(crc32("The quick brown fox jumps over the lazy dog"), 0x414fa339U);
  EXPECT_EQ(crc32(std::string(32, '\0')), 0x190a55adU);
}

// A published dummy token of the npm registry: the last six characters are the checksum of the thirty before them.
TEST(Base62, checks_as_npm_tokens_do_with_zeros_on_the_left) {
  EXPECT_EQ(base62_crc32("qkJaB6MffYVzZXWqmcoF49yrUxP3wf"), "0LsakP");
  EXPECT_EQ(base62_crc32(""), "000000");
}

TEST(Base62, knows_its_digits) {
  EXPECT_TRUE(is_base62(base62_alphabet));
  for (const std::string_view text : {"-", "_", " ", "a+", "\xc3\xa4", "@", "[", "`", "{", "/", ":"})
    EXPECT_FALSE(is_base62(text)) << text;
}

}  // namespace
}  // namespace mohur::crypto
