// A date and a time of day as people write them: 2026-01-26 is a day of the calendar, and 10:00 a time, whatever the zone.
//
// Units    Days are counted from 1970-01-01, which is 0; a time of day in minutes.
// Form     YYYY-MM-DD of a day that there is, from 1970 to 9999 (RFC 3339, full-date); HH:MM of a clock with 24 hours.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/text.hpp"

namespace mohur {

struct DateRule {
  static constexpr std::string_view name = "date";
  static constexpr std::size_t min = 10, max = 10;
  static constexpr std::string_view pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
  static constexpr std::chrono::year_month_day parts(std::string_view t) {
    const auto number = [&](std::size_t at, std::size_t digits) {
      unsigned value = 0;
      for (const char c : t.substr(at, digits)) value = value * 10 + static_cast<unsigned>(c - '0');
      return value;
    };
    return {std::chrono::year{static_cast<int>(number(0, 4))}, std::chrono::month{number(5, 2)}, std::chrono::day{number(8, 2)}};
  }
  static constexpr bool valid(std::string_view t) {
    for (std::size_t i = 0; i < t.size(); ++i)
      if (i == 4 || i == 7 ? t[i] != '-' : !is_digit(t[i])) return false;
    return parts(t).ok() && parts(t).year() >= std::chrono::year{1970};
  }
};
using Date = Text<DateRule>;

inline std::int64_t day_number(const Date& date) {
  return std::chrono::sys_days{DateRule::parts(date.str())}.time_since_epoch().count();
}

inline Date date_of_day(std::int64_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  std::string text = std::to_string(static_cast<int>(date.year()));
  for (const unsigned part : {static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())})
    text.append(part < 10 ? "-0" : "-").append(std::to_string(part));
  return Date::trusted(std::move(text));
}

struct DayTimeRule {
  static constexpr std::string_view name = "time_of_day";
  static constexpr std::size_t min = 5, max = 5;
  static constexpr std::string_view pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$";
  static constexpr int number(std::string_view digits) { return (digits[0] - '0') * 10 + (digits[1] - '0'); }
  static constexpr bool valid(std::string_view t) {
    for (std::size_t i = 0; i < t.size(); ++i)
      if (i == 2 ? t[i] != ':' : !is_digit(t[i])) return false;
    return number(t.substr(0, 2)) < 24 && number(t.substr(3, 2)) < 60;
  }
};
using DayTime = Text<DayTimeRule>;

inline std::int64_t minute_of(const DayTime& time) {
  return DayTimeRule::number(time.str().substr(0, 2)) * 60 + DayTimeRule::number(time.str().substr(3, 2));
}

}  // namespace mohur
