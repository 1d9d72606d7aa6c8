// The limiter: pooled by client, all or nothing, told exactly, and forgetful of those who rest.
#include "gateway/limiter.hpp"

#include <gtest/gtest.h>

namespace mohur::gateway {
namespace {

using policy::Allowance;
using policy::RouteClass;

constexpr ClientNumber kOne = 1, kOther = 2;
constexpr Time kStart{seconds(1'800'000'000).ns};

Allowance small_plan() {
  return {.total = {.quota = 100, .window_s = 100, .burst = 10},
          .rates = {{RouteClass::money_out, {.quota = 50, .window_s = 100, .burst = 4}},
                    {RouteClass::reserved, {.quota = 100, .window_s = 100, .burst = 3}}},
          .concurrent_calls = 1'000};
}

struct Desk {
  Limiter limiter;
  Allowance plan = small_plan();
  Limiter::Told told;

  std::string call(RouteClass route_class, Time now = kStart, ClientNumber client = kOne, Mode mode = Mode::live) {
    told = {};
    const auto ticket = limiter.admit({pool_number(client, mode), plan, route_class, now, now}, told);
    return ticket ? "ok" : std::string{to_token(ticket.error().outcome)};
  }
  int admitted(int calls, RouteClass route_class, Time now = kStart) {
    int count = 0;
    for (int i = 0; i < calls; ++i) count += call(route_class, now) == "ok" ? 1 : 0;
    return count;
  }
};

TEST(Limiter, CountsAClassAndTheTotalTogether) {
  Desk desk;
  EXPECT_EQ(desk.admitted(20, RouteClass::money_out), 4);
  EXPECT_EQ(desk.admitted(20, RouteClass::read), 6);  // what money out left of the total; its refused calls took none of it
  EXPECT_EQ(desk.admitted(20, RouteClass::write), 0);
}

TEST(Limiter, ReservedRoutesSurviveAFlood) {
  Desk desk;
  desk.admitted(1'000, RouteClass::read);
  EXPECT_EQ(desk.admitted(20, RouteClass::reserved), 3);
  EXPECT_EQ(desk.told.policy, R"("reserved";q=100;w=100)");
}

TEST(Limiter, ClientsAndModesHavePoolsOfTheirOwn) {
  Desk desk;
  desk.admitted(1'000, RouteClass::read);
  EXPECT_EQ(desk.call(RouteClass::read), "rate_exceeded");
  EXPECT_EQ(desk.call(RouteClass::read, kStart, kOther), "ok");
  EXPECT_EQ(desk.call(RouteClass::read, kStart, kOne, Mode::test), "ok");
}

TEST(Limiter, TellsWhatIsLeftAndWhenMoreComes) {
  Desk desk;
  EXPECT_EQ(desk.call(RouteClass::money_out), "ok");
  EXPECT_EQ(desk.told.policy, R"("total";q=100;w=100, "money_out";q=50;w=100)");
  EXPECT_EQ(desk.told.limit, R"("total";r=9;t=1, "money_out";r=3;t=2)");
  EXPECT_FALSE(desk.told.retry_after);
  desk.admitted(3, RouteClass::money_out);
  EXPECT_EQ(desk.call(RouteClass::money_out, kStart + milliseconds(500)), "rate_exceeded");
  EXPECT_EQ(desk.told.limit, R"("total";r=6;t=1, "money_out";r=0;t=2)");
  EXPECT_EQ(desk.told.retry_after, milliseconds(1'500));
  EXPECT_EQ(desk.call(RouteClass::money_out, kStart + seconds(2)), "ok");
}

TEST(Limiter, CallsUnderWayAreLimitedUntilTheyEnd) {
  Desk desk;
  desk.plan.concurrent_calls = 2;
  Limiter::Told told;
  auto first = desk.limiter.admit({pool_number(kOne, Mode::live), desk.plan, RouteClass::read, kStart, kStart}, told);
  const auto second = desk.limiter.admit({pool_number(kOne, Mode::live), desk.plan, RouteClass::read, kStart, kStart}, told);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(desk.call(RouteClass::read), "too_many_concurrent_calls");
  EXPECT_EQ(desk.told.retry_after, seconds(1));
  EXPECT_EQ(desk.told.limit, R"("total";r=8;t=1)");  // the refused call took nothing
  EXPECT_EQ(desk.call(RouteClass::reserved), "ok");
  *first = {};
  EXPECT_EQ(desk.call(RouteClass::read), "ok");
}

TEST(Limiter, AChangeOfPlanCountsAtOnceAndGivesNothingBack) {
  Desk desk;
  EXPECT_EQ(desk.admitted(20, RouteClass::read), 10);
  desk.plan.total.burst = 15;
  EXPECT_EQ(desk.admitted(20, RouteClass::read), 5);
  desk.plan.total.burst = 10;
  EXPECT_EQ(desk.admitted(20, RouteClass::read), 0);
}

TEST(Limiter, CountsQuotasByClientAndMode) {
  Desk desk;
  desk.plan.daily_quota = policy::CallQuota{3};
  EXPECT_EQ(desk.admitted(5, RouteClass::read), 3);
  EXPECT_EQ(desk.call(RouteClass::read), "quota_exceeded");
  EXPECT_EQ(desk.call(RouteClass::read, kStart, kOther), "ok");
  EXPECT_EQ(desk.call(RouteClass::read, kStart, kOne, Mode::test), "ok");
  EXPECT_EQ(desk.limiter.quotas_of(pool_number(kOne, Mode::live)).read(policy::CallWindow::day, kStart).used, 3U);
}

TEST(Limiter, OfAPoolThatNeverCalledNothingIsUsed) {
  Desk desk;
  desk.limiter.expect(1'000'000);
  EXPECT_EQ(desk.limiter.left(1'000'000, desk.plan, kStart)[0].remaining, 10U);
  EXPECT_EQ(std::as_const(desk.limiter).quotas_of(1'000'000).read(policy::CallWindow::day, kStart).used, 0U);
}

TEST(Limiter, CallsThatAreUnderWayOutliveTheComingOfOthers) {
  Desk desk;
  desk.plan.concurrent_calls = 1;
  Limiter::Told told;
  auto under_way = desk.limiter.admit({pool_number(kOne, Mode::live), desk.plan, RouteClass::read, kStart, kStart}, told);
  ASSERT_TRUE(under_way);
  for (ClientNumber other = 10; other < 10'000; ++other) EXPECT_EQ(desk.call(RouteClass::read, kStart, other), "ok");
  EXPECT_EQ(desk.call(RouteClass::read), "too_many_concurrent_calls");
  *under_way = {};
  EXPECT_EQ(desk.call(RouteClass::read), "ok");
}

}  // namespace
}  // namespace mohur::gateway
