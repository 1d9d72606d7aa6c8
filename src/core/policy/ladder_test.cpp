// The escalation ladder: what a strike leads to, how strikes are forgotten, which ladder counts when, and what a sound one is.
#include "policy/ladder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace mohur::policy {
namespace {

constexpr Time kNow{1'795'329'000'000'000'000};
constexpr PersonId kAsha{{0, 1}}, kBina{{0, 2}};

Ladders::InForce standard() { return {&standard_ladder(), 1}; }

std::int64_t seconds_blocked(const Standing& standing, Time now) {
  const auto until = blocked_until(standing, now);
  return until ? (*until - now).ns / seconds(1).ns : 0;
}

Ladder ladder(std::uint64_t number, LadderRules rules, Time effective_at) {
  return {.id = {{0, number}},
          .created_at = kNow,
          .updated_at = kNow,
          .sequence = 1,
          .version = {},
          .effective_at = effective_at,
          .rules = std::move(rules),
          .reason = "r",
          .proposed_by = kAsha,
          .decided_by = {}};
}

TEST(Ladder, EachStrikeClimbsOneRungOfTheStandardOne) {
  Standing standing;
  std::vector<std::int64_t> blocks;
  std::vector<std::string> rungs;
  Time now = kNow;
  for (int n = 0; n < 9; ++n) {
    standing = struck(standing, standard(), now);
    blocks.push_back(seconds_blocked(standing, now));
    rungs.emplace_back(standing.rung ? to_token(standing.rung->consequence) : "throttle");
    now = now + minutes(5);
  }
  EXPECT_THAT(blocks, testing::ElementsAre(0, 0, 60, 300, 900, 3'600, 86'400, 86'400, 86'400));
  EXPECT_THAT(rungs, testing::ElementsAre("throttle", "warning", "block", "block", "block", "block", "block", "tier_review",
                                          "tier_review"));
}

TEST(Ladder, GoodConductForgetsOneStrikeAnHour) {
  Standing standing;
  for (int n = 0; n < 3; ++n) standing = struck(standing, standard(), kNow);
  const auto strikes = [&](Duration later) { return strikes_at(standing, standard_ladder(), kNow + later); };
  EXPECT_EQ(strikes({}), 3U);
  EXPECT_EQ(strikes(hours(1) - Duration{1}), 3U);
  EXPECT_EQ(strikes(hours(1)), 2U);
  EXPECT_EQ(strikes(hours(2)), 1U);
  EXPECT_EQ(strikes(hours(3)), 0U);
  EXPECT_EQ(strikes(days(365)), 0U);
  EXPECT_EQ(strikes({-1}), 3U) << "a clock that was set back forgets nothing";
}

TEST(Ladder, ABlockEndsAtItsMomentAndALaterStrikeNeverShortensIt) {
  LadderRules rules{.rungs = {{1, Consequence::block, 3'600}, {2, Consequence::block, 60}}};
  Standing standing = struck({}, {&rules, 7}, kNow);
  EXPECT_EQ(blocked_until(standing, kNow), kNow + hours(1));
  EXPECT_EQ(blocked_until(standing, kNow + hours(1)), std::nullopt);
  EXPECT_EQ(standing.ladder_version, 7U);
  standing = struck(standing, {&rules, 8}, kNow + minutes(1));
  EXPECT_EQ(blocked_until(standing, kNow + minutes(1)), kNow + hours(1));
}

TEST(Ladder, WithoutRungsNothingFollows) {
  const LadderRules rules;
  Standing standing;
  for (int n = 0; n < 100; ++n) standing = struck(standing, {&rules, 1}, kNow);
  EXPECT_EQ(standing.rung, std::nullopt);
  EXPECT_EQ(standing.blocked_until, std::nullopt);
}

// Whoever keeps to at most one strike in the time that one lasts is never warned; and strikes are what a list of moments says.
TEST(Ladder, IsWhatAModelOfItIs) {
  std::mt19937_64 chance{7};
  const LadderRules& rules = standard_ladder();
  for (int world = 0; world < 200; ++world) {
    Standing standing;
    std::uint32_t held = 0;  // the model: a count that loses one for each whole hour since the last strike
    Time last = kNow, now = kNow;
    for (int n = 0; n < 50; ++n) {
      now = now + seconds(static_cast<std::int64_t>(chance() % (world % 2 == 0 ? 4'000 : 20'000)));
      for (Time each = last + hours(1); held > 0 && each <= now; each = each + hours(1)) --held;
      ASSERT_EQ(strikes_at(standing, rules, now), held);
      const auto before = blocked_until(standing, now);
      standing = struck(standing, standard(), now);
      ++held;
      last = now;
      ASSERT_EQ(standing.strikes, held);
      const auto after = blocked_until(standing, now);
      ASSERT_TRUE(!before || (after && *before <= *after)) << "a block does not shrink";
      ASSERT_EQ(standing.rung.has_value(), held >= 2);
    }
  }
  Standing good;
  for (int n = 0; n < 100; ++n) {
    good = struck(good, standard(), kNow + hours(1) * n);
    ASSERT_EQ(good.rung, std::nullopt);
  }
}

TEST(Ladders, TheOneInForceIsAQuestionOfTime) {
  Ladders ladders;
  EXPECT_EQ(ladders.at(kNow).version, 1U);
  const LadderRules mild{.ignored_calls = 1'000}, strict{.ignored_calls = 1};
  Ladder proposed = ladder(1, mild, kNow + hours(1));
  ladders.put(proposed);
  EXPECT_EQ(ladders.next_version(), 2U) << "a proposal is none";
  const Ladder first = *decide_dated(proposed, true, kBina, 2, kNow);
  const Ladder second = *decide_dated(ladder(2, strict, kNow + hours(2)), true, kBina, 3, kNow);
  for (const Ladder& each : {second, first, first}) ladders.put(each);
  EXPECT_EQ(ladders.next_version(), 4U);
  EXPECT_EQ(ladders.at(kNow).version, 1U);
  EXPECT_EQ(ladders.at(kNow + hours(1)).version, 2U);
  EXPECT_EQ(ladders.at(kNow + hours(1)).rules->ignored_calls, 1'000U);
  EXPECT_EQ(ladders.at(kNow + hours(3)).version, 3U);
  ladders.put(*decide_dated(ladder(3, mild, kNow + hours(2)), true, kBina, 4, kNow));
  EXPECT_EQ(ladders.at(kNow + hours(3)).version, 4U) << "of two from one moment on, the later approval";
}

TEST(Ladders, AreDecidedByASecondPersonOnce) {
  const Ladder proposed = ladder(1, standard_ladder(), kNow - hours(1));
  EXPECT_EQ(decide_dated(proposed, true, kAsha, 2, kNow).error().outcome, Outcome::four_eyes_required);
  const Ladder approved = *decide_dated(proposed, true, kBina, 2, kNow);
  EXPECT_EQ(approved.effective_at, kNow) << "not before it was approved";
  EXPECT_EQ(decide_dated(approved, false, kBina, 3, kNow).error().outcome, Outcome::state_conflict);
  EXPECT_EQ(decide_dated(proposed, false, kBina, 2, kNow)->version, std::nullopt);
}

TEST(Ladders, SaySoundThings) {
  EXPECT_TRUE(check_ladder(standard_ladder()));
  const auto wrong = [](auto change) {
    LadderRules rules = standard_ladder();
    change(rules);
    const auto checked = check_ladder(rules);
    return checked ? "ok" : std::string{to_token(checked.error().outcome)} + " " + checked.error().field;
  };
  using Rules = LadderRules;
  EXPECT_EQ(wrong([](Rules& r) { r.ignored_calls = 0; }), "field_out_of_range ignored_calls");
  EXPECT_EQ(wrong([](Rules& r) { r.strike_lasts_s = 59; }), "field_out_of_range strike_lasts_s");
  EXPECT_EQ(wrong([](Rules& r) { r.quiet_s = 0; }), "field_out_of_range quiet_s");
  EXPECT_EQ(wrong([](Rules& r) { r.longest_s = 86'401; }), "field_out_of_range longest_s");
  EXPECT_EQ(wrong([](Rules& r) { r.rungs[1].strikes = 2; }), "field_out_of_range rungs[1].strikes");
  EXPECT_EQ(wrong([](Rules& r) { r.rungs[1].block_s = 0; }), "field_out_of_range rungs[1].block_s");
  EXPECT_EQ(wrong([](Rules& r) { r.rungs[1].block_s.reset(); }), "field_missing rungs[1].block_s");
  EXPECT_EQ(wrong([](Rules& r) { r.rungs[0].block_s = 5; }), "field_out_of_range rungs[0].block_s");
  EXPECT_EQ(wrong([](Rules& r) { r.rungs.resize(17); }), "field_out_of_range rungs");
  EXPECT_EQ(wrong([](Rules& r) { r.notices_at_percent = {90, 80}; }), "field_out_of_range notices_at_percent[1]");
  EXPECT_EQ(wrong([](Rules& r) { r.notices_at_percent = {101}; }), "field_out_of_range notices_at_percent[0]");
  EXPECT_EQ(wrong([](Rules& r) { r.notices_at_percent.assign(11, 1); }), "field_out_of_range notices_at_percent");
  EXPECT_EQ(wrong([](Rules& r) { r.rungs.back().block_s.reset(); }), "ok") << "a review need not block";
}

}  // namespace
}  // namespace mohur::policy
