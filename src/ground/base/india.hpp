// The calendar of Indian Standard Time, UTC+05:30 without summer time: in it days and months of limits and rails begin.
//
// Units    A day is counted from 1970-01-01, which is 0; a month from January 1970, which is 0.
// Source   IST as kept by the National Physical Laboratory of India
#pragma once

#include <chrono>

#include "base/time.hpp"

namespace mohur::india {

inline constexpr Duration kOffset = minutes(330);

constexpr std::int64_t floor_division(std::int64_t n, std::int64_t by) { return n / by - (n % by < 0 ? 1 : 0); }

constexpr std::int64_t day_of(Time at) { return floor_division((at + kOffset).ns, days(1).ns); }
constexpr std::int32_t minute_of_day(Time at) {
  return static_cast<std::int32_t>(floor_division((at + kOffset).ns, minutes(1).ns) - day_of(at) * 1'440);
}
constexpr Time start_of_day(std::int64_t day) { return Time{} + days(day) - kOffset; }

// 0 is Sunday.
constexpr int weekday_of(std::int64_t day) { return static_cast<int>(((day + 4) % 7 + 7) % 7); }
constexpr bool is_weekend(std::int64_t day) { return weekday_of(day) == 0 || weekday_of(day) == 6; }

constexpr std::int32_t month_of(Time at) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day_of(at)}}};
  return (static_cast<int>(date.year()) - 1970) * 12 + static_cast<int>(static_cast<unsigned>(date.month())) - 1;
}
constexpr Time start_of_month(std::int32_t month) {
  const std::int64_t years = floor_division(month, 12);
  const std::chrono::year year{static_cast<int>(1970 + years)};
  const std::chrono::month in_year{static_cast<unsigned>(month - years * 12 + 1)};
  return start_of_day(std::chrono::sys_days{year / in_year / 1}.time_since_epoch().count());
}

}  // namespace mohur::india
