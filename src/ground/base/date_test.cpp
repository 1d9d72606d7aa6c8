// Days and times of day: what is one, and that each comes back as it went in.
#include "base/date.hpp"

#include <gtest/gtest.h>

namespace mohur {
namespace {

TEST(Date, OnlyADayThatThereIsIsOne) {
  for (const char* date : {"1970-01-01", "2026-11-22", "2028-02-29", "2199-12-31"}) EXPECT_TRUE(Date::parse(date)) << date;
  for (const char* date : {"", "2026-11-31", "2027-02-29", "2026-00-10", "2026-13-01", "1969-12-31", "2200-01-01", "2026-1-01",
                           "2026/11/22", "20261122--", "2026-11-2a", "-026-11-22", "2026-11-22T"})
    EXPECT_FALSE(Date::parse(date)) << date;
}

TEST(Date, ADayIsCountedFrom1970) {
  EXPECT_EQ(day_of(*Date::parse("1970-01-01")), 0);
  EXPECT_EQ(day_of(*Date::parse("1970-03-01")), 59);
  EXPECT_EQ(date_of(20'779).str(), "2026-11-22");
  for (std::int64_t day = 0; day < 84'000; day += 13) EXPECT_EQ(day_of(*Date::parse(date_of(day).str())), day);
}

TEST(DayTime, IsOfAClockWithTwentyFourHours) {
  for (const auto& [text, minute] : {std::pair{"00:00", 0}, {"10:05", 605}, {"23:59", 1'439}})
    EXPECT_EQ(minute_of(*DayTime::parse(text)), minute);
  for (const char* text : {"24:00", "10:60", "1:000", "10.05", "-1:00", "1000", "10:5"})
    EXPECT_FALSE(DayTime::parse(text)) << text;
}

}  // namespace
}  // namespace mohur
