// Refunds: how much may go back, what each report makes of one in each state, and where its money stands.
#include "payments/rig_test.hpp"

namespace mohur::payments {
namespace {

using enum RefundStatus;

// 1,250.00 was paid for it, of which 200.00 are on their way back; the rest stands on the client's collections.
struct Paid : Desk {
  Paid() { move({ledger::single(books().rail_receivable, books().collections, {105'000})}); }
  Payin payin{.id = {{5, 5}},
              .client = client.id,
              .sequence = 4,
              .status = PayinStatus::paid,
              .amount = {125'000},
              .amount_paid = {125'000},
              .amount_refunded = {20'000}};
};

TEST(Refund, UpToWhatIsLeftMayGoBack) {
  const struct {
    std::optional<Amount> asked;
    std::string_view outcome;
    std::int64_t amount;
  } rows[] = {
      {std::nullopt, "ok", 105'000},         {Amount{1}, "ok", 1},
      {Amount{105'000}, "ok", 105'000},      {Amount{105'001}, "refund_exceeds_paid", 0},
      {Amount{0}, "amount_not_positive", 0}, {Amount{-1}, "amount_not_positive", 0},
  };
  for (const auto& row : rows) {
    Paid desk;
    const auto step = create_refund({{6, 6}}, {.amount = row.asked}, desk.payin, desk.ledger, kNow);
    ASSERT_EQ(outcome_of(step), row.outcome);
    if (!step) {
      EXPECT_EQ(step.error().field, "amount");
      continue;
    }
    EXPECT_EQ(step->refund.amount.minor, row.amount);
    EXPECT_EQ(step->payin->amount_refunded.minor, 20'000 + row.amount);
    EXPECT_EQ(step->payin->sequence, 5U);
    const Books books = desk.books();
    EXPECT_EQ(step->chain, ledger::Chain{ledger::single(books.collections, books.in_flight_refund, {row.amount})});
  }
}

TEST(Refund, OfWhatIsFullyRefundedNothingIsLeft) {
  Paid desk;
  desk.payin.amount_refunded = desk.payin.amount_paid;
  EXPECT_EQ(outcome_of(create_refund({{6, 6}}, {}, desk.payin, desk.ledger, kNow)), "refund_exceeds_paid");
}

TEST(Refund, LeavesFromTheClientsCollectionsAndNowhereElse) {
  Paid desk;
  desk.move({ledger::single(desk.books().collections, desk.books().platform_fees, {1})});
  const auto step = create_refund({{6, 6}}, {}, desk.payin, desk.ledger, kNow);
  EXPECT_EQ(outcome_of(step), "insufficient_balance");
  EXPECT_THAT(step.error().detail, testing::StartsWith("The collections balance has "));
}

TEST(Refund, AReportComesToWhatTheTableSays) {
  const std::string no = "state_conflict";
  const std::vector<std::pair<RefundStatus, std::vector<std::string>>> rows = {
      //          accepted succeeded   failed  unknown returned not_received
      {pending, {"-", "processed", "failed", "-", "-", "failed"}},
      {processed, {"-", "-", no, "-", "-", no}},
      {failed, {"-", no, "-", "-", "-", "-"}},
  };
  Paid desk;
  const Books books = desk.books();
  for (const auto& [status, expected] : rows) {
    const Refund refund{
        .id = {{6, 6}}, .client = desk.client.id, .sequence = 1, .status = status, .payin = desk.payin.id, .amount = {20'000}};
    for (const auto& verdict : described_enumerators(RailVerdict{})) {
      const auto step = report_refund(refund, desk.payin, {.dispatch = 1, .verdict = verdict.value}, desk.ledger, kNow);
      const std::string came = !step    ? std::string{to_token(step.error().outcome)}
                               : !*step ? "-"
                                        : std::string{to_token((*step)->refund.status)};
      EXPECT_EQ(came, expected[static_cast<std::size_t>(verdict.value) - 1])
          << to_token(status) << " is reported " << verdict.token;
      if (came == "processed") {
        EXPECT_EQ((*step)->chain, ledger::Chain{ledger::single(books.in_flight_refund, books.bank_escrow, {20'000})});
        EXPECT_FALSE((*step)->payin) << "what is refunded stays counted";
      }
      if (came == "failed") {
        EXPECT_EQ((*step)->chain, ledger::Chain{ledger::single(books.in_flight_refund, books.collections, {20'000})});
        EXPECT_EQ((*step)->payin->amount_refunded.minor, 0) << "it can be refunded again";
      }
    }
  }
}

TEST(Refund, TheBankIsAskedRarerAndRarerAndNeverEndsItByItself) {
  Paid desk;
  Refund refund = create_refund({{6, 6}}, {}, desk.payin, desk.ledger, kNow)->refund;
  for (const Duration delay :
       {seconds(90), minutes(5), minutes(15), hours(1), hours(4), hours(12), hours(24), hours(48), hours(72)}) {
    EXPECT_EQ(due_at(refund), kNow + delay);
    refund = inquire_refund(refund, *due_at(refund)).refund;
  }
  EXPECT_EQ(due_at(refund), std::nullopt);
  EXPECT_EQ(refund.status, pending);
}

}  // namespace
}  // namespace mohur::payments
