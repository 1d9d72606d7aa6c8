#include "codec/json_in.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <simdjson.h>

#include "codec/json_out.hpp"
#include "codec/nearest.hpp"
#include "codec/sample.hpp"

namespace mohur::codec {
namespace {

using sample::OrderInput;
using ::testing::ElementsAre;

// A body that fits, with more members before its end.
std::string body_with(const std::string& members) {
  return R"({"amount":125000,"currency":"INR","shop":"shop_00000000000000000000000002","destination":{"account_number":"KA01"})" +
         (members.empty() ? "" : "," + members) + "}";
}

TEST(JsonIn, ReadsEveryKindOfField) {
  const auto input = read_json<OrderInput>(R"( {
    "destination" : { "holder": "Asha \"A\" \u20b9 \ud83d\ude00 \/", "account_number" : "KA01AB12" } ,
    "amount":-9223372036854775808, "shop":"shop_00000000000000000000000002", "currency":"INR",
    "items":[{"label":"","amount":9223372036854775807,"count":4294967295},{"amount":-0,"label":"मोहर"}],
    "status":"sent_back","ship_at":"2026-11-22T12:00:00.5+05:30","metadata":{"b":"2","a.-_Z9":""},
    "express":false,"priority":255,"patience_ms":1500,"same_as":"0123456789abcdeffedcba9876543210" }
  )");
  ASSERT_TRUE(input) << input.error().field << ": " << input.error().detail;
  OrderInput expected;
  expected.amount = {std::numeric_limits<std::int64_t>::min()};
  expected.shop = {{0, 2}};
  expected.destination = {*sample::Plate::parse("KA01AB12"), "Asha \"A\" ₹ 😀 /"};
  expected.items = {{"", {std::numeric_limits<std::int64_t>::max()}, 4'294'967'295}, {"मोहर", {0}, {}}};
  expected.status = sample::OrderStatus::sent_back;
  expected.ship_at = Time{1'795'329'000'500'000'000};
  expected.metadata = Notes{{{"b", "2"}, {"a.-_Z9", ""}}};
  expected.express = false;
  expected.priority = 255;
  expected.patience_ms = milliseconds(1'500);
  expected.same_as = Key128{0x0123456789abcdefULL, 0xfedcba9876543210ULL};
  EXPECT_EQ(*input, expected);
}

TEST(JsonIn, TakesNullForAbsentAndNamesWithEscapes) {
  const auto input = read_json<OrderInput>(body_with(R"("items":null,"status":null,"metadata":{"a":null},"expr\u0065ss":true)"));
  ASSERT_TRUE(input) << input.error().field << ": " << input.error().detail;
  EXPECT_EQ(input->items, std::nullopt);
  EXPECT_EQ(input->metadata, Notes{});
  EXPECT_EQ(input->express, true);
}

TEST(JsonIn, ReadsInPlaceWhatIsPadded) {
  std::string body = body_with("");
  const std::size_t size = body.size();
  body.append(kJsonPadding, '"');
  const auto input = read_json<OrderInput>(PaddedBody{std::string_view{body}.substr(0, size)});
  ASSERT_TRUE(input);
  EXPECT_EQ(input->amount, Amount{125'000});
}

TEST(JsonIn, NamesTheFieldAndSaysWhatIsExpected) {
  using enum Outcome;
  const struct {
    const char* members;
    Outcome outcome;
    const char* field;
    const char* detail;
  } rows[] = {
      {R"("express":true,"express":true)", field_repeated, "express", "The field stands twice in one object."},
      {R"("express":null,"\u0065xpress":1)", field_repeated, "express", "The field stands twice in one object."},
      {R"("items":[{"label":"","amount":1,"amount":1}])", field_repeated, "items[0].amount",
       "The field stands twice in one object."},
      {R"("zz":1,"zz":2)", field_repeated, "zz", "The field stands twice in one object."},
      {R"("metadata":{"a":"1","a":"1"})", field_repeated, "metadata.a", "The key stands twice."},
      {R"("expres":true)", field_unknown, "expres", "Did you mean 'express'?"},
      {R"("hidden":"x")", field_unknown, "hidden",
       "Known here: amount, currency, shop, destination, items, status, ship_at, metadata, express, priority, patience_ms, "
       "same_as."},
      {R"("items":[{"label":"","amuont":1}])", field_unknown, "items[0].amuont", "Did you mean 'amount'?"},
      {R"("items":[{"amount":1}])", field_missing, "items[0].label", "The field is required."},
      {R"("items":[{"amount":1,"label":null}])", field_missing, "items[0].label", "The field is required."},
      {R"("express":"true")", field_type_wrong, "express", "Expected true or false."},
      {R"("priority":"3")", field_type_wrong, "priority", "Expected a whole number."},
      {R"("priority":3.0)", field_type_wrong, "priority", "Expected a whole number, without fraction or exponent."},
      {R"("priority":3e0)", field_type_wrong, "priority", "Expected a whole number, without fraction or exponent."},
      {R"("priority":1e999)", field_type_wrong, "priority", "Expected a whole number, without fraction or exponent."},
      {R"("priority":{"a":[1,{}]})", field_type_wrong, "priority", "Expected a whole number."},
      {R"("status":7)", field_type_wrong, "status", "Expected a string."},
      {R"("ship_at":1795329000)", field_type_wrong, "ship_at", "Expected a string."},
      {R"("items":{})", field_type_wrong, "items", "Expected an array."},
      {R"("items":[null])", field_type_wrong, "items[0]", "Expected an object."},
      {R"("items":[{"label":"","amount":1},7])", field_type_wrong, "items[1]", "Expected an object."},
      {R"("items":[{"label":"","amount":"1"}])", field_type_wrong, "items[0].amount", "Expected a whole number of minor units."},
      {R"("metadata":[])", field_type_wrong, "metadata", "Expected an object of strings."},
      {R"("metadata":{"a":1})", field_type_wrong, "metadata.a", "Expected a string."},
      {R"("priority":256)", field_out_of_range, "priority", "Allowed are 0 to 255."},
      {R"("priority":-1)", field_out_of_range, "priority", "Allowed are 0 to 255."},
      {R"("items":[{"label":"","amount":9223372036854775808}])", field_out_of_range, "items[0].amount",
       "Allowed are -9223372036854775808 to 9223372036854775807."},
      {R"("items":[{"label":"","amount":-99999999999999999999999}])", field_out_of_range, "items[0].amount",
       "Allowed are -9223372036854775808 to 9223372036854775807."},
      {R"("patience_ms":9223372036855)", field_out_of_range, "patience_ms", "Allowed are -9223372036854 to 9223372036854."},
      {R"("metadata":{"":"x"})", field_malformed, "metadata", "A key must match ^[A-Za-z0-9_.-]{1,40}$."},
      {R"("metadata":{"a b":"x"})", field_malformed, "metadata", "A key must match ^[A-Za-z0-9_.-]{1,40}$."},
      {R"("status":"Paid")", field_malformed, "status", "Expected one of: placed, paid, sent_back."},
      {R"("ship_at":"2026-11-22")", field_malformed, "ship_at", "Expected a time of RFC 3339, such as 2026-11-22T06:30:00.000Z."},
      {R"("same_as":"0123456789ABCDEFFEDCBA9876543210")", field_malformed, "same_as", "Expected 32 digits of 0-9 a-f."},
  };
  for (const auto& row : rows) {
    const auto input = read_json_all<OrderInput>(body_with(row.members));
    ASSERT_FALSE(input) << row.members;
    EXPECT_EQ(input.error().front(), (Refusal{row.outcome, row.field, row.detail})) << row.members;
    EXPECT_EQ(read_json<OrderInput>(body_with(row.members)).error(), input.error().front()) << row.members;
  }
}

TEST(JsonIn, HoldsTextAndIdsToTheirRules) {
  using enum Outcome;
  const struct {
    const char* shop;
    const char* account;
    Refusal refusal;
  } rows[] = {
      {"shop_00000000000000000000000002",
       "K",
       {field_out_of_range, "destination.account_number", "Expected a string of 2 to 8 characters."}},
      {"shop_00000000000000000000000002",
       "KA0123456",
       {field_out_of_range, "destination.account_number", "Expected a string of 2 to 8 characters."}},
      {"shop_00000000000000000000000002",
       "ka01",
       {field_malformed, "destination.account_number", "Expected a string that matches ^[A-Z0-9]{2,8}$."}},
      {"order_00000000000000000000000002", "KA01", {field_malformed, "shop", "Expected an id that starts with 'shop_'."}},
      {"shop_0000000000000000000000000U",
       "KA01",
       {field_malformed, "shop", "Expected 'shop_' and 26 characters of lower-case base32."}},
  };
  for (const auto& row : rows) {
    const auto input = read_json<OrderInput>(std::string{R"({"amount":1,"currency":"INR","shop":")"} + row.shop +
                                             R"(","destination":{"account_number":")" + row.account + R"("}})");
    ASSERT_FALSE(input);
    EXPECT_EQ(input.error(), row.refusal);
  }
}

TEST(JsonIn, HoldsNotesToTheirLimits) {
  const auto outcome_of = [](const std::string& notes) {
    const auto input = read_json<OrderInput>(body_with(R"("metadata":)" + notes));
    return input ? std::string{"fits"} : std::string{to_token(input.error().outcome)} + " " + input.error().field;
  };
  const auto many = [](int count) {
    std::string text = "{";
    for (int i = 0; i < count; ++i) text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":\"v\"";
    return text + "}";
  };
  const auto one = [](std::size_t key, std::size_t value) {
    return "{\"" + std::string(key, 'k') + "\":\"" + std::string(value, 'v') + "\"}";
  };
  EXPECT_EQ(outcome_of("{}"), "fits");
  EXPECT_EQ(outcome_of(many(20)), "fits");
  EXPECT_EQ(outcome_of(many(21)), "field_out_of_range metadata");
  EXPECT_EQ(outcome_of(many(500)), "field_out_of_range metadata");
  EXPECT_EQ(outcome_of(one(40, 500)), "fits");
  EXPECT_EQ(outcome_of(one(41, 1)), "field_malformed metadata");
  EXPECT_EQ(outcome_of(one(1, 501)), "field_out_of_range metadata." + std::string(1, 'k'));
}

TEST(JsonIn, ListsAllFaultsInOrderOfPrecedence) {
  const auto input = read_json_all<OrderInput>(
      R"({"shop":"x","amount":1.5,"amont":1,"items":[{"label":1,"amount":1},{"amount":99999999999999999999}],"destination":{},"a":1,"a":2})");
  ASSERT_FALSE(input);
  std::vector<std::string> seen;
  for (const Refusal& refusal : input.error()) seen.push_back(std::string{to_token(refusal.outcome)} + " " + refusal.field);
  EXPECT_THAT(seen, ElementsAre("field_repeated a", "field_unknown amont", "field_unknown a", "field_unknown a",
                                "field_missing items[1].label", "field_missing destination.account_number",
                                "field_missing currency", "field_type_wrong amount", "field_type_wrong items[0].label",
                                "field_out_of_range items[1].amount", "field_malformed shop"));
}

TEST(JsonIn, KeepsTheFirstInPrecedenceWhenThereAreTooManyFaults) {
  std::string items = R"("items":[)";
  for (int i = 0; i < 100; ++i) items += R"({"label":1,"amount":1},)";
  items += R"({"label":"","amount":1,"amount":1}])";
  const auto input = read_json_all<OrderInput>(body_with(items));
  ASSERT_FALSE(input);
  EXPECT_EQ(input.error().size(), JsonReader::most_refusals);
  EXPECT_EQ(input.error().front(),
            (Refusal{Outcome::field_repeated, "items[100].amount", "The field stands twice in one object."}));
}

TEST(JsonIn, RefusesArraysThatAreTooLong) {
  const auto outcome = [](std::size_t count) {
    std::string items = R"("items":[)";
    for (std::size_t i = 0; i < count; ++i) items += i == 0 ? R"({"label":"","amount":1})" : R"(,{"label":"","amount":1})";
    return read_json<OrderInput>(body_with(items + "]"));
  };
  EXPECT_TRUE(outcome(JsonReader::most_items));
  EXPECT_EQ(outcome(JsonReader::most_items + 1).error(), (Refusal{Outcome::field_out_of_range, "items", "At most 10000 items."}));
}

TEST(JsonIn, CutsLongUnknownNamesBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 50; ++i) name += "₹";
  const auto input = read_json<OrderInput>(body_with("\"" + name + "\":1"));
  EXPECT_EQ(input.error().field, name.substr(0, 63));
}

std::string nested(int levels) {
  std::string open, close;
  for (int i = 0; i < levels; ++i) open += "[", close += "]";
  return open + close;
}

TEST(JsonIn, RefusesWhatIsNotJsonAndThenNothingElse) {
  const std::string valid = body_with("");
  const std::string cases[] = {
      "",
      " ",
      "{",
      "}",
      "[]",
      "[{}]",
      "null",
      "1",
      "\"x\"",
      "{}x",
      valid + "x",
      valid + "{}",
      valid + ",",
      valid + "\"\"",
      "{,}",
      "{\"a\"}",
      "{\"a\":}",
      "{\"a\":1,}",
      "{\"a\":1 \"b\":2}",
      "{\"a\":1;}",
      "{a:1}",
      "{1:1}",
      "{'a':1}",
      "{\"a\":1]",
      "[1}",
      "{\"a\":[1,]}",
      "{\"a\":[,1]}",
      "{\"a\":[1 2]}",
      "{\"a\":[1}",
      "{\"a\":01}",
      "{\"a\":-}",
      "{\"a\":+1}",
      "{\"a\":.5}",
      "{\"a\":1.}",
      "{\"a\":1e}",
      "{\"a\":1e+}",
      "{\"a\":1.e1}",
      "{\"a\":--1}",
      "{\"a\":0x10}",
      "{\"a\":NaN}",
      "{\"a\":Infinity}",
      "{\"a\":tru}",
      "{\"a\":truex}",
      "{\"a\":nul}",
      "{\"a\":nullx}",
      "{\"a\":True}",
      "{\"express\":tru}",
      "{\"express\":nul}",
      "{\"priority\":1x}",
      "{\"priority\":01}",
      "{\"a\":1\"b\"}",
      "{\"a\":\"b\"c}",
      "{\"a\":\"b}",
      "{\"a\":\"b\\\"}",
      "{\"a\":\"\\x\"}",
      "{\"a\":\"\\u12\"}",
      "{\"a\":\"\\u12g4\"}",
      "{\"a\":\"\\u 123\"}",
      "{\"a\":\"\\u-123\"}",
      "{\"a\":\"\n\"}",
      "{\"a\":\"\t\"}",
      "{\"a\":\"\x01\"}",
      "{\"a\":\"\xff\"}",
      "{\"a\":\"\xc0\x80\"}",
      "{\"a\":\"\xed\xa0\x80\"}",
      "{\"a\":\"\\ud800\"}",
      "{\"a\":\"\\udc00\"}",
      "{\"a\":\"\\ud800\\ud800\"}",
      "{\"a\":\"\\udc00\\ud800\"}",
      "{\"a\":\"\\ud800x\"}",
      "{\"\\ud800\":1}",
      "{\"a\":1}\x0c",
      "{\"a\":\x0c 1}",
      "{\"a\"\x1a 1}",
      "\xef\xbb\xbf{}",
      std::string("{\"a\":1}\0", 8),
      "{\"a\":1//x\n}",
      "{\"a\":" + nested(16) + "}",
      "{\"items\":" + nested(16) + "}",
      "{\"a\":" + std::string(100'000, '['),
      "{\"metadata\":{\"a\":1",
      "{\"metadata\":{\"a\" \"b\"}}",
      "{\"metadata\":{\"a\":\"1\",}}",
  };
  for (const std::string& text : cases) {
    const auto input = read_json_all<OrderInput>(text);
    ASSERT_FALSE(input) << text;
    ASSERT_EQ(input.error().size(), 1u) << text;
    EXPECT_EQ(input.error().front().outcome, Outcome::body_malformed) << text;
    EXPECT_EQ(input.error().front().field, "") << text;
    EXPECT_FALSE(input.error().front().detail.empty()) << text;
  }
}

TEST(JsonIn, SaysWhereTheBodyStopsBeingJson) {
  const struct {
    std::string text;
    const char* detail;
  } rows[] = {
      {"", "The body is empty; a JSON object is expected."},
      {"[]", "The body must be a JSON object."},
      {R"({"amount":12x})", "The body is not valid JSON at byte 10."},
      {R"({"amount":12)", "The body is not valid JSON at byte 12."},
      {"{\"a\":\"\xff\"}", "The body is not valid UTF-8."},
      {R"({"a":"\q"})", "A string holds an escape that JSON does not have; the string starts at byte 5."},
      {R"({"a":"\ud800"})", "A string holds half of a surrogate pair; the string starts at byte 5."},
      {R"({"a":"x)", "A string is not closed, or holds a control character that must be escaped."},
      {"{\"a\":" + nested(16) + "}", "The body is nested deeper than 16 levels."},
      {body_with("") + " {}", "Something follows the JSON object at byte 116."},
  };
  for (const auto& row : rows) EXPECT_EQ(read_json<OrderInput>(row.text).error().detail, row.detail) << row.text;
}

TEST(JsonIn, AllowsSixteenLevels) {
  EXPECT_EQ(read_json<OrderInput>("{\"a\":" + nested(15) + "}").error().outcome, Outcome::field_unknown);
}

// Everything in JSON that is not a fault of the text itself is a fault of a field, and is named.
TEST(JsonIn, AgreesWithTheParserOfTheLibraryOnWhatIsJson) {
  simdjson::dom::parser parser;
  for (const char* value : {"1", "-0", "0.5", "-1e-5", "1E+2", "true", "null", "[]", "[[],{}]", "{}", "{\"a\":{\"b\":[1,2]}}",
                            "\"\\u0000\"", "\"\\ud83d\\ude00\"", "18446744073709551615", "\"\\\\\"", "\"/\"", "\"\x7f\""}) {
    const std::string text = std::string{"{\"a\":"} + value + "}";
    EXPECT_EQ(parser.parse(text).error(), simdjson::SUCCESS) << text;
    EXPECT_NE(read_json<OrderInput>(text).error().outcome, Outcome::body_malformed) << text;
  }
}

TEST(JsonIn, ReadsBackWhatIsWritten) {
  const sample::Line line{"a \"b\" \\ \n मोहर", {125'000}, 3};
  std::string out;
  MaskingRevealer masking;
  write_json(line, out, masking);
  const auto back = read_json<sample::Line>(out);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, line);
}

TEST(Nearest, FindsTheWordThatWasMeant) {
  constexpr std::string_view kWords[] = {"amount", "account_number", "ifsc", "id"};
  const struct {
    const char* word;
    const char* nearest;
  } rows[] = {{"amont", "amount"},
              {"amuont", "amount"},
              {"acount_numbr", "account_number"},
              {"ifcs", "ifsc"},
              {"di", "id"},
              {"colour", ""},
              {"", ""},
              {"amounts", "amount"}};
  for (const auto& row : rows) EXPECT_EQ(nearest_word(row.word, kWords), row.nearest) << row.word;
  EXPECT_EQ(nearest_word(std::string(65, 'a'), kWords), "");
}

}  // namespace
}  // namespace mohur::codec
