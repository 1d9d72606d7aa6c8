// The bank calendar: on which days the banks of India are open.
//
// Closed   Sundays, the second and the fourth Saturday of a month, and the holidays with a fixed date that all of India keeps,
//          for 2025 to 2027. Those that follow the moon, or are a state's own, are not in it.
// Units    A day is counted from 1970-01-01, as base/india.hpp does.
// Source   Saturdays: Government of India, notification of 20 August 2015 under section 25 of the Negotiable Instruments Act,
//          1881, since 1 September 2015. Republic Day, Independence Day and Gandhi's birthday are national holidays; Christmas is
//          notified under the same section by all states.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "base/describe.hpp"

namespace mohur::policy {

struct BankHoliday {
  Date date;
  std::string name;
};
using BankHolidays = std::vector<BankHoliday>;  // by date, each date once

// Why banks are closed.
MOHUR_ENUM(BankClosure, (1, sunday), (2, second_saturday), (3, fourth_saturday), (4, holiday))

// Nothing when they are open.
std::optional<BankClosure> closure_of(const BankHolidays& holidays, std::int64_t day);
inline bool is_banking_day(const BankHolidays& holidays, std::int64_t day) { return !closure_of(holidays, day); }

const BankHolidays& standard_holidays();

// Whether banks are open on a day, by those.
inline auto banking_days() {
  return [](std::int64_t day) { return is_banking_day(standard_holidays(), day); };
}

}  // namespace mohur::policy
