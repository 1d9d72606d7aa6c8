#include "codec/json_out.hpp"

#include <gtest/gtest.h>

#include <simdjson.h>
#include <limits>

#include "codec/sample.hpp"
#include "codec/sample_random.hpp"

namespace mohur::codec {

struct Bare {
  static constexpr std::string_view object_name = "bare";
  bool hidden = false;
  MOHUR_DESCRIBE(Bare, (1, hidden, internal))
};

struct Empty {
  bool hidden = false;
  MOHUR_DESCRIBE(Empty, (1, hidden, internal))
};

struct WithShelf {
  std::optional<std::string> note;
  std::uint8_t shelf = 0;
  MOHUR_DESCRIBE(WithShelf, (1, note), (2, shelf))
};

namespace {

using sample::Everything;
using sample::Order;

template <class T>
std::string json_of(const T& value, JsonMembers extra = {}) {
  std::string out;
  MaskingRevealer masking;
  write_json(value, out, masking, extra);
  return out;
}

TEST(JsonOut, WritesAnOrderWithItsObjectNameAfterItsId) {
  Order order;
  order.id = {{0, 1}};
  order.shop = {{0, 2}};
  order.created_at = {1'795'329'000'123'456'789};
  order.sequence = 3;
  order.amount = {-5};
  order.plate = sample::Plate::parse("KA01");
  order.payer = Sealed{{{1, 2}}, "box", "••34"};
  order.metadata = SealedNotes{{{1, 2}}, "box"};
  order.remark = "a \"b\"\n";
  order.same_as = {1, 2};
  EXPECT_EQ(
      json_of(order, {{"mode", "\"test\""}, {"n", "1"}}),
      R"({"id":"order_00000000000000000000000001","object":"order","mode":"test","n":1,"shop":"shop_00000000000000000000000002",)"
      R"("created_at":"2026-11-22T06:30:00.123Z","updated_at":"1970-01-01T00:00:00.000Z","sequence":3,"status":"placed",)"
      R"("amount":-5,"currency":"INR","fee":0,"plate":"KA01","payer":"••34","metadata":null,"remark":"a \"b\"\n","paid_at":null})");
}

TEST(JsonOut, WritesWhatAnAnswerHoldsBesidesTheObjectAndLeavesOutWhatIsAbsent) {
  std::string out;
  MaskingRevealer masking;
  const sample::Line line{.label = "tea", .amount = {5}, .count = {}};
  write_json_with(line, WithShelf{"kept", 7}, out, masking);
  EXPECT_EQ(out, R"({"label":"tea","amount":5,"count":null,"note":"kept","shelf":7})");
  out.clear();
  write_json_with(line, WithShelf{{}, 7}, out, masking);
  EXPECT_EQ(out, R"({"label":"tea","amount":5,"count":null,"shelf":7})");
}

TEST(JsonOut, WritesEveryKindOfField) {
  Everything value;
  value.truth = true;
  value.u64 = std::numeric_limits<std::uint64_t>::max();
  value.i64 = std::numeric_limits<std::int64_t>::min();
  value.i8 = -128;
  value.duration = milliseconds(1'500);
  value.key = {0x0123456789abcdefULL, 0xfedcba9876543210ULL};
  value.lines = {{"x", {1}, 2}, {"y", {}, {}}};
  value.numbers = {-1, 2};
  value.statuses = {sample::OrderStatus::paid, sample::OrderStatus{}};
  value.names = {"a", ""};
  value.maybe_truth = false;
  value.outcome = sample::SentBack{"broken"};
  EXPECT_EQ(
      json_of(value),
      R"({"truth":true,"u8":7,"u16":0,"u32":0,"u64":18446744073709551615,"i8":-128,"i16":0,"i32":0,"i64":-9223372036854775808,)"
      R"("amount":0,"time":"1970-01-01T00:00:00.000Z","duration":1500,"key":"0123456789abcdeffedcba9876543210",)"
      R"("id":"order_00000000000000000000000000","bytes":"","plate":"","status":"paid","line":{"label":"","amount":0,"count":null},)"
      R"("lines":[{"label":"x","amount":1,"count":2},{"label":"y","amount":0,"count":null}],"numbers":[-1,2],"times":[],)"
      R"("statuses":["paid",null],"names":["a",""],"ids":[],"maybe_truth":false,"maybe_amount":null,"maybe_bytes":null,)"
      R"("maybe_line":null,"maybe_status":null,"outcome":{"reason":"broken"},"far":0})");
}

TEST(JsonOut, PutsTheObjectNameFirstWhereThereIsNoId) {
  EXPECT_EQ(json_of(Bare{}), R"({"object":"bare"})");
  EXPECT_EQ(json_of(Empty{}), "{}");
  EXPECT_EQ(json_of(Empty{}, {{"a", "[]"}}), R"({"a":[]})");
}

class Opening final : public Revealer {
 public:
  void append_json(std::string& out, const Sealed&) override { append_json_string(out, "opened"); }
  void append_json(std::string& out, const SealedNotes&) override { append_canonical(out, Notes{{{"b", "2"}, {"a", "1"}}}); }
};

TEST(JsonOut, LeavesSealedValuesToTheRevealer) {
  Order order;
  order.payer = Sealed{};
  order.metadata = SealedNotes{};
  std::string out;
  Opening opening;
  write_json(order, out, opening);
  EXPECT_NE(out.find(R"("payer":"opened","metadata":{"a":"1","b":"2"})"), std::string::npos) << out;
}

TEST(JsonOut, EscapesTextAndMendsWhatIsNotUtf8) {
  const struct {
    std::string_view text;
    const char* json;
  } rows[] = {
      {"", R"("")"},
      {"plain text of more than sixteen bytes", R"("plain text of more than sixteen bytes")"},
      {"0123456\"", R"("0123456\"")"},
      {"01234567\\", R"("01234567\\")"},
      {"\b\f\n\r\t\x1f", R"("\u0008\u000c\n\r\t\u001f")"},
      {std::string_view{"\0", 1}, R"("\u0000")"},
      {"\x7f", "\"\x7f\""},
      {"मोहर ₹ 😀", R"("मोहर ₹ 😀")"},
      {"\xff", "\"\xEF\xBF\xBD\""},
      {"a\xc0\x80z", "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\""},
      {"\xed\xa0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"\xf4\x90\x80\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"12345\xe2\x82", "\"12345\xEF\xBF\xBD\xEF\xBF\xBD\""},
  };
  for (const auto& row : rows) {
    std::string out;
    append_json_string(out, row.text);
    EXPECT_EQ(out, row.json);
  }
}

TEST(JsonOut, IsValidJsonForEveryRandomRecord) {
  simdjson::dom::parser parser;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const std::string json = json_of(sample::random_value<Everything>(seed));
    simdjson::dom::object object;
    ASSERT_EQ(parser.parse(json).get(object), simdjson::SUCCESS) << json;
    ASSERT_EQ(object.size(), field_count<Everything>);
  }
}

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
  std::string out;
  JsonWriter writer{out};
  writer.begin_object();
  writer.key("data").begin_array().value(1).value("two").begin_object().end_object().begin_array().end_array().null().end_array();
  writer.member("has_more", false).member("count", std::uint64_t{7}).key("next").raw("null");
  writer.key("line").with([](std::string& text) { text += "{}"; }).member("q\"", "v");
  writer.end_object();
  EXPECT_EQ(out, R"({"data":[1,"two",{},[],null],"has_more":false,"count":7,"next":null,"line":{},"q\"":"v"})");
}

}  // namespace
}  // namespace mohur::codec
