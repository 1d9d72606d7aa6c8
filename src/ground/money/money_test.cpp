#include "money/money.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace mohur {
namespace {

TEST(Money, IsShownWithIndianGrouping) {
  const struct {
    std::int64_t minor;
    const char* shown;
  } rows[] = {
      {0, "₹0.00"},
      {5, "₹0.05"},
      {-5, "-₹0.05"},
      {99'900, "₹999.00"},
      {100'000, "₹1,000.00"},
      {12'345'600, "₹1,23,456.00"},
      {1'234'567'890, "₹1,23,45,678.90"},
      {std::numeric_limits<std::int64_t>::min(), "-₹92,23,37,20,36,85,47,758.08"},
  };
  for (const auto& row : rows) EXPECT_EQ(to_display({row.minor}, Currency::INR), row.shown);
}

TEST(Money, SumsThatDoNotFitAreAnsweredWithNothing) {
  const Amount most{std::numeric_limits<std::int64_t>::max()};
  EXPECT_EQ(checked_add(most, {1}), std::nullopt);
  EXPECT_EQ(checked_subtract({-2}, most), std::nullopt);
  EXPECT_EQ(checked_add({2}, {3}), Amount{5});
}

TEST(Money, AShareIsRoundedHalfAwayFromZero) {
  const struct {
    std::int64_t minor, basis_points, share;
  } rows[] = {{500, 1'800, 90}, {25, 200, 1}, {24, 200, 0}, {-25, 200, -1}, {1, 10'000, 1}, {0, 1'800, 0}};
  for (const auto& row : rows) EXPECT_EQ(share_of({row.minor}, row.basis_points).minor, row.share) << row.minor;
}

TEST(Money, MajorUnitsHaveTwoDecimals) { EXPECT_EQ(to_major({125'005}, Currency::INR), "1250.05"); }

}  // namespace
}  // namespace mohur
