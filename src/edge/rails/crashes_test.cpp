// Broken connections, lost and doubled answers, kills and restarts: nothing is sent twice, and nothing that happened is lost.
#include <condition_variable>

#include "rails/rig_test.hpp"

namespace mohur::rails {
namespace {

using Breaks = FragileConnector::Breaks;
using ledger::AccountCode;
using payments::PayinStatus;
using payments::PayoutReason;
using payments::PayoutStatus;
using payments::RailVerdict;
using testing::Contains;
using testing::Not;

// How often the reference stands in the bank's book, and what the bank makes of it.
std::vector<std::string_view> book_of(House& house, const payments::Payout& payout, std::uint32_t dispatch = 1) {
  std::vector<std::string_view> sentences;
  for (const Entry& entry : house.book())
    if (entry.reference == payout_reference(payout.id, dispatch)) sentences.push_back(all_scripts()[entry.script].sentence);
  return sentences;
}

TEST(NeverTwice, AKillBetweenNotingAndSendingIsAskedAboutAndThePayoutGoesUnderItsNextReference) {
  House house;
  house.connector->breaks = Breaks::before_it_came;
  const auto payout = house.pay_out("000000000001");
  EXPECT_FALSE(house.settle());
  house.kill_and_restart();
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.connector->dispatches, 1);
  EXPECT_THAT(book_of(house, payout), testing::ElementsAre("never came"));
  EXPECT_THAT(book_of(house, payout, 2), testing::ElementsAre("succeeds at once"));
  EXPECT_EQ(house.get(payout.id).status, PayoutStatus::processed);
  EXPECT_EQ(house.balance(AccountCode::bank_payout), 99'900'000);
}

TEST(NeverTwice, AKillAfterSendingIsAskedAboutAndThePayoutIsProcessedOnce) {
  House house;
  house.connector->breaks = Breaks::after_it_came;
  const auto payout = house.pay_out("000000000001");
  EXPECT_FALSE(house.settle());
  house.kill_and_restart();
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.connector->dispatches, 0);
  EXPECT_THAT(book_of(house, payout), testing::ElementsAre("succeeds at once"));
  EXPECT_EQ(house.get(payout.id).status, PayoutStatus::processed);
}

TEST(NeverTwice, AnOrderlyStopAfterABrokenConnectionAsksToo) {
  House house;
  house.connector->breaks = Breaks::before_it_came;
  const auto payout = house.pay_out("000000000001");
  EXPECT_FALSE(house.settle());
  house.restart();
  ASSERT_TRUE(house.settle());
  EXPECT_THAT(book_of(house, payout), testing::ElementsAre("never came"));
  EXPECT_EQ(house.connector->dispatches, 1);
  EXPECT_EQ(house.get(payout.id).dispatch, 2U);
  EXPECT_EQ(house.get(payout.id).status, PayoutStatus::processed);
}

TEST(NeverTwice, WhatWasNotNotedWasNotSentAndIsSentAfterTheRestart) {
  House house;
  const auto payout = house.pay_out("000000000001");
  house.kill_and_restart();
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.connector->dispatches, 1);
  EXPECT_EQ(house.get(payout.id).status, PayoutStatus::processed);
}

TEST(NeverTwice, KilledAfterEveryStepEachPayoutIsInTheBooksOnce) {
  House house;
  std::vector<payments::Payout> payouts;
  for (int i = 0; i < 12; ++i) {
    payouts.push_back(house.pay_out(i % 2 == 0 ? "000000000001" : "000000000021"));
    for (int steps = 0; steps < i % 4; ++steps) ASSERT_TRUE(house.dispatcher->step());
    house.kill_and_restart();
  }
  ASSERT_TRUE(house.settle());
  house.move_client_clock(minutes(6));
  for (const auto& payout : payouts) {
    EXPECT_EQ(book_of(house, payout).size(), 1U);
    EXPECT_EQ(house.get(payout.id).status, PayoutStatus::processed);
  }
  EXPECT_EQ(house.balance(AccountCode::bank_payout), 100'000'000 - 12 * 100'000);
}

TEST(NeverTwice, WithoutItsCursorTheDispatcherAsksAboutThePastAndSendsWhatComesAfter) {
  House house;
  const auto known = house.pay_out("000000000021");
  ASSERT_TRUE(house.settle());
  const auto unknown = house.pay_out("000000000001");
  house.kill();
  std::filesystem::remove_all(house.path("rails"));
  house.open();
  ASSERT_TRUE(house.settle());
  EXPECT_THAT(book_of(house, unknown), testing::ElementsAre("never came"));
  EXPECT_EQ(house.get(unknown.id).dispatch, 2U);
  EXPECT_EQ(house.get(unknown.id).status, PayoutStatus::processed);
  const auto next = house.pay_out("000000000001");
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.get(next.id).status, PayoutStatus::processed);
  house.move_client_clock(minutes(6));
  EXPECT_EQ(house.get(known.id).status, PayoutStatus::processed);
}

TEST(NeverTwice, WhatNeverCameIsNotCarriedOutWhenItComesAfterAll) {
  House house;
  house.connector->breaks = Breaks::before_it_came;
  const auto payout = house.pay_out("000000000001");
  EXPECT_FALSE(house.settle());
  ASSERT_TRUE(house.bank->inquire(payout));
  ASSERT_TRUE(house.bank->dispatch(payout, {.account_number = "000000000001"}));
  ASSERT_TRUE(house.bank->keep());
  EXPECT_THAT(book_of(house, payout), testing::ElementsAre("never came"));
}

TEST(NeverTwice, AnErasedBeneficiaryIsNotPaidAndTheHouseGoesOn) {
  House house;
  const auto payout = house.pay_out("000000000001");
  const auto beneficiary = **house.archive->get<payments::Beneficiary>(payout.beneficiary.value);
  ASSERT_TRUE(house.vault->erase(beneficiary.account_number->subject));
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.connector->dispatches, 0);
  EXPECT_EQ(house.get(payout.id).reason, PayoutReason::dispatch_not_received);
}

TEST(Answers, DoubledOnesChangeNothing) {
  House house;
  house.desk->repeat = 100;
  const auto payout = house.pay_out("000000000001");
  const auto payin = house.paid_payin();
  ASSERT_TRUE(house.settle());
  const std::uint64_t after = house.position();
  house.paid_payin();
  EXPECT_EQ(house.get(payout.id).status, PayoutStatus::processed);
  EXPECT_EQ(house.get(payin.id).amount_paid.minor, 50'000);
  EXPECT_THAT(house.story(0), Not(Contains(testing::HasSubstr("exception.raised"))));
  EXPECT_EQ(house.position() - after, 4U) << "created, succeeded, paid, credited";
}

TEST(Answers, ALostOneIsFoundByTheInquiry) {
  House house;
  house.desk->drop = 1;
  const auto payout = house.pay_out("000000000001");
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.get(payout.id).status, PayoutStatus::processing);
  house.move_client_clock(seconds(90));
  EXPECT_EQ(house.get(payout.id).status, PayoutStatus::processed);
  EXPECT_EQ(house.connector->dispatches, 1);
}

TEST(Answers, ThatTheDeskCannotTakeAreBroughtAgain) {
  House house;
  house.desk->refuse = 3;
  const auto payout = house.pay_out("000000000001");
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.get(payout.id).status, PayoutStatus::processing);
  const auto next = house.dispatcher->step();
  ASSERT_TRUE(next && *next) << "it tells when to come again";
  EXPECT_LT(**next - house.clock.now(), seconds(1));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.get(payout.id).status, PayoutStatus::processed);
}

TEST(Answers, AboutAPayoutThatNobodyKnowsAreHarmless) {
  House house;
  const std::uint64_t before = house.position();
  const auto answered =
      house.send(kernel::ReportPayout{{{1, 2}}, {.dispatch = 1, .verdict = RailVerdict::succeeded}}, registry::by_rail());
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().outcome, Outcome::not_found);
  house.desk->submit({.caller = registry::by_rail(), .intent = kernel::ReportPayout{{{1, 2}}, {}}});
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.position(), before);
}

TEST(Answers, ComeInOrderWhenTheClockJumpsBeforeTheBankHeardOfTheDispatch) {
  House house;
  const std::uint64_t begin = house.position();
  house.pay_out("000000000031");
  ASSERT_TRUE(house.send(kernel::AdvanceSandboxClock{house.client_now() + days(2)}));
  ASSERT_TRUE(house.settle());
  EXPECT_THAT(house.story(begin), testing::ElementsAre("+0 payout.initiated", "+0 payout.processed",
                                                       "+1d payout.reversed returned_by_beneficiary_bank"));
}

struct Unheard {
  const char* what;
  std::function<void(House&)> begin;
  std::function<void(House&)> expect;
};

// Each begins something whose report the house does not hear before it is killed; it comes back two days later.
const Unheard kUnheard[] = {
    {"a payout that succeeded", [](House& house) { house.pay_out("000000000001"); },
     [](House& house) { EXPECT_EQ(house.balance(AccountCode::bank_payout), 99'900'000); }},
    {"a payout that was returned meanwhile", [](House& house) { house.pay_out("000000000031"); },
     [](House& house) {
       EXPECT_THAT(house.story(0), Contains(testing::HasSubstr("payout.processed")));
       EXPECT_THAT(house.story(0), Contains(testing::HasSubstr("payout.reversed")));
       EXPECT_THAT(house.story(0), Not(Contains(testing::HasSubstr("exception.raised"))));
     }},
    {"a payer's try",
     [](House& house) { EXPECT_TRUE(house.bank->pay(house.create_payin(), PayerScript::succeed_twice, {}, "payer@bank")); },
     [](House& house) {
       EXPECT_EQ(house.balance(AccountCode::bank_escrow), 100'000);
       for (const payments::Attempt& attempt : house.attempts())
         EXPECT_TRUE(house.vault->unseal(*attempt.payer)) << "the payer's key was made durable with the bank's book";
     }},
    {"a bank transfer", [](House& house) { EXPECT_TRUE(house.bank->transfer(house.client, "55555", {7'000}, "Ravi")); },
     [](House& house) { EXPECT_EQ(house.balance(AccountCode::platform_suspense), 7'000); }},
    {"a contradiction", [](House& house) { house.pay_out("000000000042"); },
     [](House& house) { EXPECT_THAT(house.story(0), Contains(testing::HasSubstr("exception.raised"))); }},
};

TEST(Restart, WhatTheHouseDidNotHearIsSaidAgain) {
  for (const Unheard& row : kUnheard) {
    SCOPED_TRACE(row.what);
    House house;
    house.desk->is_deaf = true;
    row.begin(house);
    ASSERT_TRUE(house.settle());
    house.kill();
    house.clock.at = house.clock.at + days(2);
    house.open();
    ASSERT_TRUE(house.settle());
    row.expect(house);
  }
}

TEST(Restart, AnEscrowCreditThatWasNotHeardIsSaidAgain) {
  House house;
  const auto payin = house.create_payin();
  ASSERT_TRUE(house.bank->pay(payin, PayerScript::succeed, {}, "payer@bank"));
  ASSERT_TRUE(house.dispatcher->step());
  ASSERT_TRUE(house.shard->submit(house.desk->commands.front(), nullptr));
  house.turn();
  house.desk->is_deaf = true;
  ASSERT_TRUE(house.dispatcher->step());
  EXPECT_EQ(house.balance(AccountCode::rail_receivable), 50'000);
  house.restart();
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.balance(AccountCode::rail_receivable), 0);
  EXPECT_EQ(house.balance(AccountCode::bank_escrow), 50'000);
}

TEST(Restart, WhatTheHouseHeardIsNotSaidAgain) {
  House house;
  for (const char* account_number : {"000000000001", "000000000011", "000000000031", "000000000042"})
    house.pay_out(account_number);
  const auto payin = house.paid_payin();
  house.refund(payin.id, {10'013});
  ASSERT_TRUE(house.bank->pay(house.create_payin(), PayerScript::fail, {}, "payer@bank"));
  ASSERT_TRUE(house.settle());
  house.move_client_clock(days(2));
  const std::uint64_t position = house.position();
  const std::uint64_t entries = house.bank->entries();
  house.restart();
  ASSERT_TRUE(house.settle());
  house.kill_and_restart();
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.position(), position) << "not even an exception";
  EXPECT_EQ(house.bank->entries(), entries);
}

TEST(Restart, WhatIsDueLaterIsStillDue) {
  House house;
  const auto payout = house.pay_out("000000000002");
  const auto payin = house.create_payin();
  ASSERT_TRUE(house.bank->pay(payin, PayerScript::pending_then_succeed, {}, "payer@bank"));
  ASSERT_TRUE(house.settle());
  house.kill_and_restart();
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.get(payout.id).status, PayoutStatus::processing);
  house.move_client_clock(minutes(2));
  EXPECT_EQ(house.get(payout.id).status, PayoutStatus::processed);
  EXPECT_EQ(house.get(payin.id).status, PayinStatus::paid);
}

// Stands between the dispatcher's thread and the test's.
class WaitingDesk final : public Desk {
 public:
  bool submit(kernel::Command command) override {
    const std::lock_guard hold{mutex_};
    commands_.push_back(std::move(command));
    came_.notify_one();
    return true;
  }
  std::optional<kernel::Command> wait() {
    std::unique_lock hold{mutex_};
    if (!came_.wait_for(hold, std::chrono::seconds{60}, [this] { return !commands_.empty(); })) return std::nullopt;
    kernel::Command command = std::move(commands_.front());
    commands_.pop_front();
    return command;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<kernel::Command> commands_;
};

TEST(Thread, IsWokenByANotificationAndStopsWhenTold) {
  House house;
  WaitingDesk desk;
  SeededRandom random{9};
  const auto bank = *SandboxBank::open(house.path("second-bank"), *house.archive, *house.vault, house.clock, random, desk);
  const auto dispatcher = *Dispatcher::open(house.path("second-rails"), house.events(), house.journal->watermark(),
                                            *house.archive, *house.vault, *bank, house.clock, [](const Refusal&) { FAIL(); });
  dispatcher->start();
  for (int i = 0; i < 3; ++i) {
    const auto payout = house.pay_out("000000000001");
    dispatcher->notify();
    auto command = desk.wait();
    ASSERT_TRUE(command);
    ASSERT_TRUE(house.shard->submit(std::move(*command), nullptr));
    house.turn();
    EXPECT_EQ(house.get(payout.id).status, PayoutStatus::processed);
  }
  dispatcher->stop();
}

}  // namespace
}  // namespace mohur::rails
