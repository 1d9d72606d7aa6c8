// Sectors: who is kept out, since when, and that the table can be read as one of dated rows.
#include "policy/sectors.hpp"

#include <gtest/gtest.h>

namespace mohur::policy {
namespace {

Time at(std::string_view text) { return *parse_rfc3339(text); }

TEST(Sectors, HaveFourDigitsAndOneRowForEachDate) {
  for (std::size_t i = 0; i < sectors().size(); ++i) {
    const Sector& sector = sectors()[i];
    EXPECT_EQ(sector.merchant_category.size(), 4U) << sector.name;
    EXPECT_EQ(sector.merchant_category.find_first_not_of("0123456789"), std::string_view::npos) << sector.name;
    EXPECT_FALSE(sector.name.empty());
    if (i == 0) continue;
    const Sector& before = sectors()[i - 1];  // in order, so that the last row in force is found
    EXPECT_TRUE(before.merchant_category < sector.merchant_category ||
                (before.merchant_category == sector.merchant_category && before.from < sector.from))
        << sector.name;
  }
}

TEST(Sectors, AreReadAtADate) {
  const Time before = at("2025-10-01T00:00:00+05:30") - Duration{1}, since = at("2025-10-01T00:00:00+05:30");
  EXPECT_EQ(risk_of("7801", before), SectorRisk::high);
  EXPECT_EQ(risk_of("7801", since), SectorRisk::banned);
  EXPECT_EQ(risk_of("7995", before), SectorRisk::banned);
  EXPECT_EQ(risk_of("5411", since), SectorRisk::usual);
}

TEST(Sectors, ARefusalNamesTheSector) {
  const auto refused = check_sector("7995", at("2026-11-26T00:00:00Z"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().outcome, Outcome::sector_prohibited);
  EXPECT_EQ(refused.error().field, "merchant_category");
  EXPECT_NE(refused.error().detail.find("Betting"), std::string::npos);
  EXPECT_TRUE(check_sector("6012", at("2026-11-26T00:00:00Z")));
}

}  // namespace
}  // namespace mohur::policy
