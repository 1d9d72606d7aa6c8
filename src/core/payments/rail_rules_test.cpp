// Rails as dated data, and the forms of the field's identifiers.
#include "payments/rail_rules.hpp"

#include <gtest/gtest.h>

#include "payments/forms.hpp"

namespace mohur::payments {
namespace {

Time at(std::string_view text) { return *parse_rfc3339(text); }

TEST(RailRules, EachHoldsFromItsDayInIndiaUntilTheNext) {
  const struct {
    Rail rail;
    std::string_view since;  // the first second of it
    std::int64_t minimum, maximum;
    bool round_the_clock;
    bool is_first;
  } rows[] = {
      {Rail::imps, "2010-11-22T00:00:00+05:30", 1'00, 2'00'000'00, true, true},
      {Rail::imps, "2021-10-08T00:00:00+05:30", 1'00, 5'00'000'00, true, false},
      {Rail::neft, "2005-11-21T00:00:00+05:30", 1'00, 0, false, true},
      {Rail::neft, "2019-12-16T00:00:00+05:30", 1'00, 0, true, false},
      {Rail::rtgs, "2004-03-26T00:00:00+05:30", 2'00'000'00, 0, false, true},
      {Rail::rtgs, "2020-12-14T00:00:00+05:30", 2'00'000'00, 0, true, false},
      {Rail::upi, "2016-04-11T00:00:00+05:30", 1'00, 1'00'000'00, true, true},
  };
  for (const auto& row : rows) {
    const RailRule* rule = rule_of(row.rail, at(row.since));
    ASSERT_NE(rule, nullptr) << row.since;
    EXPECT_EQ(rule->minimum.minor, row.minimum) << to_token(row.rail) << " since " << row.since;
    EXPECT_EQ(rule->maximum.minor, row.maximum) << to_token(row.rail) << " since " << row.since;
    EXPECT_EQ(rule->window.closes_minute - rule->window.opens_minute == 1'440, row.round_the_clock) << row.since;
    const RailRule* before = rule_of(row.rail, at(row.since) - Duration{1});
    EXPECT_NE(before, rule) << row.since;
    EXPECT_EQ(before == nullptr, row.is_first) << row.since;
  }
}

TEST(RailRules, AWindowIsReadOnTheClockAndTheWeekOfIndia) {
  const Window neft = rule_of(Rail::neft, at("2012-03-01T00:00:00Z"))->window;
  const struct {
    std::string_view now;
    bool is_open;
    std::string_view next_opening;
  } rows[] = {
      {"2012-03-02T07:59:59+05:30", false, "2012-03-02T08:00:00+05:30"},  // a Friday
      {"2012-03-02T08:00:00+05:30", true, "2012-03-02T08:00:00+05:30"},
      {"2012-03-02T18:29:59+05:30", true, "2012-03-02T18:29:59+05:30"},
      {"2012-03-02T18:30:00+05:30", false, "2012-03-05T08:00:00+05:30"},  // over the weekend
      {"2012-03-03T12:00:00+05:30", false, "2012-03-05T08:00:00+05:30"},
      {"2012-03-04T23:59:59+05:30", false, "2012-03-05T08:00:00+05:30"},
      {"2012-03-05T00:00:00+05:30", false, "2012-03-05T08:00:00+05:30"},
      {"2012-03-01T23:00:00+05:30", false, "2012-03-02T08:00:00+05:30"},  // a Thursday night
  };
  for (const auto& row : rows) {
    EXPECT_EQ(is_open(neft, at(row.now)), row.is_open) << row.now;
    EXPECT_EQ(to_rfc3339(next_opening(neft, at(row.now))), to_rfc3339(at(row.next_opening))) << row.now;
  }
  EXPECT_TRUE(is_open(Window{}, at("2012-03-04T03:00:00+05:30"))) << "round the clock";
}

template <class Text>
void expect_forms(std::initializer_list<const char*> good, std::initializer_list<std::string> bad) {
  for (const char* text : good) EXPECT_TRUE(Text::parse(text)) << Text::rule_name << " " << text;
  for (const std::string& text : bad) EXPECT_FALSE(Text::parse(text)) << Text::rule_name << " " << text;
}

TEST(Forms, TakeWhatTheFieldTakesAndNothingElse) {
  expect_forms<Ifsc>({"HDFC0000123", "SBIN0ABC9Z9"}, {"", "HDFC1000123", "hdfc0000123", "HDFC000012", "HDFC00001234",
                                                      "HDF10000123", "HDFC0000 23", "HDFC000012\xc3"});
  expect_forms<AccountNumber>({"12345", "000000000001", "AB12cd"}, {"1234", std::string(36, '1'), "12 345", "12-345", "12345\n"});
  expect_forms<Vpa>(
      {"ab@bank", "first.last_9-x@okhdfcbank", "12@ybl"},
      {"a@bank", "ab@b", "ab@9bank", "ab@ban.k", "ab@@bank", "a b@bank", "ab@", "@bank", "ab", "ab@bank@bank", "ab@ba nk"});
  expect_forms<Utr>({"123456", "SBIN0326112200001"}, {"12345", std::string(36, 'A'), "12345-6"});
  expect_forms<ReferenceId>({"a", "order-1001/A_2.b"}, {"", std::string(41, 'a'), "order 1", "order#1", "\xe0\xa4\xae"});
}

}  // namespace
}  // namespace mohur::payments
