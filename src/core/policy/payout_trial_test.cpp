// What limits would have refused: as if they had been in force, whatever they were called then.
#include "policy/payout_trial.hpp"

#include <gtest/gtest.h>

namespace mohur::policy {
namespace {

using registry::Purpose;
using registry::Rail;

const Time kNoon = *parse_rfc3339("2026-11-26T12:00:00+05:30");
constexpr Key128 kRavi{1, 1}, kMeera{1, 2};

struct Past {
  explicit Past(const std::vector<PayoutLimit>& limits) : trial(limits) {}
  Key128 pay(std::int64_t minor, Key128 to = kRavi, Time at = kNoon) {
    const Key128 payout{2, ++made};
    trial.accept(payout, to, {Mode::live, Purpose::vendor, Rail::imps, {minor}, at});
    return payout;
  }
  PayoutTrial trial;
  std::uint64_t made = 0;
};

TEST(PayoutTrial, WhatWouldHaveBeenRefusedUsesNothingUp) {
  Past past{{{.window = LimitWindow::day, .amount = Amount{1'000}}}};
  past.pay(600);
  past.pay(500, kRavi, kNoon + hours(1));
  past.pay(400, kRavi, kNoon + hours(2));
  past.pay(1, kRavi, kNoon + hours(3));
  past.pay(1'000, kRavi, kNoon + days(1));
  EXPECT_EQ(past.trial.payouts(), 5U);
  EXPECT_EQ(past.trial.amount().minor, 2'501);
  EXPECT_EQ(past.trial.refused(), 2U);
  EXPECT_EQ(past.trial.refused_amount().minor, 501);
  EXPECT_EQ(past.trial.limits().at(0).first_at, kNoon + hours(1));
}

TEST(PayoutTrial, WhatDidNotGoOutIsGivenBackOnce) {
  Past past{{{.window = LimitWindow::day, .count = 2}}};
  const Key128 failed = past.pay(1);
  past.pay(1);
  const Key128 refused = past.pay(1);
  past.trial.undo(failed);
  past.trial.undo(failed);
  past.trial.undo(refused);
  past.pay(1);
  EXPECT_EQ(past.trial.refused(), 1U);
  past.pay(1);
  EXPECT_EQ(past.trial.refused(), 2U);
}

TEST(PayoutTrial, EachLimitThatWouldHaveRefusedIsTold) {
  Past past{{{.window = LimitWindow::transaction, .amount = Amount{500}},
             {.window = LimitWindow::day, .amount = Amount{1'000}, .shadow = true},
             {.window = LimitWindow::day, .per_beneficiary = true, .count = 1}}};
  past.pay(400);
  past.pay(400, kMeera);
  past.pay(501);
  EXPECT_EQ(past.trial.refused(), 1U);
  for (const auto& each : past.trial.limits()) EXPECT_EQ(each.refused, 1U) << static_cast<int>(each.limit.window);
  EXPECT_TRUE(past.trial.limits().at(1).limit.is_shadow()) << "told as it was given";
}

}  // namespace
}  // namespace mohur::policy
