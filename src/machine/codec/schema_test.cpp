#include "codec/schema.hpp"

#include <gtest/gtest.h>

#include <simdjson.h>

#include "codec/sample.hpp"

namespace mohur::codec {

struct Answer {
  static constexpr std::string_view object_name = "answer";
  sample::OrderId id;
  sample::OrderStatus status = sample::OrderStatus::placed;
  std::optional<sample::Line> line;
  std::optional<Sealed> payer;
  SealedNotes metadata;
  std::vector<Time> times;
  std::variant<std::monostate, sample::Paid, sample::SentBack> outcome;
  bool secret = false;
  MOHUR_DESCRIBE(Answer, (1, id), (2, status, "Where it stands."), (3, line), (4, payer), (5, metadata), (6, times), (7, outcome),
                 (9, secret, internal))
};

struct WithNote {
  std::optional<std::string> note;
  std::uint8_t shelf = 0;
  MOHUR_DESCRIBE(WithNote, (1, note, "Shown once."), (2, shelf))
};

struct Branch {
  std::vector<Branch> branches;
  MOHUR_DESCRIBE(Branch, (1, branches))
};

namespace {

TEST(Schema, DescribesAnAnswer) {
  std::string out;
  JsonWriter writer{out};
  SchemaSet set;
  write_schema<Answer>(writer, set);
  EXPECT_EQ(
      out,
      R"({"type":"object","properties":{"id":{"type":"string","pattern":"^order_[0-7][0-9a-hjkmnp-tv-z]{25}$"},)"
      R"("object":{"type":"string","const":"answer"},"status":{"$ref":"#/components/schemas/OrderStatus","description":"Where it stands."},)"
      R"("line":{"anyOf":[{"$ref":"#/components/schemas/Line"},{"type":"null"}]},"payer":{"type":["string","null"]},)"
      R"("metadata":{"type":["object","null"],"maxProperties":20,"propertyNames":{"pattern":"^[A-Za-z0-9_.-]{1,40}$"},)"
      R"("additionalProperties":{"type":"string","maxLength":500}},"times":{"type":"array","items":{"type":"string","format":"date-time"}},)"
      R"("outcome":{"oneOf":[{"$ref":"#/components/schemas/Paid"},{"$ref":"#/components/schemas/SentBack"},{"type":"null"}]}},)"
      R"("required":["id","object","status","line","payer","metadata","times","outcome"]})");
}

TEST(Schema, DescribesAnInputAndAllThatItRefersTo) {
  std::string out;
  JsonWriter writer{out};
  SchemaSet set;
  EXPECT_EQ((schema_reference<sample::OrderInput, Direction::input>(set)), "#/components/schemas/OrderInput");
  EXPECT_EQ((schema_reference<sample::Destination, Direction::input>(set)), "#/components/schemas/DestinationInput");
  set.write_components(writer);
  EXPECT_EQ(
      out,
      R"({"Currency":{"type":"string","enum":["INR"]},)"
      R"("DestinationInput":{"type":"object","properties":{"account_number":{"type":"string","minLength":2,"maxLength":8,)"
      R"("pattern":"^[A-Z0-9]{2,8}$"},"holder":{"type":["string","null"]}},"required":["account_number"],"additionalProperties":false},)"
      R"("LineInput":{"type":"object","properties":{"label":{"type":"string"},"amount":{"type":"integer","format":"int64",)"
      R"("description":"Minor units."},"count":{"type":["integer","null"],"format":"int64","minimum":0,"maximum":4294967295}},)"
      R"("required":["label","amount"],"additionalProperties":false},)"
      R"("OrderInput":{"type":"object","properties":{"amount":{"type":"integer","format":"int64","description":"Minor units: paise for INR."},)"
      R"("currency":{"$ref":"#/components/schemas/Currency"},)"
      R"("shop":{"type":"string","pattern":"^shop_[0-7][0-9a-hjkmnp-tv-z]{25}$","description":"The shop that sells."},)"
      R"("destination":{"$ref":"#/components/schemas/DestinationInput"},)"
      R"("items":{"type":["array","null"],"maxItems":10000,"items":{"$ref":"#/components/schemas/LineInput"}},)"
      R"("status":{"anyOf":[{"$ref":"#/components/schemas/OrderStatus"},{"type":"null"}]},)"
      R"("ship_at":{"type":["string","null"],"format":"date-time"},)"
      R"("metadata":{"type":["object","null"],"maxProperties":20,"propertyNames":{"pattern":"^[A-Za-z0-9_.-]{1,40}$"},)"
      R"("additionalProperties":{"type":"string","maxLength":500}},"express":{"type":["boolean","null"]},)"
      R"("priority":{"type":["integer","null"],"format":"int32","minimum":0,"maximum":255},)"
      R"("patience_ms":{"type":["integer","null"],"format":"int64"},)"
      R"("same_as":{"type":["string","null"],"minLength":32,"maxLength":32,"pattern":"^[0-9a-f]{32}$"}},)"
      R"("required":["amount","currency","shop","destination"],"additionalProperties":false},)"
      R"("OrderStatus":{"type":"string","enum":["placed","paid","sent_back"]}})");
}

TEST(Schema, WritesEachComponentOnceEvenWhenTypesReferToThemselves) {
  std::string out;
  JsonWriter writer{out};
  SchemaSet set;
  schema_reference<Branch>(set);
  schema_reference<Branch>(set);
  set.write_components(writer);
  EXPECT_EQ(
      out,
      R"({"Branch":{"type":"object","properties":{"branches":{"type":"array","items":{"$ref":"#/components/schemas/Branch"}}},)"
      R"("required":["branches"]}})");
}

TEST(Schema, DescribesWhatAnAnswerHoldsBesidesTheObject) {
  std::string out;
  JsonWriter writer{out};
  SchemaSet set;
  EXPECT_EQ((schema_reference_with<sample::Line, WithNote>(set)), "#/components/schemas/LineWithNote");
  set.write_components(writer);
  EXPECT_EQ(out,
            R"({"LineWithNote":{"type":"object","properties":{"label":{"type":"string"},"amount":{"type":"integer",)"
            R"("format":"int64","description":"Minor units."},"count":{"type":["integer","null"],"format":"int64","minimum":0,)"
            R"("maximum":4294967295},"note":{"type":"string","description":"Shown once."},"shelf":{"type":"integer",)"
            R"("format":"int32","minimum":0,"maximum":255}},"required":["label","amount","count","shelf"]}})");
}

TEST(Schema, IsValidJsonForEveryKindOfField) {
  std::string out;
  JsonWriter writer{out};
  SchemaSet set;
  schema_reference<sample::Everything>(set);
  schema_reference<sample::Order>(set);
  set.write_components(writer);
  simdjson::dom::parser parser;
  simdjson::dom::object components;
  ASSERT_EQ(parser.parse(out).get(components), simdjson::SUCCESS);
  EXPECT_EQ(components.size(), 7u);
}

}  // namespace
}  // namespace mohur::codec
