// Days, weeks and months as they begin in India.
#include "base/india.hpp"

#include <gtest/gtest.h>

namespace mohur::india {
namespace {

Time at(std::string_view text) { return *parse_rfc3339(text); }

TEST(India, ADayBeginsAtMidnightThere) {
  EXPECT_EQ(day_of(at("2026-11-25T18:29:59Z")) + 1, day_of(at("2026-11-25T18:30:00Z")));
  EXPECT_EQ(start_of_day(day_of(at("2026-11-26T12:00:00+05:30"))), at("2026-11-26T00:00:00+05:30"));
  EXPECT_EQ(minute_of_day(at("2026-11-26T23:59:59+05:30")), 1'439);
  EXPECT_EQ(minute_of_day(at("2026-11-26T00:00:00+05:30")), 0);
  EXPECT_EQ(day_of(start_of_day(0)), 0);
  EXPECT_EQ(day_of(start_of_day(0) - Duration{1}), -1);
}

TEST(India, TheWeekIsCountedFromSunday) {
  EXPECT_EQ(weekday_of(day_of(at("2026-11-26T00:00:00+05:30"))), 4);  // a Thursday
  EXPECT_TRUE(is_weekend(day_of(at("2026-11-28T00:00:00+05:30"))));
  EXPECT_TRUE(is_weekend(day_of(at("2026-11-29T23:59:59+05:30"))));
  EXPECT_FALSE(is_weekend(day_of(at("2026-11-30T00:00:00+05:30"))));
}

TEST(India, AMonthBeginsOnItsFirstAndLastsAsLongAsItDoes) {
  EXPECT_EQ(month_of(at("1970-01-01T00:00:00+05:30")), 0);
  EXPECT_EQ(month_of(at("2026-11-30T23:59:59+05:30")) + 1, month_of(at("2026-12-01T00:00:00+05:30")));
  for (const std::string_view first : {"2026-12-01", "2027-01-01", "2027-02-01", "2027-03-01", "2028-03-01"}) {
    const Time begin = at(std::string{first} + "T00:00:00+05:30");
    EXPECT_EQ(start_of_month(month_of(begin)), begin) << first;
    EXPECT_EQ(month_of(begin - Duration{1}) + 1, month_of(begin)) << first;
  }
  EXPECT_EQ(start_of_month(month_of(at("2028-02-10T00:00:00Z")) + 1) - start_of_month(month_of(at("2028-02-10T00:00:00Z"))),
            days(29));
}

}  // namespace
}  // namespace mohur::india
