// What becomes of a payout that was not carried out: it is sent again, or goes by another rail, or is over.
#include <functional>
#include <set>

#include "payments/rig_test.hpp"

namespace mohur::payments {
namespace {

using enum PayoutStatus;
using registry::Rail;
using testing::ElementsAre;

struct Sent : Desk {
  Sent() {
    payout = {.id = {{5, 5}},
              .client = client.id,
              .sequence = 3,
              .status = processing,
              .amount = {250'000},
              .fee = {300},
              .tax = {54},
              .beneficiary = beneficiary.id,
              .dispatch = 1,
              .dispatched_at = kNow,
              .next_inquiry_at = kNow + seconds(90),
              .hold = ledger::TransferId{{8, 8}}};
  }
  // The status, rail and reason that it comes to.
  std::string report(RailVerdict verdict, PayoutReason reason, const PayoutFacts& facts) {
    const auto step = report_payout(payout, {.dispatch = payout.dispatch, .verdict = verdict, .reason = reason}, facts);
    if (!step || !*step) return "nothing";
    chain = (*step)->chain.size();
    payout = (*step)->after;
    return std::string{to_token(payout.status)} + " " + std::string{to_token(payout.rail)} + " " +
           std::string{to_token(payout.reason)};
  }
  std::string report(RailVerdict verdict, PayoutReason reason) { return report(verdict, reason, facts(kNow + minutes(5))); }
  std::string lose() { return report(RailVerdict::not_received, PayoutReason::dispatch_not_received); }

  Payout payout;
  std::size_t chain = 0;
};

TEST(PayoutTries, WhatTheRailNeverHadIsSentAgainUnderTheNextReferenceAndStaysReserved) {
  Sent sent;
  EXPECT_EQ(sent.lose(), "processing imps payout_bank_processing");
  EXPECT_EQ(sent.payout.dispatch, 2U);
  EXPECT_EQ(sent.payout.inquiries, 0U);
  EXPECT_EQ(sent.payout.dispatched_at, kNow + minutes(5));
  EXPECT_EQ(due_at(sent.payout), kNow + minutes(5) + seconds(90));
  EXPECT_EQ(sent.payout.hold, (ledger::TransferId{{8, 8}}));
  EXPECT_EQ(sent.payout.sequence, 4U);
  EXPECT_EQ(sent.chain, 0U);
}

TEST(PayoutTries, AfterThreeLossesItHasFailedAndItsReservationIsReleased) {
  Sent sent;
  EXPECT_EQ(sent.lose(), "processing imps payout_bank_processing");
  EXPECT_EQ(sent.lose(), "processing imps payout_bank_processing");
  EXPECT_EQ(sent.lose(), "failed imps dispatch_not_received");
  EXPECT_EQ(sent.payout.dispatch, 3U);
  EXPECT_EQ(sent.chain, 3U);
  EXPECT_EQ(sent.payout.hold, std::nullopt);
}

TEST(PayoutTries, AReportOfAnEarlierDispatchIsAContradictionOnceItWasSentAgain) {
  Sent sent;
  sent.lose();
  const auto late = report_payout(sent.payout, {.dispatch = 1, .verdict = RailVerdict::succeeded}, sent.facts());
  EXPECT_EQ(outcome_of(late), "state_conflict");
}

TEST(PayoutTries, NothingIsSentAgainOfWhatMayNotBeSentAnyMore) {
  const struct {
    const char* what;
    std::function<void(Sent&, PayoutFacts&)> make;
  } rows[] = {
      {"a client that may not", [](Sent& sent, PayoutFacts&) { sent.client.status = registry::ClientStatus::suspended; }},
      {"a sublicence that ended", [](Sent&, PayoutFacts& facts) { facts.sublicence_ended = true; }},
      {"a beneficiary that is off", [](Sent& sent, PayoutFacts&) { sent.beneficiary.status = BeneficiaryStatus::inactive; }},
  };
  for (const auto& row : rows) {
    Sent sent;
    sent.payout.fallback_rails = {Rail::neft};
    PayoutFacts facts = sent.facts();
    row.make(sent, facts);
    EXPECT_EQ(sent.report(RailVerdict::not_received, PayoutReason::dispatch_not_received, facts),
              "failed imps dispatch_not_received")
        << row.what;
  }
}

TEST(PayoutTries, OnlyWhatIsOfTheRailGoesByAnother) {
  const std::set<PayoutReason> of_the_rail = {PayoutReason::beneficiary_bank_offline, PayoutReason::gateway_timeout,
                                              PayoutReason::imps_not_allowed, PayoutReason::transaction_limit_exceeded,
                                              PayoutReason::dispatch_not_received};
  for (const auto& reason : described_enumerators(PayoutReason{})) {
    Sent sent;
    sent.payout.fallback_rails = {Rail::neft};
    const bool goes_on = of_the_rail.contains(reason.value);
    EXPECT_EQ(sent.report(RailVerdict::failed, reason.value),
              goes_on ? "processing neft payout_bank_processing" : "failed imps " + std::string{reason.token});
    EXPECT_EQ(sent.payout.tried_rails.size(), goes_on ? 1U : 0U);
  }
}

TEST(PayoutTries, RailsAreTriedInTheirOrderAndEachOnce) {
  Sent sent;
  sent.payout.amount = {20'000'000};
  sent.payout.fallback_rails = {Rail::rtgs, Rail::neft};
  EXPECT_EQ(sent.report(RailVerdict::failed, PayoutReason::imps_not_allowed), "processing rtgs payout_bank_processing");
  EXPECT_EQ(sent.report(RailVerdict::failed, PayoutReason::gateway_timeout), "processing neft payout_bank_processing");
  EXPECT_EQ(sent.lose(), "processing neft payout_bank_processing") << "losses count on each rail by itself";
  EXPECT_EQ(sent.lose(), "processing neft payout_bank_processing");
  EXPECT_EQ(sent.lose(), "failed neft dispatch_not_received");
  EXPECT_EQ(sent.payout.dispatch, 5U);
  EXPECT_THAT(sent.payout.tried_rails, ElementsAre(RailTry{Rail::imps, PayoutReason::imps_not_allowed, 1},
                                                   RailTry{Rail::rtgs, PayoutReason::gateway_timeout, 2}));
  EXPECT_EQ(sent.payout.fee.minor, 0) << "and costs nothing";
}

TEST(PayoutTries, ARailThatCannotTakeItNowIsPassedOver) {
  const struct {
    const char* what;
    std::function<void(Sent&, PayoutFacts&)> make;
  } rows[] = {
      {"not approved any more", [](Sent& sent, PayoutFacts&) { std::erase(sent.client.agreement.rails, Rail::rtgs); }},
      {"its limit is used up", [](Sent&, PayoutFacts& facts) { facts.barred = {Rail::rtgs}; }},
      {"it takes larger amounts", [](Sent& sent, PayoutFacts&) { sent.payout.amount = {19'999'999}; }},
      {"it is closed", [](Sent&, PayoutFacts& facts) { facts.now = *parse_rfc3339("2020-01-05T06:30:00Z"); }},  // a Sunday
  };
  for (const auto& row : rows) {
    Sent sent;
    sent.payout.amount = {20'000'000};
    sent.payout.fallback_rails = {Rail::rtgs, Rail::neft};
    PayoutFacts facts = sent.facts();
    row.make(sent, facts);
    EXPECT_EQ(sent.report(RailVerdict::failed, PayoutReason::imps_not_allowed, facts), "processing neft payout_bank_processing")
        << row.what;
  }
}

// ---- what is asked of an order

std::string ordered(const PayoutOrder& order) {
  Desk desk;
  desk.fund(1'000'000'000);
  if (auto form = check_form(order); !form) return outcome_of(form) + " " + form.error().field;
  if (auto checked = check_order(order, desk.client.agreement); !checked)
    return outcome_of(checked) + " " + checked.error().field;
  const auto step = create_payout({{5, 5}}, Mode::test, order, desk.facts());
  return step ? "ok" : outcome_of(step) + " " + step.error().field;
}

TEST(PayoutTries, AnOrderNamesOtherRailsThatCanTakeIt) {
  const auto with = [](std::vector<Rail> rails, std::int64_t minor = 20'000'000) {
    return ordered({.amount = {minor}, .rail = Rail::imps, .fallback_rails = std::move(rails)});
  };
  EXPECT_EQ(with({Rail::neft, Rail::rtgs}), "ok");
  EXPECT_EQ(with({Rail::neft, Rail::neft}), "field_repeated fallback_rails[1]");
  EXPECT_EQ(with({Rail::neft, Rail::imps}), "field_repeated fallback_rails[1]");
  EXPECT_EQ(with({Rail::upi}), "rail_destination_mismatch fallback_rails[0]");
  EXPECT_EQ(with({Rail::rtgs}, 19'999'999), "amount_below_minimum amount");
  EXPECT_EQ(ordered({.amount = {100}, .fallback_rails = {Rail::imps, Rail::neft}}), "ok")
      << "the first was chosen here, and is not tried twice";
}

TEST(PayoutTries, AnOrderSaysHowLongItWaitsForBalance) {
  const auto until = [](Time at, std::optional<Time> scheduled_at = {}, bool may_queue = true) {
    return ordered({.amount = {100}, .queue_if_low_balance = may_queue, .scheduled_at = scheduled_at, .queue_expires_at = at});
  };
  EXPECT_EQ(until(kNow + Duration{1}), "ok");
  EXPECT_EQ(until(kNow), "time_not_in_future queue_expires_at");
  EXPECT_EQ(until(kNow + days(90)), "ok");
  EXPECT_EQ(until(kNow + days(90) + Duration{1}), "time_too_far queue_expires_at");
  EXPECT_EQ(until(kNow + days(2), kNow + days(2)), "time_not_in_future queue_expires_at");
  EXPECT_EQ(until(kNow + days(92), kNow + days(2)), "ok");
  EXPECT_EQ(until(kNow + days(1), {}, false), "field_unknown queue_expires_at");
}

TEST(PayoutTries, WhoMayWaitStandsBehindThoseWhoDoAndWhoMayNotTakesWhatIsThere) {
  for (const bool may_queue : {true, false}) {
    Desk desk;
    desk.fund(250'354);
    PayoutFacts facts = desk.facts();
    facts.is_behind = true;
    const auto step = create_payout({{5, 5}}, Mode::test, {.amount = {250'000}, .queue_if_low_balance = may_queue}, facts);
    ASSERT_TRUE(step);
    EXPECT_EQ(to_token(step->after.status), to_token(may_queue ? queued : processing));
    if (may_queue) {
      EXPECT_EQ(to_token(step->after.reason), to_token(PayoutReason::low_balance));
    }
  }
}

}  // namespace
}  // namespace mohur::payments
