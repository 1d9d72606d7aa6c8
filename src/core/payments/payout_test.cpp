// Payouts: what each report, wish and moment makes of one in each state, and every refusal of a new one.
#include <functional>

#include "payments/rig_test.hpp"

namespace mohur::payments {
namespace {

using enum PayoutStatus;

constexpr PayoutOrder kOrder{.amount = {250'000}};

// A payout as it would stand in this state; sent once where the state says that it was sent.
Payout payout_in(const Desk& desk, PayoutStatus status) {
  Payout payout{.id = {{5, 5}},
                .client = desk.client.id,
                .sequence = 3,
                .status = status,
                .amount = {250'000},
                .fee = {300},
                .tax = {54},
                .beneficiary = desk.beneficiary.id};
  if (status == scheduled) payout.scheduled_at = kNow;
  if (status == queued) payout.queue_expires_at = kNow + kQueueLife;
  if (status == processing || status == processed || status == failed || status == reversed) {
    payout.dispatch = 1;
    payout.dispatched_at = kNow;
  }
  if (status == processing) {
    payout.next_inquiry_at = kNow + seconds(90);
    payout.hold = {{8, 8}};
  }
  return payout;
}

std::string comes_to(const Result<std::optional<PayoutStep>>& step) {
  if (!step) return std::string{to_token(step.error().outcome)};
  return *step ? std::string{to_token((*step)->after.status)} : "-";
}

TEST(Payout, AReportComesToWhatTheTableSays) {
  // `-` says nothing new; an exception for a person comes of every state_conflict.
  const std::string no = "state_conflict";
  const std::vector<std::pair<PayoutStatus, std::vector<std::string>>> rows = {
      //                 accepted succeeded    failed    unknown       returned    not_received
      {pending_approval, {no, no, no, no, no, no}},
      {rejected, {no, no, no, no, no, no}},
      {scheduled, {no, no, no, no, no, no}},
      {queued, {no, no, no, no, no, no}},
      {processing, {"-", "processed", "failed", "processing", "reversed", "processing"}},
      {processed, {"-", "-", no, "-", "reversed", no}},
      {failed, {"-", no, "-", "-", "reversed", "-"}},
      {reversed, {"-", no, no, "-", "-", no}},
      {cancelled, {no, no, no, no, no, no}},
  };
  Desk desk;
  for (const auto& [status, expected] : rows) {
    for (const auto& verdict : described_enumerators(RailVerdict{})) {
      const Payout payout = payout_in(desk, status);
      const RailReport report{.dispatch = payout.dispatch, .verdict = verdict.value, .reason = PayoutReason::bank_account_closed};
      EXPECT_EQ(comes_to(report_payout(payout, report, desk.facts())), expected[static_cast<std::size_t>(verdict.value) - 1])
          << to_token(status) << " is reported " << verdict.token;
    }
  }
}

TEST(Payout, AReportAboutAnotherDispatchIsAContradiction) {
  Desk desk;
  for (const auto& status : described_enumerators(PayoutStatus{})) {
    const Payout payout = payout_in(desk, status.value);
    for (const std::uint32_t dispatch : {payout.dispatch + 1, payout.dispatch + 2, 0U}) {
      const RailReport report{.dispatch = dispatch, .verdict = RailVerdict::succeeded};
      EXPECT_EQ(comes_to(report_payout(payout, report, desk.facts())), "state_conflict") << status.token << " " << dispatch;
    }
  }
}

TEST(Payout, WhatAPersonLooksAtAlreadyIsNotGivenBackToTheMachine) {
  Desk desk;
  Payout payout = payout_in(desk, processing);
  payout.reason = PayoutReason::manual_review;
  EXPECT_EQ(comes_to(report_payout(payout, {.dispatch = 1, .verdict = RailVerdict::unknown}, desk.facts())), "-");
  EXPECT_EQ(comes_to(report_payout(payout, {.dispatch = 1, .verdict = RailVerdict::succeeded}, desk.facts())), "processed");
}

TEST(Payout, OnlyWhatWasNotSentCanBeCancelled) {
  Desk desk;
  for (const auto& status : described_enumerators(PayoutStatus{})) {
    const bool may = status.value == pending_approval || status.value == scheduled || status.value == queued;
    const auto step = cancel_payout(payout_in(desk, status.value), kNow);
    EXPECT_EQ(outcome_of(step), may ? "ok" : "state_conflict") << status.token;
    if (!step) continue;
    EXPECT_EQ(step->after.status, cancelled);
    EXPECT_EQ(step->after.finished_at, kNow);
    EXPECT_TRUE(step->chain.empty()) << "nothing was reserved";
  }
}

// When the moment of a payout comes.
struct Circumstances {
  PayoutStatus from = scheduled;
  registry::ClientStatus client = registry::ClientStatus::approved;
  bool beneficiary_active = true, funded = true, window_open = true, expired = false, may_queue = false;
};

TEST(Payout, ItsMomentBringsItOnOrEndsIt) {
  using registry::ClientStatus;
  const struct {
    Circumstances when;
    PayoutStatus to;
    PayoutReason reason;
  } rows[] = {
      {{}, processing, PayoutReason::payout_bank_processing},
      {{.from = queued}, processing, PayoutReason::payout_bank_processing},
      {{.client = ClientStatus::restricted}, failed, PayoutReason::client_not_allowed},
      {{.from = queued, .client = ClientStatus::suspended}, failed, PayoutReason::client_not_allowed},
      {{.client = ClientStatus::terminated, .beneficiary_active = false}, failed, PayoutReason::client_not_allowed},
      {{.beneficiary_active = false}, failed, PayoutReason::beneficiary_inactive},
      {{.from = queued, .beneficiary_active = false, .expired = true}, failed, PayoutReason::beneficiary_inactive},
      {{.funded = false}, failed, PayoutReason::insufficient_funds},
      {{.funded = false, .may_queue = true}, queued, PayoutReason::low_balance},
      {{.from = queued, .funded = false}, queued, PayoutReason::low_balance},
      {{.from = queued, .funded = false, .expired = true}, failed, PayoutReason::queue_expired},
      {{.from = queued, .expired = true}, processing, PayoutReason::payout_bank_processing},
      {{.window_open = false}, queued, PayoutReason::bank_window_closed},
      {{.from = queued, .window_open = false}, queued, PayoutReason::bank_window_closed},
      {{.from = queued, .window_open = false, .expired = true}, failed, PayoutReason::queue_expired},
      {{.funded = false, .window_open = false, .may_queue = true}, queued, PayoutReason::low_balance},
  };
  // NEFT was closed on Sundays in 2012.
  const Time sunday = *parse_rfc3339("2012-03-04T06:30:00Z"), monday = *parse_rfc3339("2012-03-05T06:30:00Z");
  for (const auto& row : rows) {
    Desk desk;
    desk.client.status = row.when.client;
    if (!row.when.beneficiary_active) desk.beneficiary.status = BeneficiaryStatus::inactive;
    if (row.when.funded) desk.fund(250'354);
    Payout payout = payout_in(desk, row.when.from);
    payout.rail = registry::Rail::neft;
    payout.queue_if_low_balance = row.when.may_queue;
    const Time now = row.when.window_open ? monday : sunday;
    payout.queue_expires_at = row.when.from == queued ? std::optional{row.when.expired ? now : now + days(1)} : std::nullopt;
    const PayoutStep step = advance_payout(payout, desk.facts(now));
    const auto name = testing::Message() << to_token(row.when.from) << " to " << to_token(row.to) << " by "
                                         << to_token(row.reason);
    EXPECT_EQ(to_token(step.after.status), to_token(row.to)) << name;
    EXPECT_EQ(to_token(step.after.reason), to_token(row.reason)) << name;
    EXPECT_EQ(step.after.sequence, 4U) << name;
    EXPECT_EQ(step.chain.size(), row.to == processing ? 3U : 0U) << name;
    if (row.when.from == queued && row.when.funded && row.when.window_open) {
      EXPECT_TRUE(can_leave_queue(payout, desk.facts(now))) << name;
    }
  }
}

// ---- a new payout

struct Defect {
  Outcome outcome;
  std::string_view field;
  std::function<void(Desk&, PayoutOrder&)> make;
};

// Each of them by itself is refused with its own outcome. In the order of the table.
const std::vector<Defect>& defects() {
  using registry::Purpose;
  using registry::Rail;
  static const std::vector<Defect> all = {
      {Outcome::purpose_not_approved, "purpose",
       [](Desk& desk, PayoutOrder&) { std::erase(desk.client.agreement.purposes, Purpose::vendor); }},
      {Outcome::rail_not_approved, "rail", [](Desk& desk, PayoutOrder&) { std::erase(desk.client.agreement.rails, Rail::imps); }},
      {Outcome::beneficiary_inactive, "beneficiary",
       [](Desk& desk, PayoutOrder&) { desk.beneficiary.status = BeneficiaryStatus::inactive; }},
      {Outcome::purpose_destination_mismatch, "purpose",
       [](Desk& desk, PayoutOrder&) { desk.beneficiary.kind = BeneficiaryKind::employee; }},
      {Outcome::rail_destination_mismatch, "rail",
       [](Desk& desk, PayoutOrder&) { desk.beneficiary.destination = DestinationKind::vpa; }},
      {Outcome::amount_not_positive, "amount", [](Desk&, PayoutOrder& order) { order.amount = {0}; }},
      {Outcome::amount_below_minimum, "amount", [](Desk&, PayoutOrder& order) { order.amount = {99}; }},
      {Outcome::amount_above_maximum, "amount", [](Desk&, PayoutOrder& order) { order.amount = {50'000'001}; }},
      {Outcome::time_not_in_future, "scheduled_at", [](Desk&, PayoutOrder& order) { order.scheduled_at = kNow; }},
      {Outcome::time_too_far, "scheduled_at",
       [](Desk&, PayoutOrder& order) { order.scheduled_at = kNow + days(92) + Duration{1}; }},
      {Outcome::insufficient_balance, "amount", [](Desk& desk, PayoutOrder&) { desk.client.agreement.fees.payout = {301}; }},
  };
  return all;
}

Result<PayoutStep> make(const std::vector<const Defect*>& wrong) {
  Desk desk;
  desk.fund(250'354);
  PayoutOrder order = kOrder;
  order.rail = registry::Rail::imps;
  for (const Defect* defect : wrong) defect->make(desk, order);
  MOHUR_TRY(check_order(order, desk.client.agreement));
  return create_payout({{5, 5}}, Mode::test, order, desk.facts());
}

TEST(Payout, EachRefusalOfANewOneHasItsOwnOutcomeAndField) {
  ASSERT_TRUE(make({}));
  for (const Defect& defect : defects()) {
    const auto step = make({&defect});
    ASSERT_FALSE(step) << to_token(defect.outcome);
    EXPECT_EQ(to_token(step.error().outcome), to_token(defect.outcome));
    EXPECT_EQ(step.error().field, defect.field) << to_token(defect.outcome);
  }
}

TEST(Payout, OfTwoRefusalsTheOneThatStandsFirstInTheTableIsTold) {
  for (std::size_t first = 0; first < defects().size(); ++first) {
    for (std::size_t second = first + 1; second < defects().size(); ++second) {
      const Defect &one = defects()[first], &other = defects()[second];
      if (one.field == other.field) continue;  // they would undo each other
      const auto step = make({&one, &other});
      ASSERT_FALSE(step);
      EXPECT_EQ(to_token(step.error().outcome), to_token(one.outcome)) << "with " << to_token(other.outcome);
    }
  }
}

TEST(Payout, TheRailIsChosenByDestinationAndAmount) {
  using registry::Rail;
  const struct {
    DestinationKind destination;
    std::int64_t amount;
    std::string_view now;
    Rail rail;
  } rows[] = {
      {DestinationKind::bank_account, 50'000'000, "2026-11-22T06:30:00Z", Rail::imps},
      {DestinationKind::bank_account, 50'000'001, "2026-11-22T06:30:00Z", Rail::rtgs},
      {DestinationKind::vpa, 100'000, "2026-11-22T06:30:00Z", Rail::upi},
      {DestinationKind::bank_account, 20'000'001, "2021-10-07T18:29:59Z", Rail::rtgs},
      {DestinationKind::bank_account, 20'000'001, "2021-10-07T18:30:00Z", Rail::imps},
  };
  for (const auto& row : rows) {
    Desk desk;
    desk.fund(100'000'000);
    desk.beneficiary.destination = row.destination;
    const auto step = create_payout({{5, 5}}, Mode::test, {.amount = {row.amount}}, desk.facts(*parse_rfc3339(row.now)));
    ASSERT_TRUE(step) << step.error().detail;
    EXPECT_EQ(to_token(step->after.rail), to_token(row.rail)) << row.amount << " at " << row.now;
  }
}

TEST(Payout, EachRailHasItsLimitsToThePaisa) {
  using registry::Rail;
  const std::int64_t lakh = 100'000 * 100;
  const struct {
    Rail rail;
    std::int64_t amount;
    std::string_view outcome;
  } rows[] = {
      {Rail::imps, 99, "amount_below_minimum"},
      {Rail::imps, 100, "ok"},
      {Rail::imps, 5 * lakh, "ok"},
      {Rail::imps, 5 * lakh + 1, "amount_above_maximum"},
      {Rail::neft, 99, "amount_below_minimum"},
      {Rail::neft, 900 * lakh, "ok"},
      {Rail::rtgs, 2 * lakh - 1, "amount_below_minimum"},
      {Rail::rtgs, 2 * lakh, "ok"},
      {Rail::upi, 99, "amount_below_minimum"},
      {Rail::upi, lakh, "ok"},
      {Rail::upi, lakh + 1, "amount_above_maximum"},
  };
  for (const auto& row : rows) {
    Desk desk;
    desk.fund(1'000 * lakh);
    if (row.rail == Rail::upi) desk.beneficiary.destination = DestinationKind::vpa;
    const auto step = create_payout({{5, 5}}, Mode::test, {.amount = {row.amount}, .rail = row.rail}, desk.facts());
    EXPECT_EQ(outcome_of(step), row.outcome) << to_token(row.rail) << " " << row.amount;
  }
}

TEST(Payout, BeforeARailsFirstDayThereIsNoSuchRail) {
  Desk desk;
  desk.beneficiary.destination = DestinationKind::vpa;
  const auto step = create_payout({{5, 5}}, Mode::test, kOrder, desk.facts(*parse_rfc3339("2016-04-10T18:29:59Z")));
  EXPECT_EQ(outcome_of(step), "rail_unavailable");
}

TEST(Payout, EveryPurposePaysTheKindsOfThePolicyAndNoOthers) {
  const struct {
    registry::Purpose purpose;
    std::string_view kinds;
  } rows[] = {
      {registry::Purpose::salary, "employee"},   {registry::Purpose::vendor, "vendor partner"},
      {registry::Purpose::cashback, "customer"}, {registry::Purpose::incentive, "employee agent partner"},
      {registry::Purpose::refund, "customer"},   {registry::Purpose::wallet_redemption, "customer"},
      {registry::Purpose::settlement, "self"},
  };
  for (const auto& row : rows)
    for (const auto& kind : described_enumerators(BeneficiaryKind{}))
      EXPECT_EQ(serves(row.purpose, kind.value), row.kinds.find(kind.token) != row.kinds.npos)
          << to_token(row.purpose) << " to " << kind.token;
}

TEST(Payout, TheRailIsAskedFasterFirstAndThenAPersonLooks) {
  Desk desk;
  for (const auto& [rail, delays] : {std::pair{registry::Rail::upi, std::vector{seconds(90), minutes(30), hours(2)}},
                                     {registry::Rail::imps, std::vector{seconds(90), minutes(5), minutes(15), hours(1), hours(4),
                                                                        hours(12), hours(24), hours(48), hours(72)}}}) {
    Payout payout = payout_in(desk, processing);
    payout.rail = rail;
    for (std::size_t n = 0; n < delays.size(); ++n) {
      EXPECT_EQ(due_at(payout), kNow + delays[n]) << to_token(rail) << " " << n;
      payout = inquire_payout(payout, *due_at(payout)).after;
      EXPECT_EQ(payout.inquiries, n + 1);
    }
    EXPECT_EQ(due_at(payout), std::nullopt);
    EXPECT_EQ(payout.reason, PayoutReason::manual_review);
    EXPECT_EQ(payout.status, processing) << "a person decides";
  }
}

TEST(Payout, AQueueLastsNinetyDaysFromItsBeginning) {
  Desk desk;
  PayoutOrder order = kOrder;
  order.queue_if_low_balance = true;
  const auto created = create_payout({{5, 5}}, Mode::test, order, desk.facts());
  ASSERT_TRUE(created);
  EXPECT_EQ(created->after.reason, PayoutReason::low_balance);
  EXPECT_EQ(due_at(created->after), kNow + days(90));
  const PayoutStep again = advance_payout(created->after, desk.facts(kNow + days(40)));
  EXPECT_EQ(due_at(again.after), kNow + days(90)) << "waiting anew does not begin anew";
}

}  // namespace
}  // namespace mohur::payments
