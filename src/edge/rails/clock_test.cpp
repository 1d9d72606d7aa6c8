// A clock that jumps: whatever falls due on the way, at the bank or in the house, happens in the order of its time.
#include "rails/rig_test.hpp"

namespace mohur::rails {
namespace {

using kernel::EventType;
using testing::ElementsAre;

// A pay-in that its payer is seen paying at once; the money comes two minutes later.
payments::Payin half_paid(House& house, Duration until_expiry) {
  const auto made = house.send(kernel::CreatePayin{.order = {.amount = {50'000},
                                                             .method = registry::CollectionMethod::upi_qr,
                                                             .expires_at = house.client_now() + until_expiry}});
  const auto payin = std::get<payments::Payin>(made->object);
  EXPECT_TRUE(house.bank->pay(payin, PayerScript::pending_then_succeed, {}, "payer@bank"));
  EXPECT_TRUE(house.settle());
  return payin;
}

// How many events of this kind there are from a position on.
std::size_t count(House& house, std::uint64_t after, EventType type) {
  std::size_t found = 0;
  for (std::uint64_t position = after + 1; position <= house.position(); ++position)
    if (house.archive->event_at(position)->event.type == type) ++found;
  return found;
}

TEST(Clock, AReportThatIsDueBeforeATimerComesBeforeIt) {
  House house;
  const std::uint64_t begin = house.position();
  half_paid(house, minutes(15));
  house.move_client_clock(days(1));
  EXPECT_THAT(house.story(begin), ElementsAre("+0 payin.created paid 0", "+0 attempt.initiated 50000",
                                              "+0 payin.attempted paid 0", "+2m attempt.succeeded 50000 regular",
                                              "+2m payin.paid paid 50000", "+2m attempt.credited 50000 regular"));
}

TEST(Clock, ATimerThatIsDueBeforeAReportFiresBeforeIt) {
  House house;
  const std::uint64_t begin = house.position();
  half_paid(house, minutes(1));
  house.move_client_clock(days(1));
  EXPECT_THAT(house.story(begin),
              ElementsAre("+0 payin.created paid 0", "+0 attempt.initiated 50000", "+0 payin.attempted paid 0",
                          "+1m payin.expired paid 0", "+2m attempt.succeeded 50000 late", "+2m payin.overpaid paid 50000",
                          "+2m attempt.credited 50000 late"));
}

// The payouts are scheduled for one hour and for one hour and a minute; the first is confirmed two minutes after it was sent.
TEST(Clock, WhatATimerSetsOffHappensInTheSameJump) {
  House house;
  const std::uint64_t begin = house.position();
  const auto schedule = [&](const char* account_number, Duration after) {
    const payments::PayoutOrder order{.amount = {100'000}, .scheduled_at = house.client_now() + after};
    ASSERT_TRUE(house.send(kernel::CreatePayout{house.add_beneficiary(account_number, {}), order, {}}));
  };
  schedule("000000000002", hours(1));
  schedule("000000000001", hours(1) + minutes(1));
  house.move_client_clock(days(2));
  EXPECT_THAT(house.story(begin), ElementsAre("+0 payout.scheduled", "+0 payout.scheduled", "+1h payout.initiated",
                                              "+1h1m payout.initiated", "+1h1m payout.processed", "+1h2m payout.processed"));
  EXPECT_EQ(count(house, begin, EventType::payout_inquired), 1U) << "asked after ninety seconds, and never after the answer";
}

TEST(Clock, TheBankIsAskedNoMoreThanItWouldHaveBeenWithoutTheJump) {
  House house;
  const std::uint64_t begin = house.position();
  house.pay_out("000000000021");
  ASSERT_TRUE(house.settle());
  house.move_client_clock(days(30));
  EXPECT_THAT(house.story(begin), ElementsAre("+0 payout.initiated", "+0 payout.updated beneficiary_bank_confirmation_pending",
                                              "+5m payout.processed"));
  EXPECT_EQ(count(house, begin, EventType::payout_inquired), 1U);
}

TEST(Clock, OneLongJumpAndManyShortOnesTellTheSameStory) {
  std::vector<std::string> stories[2];
  for (const int jumps : {1, 40}) {
    House house;
    const std::uint64_t begin = house.position();
    half_paid(house, minutes(15));
    for (const char* account_number : {"000000000002", "000000000003", "000000000022", "000000000031"})
      house.pay_out(account_number);
    ASSERT_TRUE(house.settle());
    for (int i = 0; i < jumps; ++i) house.move_client_clock(minutes(2'000 / jumps));
    stories[jumps == 1 ? 0 : 1] = house.story(begin);
  }
  EXPECT_EQ(stories[0], stories[1]);
  EXPECT_THAT(stories[0], testing::Contains("+1d payout.reversed returned_by_beneficiary_bank"));
}

TEST(Clock, AClockThatWasCatchingUpGoesOnAfterAKill) {
  for (int turns = 0; turns < 6; ++turns) {
    SCOPED_TRACE(turns);
    House house;
    const std::uint64_t begin = house.position();
    half_paid(house, minutes(15));
    house.pay_out("000000000021");
    ASSERT_TRUE(house.settle());
    ASSERT_TRUE(house.send(kernel::AdvanceSandboxClock{house.client_now() + days(1)}));
    for (int i = 0; i < turns; ++i) house.take_step();
    house.kill_and_restart();
    ASSERT_TRUE(house.settle());
    EXPECT_THAT(house.story(begin), testing::Contains("+2m payin.paid paid 50000"));
    EXPECT_THAT(house.story(begin), testing::Contains("+5m payout.processed"));
    EXPECT_EQ((*house.archive->get<payments::SandboxClock>(house.client.value))->caught_up_to, std::nullopt);
  }
}

}  // namespace
}  // namespace mohur::rails
