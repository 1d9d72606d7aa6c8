// What each event moves, as a bookkeeper would write it down: to the paisa, fees and GST included.
#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using payments::RailVerdict;
using testing::ElementsAre;
using testing::IsEmpty;

// A house that keeps a bookkeeper's lines: `client_payout -> in_flight_payout 250000, pending`.
class Bookkept : public House {
 public:
  // The event types and the lines of what a command moved.
  std::vector<std::string> told(Intent intent, registry::Caller caller = registry::by_credential({})) {
    std::vector<std::string> lines;
    const ledger::Ledger before = state.ledger;  // resolved reservations are gone afterwards
    const auto sent = send(std::move(intent), caller, client);
    EXPECT_TRUE(sent) << (sent ? "" : to_token(sent.error().outcome));
    for (const Event& event : *sent) {
      lines.emplace_back(to_token(event.type));
      for (const ledger::Transfer& transfer : event.transfers) lines.push_back("  " + line(before, transfer));
    }
    return lines;
  }
  std::vector<std::string> reported(payments::PayoutId id, RailVerdict verdict) {
    return told(ReportPayout{id, {.dispatch = 1, .verdict = verdict, .reason = payments::PayoutReason::gateway_timeout}},
                registry::by_rail());
  }
  payments::PayoutId pay_out(std::int64_t minor) {
    return first<payments::Payout>(
               send(CreatePayout{beneficiary(), {.amount = {minor}}, {}}, registry::by_credential({}), client))
        .id;
  }
  // What it costs, as the payout itself says.
  std::pair<std::int64_t, std::int64_t> fee_and_tax(payments::PayoutId id) const {
    const payments::Payout& payout = *disk.find<payments::Payout>(id.value);
    return {payout.fee.minor, payout.tax.minor};
  }
  payments::BeneficiaryId beneficiary() {
    if (beneficiary_.is_zero())
      beneficiary_ = first<payments::Beneficiary>(
                         send(CreateBeneficiary{{.kind = payments::BeneficiaryKind::vendor}, some_key(1, 1)}, {}, client))
                         .id;
    return beneficiary_;
  }
  payments::PayinId paid_payin(std::int64_t minor) {
    const auto id = first<payments::Payin>(send(CreatePayin{.order = {.amount = {minor}}}, {}, client)).id;
    EXPECT_TRUE(send(ReportCollection{id, some_key(3, ++tries_), {.amount = {minor}}}, registry::by_rail()));
    return id;
  }

 private:
  std::string line(const ledger::Ledger& books, const ledger::Transfer& transfer) const {
    const auto resolved = transfer.pending ? books.find_pending(*transfer.pending) : std::nullopt;
    const auto name = [&](ledger::AccountId id) { return std::string{to_token(books.find(id)->code)}; };
    const auto move = ledger::movement_of(transfer, resolved ? &*resolved : nullptr);
    const std::int64_t minor = resolved ? resolved->amount.minor : transfer.amount.minor;
    std::string text = name(move.debit) + " -> " + name(move.credit) + " " + std::to_string(minor);
    if (transfer.kind != ledger::TransferKind::single) text += ", " + std::string{to_token(transfer.kind)};
    return text;
  }
  payments::BeneficiaryId beneficiary_;
  std::uint64_t tries_ = 0;
};

TEST(Postings, AFundingCreditsThePayoutBalance) {
  Bookkept house;
  EXPECT_THAT(
      house.told(
          FundBalance{house.client, Mode::test, {1'000'000}, Currency::INR, payments::Utr::trusted("UTR000001"), some_key(6, 1)},
          house.asha),
      ElementsAre("balance.funded", "  bank_payout -> client_payout 1000000"));
}

TEST(Postings, APayoutReservesThreeLegsAndPostsThem) {
  Bookkept house;
  house.fund({1'000'000});
  EXPECT_THAT(
      house.told(CreatePayout{house.beneficiary(), {.amount = {250'000}}, {}}),
      ElementsAre("payout.initiated", "  client_payout -> in_flight_payout 250000, pending",
                  "  client_payout -> platform_fees 300, pending", "  client_payout -> platform_tax_payable 54, pending"));
  const auto id = payments::PayoutId{house.disk.all<payments::Payout>().begin()->first};
  EXPECT_EQ(house.available(), 1'000'000 - 250'354);
  EXPECT_THAT(
      house.reported(id, RailVerdict::succeeded),
      ElementsAre("payout.processed", "  client_payout -> in_flight_payout 250000, post_pending",
                  "  client_payout -> platform_fees 300, post_pending",
                  "  client_payout -> platform_tax_payable 54, post_pending", "  in_flight_payout -> bank_payout 250000"));
  EXPECT_EQ(house.balance(ledger::AccountCode::client_payout), 1'000'000 - 250'354);
  EXPECT_EQ(house.balance(ledger::AccountCode::bank_payout), 750'000);
  EXPECT_THAT(house.fee_and_tax(id), testing::Pair(300, 54));
  EXPECT_THAT(house.reported(id, RailVerdict::returned),
              ElementsAre("payout.reversed", "  bank_payout -> client_payout 250000", "  platform_fees -> client_payout 300",
                          "  platform_tax_payable -> client_payout 54"));
  EXPECT_EQ(house.available(), 1'000'000);
  EXPECT_THAT(house.fee_and_tax(id), testing::Pair(0, 0)) << "what is given back is not charged";
  EXPECT_EQ(house.balance(ledger::AccountCode::platform_fees), 0);
  EXPECT_EQ(house.balance(ledger::AccountCode::platform_tax_payable), 0);
}

TEST(Postings, APayoutThatIsSentAgainMovesNothingAndStaysReserved) {
  Bookkept house;
  house.fund({1'000'000});
  const auto id = house.pay_out(250'000);
  EXPECT_THAT(house.reported(id, RailVerdict::not_received), ElementsAre("payout.redispatched"));
  EXPECT_EQ(house.available(), 749'646);
  EXPECT_EQ(house.state.ledger.pending_count(), 3U);
}

TEST(Postings, APayoutThatFailsOrIsReversedInFlightReleasesThem) {
  for (const auto& [verdict, type] :
       {std::pair{RailVerdict::failed, "payout.failed"}, {RailVerdict::returned, "payout.reversed"}}) {
    Bookkept house;
    house.fund({1'000'000});
    const auto id = house.pay_out(250'000);
    EXPECT_THAT(house.reported(id, verdict), ElementsAre(type, "  client_payout -> in_flight_payout 250000, void_pending",
                                                         "  client_payout -> platform_fees 300, void_pending",
                                                         "  client_payout -> platform_tax_payable 54, void_pending"));
    EXPECT_THAT(house.fee_and_tax(id), testing::Pair(0, 0));
    EXPECT_EQ(house.available(), 1'000'000);
    EXPECT_EQ(house.balance(ledger::AccountCode::bank_payout), 1'000'000);
    EXPECT_EQ(house.state.ledger.pending_count(), 0U);
  }
}

TEST(Postings, APayoutThatFailedAndIsThenReturnedMovesNothingMore) {
  Bookkept house;
  house.fund({1'000'000});
  const auto id = house.pay_out(250'000);
  house.reported(id, RailVerdict::failed);
  EXPECT_THAT(house.reported(id, RailVerdict::returned), ElementsAre("payout.reversed"));
}

TEST(Postings, WhatContradictsAFinalStateMovesNothingAndCallsAPerson) {
  Bookkept house;
  house.fund({1'000'000});
  const auto id = house.pay_out(250'000);
  house.reported(id, RailVerdict::failed);
  EXPECT_THAT(house.reported(id, RailVerdict::succeeded), ElementsAre("exception.raised"));
  EXPECT_THAT(house.reported(id, RailVerdict::failed), IsEmpty()) << "the same again says nothing new";
}

TEST(Postings, ACaptureIsTheClientsInFullAndTheFeeLeavesFromThere) {
  Bookkept house;
  const auto id = first<payments::Payin>(house.send(CreatePayin{.order = {.amount = {125'000}}}, {}, house.client)).id;
  EXPECT_THAT(
      house.told(ReportCollection{id, some_key(3, 1), {.amount = {125'000}}}, registry::by_rail()),
      ElementsAre("attempt.succeeded", "  rail_receivable -> client_collections 125000",
                  "  client_collections -> platform_fees 625", "  client_collections -> platform_tax_payable 113", "payin.paid"));
  EXPECT_THAT(house.told(ReportCollection{id, some_key(3, 2), {.amount = {125'000}}}, registry::by_rail()),
              ElementsAre("attempt.succeeded", "  rail_receivable -> client_collections 125000", "payin.overpaid"))
      << "what came twice is not charged";
  const auto attempt = payments::AttemptId{house.disk.find<Claim>(some_key(3, 1))->object};
  EXPECT_THAT(house.told(ReportEscrowCredit{attempt}, registry::by_rail()),
              ElementsAre("attempt.credited", "  bank_escrow -> rail_receivable 125000"));
  EXPECT_THAT(house.told(ReportEscrowCredit{attempt}, registry::by_rail()), IsEmpty());
  EXPECT_EQ(house.balance(ledger::AccountCode::client_collections), 250'000 - 738);
}

TEST(Postings, ARefundLeavesCollectionsThenTheEscrowOrComesBack) {
  Bookkept house;
  const auto payin = house.paid_payin(125'000);
  EXPECT_THAT(house.told(CreateRefund{payin, {.amount = Amount{25'000}}, {}}),
              ElementsAre("refund.created", "  client_collections -> in_flight_refund 25000", "payin.refunded"));
  const auto refund = payments::RefundId{house.disk.all<payments::Refund>().begin()->first};
  EXPECT_THAT(house.told(ReportRefund{refund, {.verdict = RailVerdict::succeeded}}, registry::by_rail()),
              ElementsAre("refund.processed", "  in_flight_refund -> bank_escrow 25000"));
  EXPECT_THAT(house.told(ReportRefund{refund, {.verdict = RailVerdict::failed}}, registry::by_rail()),
              ElementsAre("exception.raised"));
}

TEST(Postings, ARefundThatFailsCanBeMadeAgain) {
  Bookkept house;
  const auto payin = house.paid_payin(125'000);
  ASSERT_TRUE(house.send(CreateRefund{payin, {.amount = Amount{100'000}}, {}}, {}, house.client));
  const auto refund = payments::RefundId{house.disk.all<payments::Refund>().begin()->first};
  EXPECT_THAT(house.told(ReportRefund{refund, {.verdict = RailVerdict::not_received}}, registry::by_rail()),
              ElementsAre("refund.failed", "  in_flight_refund -> client_collections 100000", "payin.refunded"));
  EXPECT_TRUE(house.send(CreateRefund{payin, {.amount = Amount{100'000}}, {}}, {}, house.client));
}

TEST(Postings, ABankCreditIsMatchedOrKeptInSuspenseAndCountedOnce) {
  Bookkept house;
  ASSERT_TRUE(house.send(CreateVirtualAccount{.account_claim = some_key(4, 1)}, {}, house.client));
  const auto credit = [](std::uint64_t account, std::uint64_t reference) {
    return ReportBankCredit{.account_claim = some_key(4, account), .amount = {70'000}, .claim = some_key(6, reference)};
  };
  EXPECT_THAT(house.told(credit(1, 1), registry::by_rail()),
              ElementsAre("payin.created", "attempt.succeeded", "  rail_receivable -> client_collections 70000",
                          "  client_collections -> platform_fees 350", "  client_collections -> platform_tax_payable 63",
                          "payin.paid", "bank_credit.matched", "virtual_account.credited"));
  EXPECT_THAT(house.told(credit(1, 1), registry::by_rail()), IsEmpty());
  EXPECT_THAT(house.told(credit(2, 2), registry::by_rail()),
              ElementsAre("bank_credit.suspended", "  bank_escrow -> platform_suspense 70000"));
}

TEST(Postings, AScheduledAndAQueuedPayoutReserveNothingUntilTheyGo) {
  Bookkept house;
  EXPECT_THAT(house.told(CreatePayout{house.beneficiary(), {.amount = {250'000}, .queue_if_low_balance = true}, {}}),
              ElementsAre("payout.queued"));
  EXPECT_THAT(house.told(CreatePayout{house.beneficiary(), {.amount = {250'000}, .scheduled_at = house.at + hours(1)}, {}}),
              ElementsAre("payout.scheduled"));
  house.fund({300'000});
  EXPECT_EQ(house.available(), 300'000);
  const auto queued = payments::PayoutId{house.state.open.first_queued(house.client, Mode::test)->key};
  EXPECT_THAT(
      house.told(WakePayout{queued}, registry::by_system()),
      ElementsAre("payout.initiated", "  client_payout -> in_flight_payout 250000, pending",
                  "  client_payout -> platform_fees 300, pending", "  client_payout -> platform_tax_payable 54, pending"));
  house.at = house.at + hours(1);
  std::vector<Intent> due = due_intents(house.state, house.at, 10);
  ASSERT_EQ(due.size(), 2U) << "the scheduled one is due, and the bank is asked about the other";
  for (const Intent& intent : due)
    if (std::get<WakePayout>(intent).payout != queued) {
      EXPECT_THAT(house.told(intent, registry::by_system()), ElementsAre("payout.failed")) << "its balance is gone";
    }
}

}  // namespace
}  // namespace mohur::kernel
