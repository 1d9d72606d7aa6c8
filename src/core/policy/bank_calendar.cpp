#include "policy/bank_calendar.hpp"

#include <algorithm>
#include <chrono>

#include "base/india.hpp"

namespace mohur::policy {
namespace {

int day_of_month(std::int64_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return static_cast<int>(static_cast<unsigned>(date.day()));
}

const BankHoliday* holiday_on(const BankHolidays& holidays, std::int64_t day) {
  const auto found = std::ranges::lower_bound(holidays, date_of_day(day), {}, &BankHoliday::date);
  return found != holidays.end() && day_number(found->date) == day ? &*found : nullptr;
}

}  // namespace

std::optional<BankClosure> closure_of(const BankHolidays& holidays, std::int64_t day) {
  if (holiday_on(holidays, day) != nullptr) return BankClosure::holiday;
  const int weekday = india::weekday_of(day);
  if (weekday == 0) return BankClosure::sunday;
  if (weekday != 6) return std::nullopt;
  const int nth = (day_of_month(day) - 1) / 7 + 1;
  if (nth == 2) return BankClosure::second_saturday;
  if (nth == 4) return BankClosure::fourth_saturday;
  return std::nullopt;
}

const BankHolidays& standard_holidays() {
  static const BankHolidays holidays = [] {
    struct Fixed {
      const char* month_and_day;
      const char* name;
    };
    constexpr Fixed kFixed[] = {{"-01-26", "Republic Day"},
                                {"-08-15", "Independence Day"},
                                {"-10-02", "Mahatma Gandhi's birthday"},
                                {"-12-25", "Christmas"}};
    BankHolidays all;
    for (const char* year : {"2025", "2026", "2027"})
      for (const Fixed& fixed : kFixed) all.push_back({Date::trusted(std::string{year} + fixed.month_and_day), fixed.name});
    return all;
  }();
  return holidays;
}

}  // namespace mohur::policy
