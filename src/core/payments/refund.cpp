#include "payments/refund.hpp"

namespace mohur::payments {
namespace {

Refund changed(const Refund& refund, RefundStatus to, Time now) {
  Refund after = refund;
  after.status = to;
  after.updated_at = now;
  after.sequence += 1;
  if (to != RefundStatus::pending) after.next_inquiry_at = std::nullopt;
  return after;
}

Payin with_refunded(const Payin& payin, std::int64_t more_minor, Time now) {
  Payin after = payin;
  after.amount_refunded.minor += more_minor;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

}  // namespace

Result<RefundStep> create_refund(RefundId id, const RefundOrder& order, const Payin& payin, const ledger::Ledger& ledger,
                                 Time now) {
  const Amount amount = order.amount.value_or(payin.refundable());
  if (order.amount && !amount.is_positive()) return refuse(Outcome::amount_not_positive, "amount");
  if (!amount.is_positive() || amount > payin.refundable())
    return refuse(Outcome::refund_exceeds_paid, "amount", to_display(payin.refundable(), payin.currency) + " can be refunded.");
  const Books books = books_of(ledger, payin.mode, payin.client);
  ledger::Chain chain{ledger::single(books.collections, books.in_flight_refund, amount)};
  MOHUR_TRY(ledger.check(chain));

  // After this point, the refund exists.
  Refund refund{.id = id,
                .client = payin.client,
                .mode = payin.mode,
                .created_at = now,
                .updated_at = now,
                .sequence = 1,
                .payin = payin.id,
                .amount = amount,
                .currency = payin.currency,
                .reference_id = order.reference_id,
                .metadata = order.metadata,
                .next_inquiry_at = now + *inquiry_delay(Rail::imps, 0)};
  return RefundStep{std::move(refund), with_refunded(payin, amount.minor, now), std::move(chain)};
}

Result<std::optional<RefundStep>> report_refund(const Refund& refund, const Payin& payin, const RailReport& report,
                                                const ledger::Ledger& ledger, Time now) {
  const Books books = books_of(ledger, refund.mode, refund.client);
  const bool is_success = report.verdict == RailVerdict::succeeded;
  const bool is_failure = report.verdict == RailVerdict::failed || report.verdict == RailVerdict::not_received;
  if (!is_success && !is_failure) return std::nullopt;
  const RefundStatus to = is_success ? RefundStatus::processed : RefundStatus::failed;
  if (refund.status == to) return std::nullopt;
  if (!may_become(refund.status, to))
    return refuse(Outcome::state_conflict, {},
                  "The rail reports " + std::string{to_token(report.verdict)} + " for a refund that is " +
                      std::string{to_token(refund.status)} + ".");
  RefundStep step{changed(refund, to, now), std::nullopt, {}};
  step.refund.utr = report.utr;
  if (is_success) {
    step.chain = {ledger::single(books.in_flight_refund, books.bank_escrow, refund.amount)};
  } else {
    step.chain = {ledger::single(books.in_flight_refund, books.collections, refund.amount)};
    step.payin = with_refunded(payin, -refund.amount.minor, now);
  }
  return step;
}

RefundStep inquire_refund(const Refund& refund, Time now) {
  RefundStep step{changed(refund, RefundStatus::pending, now), std::nullopt, {}};
  step.refund.inquiries += 1;
  const auto delay = inquiry_delay(Rail::imps, step.refund.inquiries);
  step.refund.next_inquiry_at = delay ? std::optional{refund.created_at + *delay} : std::nullopt;
  return step;
}

}  // namespace mohur::payments
