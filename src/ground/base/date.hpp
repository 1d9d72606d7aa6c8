// Days and times of day as people write them: `2026-11-22` and `10:00`.
//
// Units    A day is counted from 1970-01-01, which is 0, as in base/india.hpp; a time of day in minutes.
// Range    Years 1970 to 2199.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/text.hpp"

namespace mohur {

namespace date_parts {
constexpr bool is_number(std::string_view text) {
  for (const char c : text)
    if (c < '0' || c > '9') return false;
  return true;
}
constexpr int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}
constexpr std::chrono::year_month_day parts_of(std::string_view date) {
  return {std::chrono::year{number(date.substr(0, 4))}, std::chrono::month{static_cast<unsigned>(number(date.substr(5, 2)))},
          std::chrono::day{static_cast<unsigned>(number(date.substr(8, 2)))}};
}
}  // namespace date_parts

struct DateRule {
  static constexpr std::string_view name = "date";
  static constexpr std::size_t min = 10, max = 10;
  static constexpr std::string_view pattern = "^(19[7-9]|20[0-9]|21[0-9])[0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
  static constexpr bool valid(std::string_view t) {
    using date_parts::is_number;
    if (!is_number(t.substr(0, 4)) || t[4] != '-' || !is_number(t.substr(5, 2)) || t[7] != '-' || !is_number(t.substr(8, 2)))
      return false;
    const int year = date_parts::number(t.substr(0, 4));
    return year >= 1970 && year <= 2199 && date_parts::parts_of(t).ok();
  }
};
using Date = Text<DateRule>;

inline std::int64_t day_of(const Date& date) {
  if (date.empty()) return 0;
  return std::chrono::sys_days{date_parts::parts_of(date)}.time_since_epoch().count();
}
inline Date date_of(std::int64_t day) {
  const std::chrono::year_month_day parts{std::chrono::sys_days{std::chrono::days{day}}};
  const auto padded = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return Date::trusted(std::to_string(static_cast<int>(parts.year())) + "-" + padded(static_cast<unsigned>(parts.month())) + "-" +
                       padded(static_cast<unsigned>(parts.day())));
}

struct DayTimeRule {
  static constexpr std::string_view name = "time_of_day";
  static constexpr std::size_t min = 5, max = 5;
  static constexpr std::string_view pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$";
  static constexpr bool valid(std::string_view t) {
    using date_parts::is_number;
    return t[2] == ':' && is_number(t.substr(0, 2)) && is_number(t.substr(3, 2)) && date_parts::number(t.substr(0, 2)) < 24 &&
           date_parts::number(t.substr(3, 2)) < 60;
  }
};
using DayTime = Text<DayTimeRule>;

inline std::int64_t minute_of(const DayTime& time) {
  if (time.empty()) return 0;
  return date_parts::number(time.str().substr(0, 2)) * 60 + date_parts::number(time.str().substr(3, 2));
}

}  // namespace mohur
