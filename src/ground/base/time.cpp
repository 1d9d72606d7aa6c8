#include "base/time.hpp"

#include <array>
#include <cstring>

namespace mohur {
namespace {

struct Date {
  std::int64_t year;
  unsigned month, day;
};

// Days since 1970-01-01 of a proleptic Gregorian date, by counting 400-year eras of 146,097 days that begin in March.
constexpr std::int64_t days_from_date(Date date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year =
      (153 * static_cast<std::int64_t>(date.month + (date.month > 2 ? -3U : 9U)) + 2) / 5 + date.day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

constexpr Date date_from_days(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const auto day_of_era = static_cast<std::uint32_t>(days - era * 146'097);
  const std::uint32_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::uint32_t shifted = (5 * day_of_year + 2) / 153;
  const unsigned day = day_of_year - (153 * shifted + 2) / 5 + 1;
  const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

static_assert(days_from_date({1970, 1, 1}) == 0 && days_from_date({2026, 11, 22}) == 20'779);

constexpr auto kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

// `value` is below 100.
void put_pair(char* at, std::uint32_t value) { std::memcpy(at, kPairs.data() + 2 * value, 2); }

// Reads exactly `width` digits at the front of `text` and takes them off.
std::optional<std::int64_t> take_digits(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  std::int64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return value;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

// The zone at the end: `Z`, or an offset in hours and minutes east of Greenwich. Answers seconds to subtract.
std::optional<std::int64_t> take_zone(std::string_view& text) {
  if (take(text, 'Z')) return 0;
  const std::int64_t sign = take(text, '+') ? 1 : take(text, '-') ? -1 : 0;
  if (sign == 0) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  return sign * (*hour * 3'600 + *minute * 60);
}

}  // namespace

void append_rfc3339(std::string& out, Time at) {
  std::int64_t ms = at.ns / 1'000'000;
  if (at.ns % 1'000'000 < 0) --ms;
  std::int64_t day = ms / 86'400'000;
  if (ms % 86'400'000 < 0) --day;
  const auto in_day = static_cast<std::uint32_t>(ms - day * 86'400'000);
  const Date date = date_from_days(day);
  const auto year = static_cast<std::uint32_t>(date.year);
  char text[] = "0000-00-00T00:00:00.000Z";
  put_pair(text, year / 100);
  put_pair(text + 2, year % 100);
  put_pair(text + 5, date.month);
  put_pair(text + 8, date.day);
  put_pair(text + 11, in_day / 3'600'000);
  put_pair(text + 14, in_day / 60'000 % 60);
  put_pair(text + 17, in_day / 1'000 % 60);
  put_pair(text + 20, in_day % 1'000 / 10);
  text[22] = static_cast<char>('0' + in_day % 10);
  out.append(text, sizeof text - 1);
}

std::string to_rfc3339(Time at) {
  std::string out;
  append_rfc3339(out, at);
  return out;
}

std::optional<Time> parse_rfc3339(std::string_view text) {
  const auto year = take_digits(text, 4);
  if (!year || *year < 1970 || *year > 2261 || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || *month < 1 || *month > 12 || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day || *day < 1 || !take(text, 'T')) return std::nullopt;
  const std::int64_t days = days_from_date({*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day)});
  if (const Date date = date_from_days(days); date.day != *day || date.month != *month) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  std::int64_t fraction = 0;
  if (take(text, '.')) {
    std::int64_t unit = 100'000'000;
    std::size_t digits = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9' && digits < 9; ++digits, unit /= 10) {
      fraction += (text.front() - '0') * unit;
      text.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
  }
  const auto zone = take_zone(text);
  if (!zone || !text.empty()) return std::nullopt;
  const std::int64_t in_day = *hour * 3'600 + *minute * 60 + *second - *zone;
  const Time at{(days * 86'400 + in_day) * 1'000'000'000 + fraction};
  if (at.ns < 0) return std::nullopt;
  return at;
}

}  // namespace mohur
