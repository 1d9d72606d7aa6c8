// Dates: only those that there are, and each is the same day on the way back.
#include "base/date.hpp"

#include <gtest/gtest.h>

namespace mohur {
namespace {

TEST(Date, OnlyDaysThatThereAreAreTaken) {
  for (const char* good : {"1970-01-01", "2026-01-26", "2028-02-29", "9999-12-31"}) EXPECT_TRUE(Date::parse(good)) << good;
  for (const char* bad : {"2026-02-29", "2026-13-01", "2026-00-10", "2026-1-26", "26-01-2026", "2026/01/26", "1969-12-31", "",
                          "2026-01-26Z", "+026-01-26"})
    EXPECT_FALSE(Date::parse(bad)) << bad;
}

TEST(Date, ADateIsADayAndBack) {
  EXPECT_EQ(day_number(*Date::parse("1970-01-01")), 0);
  EXPECT_EQ(day_number(*Date::parse("2026-11-22")), 20'779);
  for (std::int64_t day = 0; day < 40'000; day += 13) EXPECT_EQ(day_number(date_of_day(day)), day);
  EXPECT_EQ(date_of_day(20'779).str(), "2026-11-22");
}

TEST(DayTime, IsOfAClockWithTwentyFourHours) {
  for (const auto& [text, minute] : {std::pair{"00:00", 0}, {"10:05", 605}, {"23:59", 1'439}})
    EXPECT_EQ(minute_of(*DayTime::parse(text)), minute);
  for (const char* text : {"24:00", "10:60", "1:000", "10.05", "-1:00", "1000", "10:5"})
    EXPECT_FALSE(DayTime::parse(text)) << text;
}

}  // namespace
}  // namespace mohur
