// Watch rules: what sound ones are, and which count when.
#include "policy/alert.hpp"

#include <gtest/gtest.h>

namespace mohur::policy {
namespace {

std::string told(const std::vector<Detector>& detectors) {
  const auto checked = check_detectors(detectors);
  return checked ? "ok" : std::string{to_token(checked.error().outcome)} + " " + checked.error().field;
}

TEST(WatchRules, SaySoundThings) {
  EXPECT_EQ(told(standard_detectors()), "ok");
  EXPECT_EQ(told({}), "ok") << "nothing is watched for";
  EXPECT_EQ(told({{AlertKind::probing, 2, 60}, {AlertKind::key_sharing, 1'000, 86'400}}), "ok");
  EXPECT_EQ(told({{AlertKind::probing, 1, 60}}), "field_out_of_range detectors[0].count");
  EXPECT_EQ(told({{AlertKind::probing, 1'001, 60}}), "field_out_of_range detectors[0].count");
  EXPECT_EQ(told({{AlertKind::probing, 2, 59}}), "field_out_of_range detectors[0].window_s");
  EXPECT_EQ(told({{AlertKind::probing, 2, 86'401}}), "field_out_of_range detectors[0].window_s");
  EXPECT_EQ(told({{AlertKind::probing, 2, 60}, {AlertKind::probing, 3, 60}}), "field_repeated detectors[1].kind");
}

TEST(WatchRules, TheStandardOnesWatchForEverythingAndLeaveTestModeAlone) {
  EXPECT_EQ(standard_detectors().size(), described_enumerators(AlertKind{}).size());
  for (const Detector& detector : standard_detectors()) EXPECT_FALSE(detector.test_mode) << to_token(detector.kind);
}

TEST(WatchRules, EachKindStandsForAClause) {
  const auto clause = [](AlertKind kind) { return to_token(clause_of(kind)); };
  EXPECT_EQ(clause(AlertKind::probing), "P3.1");
  EXPECT_EQ(clause(AlertKind::key_sharing), "P3.4");
  EXPECT_EQ(clause(AlertKind::shared_destination), "P1.5");
  EXPECT_EQ(clause(AlertKind::failing_payouts), "P1.5");
}

}  // namespace
}  // namespace mohur::policy
