#include "codec/card_number.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mohur::codec {
namespace {

// Published test numbers of the issuers, and numbers that pass the Luhn check within an issuer's range.
constexpr std::string_view kCards[] = {
    "4111111111111111", "4222222222222",    "4000000000000000006", "5555555555554444", "5105105105105100", "2223003122003222",
    "2720990000000007", "378282246310005",  "341111111111111",     "6011000990139424", "6500000000000002", "8100000000000002",
    "8200000000000001", "3530111333300000", "30569309025904",      "36700102000000",   "38520000023237",   "3900000000000000008",
};

TEST(CardNumber, IsNoticedAsTextAndAsNumberWithAndWithoutGaps) {
  for (const std::string_view card : kCards) {
    const std::string digits{card};
    EXPECT_TRUE(contains_card_number("{\"a\":\"" + digits + "\"}")) << card;
    EXPECT_TRUE(contains_card_number("{\"a\":" + digits + "}")) << card;
    EXPECT_TRUE(contains_card_number(digits)) << card;
    const std::string spaced = digits.substr(0, 4) + " " + digits.substr(4, 6) + "-" + digits.substr(10);
    EXPECT_TRUE(contains_card_number("{\"a\":\"pay with " + spaced + " 12/27\"}")) << card;
  }
}

TEST(CardNumber, IsNoticedWhereverItStands) {
  for (std::size_t before = 0; before < 40; ++before)
    for (std::size_t after = 0; after < 15; after += 7)
      EXPECT_TRUE(contains_card_number(std::string(before, 'x') + "4111111111111111" + std::string(after, 'x'))) << before;
}

TEST(CardNumber, IsNotHiddenByNumbersBesideIt) {
  EXPECT_TRUE(contains_card_number(R"({"a":"order 5 4111 1111 1111 1111 99"})"));
  EXPECT_TRUE(contains_card_number(R"({"a":"12-4111111111111111-34"})"));
  EXPECT_TRUE(contains_card_number(R"({"a":"00000000000000000000000 4111111111111111"})"));
}

TEST(CardNumber, IsNotHiddenByMarksAndEscapes) {
  for (const std::string_view text :
       {R"("4111  1111  1111  1111")", R"("4111.1111.1111.1111")", R"("4111/1111/1111/1111")", R"("4111--1111-1111-1111")",
        R"("4111\/1111\/1111\/1111")", R"("\u0034111111111111111")", R"("4111\u00201111\u002D1111\u00A01111")",
        "\"4111\xC2\xA0"
        "1111\xC2\xA0"
        "1111\xC2\xA0"
        "1111\"",
        R"("\"\u0034111111111111111")"})
    EXPECT_TRUE(contains_card_number(text)) << text;
  EXPECT_FALSE(contains_card_number(R"("\\u0034111111111111111")")) << "a backslash of its own, and 19 digits that are no card's";
}

TEST(CardNumber, OtherNumbersAreLeftAlone) {
  for (
      const std::string_view text :
      {"",
       "1",
       "411111111111",
       "4111111111111112",
       "41111111111111111111",
       "4111   111111111111",
       "4111-.-1111-1111-1111",
       "4111:1111:1111:1111",
       "1234567890123452",
       "9999999999999995",
       "2721000000000004",
       "2220000000000000",
       "7000000000000005",
       "5000000000000009",
       "411100000000001",
       "411100000000000008",
       "5600000000000003",
       "3400000000000000",
       "30600000000001",
       "6400000000000003",
       R"({"amount":125000,"created_at":"2026-11-22T06:30:00.000Z","phone":"+919876543210","id":"payout_01kap3dq5c9y8rt7zq4mwxv2ne"})"})
    EXPECT_FALSE(contains_card_number(text)) << text;
}

TEST(CardNumber, FieldsThatHoldLongNumbersRightlyAreNotJudged) {
  constexpr std::string_view kFields[] = {"account_number", "utr"};
  const struct {
    const char* body;
    bool found;
  } rows[] = {
      {R"({"account_number":"4111111111111111"})", false},
      {R"({"account_number" : "4111 1111 1111 1111"})", false},
      {R"({"account_number":4111111111111111})", false},
      {R"({"utr":["4111111111111111","5555555555554444"]})", false},
      {R"({"account_numbers":"4111111111111111"})", true},
      {R"({"account_number":"x","note":"4111111111111111"})", true},
      {R"({"account_number":"4111111111111111","note":"4111111111111111"})", true},
      {R"({"note":"account_number\":","b":"4111111111111111"})", true},
      {R"({"note":"\"account_number\":\"4111111111111111"})", true},
      {R"({"4111111111111111":"x"})", true},
      {R"({"account_number":{"4111111111111111":"x"}})", true},
      {R"({"account_number":"\"4111111111111111\""})", false},
      {R"({"metadata":{"account_number":"4111111111111111"}})", true},
      {R"({"metadata":{"a":"b"},"account_number":"4111111111111111"})", false},
  };
  for (const auto& row : rows) EXPECT_EQ(contains_card_number(row.body, kFields), row.found) << row.body;
  EXPECT_TRUE(contains_card_number(R"({"account_number":"4111111111111111"})"));
}

// In time that grows with the body: were each number to look for the end of its text again, this would take minutes.
TEST(CardNumber, ManyInOneTextCostNoMoreThanTheirLength) {
  constexpr std::string_view kFields[] = {"account_number"};
  std::string body = R"({"account_number":")";
  for (int i = 0; i < 100'000; ++i) body += "4111111111111111,";
  EXPECT_FALSE(contains_card_number(body + "\"}", kFields));
  EXPECT_TRUE(contains_card_number(body + R"(","note":"4111111111111111"})", kFields));
}

}  // namespace
}  // namespace mohur::codec
