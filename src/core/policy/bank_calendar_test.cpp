// The bank calendar: weekends as banks have them, and holidays.
#include "policy/bank_calendar.hpp"

#include <gtest/gtest.h>

namespace mohur::policy {
namespace {

std::int64_t day(const char* date) { return day_number(*Date::parse(date)); }
TEST(BankCalendar, BanksAreClosedOnSundaysAndOnTheSecondAndFourthSaturday) {
  const struct {
    const char* date;
    std::optional<BankClosure> closure;
  } rows[] = {
      {"2026-11-06", {}},                   // a Friday
      {"2026-11-07", {}},                   // the first Saturday
      {"2026-11-08", BankClosure::sunday},  //
      {"2026-11-14", BankClosure::second_saturday},
      {"2026-11-21", {}},
      {"2026-11-28", BankClosure::fourth_saturday},
      {"2026-08-29", {}},  // a fifth Saturday
      {"2026-08-01", {}},  // a month that begins with one
      {"2026-08-08", BankClosure::second_saturday},
      {"2026-12-25", BankClosure::holiday},
      {"2027-08-15", BankClosure::holiday},  // a Sunday as well: the holiday is told
      {"2026-08-15", BankClosure::holiday},  // a third Saturday, on which banks would be open
  };
  for (const auto& row : rows) EXPECT_EQ(closure_of(standard_holidays(), day(row.date)), row.closure) << row.date;
}

}  // namespace
}  // namespace mohur::policy
