#include "payments/rail_rules.hpp"

namespace mohur::payments {
namespace {

constexpr Duration kIndianOffset = minutes(330);

constexpr Time day(std::int64_t days_since_epoch) { return Time{} + days(days_since_epoch) - kIndianOffset; }
constexpr Amount rupees(std::int64_t n) { return {n * 100}; }
constexpr Amount lakh(std::int64_t n) { return rupees(n * 100'000); }
constexpr Window kAlways{};

constexpr RailRule kRules[] = {
    {Rail::imps, day(14'935), rupees(1), lakh(2), kAlways},                  // 22 Nov 2010
    {Rail::imps, day(18'908), rupees(1), lakh(5), kAlways},                  // 8 Oct 2021
    {Rail::neft, day(13'108), rupees(1), {}, {8 * 60, 18 * 60 + 30, true}},  // 21 Nov 2005
    {Rail::neft, day(18'246), rupees(1), {}, kAlways},                       // 16 Dec 2019
    {Rail::rtgs, day(12'503), lakh(2), {}, {9 * 60, 16 * 60 + 30, true}},    // 26 Mar 2004
    {Rail::rtgs, day(18'610), lakh(2), {}, kAlways},                         // 14 Dec 2020
    {Rail::upi, day(16'902), rupees(1), lakh(1), kAlways},                   // 11 Apr 2016
};

struct DayAndMinute {
  std::int64_t day;  // since 1970-01-01 in India, a Thursday
  std::int32_t minute;
};

constexpr DayAndMinute in_india(Time at) {
  const std::int64_t minute = (at + kIndianOffset).ns / minutes(1).ns;
  return {minute / 1'440, static_cast<std::int32_t>(minute % 1'440)};
}

constexpr bool is_weekend(std::int64_t day_number) {
  const std::int64_t weekday = (day_number + 4) % 7;  // 0 is Sunday
  return weekday == 0 || weekday == 6;
}

constexpr std::array kUpiDelays = {seconds(90), minutes(30), hours(2)};
constexpr std::array kBankDelays = {seconds(90), minutes(5), minutes(15), hours(1), hours(4),
                                    hours(12),   hours(24),  hours(48),   hours(72)};

}  // namespace

const RailRule* rule_of(Rail rail, Time at) {
  const RailRule* found = nullptr;
  for (const RailRule& rule : kRules)
    if (rule.rail == rail && rule.from <= at) found = &rule;
  return found;
}

bool is_open(const Window& window, Time at) {
  const DayAndMinute now = in_india(at);
  if (window.weekdays_only && is_weekend(now.day)) return false;
  return now.minute >= window.opens_minute && now.minute < window.closes_minute;
}

Time next_opening(const Window& window, Time at) {
  if (is_open(window, at)) return at;
  const DayAndMinute now = in_india(at);
  std::int64_t opening_day = now.minute < window.opens_minute ? now.day : now.day + 1;
  while (window.weekdays_only && is_weekend(opening_day)) ++opening_day;
  return Time{} + days(opening_day) + minutes(window.opens_minute) - kIndianOffset;
}

std::optional<Duration> inquiry_delay(Rail rail, std::uint32_t n) {
  const std::span<const Duration> delays = rail == Rail::upi ? std::span<const Duration>{kUpiDelays} : kBankDelays;
  if (n >= delays.size()) return std::nullopt;
  return delays[n];
}

}  // namespace mohur::payments
