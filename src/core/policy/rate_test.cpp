// The rate limiter: exact at every edge, all or nothing, and the same calls under another plan.
#include "policy/rate.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace mohur::policy {
namespace {

constexpr Time kStart{seconds(1'800'000'000).ns};

bool admits(const Rate& rate, Meter& meter, Time now) {
  const Applied limit{&rate, &meter};
  return !take({&limit, 1}, now);
}

int admitted_of(int calls, const Rate& rate, Meter& meter, Time now) {
  int admitted = 0;
  for (int i = 0; i < calls; ++i) admitted += admits(rate, meter, now) ? 1 : 0;
  return admitted;
}

TEST(Rate, ABudgetOfAHundredAdmitsAHundredOfTwoThousandAtOnce) {
  const Rate rate{.quota = 100, .window_s = 3'600, .burst = 100};
  Meter meter;
  EXPECT_EQ(admitted_of(2'000, rate, meter, kStart), 100);
  EXPECT_EQ(admitted_of(2'000, rate, meter, kStart), 0);
}

TEST(Rate, TheEdgeOfAWindowAdmitsNoSecondBurst) {
  const Rate rate{.quota = 60, .window_s = 60, .burst = 60};
  for (const Duration before_the_edge : {Duration{1}, milliseconds(1), milliseconds(999)}) {
    Meter meter;
    EXPECT_EQ(admitted_of(100, rate, meter, kStart + minutes(1) - before_the_edge), 60);
    EXPECT_EQ(admitted_of(100, rate, meter, kStart + minutes(1)), 0) << before_the_edge.ns;
  }
}

TEST(Rate, ItDrainsOneCallAtATimeAndTellsWhen) {
  const Rate rate{.quota = 10, .window_s = 10, .burst = 2};
  Meter meter;
  EXPECT_EQ(read(rate, meter, kStart).remaining, 2u);
  EXPECT_FALSE(read(rate, meter, kStart).more_in);
  EXPECT_EQ(admitted_of(5, rate, meter, kStart), 2);
  const Reading full = read(rate, meter, kStart + milliseconds(300));
  EXPECT_EQ(full.remaining, 0u);
  EXPECT_EQ(full.more_in, milliseconds(700));
  EXPECT_EQ(full.retry_in, milliseconds(700));
  EXPECT_FALSE(admits(rate, meter, kStart + seconds(1) - Duration{1}));
  EXPECT_TRUE(admits(rate, meter, kStart + seconds(1)));
  EXPECT_FALSE(admits(rate, meter, kStart + seconds(1)));
}

TEST(Rate, WhoWaitsAsToldIsAdmitted) {
  const Rate rate{.quota = 7, .window_s = 60, .burst = 3};
  Meter meter;
  Time now = kStart;
  for (int i = 0; i < 1'000; ++i) {
    while (admits(rate, meter, now)) {
    }
    now = now + *read(rate, meter, now).retry_in;
    ASSERT_TRUE(admits(rate, meter, now)) << i;
  }
}

TEST(Rate, ARefusedCallTakesNothingFromAnyOfTheLimits) {
  const Rate wide{.quota = 100, .window_s = 60, .burst = 100};
  const Rate narrow{.quota = 2, .window_s = 60, .burst = 2};
  Meter of_client, of_route;
  const Applied limits[] = {{&wide, &of_client}, {&narrow, &of_route}};
  EXPECT_FALSE(take(limits, kStart));
  EXPECT_FALSE(take(limits, kStart));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(take(limits, kStart), 1u);
  EXPECT_EQ(read(wide, of_client, kStart).remaining, 98u);
}

TEST(Rate, TheLimitThatMakesOneWaitLongestIsNamed) {
  const Rate a_second{.quota = 1, .window_s = 1, .burst = 1}, a_minute{.quota = 1, .window_s = 60, .burst = 1};
  Meter first, second;
  const Applied limits[] = {{&a_second, &first}, {&a_minute, &second}};
  EXPECT_FALSE(take(limits, kStart));
  EXPECT_EQ(take(limits, kStart), 1u);
  const Applied turned[] = {limits[1], limits[0]};
  EXPECT_EQ(take(turned, kStart), 0u);
}

TEST(Rate, AChangeOfPlanEachSecondLosesAndDoublesNothing) {
  const Rate small{.quota = 60, .window_s = 60, .burst = 60}, large{.quota = 600, .window_s = 60, .burst = 600};
  Meter meter;
  EXPECT_EQ(admitted_of(100, small, meter, kStart), 60);
  // Used stays used: under the larger plan 540 more at once, and then none under either.
  EXPECT_EQ(admitted_of(2'000, large, meter, kStart), 540);
  EXPECT_EQ(admitted_of(2'000, small, meter, kStart), 0);
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_FALSE(admits(small, meter, kStart));
    EXPECT_FALSE(admits(large, meter, kStart));
  }
  // 600 calls are over: they drain at the pace of the plan in force, one a second, then ten.
  EXPECT_EQ(read(large, meter, kStart).remaining, 0u);
  EXPECT_EQ(admitted_of(100, large, meter, kStart + seconds(1)), 10);
}

TEST(Rate, OnlyWhatCanBeCountedIsValid) {
  const struct {
    Rate rate;
    bool is_valid;
  } rows[] = {
      {{1, 1, 1}, true},          {{1'000'000, 2'678'400, 1'000'000}, true},
      {{0, 1, 1}, false},         {{1, 0, 1}, false},
      {{1, 1, 0}, false},         {{1, 1, 2}, false},
      {{1'000'001, 1, 1}, false}, {{1, 2'678'401, 1}, false},
  };
  for (const auto& row : rows) EXPECT_EQ(is_valid(row.rate), row.is_valid) << row.rate.quota << " " << row.rate.window_s;
}

TEST(Rate, TheLargestRatesDoNotOverflow) {
  const Rate rate{.quota = 1'000'000, .window_s = 2'678'400, .burst = 1'000'000};
  const Rate slow{.quota = 1, .window_s = 2'678'400, .burst = 1};
  Meter meter;
  meter = {kStart + spacing_of(rate) * 1'000'000, spacing_of(rate)};  // as after a whole burst
  EXPECT_FALSE(admits(slow, meter, kStart));
  EXPECT_FALSE(admits(rate, meter, kStart));
}

// Beside a model that keeps every admitted call: in no span more than the burst and what drains meanwhile, and a call is
// refused only when admitting it would break just that.
TEST(Rate, AgreesWithAListOfAllCalls) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 source{seed};
    const auto chance = [&](std::int64_t below) { return static_cast<std::int64_t>(source()) % below; };
    const auto quota = static_cast<std::uint32_t>(1 + chance(50));
    const Rate rate{.quota = quota,
                    .window_s = static_cast<std::uint32_t>(1 + chance(10)),
                    .burst = static_cast<std::uint32_t>(1 + chance(quota))};
    const std::int64_t spacing = spacing_of(rate).ns;
    Meter meter;
    std::vector<Time> admitted;
    Time now = kStart;
    for (int i = 0; i < 2'000; ++i) {
      if (chance(4) == 0) now = now + Duration{chance(2 * spacing)};
      // The level after this call, were it admitted: the most over all spans that end now.
      std::int64_t most = spacing;
      std::int64_t count = 1;
      for (auto call = admitted.rbegin(); call != admitted.rend(); ++call)
        most = std::max(most, ++count * spacing - (now - *call).ns);
      const bool should = most <= spacing * rate.burst;
      ASSERT_EQ(admits(rate, meter, now), should) << "seed " << seed << ", call " << i;
      if (should) admitted.push_back(now);
    }
  }
}

}  // namespace
}  // namespace mohur::policy
