#include "payments/payin.hpp"

namespace mohur::payments {
namespace {

constexpr Amount kUpiMaximum{1'00'000 * 100};  // Rs 1 lakh a transaction, person to merchant

bool is_upi(CollectionMethod method) { return method != CollectionMethod::bank_transfer; }

bool is_open(PayinStatus status) { return status == PayinStatus::created || status == PayinStatus::attempted; }

AttemptKind kind_of(const Payin& payin, Amount amount) {
  if (payin.status == PayinStatus::paid) return AttemptKind::excess;
  if (!is_open(payin.status)) return AttemptKind::late;
  const std::int64_t due = payin.amount.minor - payin.amount_paid.minor;
  if (amount.minor == due) return AttemptKind::regular;
  return amount.minor < due ? AttemptKind::short_paid : AttemptKind::over_paid;
}

void touch(Payin& payin, Time now) {
  payin.updated_at = now;
  payin.sequence += 1;
}

// Captured money belongs to the client at once, in full; our fee leaves from there. Late and excess money is not charged.
ledger::Chain capture(const Attempt& attempt, const Fee& fee, const Books& books) {
  ledger::Chain chain{ledger::single(books.rail_receivable, books.collections, attempt.amount)};
  if (fee.fee.is_positive()) chain.push_back(ledger::single(books.collections, books.platform_fees, fee.fee));
  if (fee.tax.is_positive()) chain.push_back(ledger::single(books.collections, books.platform_tax_payable, fee.tax));
  return chain;
}

void succeed(CollectionStep& step, const registry::FeePlan& fees, const ledger::Ledger& ledger, Time now) {
  step.attempt.kind = kind_of(step.payin, step.attempt.amount);
  const bool charged = is_open(step.payin.status);
  const Fee fee = charged ? payin_fee(fees, step.attempt.amount) : Fee{};
  step.chain = capture(step.attempt, fee, books_of(ledger, step.payin.mode, step.payin.client));
  Payin& payin = step.payin;
  payin.amount_paid.minor += step.attempt.amount.minor;
  payin.fee.minor += fee.fee.minor;
  payin.tax.minor += fee.tax.minor;
  if (is_open(payin.status)) {
    const bool complete = payin.amount_paid >= payin.amount;
    payin.status = complete ? PayinStatus::paid : PayinStatus::attempted;
    if (complete) payin.paid_at = now;
  }
  step.payin_changed = true;
}

}  // namespace

Result<void> check_order(const PayinOrder& order, const registry::Agreement& agreement) {
  if (!registry::approves(agreement.payer_types, order.payer_type))
    return registry::not_approved(Outcome::payer_type_not_approved, "payer_type", agreement.payer_types, agreement);
  if (!registry::approves(agreement.methods, order.method))
    return registry::not_approved(Outcome::method_not_approved, "method", agreement.methods, agreement);
  return {};
}

Result<Payin> create_payin(PayinId id, Mode mode, const PayinOrder& order, const registry::Client& client, Time now) {
  if (!order.amount.is_positive()) return refuse(Outcome::amount_not_positive, "amount");
  if (is_upi(order.method) && order.amount > kUpiMaximum)
    return refuse(Outcome::amount_above_maximum, "amount", "UPI takes " + to_display(kUpiMaximum, Currency::INR) + " or less.");
  const Time expires_at = order.expires_at.value_or(now + (is_upi(order.method) ? minutes(15) : days(30)));
  if (expires_at <= now) return refuse(Outcome::time_not_in_future, "expires_at");
  if (expires_at > now + kPayinHorizon)
    return refuse(Outcome::time_too_far, "expires_at", "A pay-in can stay open for 180 days.");

  // After this point, the pay-in exists.
  return Payin{.id = id,
               .client = client.id,
               .mode = mode,
               .created_at = now,
               .updated_at = now,
               .sequence = 1,
               .amount = order.amount,
               .currency = order.currency,
               .payer_type = order.payer_type,
               .method = order.method,
               .payer_name = order.payer_name,
               .reference_id = order.reference_id,
               .description = order.description,
               .metadata = order.metadata,
               .virtual_account = order.virtual_account,
               .expires_at = expires_at};
}

Result<Payin> cancel_payin(const Payin& payin, Time now) {
  if (!may_become(payin.status, PayinStatus::cancelled))
    return refuse(Outcome::state_conflict, {},
                  "A pay-in that is " + std::string{to_token(payin.status)} + " cannot be cancelled.");
  Payin after = payin;
  after.status = PayinStatus::cancelled;
  touch(after, now);
  return after;
}

Payin expire_payin(const Payin& payin, Time now) {
  Payin after = payin;
  after.status = PayinStatus::expired;
  touch(after, now);
  return after;
}

Result<std::optional<CollectionStep>> report_collection(const Payin& payin, const std::optional<Attempt>& known, AttemptId id,
                                                        const CollectionReport& report, const registry::FeePlan& fees,
                                                        const ledger::Ledger& ledger, Time now) {
  const auto conflict = [&](std::string_view with) {
    return refuse(Outcome::state_conflict, {},
                  "The rail reports " + std::string{to_token(report.status)} + " for an attempt that " + std::string{with} + ".");
  };
  if (known && known->payin != payin.id) return conflict("belongs to another pay-in");
  if (known && known->status == report.status) return std::nullopt;
  const bool is_overtaken = known && known->status == AttemptStatus::pending && report.status == AttemptStatus::initiated;
  if (is_overtaken) return std::nullopt;
  if (known && !may_become(known->status, report.status)) return conflict("has " + std::string{to_token(known->status)});
  if (!report.amount.is_positive())
    return refuse(Outcome::amount_not_positive, "amount", "The rail reports an amount that is not positive.");
  if (report.status == AttemptStatus::succeeded && !checked_add(payin.amount_paid, report.amount))
    return refuse(Outcome::amount_too_large, "amount", "The rail reports more than a pay-in can hold.");

  // After this point, the report is taken.
  CollectionStep step{.payin = payin,
                      .attempt = known.value_or(Attempt{.id = id,
                                                        .client = payin.client,
                                                        .mode = payin.mode,
                                                        .created_at = now,
                                                        .updated_at = now,
                                                        .payin = payin.id,
                                                        .method = payin.method,
                                                        .currency = payin.currency})};
  step.attempt.status = report.status;
  step.attempt.amount = report.amount;
  step.attempt.reason = report.reason;
  if (report.utr) step.attempt.utr = report.utr;
  if (report.payer) step.attempt.payer = report.payer;
  step.attempt.updated_at = now;
  step.attempt.sequence += 1;
  if (!known) {
    step.payin.attempts += 1;
    step.payin_changed = true;
    if (step.payin.status == PayinStatus::created && report.status != AttemptStatus::succeeded)
      step.payin.status = PayinStatus::attempted;
  }
  if (report.status == AttemptStatus::succeeded) succeed(step, fees, ledger, now);
  if (step.payin_changed) touch(step.payin, now);
  return step;
}

Result<std::optional<AttemptStep>> credit_escrow(const Attempt& attempt, const ledger::Ledger& ledger, Time now) {
  if (attempt.credited) return std::nullopt;
  if (attempt.status != AttemptStatus::succeeded)
    return refuse(Outcome::state_conflict, {},
                  "The bank credits an attempt that is " + std::string{to_token(attempt.status)} + ".");
  const Books books = books_of(ledger, attempt.mode, attempt.client);
  AttemptStep step{attempt, {ledger::single(books.bank_escrow, books.rail_receivable, attempt.amount)}};
  step.after.credited = true;
  step.after.updated_at = now;
  step.after.sequence += 1;
  return step;
}

}  // namespace mohur::payments
