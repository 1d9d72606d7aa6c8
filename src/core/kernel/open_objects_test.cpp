// Timers on many clocks, queues, and the shelves that forget.
#include "kernel/open_objects.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/shelf.hpp"

namespace mohur::kernel {
namespace {

using testing::ElementsAre;

constexpr ClientId kAsha{{1, 1}}, kBina{{1, 2}};
constexpr Time kNow{1'795'329'000'000'000'000};
constexpr Key128 key(std::uint64_t n) { return {5, n}; }

OpenObject waiting(ClientId client, Mode mode, Duration after) {
  return {OpenKind::payout, client, mode, kNow + after, false, {}};
}

std::vector<std::uint64_t> due(const OpenObjects& open, Duration after, std::size_t most = 100) {
  std::vector<std::uint64_t> numbers;
  for (const auto& wake : open.due(kNow + after, most)) numbers.push_back(wake.key.low);
  return numbers;
}

TEST(OpenObjects, EachWakesOnTheClockOfItsOwner) {
  OpenObjects open;
  open.set(key(1), waiting(kAsha, Mode::test, hours(3)));
  open.set(key(2), waiting(kBina, Mode::test, hours(2)));
  open.set(key(3), waiting(kAsha, Mode::live, hours(1)));
  EXPECT_THAT(due(open, minutes(59)), ElementsAre());
  EXPECT_EQ(open.next_due(), kNow + hours(1));
  open.set_clock({.client = kAsha, .ahead = hours(2) + minutes(30)});
  EXPECT_EQ(open.next_due(), kNow + minutes(30)) << "a test client's clock runs ahead; live money knows no such clock";
  EXPECT_THAT(due(open, minutes(30)), ElementsAre(1));
  EXPECT_THAT(due(open, hours(2)), ElementsAre(1, 3, 2)) << "the owner whose first timer is earliest comes first";
  EXPECT_THAT(due(open, hours(2), 2), ElementsAre(1, 3));
  open.set(key(1), std::nullopt);
  EXPECT_THAT(due(open, hours(2)), ElementsAre(3, 2));
  open.set(key(2), waiting(kBina, Mode::test, hours(5)));
  EXPECT_THAT(due(open, hours(2)), ElementsAre(3));
  EXPECT_EQ(open.size(), 2U);
}

TEST(OpenObjects, AClockThatCatchesUpFiresOnlyWhatItHasComeTo) {
  OpenObjects open;
  open.set(key(1), waiting(kAsha, Mode::test, hours(1)));
  open.set(key(2), waiting(kAsha, Mode::test, hours(2)));
  open.set(key(3), waiting(kAsha, Mode::live, hours(1)));
  open.set_clock({.client = kAsha, .ahead = hours(9), .caught_up_to = kNow});
  EXPECT_EQ(open.next_due(), kNow + hours(1)) << "live money waits for no bank's play";
  EXPECT_THAT(due(open, hours(1)), ElementsAre(3));
  open.set_clock({.client = kAsha, .ahead = hours(9), .caught_up_to = kNow + hours(1)});
  EXPECT_THAT(due(open, {}), ElementsAre()) << "a report at the same moment comes first";
  open.set_clock({.client = kAsha, .ahead = hours(9), .caught_up_to = kNow + hours(1) + Duration{1}});
  EXPECT_THAT(due(open, {}), ElementsAre(1));
  open.set_clock({.client = kAsha, .ahead = hours(9)});
  EXPECT_THAT(due(open, {}), ElementsAre(1, 2));
}

TEST(OpenObjects, AClockCatchesUpToTheNextReportOrToTheTimerBeforeIt) {
  OpenObjects open;
  const auto step = [&](std::optional<Time> next_report) { return open.next_step(kAsha, kNow, next_report, kNow + hours(9)); };
  EXPECT_EQ(step({}), std::nullopt) << "nothing waits";
  EXPECT_EQ(step(kNow + hours(3)), kNow + hours(3));
  EXPECT_EQ(step(kNow + hours(99)), kNow + hours(9)) << "no further than the clock shows";
  OpenObject payin = waiting(kAsha, Mode::test, hours(1));
  payin.kind = OpenKind::payin;
  open.set(key(1), payin);
  EXPECT_EQ(step(kNow + hours(3)), kNow + hours(3)) << "an expiry leads to no report";
  open.set(key(2), waiting(kAsha, Mode::test, hours(2)));
  EXPECT_EQ(step(kNow + hours(3)), kNow + hours(2) + Duration{1});
  EXPECT_EQ(step(kNow + hours(2)), kNow + hours(2)) << "at the same moment the report comes first";
  EXPECT_EQ(step({}), kNow + hours(2) + Duration{1});
  EXPECT_EQ(open.next_step(kAsha, kNow + hours(4), {}, kNow + hours(9)), kNow + hours(4)) << "never back";
}

TEST(OpenObjects, AnObjectWithoutAMomentWaitsQuietly) {
  OpenObjects open;
  open.set(key(1), OpenObject{OpenKind::payout, kAsha, Mode::live, std::nullopt, false, {700}});
  EXPECT_EQ(open.next_due(), std::nullopt);
  EXPECT_EQ(open.in_flight(OpenKind::payout, Mode::live), 700);
  EXPECT_EQ(open.in_flight(OpenKind::payout, Mode::test), 0);
  EXPECT_EQ(open.in_flight(OpenKind::refund, Mode::live), 0);
  open.set(key(1), std::nullopt);
  EXPECT_EQ(open.in_flight(OpenKind::payout, Mode::live), 0);
}

constexpr Amount kPlenty{1'000'000};

OpenObject queued(ClientId client, Mode mode, payments::QueuePriority priority = payments::QueuePriority::normal,
                  Amount needs = {100}) {
  return {OpenKind::payout, client, mode, kNow, true, {}, {}, priority, needs};
}

TEST(OpenObjects, AQueueIsOfOneClientInOneModeOldestFirst) {
  OpenObjects open;
  open.set(key(9), queued(kAsha, Mode::test));
  open.set(key(3), queued(kAsha, Mode::test));
  open.set(key(4), queued(kAsha, Mode::live));
  open.set(key(5), queued(kBina, Mode::test));
  EXPECT_THAT(open.covered(kAsha, Mode::test, kPlenty), ElementsAre(key(3), key(9)));
  open.set(key(3), waiting(kAsha, Mode::test, {}));
  EXPECT_THAT(open.covered(kAsha, Mode::test, kPlenty), ElementsAre(key(9)));
  EXPECT_THAT(open.covered(kBina, Mode::live, kPlenty), ElementsAre());
  EXPECT_EQ(open.first_queued(kBina, Mode::live), std::nullopt);
}

TEST(OpenObjects, AQueueGoesByPriorityAndNobodyIsPassedOver) {
  using enum payments::QueuePriority;
  OpenObjects open;
  open.set(key(1), queued(kAsha, Mode::test, low, {10}));
  open.set(key(2), queued(kAsha, Mode::test, normal, {300}));
  open.set(key(3), queued(kAsha, Mode::test, normal, {10}));
  open.set(key(4), queued(kAsha, Mode::test, high, {100}));
  EXPECT_EQ(open.first_queued(kAsha, Mode::test), (QueuePlace{high, key(4)}));
  const auto covered = [&](std::int64_t minor) { return open.covered(kAsha, Mode::test, {minor}); };
  EXPECT_THAT(covered(99), ElementsAre());
  EXPECT_THAT(covered(100), ElementsAre(key(4)));
  EXPECT_THAT(covered(399), ElementsAre(key(4))) << "the small one behind waits for the one before it";
  EXPECT_THAT(covered(400), ElementsAre(key(4), key(2)));
  EXPECT_THAT(covered(420), ElementsAre(key(4), key(2), key(3), key(1)));
}

TEST(OpenObjects, WhoeverStoodBehindOneThatGaveUpIsLookedAtAgain) {
  OpenObjects open;
  const auto given_up = [&] { return open.take_given_up().size(); };
  const OpenObject sent{OpenKind::payout, kAsha, Mode::test, kNow, false, {100}, {}};
  for (std::uint64_t n = 1; n <= 4; ++n) open.set(key(n), queued(kAsha, Mode::test));
  EXPECT_EQ(given_up(), 0U);
  open.set(key(2), std::nullopt);
  EXPECT_EQ(given_up(), 0U) << "it held up nobody alone";
  open.set(key(1), sent);
  EXPECT_EQ(given_up(), 0U) << "it took what it waited for";
  open.set(key(3), queued(kAsha, Mode::test));
  EXPECT_EQ(given_up(), 0U) << "it waits as before";
  open.set(key(3), std::nullopt);
  EXPECT_EQ(given_up(), 1U);
  EXPECT_EQ(given_up(), 0U);
}

struct Kept {
  int value = 0;
};
struct Passing {
  std::array<int, 8> values{};
};

}  // namespace

template <>
inline constexpr bool is_kept<Kept> = true;

namespace {

TEST(Shelf, BelievesTheNewest) {
  Shelf<Kept> shelf;
  EXPECT_EQ(shelf.find(key(1)), nullptr);
  shelf.fetched(key(1), {5});
  EXPECT_EQ(shelf.find(key(1))->value, 5);
  shelf.put(key(1), {7}, 3);
  EXPECT_EQ(shelf.find(key(1))->value, 7);
  shelf.fetched(key(1), {6});
  EXPECT_EQ(shelf.find(key(1))->value, 7) << "what the disk says is older than what an event said";
}

TEST(Shelf, AnEntryThatChangesForEverTakesNoMoreRoom) {
  Shelf<Kept> shelf;
  for (std::uint64_t n = 1; n <= 100; ++n) shelf.put(key(n), {}, n);
  for (std::uint64_t position = 101; position <= 100'000; ++position) {
    shelf.put(key(7), {}, position);
    shelf.trim(1'000, position);
  }
  EXPECT_EQ(shelf.size(), 100U);
  EXPECT_LT(shelf.places(), 300U);
  shelf.trim(99, 100'000);
  EXPECT_EQ(shelf.find(key(1)), nullptr) << "the oldest goes first, still";
  EXPECT_NE(shelf.find(key(7)), nullptr);
}

TEST(Shelf, ForgetsTheOldestButNothingThatIsNotDurable) {
  Shelf<Kept> shelf;
  for (std::uint64_t n = 1; n <= 5; ++n) shelf.put(key(n), {}, n);
  shelf.put(key(1), {}, 6);  // changed again: no longer the oldest
  shelf.trim(2, 3);
  EXPECT_EQ(shelf.find(key(2)), nullptr);
  EXPECT_EQ(shelf.find(key(3)), nullptr);
  EXPECT_EQ(shelf.size(), 3U) << "4 and later are not durable yet";
  shelf.trim(2, 6);
  EXPECT_EQ(shelf.find(key(4)), nullptr);
  EXPECT_NE(shelf.find(key(1)), nullptr);
}

TEST(Shelf, PointsAtWhatPassesUntilItIsDurable) {
  Shelf<Passing> shelf;
  const Passing first, second;
  shelf.put(key(1), first, 1);
  EXPECT_EQ(shelf.find(key(1)), &first);
  shelf.put(key(1), second, 2);
  shelf.put(key(2), second, 2);
  shelf.fetched(key(3), {});
  EXPECT_NE(shelf.find(key(3)), nullptr) << "for the decision at hand";
  shelf.trim(100, 1);
  EXPECT_EQ(shelf.find(key(1)), &second);
  shelf.trim(100, 2);
  EXPECT_EQ(shelf.size(), 0U);
}

}  // namespace
}  // namespace mohur::kernel
