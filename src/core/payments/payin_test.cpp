// Pay-ins and attempts: what each report and moment makes of one in each state, what it costs, and every refusal of a new one.
#include <functional>

#include "payments/rig_test.hpp"

namespace mohur::payments {
namespace {

using enum PayinStatus;

Payin payin_in(const Desk& desk, PayinStatus status) {
  Payin payin{.id = {{5, 5}}, .client = desk.client.id, .sequence = 2, .status = status, .amount = {125'000}, .expires_at = kNow};
  if (status == attempted) payin.attempts = 1;
  if (status == paid) payin.amount_paid = payin.amount;
  return payin;
}

Attempt attempt_in(const Payin& payin, AttemptStatus status) {
  return {.id = {{6, 6}}, .client = payin.client, .sequence = 1, .status = status, .payin = payin.id, .amount = payin.amount};
}

Result<std::optional<CollectionStep>> report(Desk& desk, const Payin& payin, const std::optional<Attempt>& known,
                                             const CollectionReport& said) {
  return report_collection(payin, known, {{7, 7}}, said, desk.client.agreement.fees, desk.ledger, kNow);
}

TEST(Attempt, AReportComesToWhatTheTableSays) {
  const std::string no = "state_conflict";
  const std::vector<std::pair<std::optional<AttemptStatus>, std::vector<std::string>>> rows = {
      //                          initiated   pending    succeeded    failed
      {std::nullopt, {"initiated", "pending", "succeeded", "failed"}},
      {AttemptStatus::initiated, {"-", "pending", "succeeded", "failed"}},
      {AttemptStatus::pending, {"-", "-", "succeeded", "failed"}},
      {AttemptStatus::succeeded, {no, no, "-", no}},
      {AttemptStatus::failed, {no, no, "succeeded", "-"}},
  };
  Desk desk;
  const Payin payin = payin_in(desk, attempted);
  for (const auto& [before, expected] : rows) {
    for (const auto& said : described_enumerators(AttemptStatus{})) {
      const auto known = before ? std::optional{attempt_in(payin, *before)} : std::nullopt;
      const auto step = report(desk, payin, known, {.status = said.value, .amount = payin.amount});
      const std::string came = !step    ? std::string{to_token(step.error().outcome)}
                               : !*step ? "-"
                                        : std::string{to_token((*step)->attempt.status)};
      EXPECT_EQ(came, expected[static_cast<std::size_t>(said.value) - 1])
          << (before ? to_token(*before) : "a new try") << " is reported " << said.token;
    }
  }
}

TEST(Attempt, ARailsReferenceThatBelongsToAnotherPayinIsAContradiction) {
  Desk desk;
  const Payin payin = payin_in(desk, created);
  Payin other = payin;
  other.id = {{5, 6}};
  for (const auto& before : described_enumerators(AttemptStatus{})) {
    const auto step =
        report(desk, payin, attempt_in(other, before.value), {.status = AttemptStatus::succeeded, .amount = {1'000}});
    EXPECT_EQ(outcome_of(step), "state_conflict") << before.token;
  }
}

TEST(Attempt, WithoutAnAmountThereIsNoMoney) {
  Desk desk;
  for (const std::int64_t minor : {0, -1}) {
    const auto step = report(desk, payin_in(desk, created), {}, {.status = AttemptStatus::succeeded, .amount = {minor}});
    ASSERT_EQ(outcome_of(step), "amount_not_positive");
    EXPECT_FALSE(step.error().detail.empty()) << "a person reads it";
  }
}

// What a succeeded try brings, by the state that the pay-in is in and the money that it asked for: 1,250.00.
TEST(Payin, MoneyIsNeverDroppedAndSaysWhatItIs) {
  const struct {
    PayinStatus before;
    std::int64_t paid_before, comes;
    AttemptKind kind;
    PayinStatus after;
    std::int64_t fee, tax;  // 0.50 %, and 18 % on that
  } rows[] = {
      {created, 0, 125'000, AttemptKind::regular, paid, 625, 113},
      {attempted, 0, 125'000, AttemptKind::regular, paid, 625, 113},
      {created, 0, 124'900, AttemptKind::short_paid, attempted, 625, 113},  // 624.5 and 112.5
      {attempted, 124'900, 100, AttemptKind::regular, paid, 1, 0},          // 0.5 and 0.18
      {attempted, 124'900, 99, AttemptKind::short_paid, attempted, 0, 0},   // 0.495
      {attempted, 124'900, 101, AttemptKind::over_paid, paid, 1, 0},
      {created, 0, 125'100, AttemptKind::over_paid, paid, 626, 113},  // 625.5 and 112.68
      {created, 0, 1, AttemptKind::short_paid, attempted, 0, 0},
      {paid, 125'000, 125'000, AttemptKind::excess, paid, 0, 0},
      {expired, 0, 125'000, AttemptKind::late, expired, 0, 0},
      {cancelled, 0, 125'000, AttemptKind::late, cancelled, 0, 0},
      {expired, 1'000, 1, AttemptKind::late, expired, 0, 0},
  };
  for (const auto& row : rows) {
    Desk desk;
    Payin payin = payin_in(desk, row.before);
    payin.amount_paid = {row.paid_before};
    const auto step = report(desk, payin, {}, {.status = AttemptStatus::succeeded, .amount = {row.comes}});
    ASSERT_TRUE(step && *step);
    const CollectionStep& taken = **step;
    const auto name = testing::Message() << row.comes << " on " << to_token(row.before) << " with " << row.paid_before;
    EXPECT_EQ(to_token(*taken.attempt.kind), to_token(row.kind)) << name;
    EXPECT_EQ(to_token(taken.payin.status), to_token(row.after)) << name;
    EXPECT_EQ(taken.payin.paid_at, row.after == paid && row.before != paid ? std::optional{kNow} : std::nullopt) << name;
    EXPECT_EQ(taken.payin.amount_paid.minor, row.paid_before + row.comes) << name;
    EXPECT_EQ(taken.payin.fee.minor, row.fee) << name;
    EXPECT_EQ(taken.payin.tax.minor, row.tax) << name;
    const Books books = desk.books();
    ledger::Chain chain{ledger::single(books.rail_receivable, books.collections, {row.comes})};
    if (row.fee > 0) chain.push_back(ledger::single(books.collections, books.platform_fees, {row.fee}));
    if (row.tax > 0) chain.push_back(ledger::single(books.collections, books.platform_tax_payable, {row.tax}));
    EXPECT_EQ(taken.chain, chain) << name;
    desk.move(taken.chain);
  }
}

TEST(Payin, ATryCountsOnceHoweverOftenItIsReported) {
  Desk desk;
  const Payin payin = payin_in(desk, created);
  const auto first = report(desk, payin, {}, {.status = AttemptStatus::pending, .amount = payin.amount});
  EXPECT_EQ((*first)->payin.attempts, 1U);
  EXPECT_EQ((*first)->payin.status, attempted);
  EXPECT_TRUE((*first)->payin_changed);
  const auto second =
      report(desk, (*first)->payin, (*first)->attempt,
             {.status = AttemptStatus::failed, .amount = payin.amount, .reason = AttemptReason::declined_by_payer});
  EXPECT_FALSE((*second)->payin_changed);
  EXPECT_EQ((*second)->payin.attempts, 1U);
  EXPECT_EQ((*second)->attempt.reason, AttemptReason::declined_by_payer);
  EXPECT_EQ((*second)->attempt.sequence, 2U);
  const auto third =
      report(desk, (*second)->payin, (*second)->attempt, {.status = AttemptStatus::succeeded, .amount = payin.amount});
  EXPECT_EQ((*third)->payin.status, paid) << "a late authorisation";
  EXPECT_EQ((*third)->attempt.reason, std::nullopt);
}

TEST(Payin, OnlyAnOpenOneCanBeCancelledAndHasAMoment) {
  Desk desk;
  for (const auto& status : described_enumerators(PayinStatus{})) {
    const bool is_open = status.value == created || status.value == attempted;
    const Payin payin = payin_in(desk, status.value);
    EXPECT_EQ(outcome_of(cancel_payin(payin, kNow)), is_open ? "ok" : "state_conflict") << status.token;
    EXPECT_EQ(due_at(payin), is_open ? payin.expires_at : std::nullopt) << status.token;
  }
  EXPECT_EQ(expire_payin(payin_in(desk, attempted), kNow).status, expired);
}

TEST(Payin, TheEscrowIsCreditedOnceAndOnlyWithWhatWasCaptured) {
  Desk desk;
  const Payin payin = payin_in(desk, paid);
  for (const auto& status : described_enumerators(AttemptStatus{})) {
    const auto step = credit_escrow(attempt_in(payin, status.value), desk.ledger, kNow);
    if (status.value != AttemptStatus::succeeded) {
      EXPECT_EQ(outcome_of(step), "state_conflict") << status.token;
      continue;
    }
    const Books books = desk.books();
    ASSERT_TRUE(step && *step);
    EXPECT_EQ((*step)->chain, ledger::Chain{ledger::single(books.bank_escrow, books.rail_receivable, payin.amount)});
    const auto again = credit_escrow((*step)->after, desk.ledger, kNow);
    EXPECT_TRUE(again && !*again) << "it says nothing new";
  }
}

// ---- a new pay-in

struct Defect {
  Outcome outcome;
  std::string_view field;
  std::function<void(Desk&, PayinOrder&)> make;
};

const std::vector<Defect>& defects() {
  static const std::vector<Defect> all = {
      {Outcome::payer_type_not_approved, "payer_type",
       [](Desk& desk, PayinOrder&) { std::erase(desk.client.agreement.payer_types, PayerType::customer); }},
      {Outcome::method_not_approved, "method",
       [](Desk& desk, PayinOrder&) { std::erase(desk.client.agreement.methods, CollectionMethod::upi_qr); }},
      {Outcome::amount_not_positive, "amount", [](Desk&, PayinOrder& order) { order.amount = {0}; }},
      {Outcome::amount_above_maximum, "amount", [](Desk&, PayinOrder& order) { order.amount = {10'000'001}; }},
      {Outcome::time_not_in_future, "expires_at", [](Desk&, PayinOrder& order) { order.expires_at = kNow; }},
      {Outcome::time_too_far, "expires_at", [](Desk&, PayinOrder& order) { order.expires_at = kNow + days(180) + Duration{1}; }},
  };
  return all;
}

Result<Payin> make(const std::vector<const Defect*>& wrong, PayinOrder order = {.amount = {125'000}}) {
  Desk desk;
  for (const Defect* defect : wrong) defect->make(desk, order);
  MOHUR_TRY(check_order(order, desk.client.agreement));
  return create_payin({{5, 5}}, Mode::test, order, desk.client, kNow);
}

TEST(Payin, EachRefusalOfANewOneHasItsOwnOutcomeAndFieldAndTheFirstIsTold) {
  for (std::size_t first = 0; first < defects().size(); ++first) {
    const Defect& one = defects()[first];
    const auto alone = make({&one});
    ASSERT_FALSE(alone) << to_token(one.outcome);
    EXPECT_EQ(to_token(alone.error().outcome), to_token(one.outcome));
    EXPECT_EQ(alone.error().field, one.field);
    for (std::size_t second = first + 1; second < defects().size(); ++second) {
      const Defect& other = defects()[second];
      if (one.field == other.field) continue;  // they would undo each other
      EXPECT_EQ(outcome_of(make({&one, &other})), to_token(one.outcome)) << "with " << to_token(other.outcome);
    }
  }
}

TEST(Payin, ItStaysOpenAsLongAsItsMethodTakes) {
  const struct {
    PayinOrder order;
    Time expires_at;
  } rows[] = {
      {{.amount = {1}, .method = CollectionMethod::upi_qr}, kNow + minutes(15)},
      {{.amount = {10'000'000}, .method = CollectionMethod::upi_intent}, kNow + minutes(15)},
      {{.amount = {10'000'001}, .method = CollectionMethod::bank_transfer}, kNow + days(30)},
      {{.amount = {1}, .expires_at = kNow + days(180)}, kNow + days(180)},
      {{.amount = {1}, .expires_at = kNow + Duration{1}}, kNow + Duration{1}},
  };
  for (const auto& row : rows) {
    const auto payin = make({}, row.order);
    ASSERT_TRUE(payin) << payin.error().detail;
    EXPECT_EQ(payin->expires_at, row.expires_at);
    EXPECT_EQ(payin->status, created);
    EXPECT_EQ(payin->sequence, 1U);
  }
}

TEST(VirtualAccount, IsClosedOnce) {
  const auto closed = close(VirtualAccount{.sequence = 1}, kNow);
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->status, VirtualAccountStatus::closed);
  EXPECT_EQ(closed->sequence, 2U);
  EXPECT_EQ(outcome_of(close(*closed, kNow)), "state_conflict");
}

TEST(Beneficiary, IsDeactivatedOnce) {
  const auto off = deactivate(Beneficiary{.sequence = 1}, kNow);
  ASSERT_TRUE(off);
  EXPECT_EQ(off->status, BeneficiaryStatus::inactive);
  EXPECT_EQ(outcome_of(deactivate(*off, kNow)), "state_conflict");
}

}  // namespace
}  // namespace mohur::payments
