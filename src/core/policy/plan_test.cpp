// Plans: what a sound one is, and who may put it into force.
#include "policy/plan.hpp"

#include <gtest/gtest.h>

namespace mohur::policy {
namespace {

constexpr PersonId kMaker{{1, 1}}, kChecker{{1, 2}};
constexpr Time kNow{1'795'329'000'000'000'000};
constexpr Rate kRate{.quota = 100, .window_s = 60, .burst = 10};

Allowance sound() { return {.total = kRate, .rates = {{RouteClass::reserved, kRate}}}; }
std::string told(const Result<void>& result) {
  return result ? "ok" : std::string{to_token(result.error().outcome)} + " " + result.error().field;
}

TEST(Allowance, IsRefusedByTheFieldThatIsWrong) {
  const struct {
    void (*change)(Allowance&);
    std::string_view told;
  } rows[] = {
      {[](Allowance&) {}, "ok"},
      {[](Allowance& a) { a.total.burst = 101; }, "field_out_of_range total"},
      {[](Allowance& a) { a.rates.push_back({RouteClass::read, {}}); }, "field_out_of_range rates[1].rate"},
      {[](Allowance& a) { a.rates.push_back({RouteClass::reserved, kRate}); }, "field_repeated rates[1]"},
      {[](Allowance& a) { a.rates.clear(); }, "field_missing rates"},
      {[](Allowance& a) { a.concurrent_calls = 0; }, "field_out_of_range concurrent_calls"},
      {[](Allowance& a) { a.concurrent_calls = 10'001; }, "field_out_of_range concurrent_calls"},
  };
  for (const auto& row : rows) {
    Allowance allowance = sound();
    row.change(allowance);
    EXPECT_EQ(told(check_allowance(allowance)), row.told);
  }
}

TEST(Allowance, TheStandardOneIsSound) { EXPECT_EQ(told(check_allowance(standard_allowance())), "ok"); }

TEST(Allowance, AClassWithoutARateHasTheTotalOnly) {
  EXPECT_EQ(sound().rate_of(RouteClass::read), nullptr);
  EXPECT_NE(sound().rate_of(RouteClass::reserved), nullptr);
}

TEST(Plan, MovesAlongItsArrowsAndNotByItsMakersHandAlone) {
  using enum PlanStatus;
  const struct {
    PlanStatus from, to;
    PersonId by;
    std::string_view outcome;
  } rows[] = {
      {proposed, active, kChecker, "ok"},
      {proposed, rejected, kChecker, "ok"},
      {proposed, active, kMaker, "four_eyes_required"},
      {proposed, rejected, kMaker, "four_eyes_required"},
      {proposed, retired, kChecker, "state_conflict"},
      {active, retired, kMaker, "ok"},
      {active, rejected, kChecker, "state_conflict"},
      {rejected, active, kChecker, "state_conflict"},
      {retired, active, kChecker, "state_conflict"},
      {active, proposed, kChecker, "state_conflict"},
  };
  for (const auto& row : rows) {
    const Plan plan{.sequence = 1, .status = row.from, .name = "growth", .allowance = sound(), .proposed_by = kMaker};
    const auto after = decide_plan(plan, row.to, row.by, kNow);
    EXPECT_EQ(after ? "ok" : to_token(after.error().outcome), row.outcome) << to_token(row.from) << " to " << to_token(row.to);
    if (!after) continue;
    EXPECT_EQ(after->status, row.to);
    EXPECT_EQ(after->decided_by, row.by);
    EXPECT_EQ(after->sequence, 2u);
  }
}

}  // namespace
}  // namespace mohur::policy
