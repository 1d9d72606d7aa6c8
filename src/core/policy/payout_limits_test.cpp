// Limits on money out: exact at every edge, kept as what was used, released with the payout, beside a list of all payouts.
#include "policy/payout_limits.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/india.hpp"

namespace mohur::policy {
namespace {

using registry::Purpose;
using registry::Rail;

const Time kNoon = *parse_rfc3339("2026-11-26T12:00:00+05:30");

struct Desk {
  std::vector<PayoutLimit> limits;
  Usage client, beneficiary;

  std::string pay(std::int64_t minor, Time at = kNoon, Purpose purpose = Purpose::vendor, Rail rail = Rail::imps,
                  Mode mode = Mode::live) {
    const LimitSet set{limits, client, 2};
    const auto counted = count({&set, 1}, {mode, purpose, rail, {minor}, at}, beneficiary);
    return counted ? "ok" : counted.error().detail;
  }
};

TEST(PayoutLimits, ALimitOfNAdmitsN) {
  Desk desk{.limits = {{.window = LimitWindow::day, .amount = Amount{1'000'00}, .count = 3}}, .client = {}, .beneficiary = {}};
  EXPECT_EQ(desk.pay(400'00), "ok");
  EXPECT_EQ(desk.pay(600'01),
            "Version 2 of the agreement allows ₹1,000.00 a day for payouts, and ₹400.00 are used. The window ends "
            "at 2026-11-26T18:30:00.000Z.");
  EXPECT_EQ(desk.pay(600'00), "ok");
  EXPECT_NE(desk.pay(1), "ok");
  Desk counted{.limits = {{.window = LimitWindow::hour, .count = 2}}, .client = {}, .beneficiary = {}};
  EXPECT_EQ(counted.pay(1), "ok");
  EXPECT_EQ(counted.pay(1), "ok");
  EXPECT_EQ(counted.pay(1),
            "Version 2 of the agreement allows 2 an hour for payouts, and 2 were sent. The window ends at "
            "2026-11-26T07:30:00.000Z.");
}

TEST(PayoutLimits, ASingleTransactionHasItsOwn) {
  Desk desk{.limits = {{.window = LimitWindow::transaction, .rail = Rail::imps, .amount = Amount{100}}},
            .client = {},
            .beneficiary = {}};
  EXPECT_EQ(desk.pay(100), "ok");
  EXPECT_EQ(desk.pay(101), "Version 2 of the agreement allows ₹1.00 at a time for payouts by imps.");
  EXPECT_EQ(desk.pay(101, kNoon, Purpose::vendor, Rail::neft), "ok");
  EXPECT_TRUE(desk.client.counters.empty());
}

TEST(PayoutLimits, WindowsAreThoseOfIndia) {
  const struct {
    LimitWindow window;
    std::string_view last, next;
  } rows[] = {
      {LimitWindow::minute, "2026-11-26T12:00:59.999+05:30", "2026-11-26T12:01:00+05:30"},
      {LimitWindow::hour, "2026-11-26T12:59:59.999+05:30", "2026-11-26T13:00:00+05:30"},
      {LimitWindow::day, "2026-11-26T23:59:59.999+05:30", "2026-11-27T00:00:00+05:30"},
      {LimitWindow::month, "2026-11-30T23:59:59.999+05:30", "2026-12-01T00:00:00+05:30"},
  };
  for (const auto& row : rows) {
    Desk desk{.limits = {{.window = row.window, .count = 1}}, .client = {}, .beneficiary = {}};
    EXPECT_EQ(desk.pay(1), "ok");
    EXPECT_NE(desk.pay(1, *parse_rfc3339(row.last)), "ok") << row.last;
    EXPECT_EQ(desk.pay(1, *parse_rfc3339(row.next)), "ok") << row.next;
    EXPECT_EQ(used(desk.limits[0], desk.client, Mode::live, kNoon).until, *parse_rfc3339(row.next));
  }
}

TEST(PayoutLimits, ARefusedPayoutCountsNowhere) {
  Desk desk{.limits = {{.window = LimitWindow::day, .count = 10}, {.window = LimitWindow::day, .amount = Amount{5}}},
            .client = {},
            .beneficiary = {}};
  for (int i = 0; i < 20; ++i) EXPECT_NE(desk.pay(6), "ok");
  EXPECT_EQ(desk.pay(5), "ok");
  EXPECT_EQ(used(desk.limits[0], desk.client, Mode::live, kNoon).count, 1U);
}

TEST(PayoutLimits, PurposesRailsModesAndBeneficiariesCountApart) {
  Desk desk{.limits = {{.purpose = Purpose::salary, .count = 1},
                       {.rail = Rail::upi, .count = 1},
                       {.per_beneficiary = true, .count = 3}},
            .client = {},
            .beneficiary = {}};
  EXPECT_EQ(desk.pay(1, kNoon, Purpose::salary, Rail::imps), "ok");
  EXPECT_NE(desk.pay(1, kNoon, Purpose::salary, Rail::upi), "ok");
  EXPECT_EQ(desk.pay(1, kNoon, Purpose::vendor, Rail::upi), "ok");
  EXPECT_NE(desk.pay(1, kNoon, Purpose::vendor, Rail::upi), "ok");
  EXPECT_EQ(desk.pay(1, kNoon, Purpose::vendor, Rail::imps), "ok");
  EXPECT_NE(desk.pay(1, kNoon, Purpose::vendor, Rail::imps).find("to one beneficiary"), std::string::npos);
  EXPECT_EQ(desk.pay(1, kNoon, Purpose::salary, Rail::imps, Mode::test), "ok");
  desk.beneficiary = {};  // another one
  EXPECT_EQ(desk.pay(1, kNoon, Purpose::vendor, Rail::imps), "ok");
}

TEST(PayoutLimits, AChangeOfTheLimitResetsNothing) {
  Desk desk{.limits = {{.amount = Amount{100}}}, .client = {}, .beneficiary = {}};
  EXPECT_EQ(desk.pay(100), "ok");
  desk.limits[0].amount = Amount{150};
  EXPECT_NE(desk.pay(51), "ok");
  EXPECT_EQ(desk.pay(50), "ok");
  desk.limits.clear();  // dropped: it is counted on
  EXPECT_EQ(desk.pay(1'000), "ok");
  desk.limits = {{.amount = Amount{1'151}}};
  EXPECT_NE(desk.pay(2), "ok");
  EXPECT_EQ(desk.pay(1), "ok");
}

TEST(PayoutLimits, WhatComesBackIsReleasedOnceAndWithinItsWindow) {
  Desk desk{.limits = {{.window = LimitWindow::day, .amount = Amount{100}}}, .client = {}, .beneficiary = {}};
  const Spending spending{Mode::live, Purpose::vendor, Rail::imps, {100}, kNoon};
  EXPECT_EQ(desk.pay(100), "ok");
  EXPECT_TRUE(release(spending, desk.client));
  EXPECT_EQ(desk.pay(100), "ok");
  EXPECT_EQ(desk.pay(100, kNoon + days(1)), "ok");
  EXPECT_FALSE(release(spending, desk.client)) << "its day is over";
  Spending before_the_limit = spending;
  before_the_limit.at = kNoon + days(1) - Duration{1};
  EXPECT_FALSE(release(before_the_limit, desk.client)) << "it was never counted";
}

TEST(PayoutLimits, ListsThatSayNothingOrTooMuchAreRefused) {
  const auto told = [](std::vector<PayoutLimit> limits) {
    const auto checked = check_payout_limits(limits);
    return checked ? "ok" : std::string{to_token(checked.error().outcome)} + " " + checked.error().field;
  };
  EXPECT_EQ(told({{.amount = Amount{1}}, {.count = 1}}), "ok");
  EXPECT_EQ(told({{.amount = Amount{1}}, {}}), "field_missing payout_limits[1].amount");
  EXPECT_EQ(told({{.amount = Amount{0}}}), "field_out_of_range payout_limits[0].amount");
  EXPECT_EQ(told({{.count = 0}}), "field_out_of_range payout_limits[0].count");
  EXPECT_EQ(told({{.window = LimitWindow::transaction, .count = 1}}), "field_out_of_range payout_limits[0].count");
  EXPECT_EQ(told(std::vector<PayoutLimit>(33, {.count = 1})), "field_out_of_range payout_limits");
}

// Whatever is paid, fails and changes: each limit that has been there since its window began admits exactly what a list of all
// living payouts of that window allows.
TEST(PayoutLimits, AgreeWithAListOfAllPayouts) {
  constexpr LimitWindow kWindows[] = {LimitWindow::minute, LimitWindow::hour, LimitWindow::day, LimitWindow::month};
  for (unsigned seed = 1; seed <= 30; ++seed) {
    std::mt19937 source{seed};
    const auto chance = [&](std::int64_t below) { return static_cast<std::int64_t>(source()) % below; };
    Desk desk;
    for (int i = 0; i < 4; ++i)
      desk.limits.push_back({.window = kWindows[chance(4)],
                             .rail = chance(2) == 0 ? std::optional{Rail::imps} : std::nullopt,
                             .amount = Amount{200 + chance(2'000)},
                             .count = static_cast<std::uint64_t>(3 + chance(30))});
    std::vector<Spending> living;
    Time now = kNoon;
    for (int step = 0; step < 3'000; ++step) {
      now = now + Duration{chance(chance(20) == 0 ? days(2).ns : minutes(1).ns)};
      if (!living.empty() && chance(4) == 0) {
        const auto which = living.begin() + chance(static_cast<std::int64_t>(living.size()));
        release(*which, desk.client);
        living.erase(which);
        continue;
      }
      const Spending next{Mode::live, Purpose::vendor, chance(2) == 0 ? Rail::imps : Rail::neft, {1 + chance(300)}, now};
      bool fits = true;
      for (const PayoutLimit& limit : desk.limits) {
        if (limit.rail && *limit.rail != next.rail) continue;
        const Time end = *used(limit, {}, Mode::live, now).until;
        std::uint64_t n = 0;
        std::int64_t sum = 0;
        for (const Spending& each : living) {
          const bool same_window = used(limit, {}, Mode::live, each.at).until == end;
          if (!same_window || (limit.rail && *limit.rail != each.rail)) continue;
          n += 1;
          sum += each.amount.minor;
        }
        fits = fits && n < *limit.count && sum + next.amount.minor <= limit.amount->minor;
      }
      const LimitSet set{desk.limits, desk.client, 1};
      const bool was_counted = count({&set, 1}, next, desk.beneficiary).has_value();
      ASSERT_EQ(was_counted, fits) << "seed " << seed << ", step " << step;
      if (was_counted) living.push_back(next);
    }
  }
}

TEST(PayoutLimits, ASublicenceKeepsToItsOwnAndToThoseOfTheAgreement) {
  const std::vector<PayoutLimit> agreed{{.window = LimitWindow::day, .amount = Amount{1'000'00}}};
  const std::vector<PayoutLimit> own{{.window = LimitWindow::day, .count = 2},
                                     {.window = LimitWindow::day, .per_beneficiary = true, .amount = Amount{700'00}}};
  Usage client, sublicence, beneficiary;
  const LimitSet sets[] = {{agreed, client, 3}, {own, sublicence, {}}};
  const auto pay = [&](std::int64_t minor) {
    const auto counted = count(sets, {Mode::live, Purpose::vendor, Rail::imps, {minor}, kNoon}, beneficiary);
    return counted ? "ok" : counted.error().detail.substr(0, 14);
  };
  EXPECT_EQ(pay(1'000'01), "Version 3 of t");
  EXPECT_EQ(pay(700'01), "The sublicence");
  EXPECT_TRUE(client.counters.empty() && sublicence.counters.empty() && beneficiary.counters.empty());
  EXPECT_EQ(pay(600'00), "ok");
  EXPECT_EQ(pay(100'00), "ok");
  EXPECT_EQ(pay(1), "The sublicence");
  EXPECT_EQ(used(agreed[0], client, Mode::live, kNoon).amount.minor, 700'00);
  EXPECT_EQ(used(own[1], beneficiary, Mode::live, kNoon).amount.minor, 700'00) << "counted once, whoever's limit it is";
  for (const PayoutLimit& window : kReported) EXPECT_EQ(used(window, sublicence, Mode::live, kNoon).count, 2U);
}

}  // namespace
}  // namespace mohur::policy
