#include "payments/rail_rules.hpp"

#include "base/india.hpp"

namespace mohur::payments {
namespace {

constexpr auto day = india::start_of_day;
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
  if (window.weekdays_only && india::is_weekend(india::day_of(at))) return false;
  const std::int32_t minute = india::minute_of_day(at);
  return minute >= window.opens_minute && minute < window.closes_minute;
}

Time next_opening(const Window& window, Time at) {
  if (is_open(window, at)) return at;
  std::int64_t opening_day = india::day_of(at) + (india::minute_of_day(at) < window.opens_minute ? 0 : 1);
  while (window.weekdays_only && india::is_weekend(opening_day)) ++opening_day;
  return india::start_of_day(opening_day) + minutes(window.opens_minute);
}

std::optional<Duration> inquiry_delay(Rail rail, std::uint32_t n) {
  const std::span<const Duration> delays = rail == Rail::upi ? std::span<const Duration>{kUpiDelays} : kBankDelays;
  if (n >= delays.size()) return std::nullopt;
  return delays[n];
}

}  // namespace mohur::payments
