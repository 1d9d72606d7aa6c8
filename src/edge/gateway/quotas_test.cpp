// Quotas in the gate: exact, by the calendar of India, told in time, tried out without effect, and the same after a restart.
#include "gateway/quotas.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/india.hpp"

namespace mohur::gateway {
namespace {

using policy::CallQuota;
using policy::CallWindow;

constexpr std::uint32_t kNotices[] = {80, 90, 100};

class QuotasTest : public testing::Test {
 protected:
  bool call() {
    if (quotas.used_up(limits, now)) return false;
    const auto taken = quotas.take(limits, kNotices, now);
    if (taken.notice) told.push_back(taken.notice->percent);
    would_refuse = taken.would_refuse;
    return true;
  }
  int admitted(int calls) {
    int count = 0;
    for (int n = 0; n < calls; ++n) count += call() ? 1 : 0;
    return count;
  }
  std::uint64_t used(CallWindow window) const { return quotas.read(window, now).used; }

  Quotas quotas;
  policy::Allowance limits{.total = {}, .rates = {}, .daily_quota = CallQuota{10}, .monthly_quota = CallQuota{25}};
  Time now = *parse_rfc3339("2026-11-26T10:00:00+05:30");
  std::vector<std::uint32_t> told;
  std::string_view would_refuse;
};

TEST_F(QuotasTest, AQuotaOfTenAdmitsTenAndARefusedCallTakesNothing) {
  EXPECT_EQ(admitted(1'000), 10);
  EXPECT_EQ(used(CallWindow::day), 10U);
  EXPECT_EQ(used(CallWindow::month), 10U);
}

TEST_F(QuotasTest, ADayEndsAtMidnightInIndiaAndAMonthOnItsFirst) {
  EXPECT_EQ(admitted(11), 10);
  now = *parse_rfc3339("2026-11-26T23:59:59+05:30");
  EXPECT_EQ(admitted(1), 0);
  now = *parse_rfc3339("2026-11-27T00:00:00+05:30");
  EXPECT_EQ(admitted(11), 10);
  now = *parse_rfc3339("2026-11-28T00:00:00+05:30");
  EXPECT_EQ(admitted(11), 5) << "what is left of the month";
  EXPECT_EQ(quotas.used_up(limits, now), CallWindow::month);
  now = *parse_rfc3339("2026-12-01T00:00:00+05:30");
  EXPECT_EQ(admitted(11), 10);
}

TEST_F(QuotasTest, OfTwoThatAreUsedUpTheOneThatEndsLaterIsTold) {
  limits.daily_quota = limits.monthly_quota = CallQuota{5};
  admitted(5);
  EXPECT_EQ(quotas.used_up(limits, now), CallWindow::month);
}

TEST_F(QuotasTest, EachPartOfAQuotaIsToldOnce) {
  limits.monthly_quota.reset();
  admitted(100);
  EXPECT_THAT(told, testing::ElementsAre(80, 90, 100));
  now = now + days(1);
  admitted(8);
  EXPECT_THAT(told, testing::ElementsAre(80, 90, 100, 80));
}

TEST_F(QuotasTest, ARestartForgetsNothingAndTellsNothingTwice) {
  admitted(9);
  Quotas fresh;
  for (const std::int64_t day : {india::day_of(now) - 40, india::day_of(now) - 3, india::day_of(now)})
    fresh.restore(day, day == india::day_of(now) ? 9 : 4, now);
  quotas = fresh;
  told.clear();
  EXPECT_EQ(used(CallWindow::day), 9U);
  EXPECT_EQ(used(CallWindow::month), 13U) << "what was last month is over";
  EXPECT_EQ(admitted(5), 1);
  EXPECT_THAT(told, testing::ElementsAre(100));
}

TEST_F(QuotasTest, AQuotaAgreedInTheMiddleCountsFromTheBeginning) {
  limits.daily_quota = limits.monthly_quota = std::nullopt;
  EXPECT_EQ(admitted(7), 7);
  limits.daily_quota = CallQuota{10};
  EXPECT_EQ(admitted(7), 3);
}

TEST_F(QuotasTest, OneThatIsTriedOutRefusesNothingAndCountsWhatItWould) {
  limits.daily_quota = CallQuota{3, true};
  limits.monthly_quota.reset();
  EXPECT_EQ(admitted(8), 8);
  EXPECT_EQ(quotas.read(CallWindow::day, now).would_have_refused, 5U);
  EXPECT_EQ(would_refuse, "day");
}

TEST_F(QuotasTest, AClockThatIsSetBackOpensNoOldWindow) {
  admitted(10);
  now = now - hours(24);
  EXPECT_EQ(admitted(1), 0);
}

}  // namespace
}  // namespace mohur::gateway
