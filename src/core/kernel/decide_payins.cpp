// Decisions about pay-ins, their attempts, refunds, and the virtual accounts that bank transfers arrive on.
#include "kernel/decision.hpp"

namespace mohur::kernel {
namespace {

using payments::Attempt;
using payments::AttemptStatus;
using payments::Payin;
using payments::VirtualAccount;

EventType type_of(AttemptStatus status) {
  switch (status) {
    case AttemptStatus::initiated:
    case AttemptStatus::pending: return EventType::attempt_initiated;
    case AttemptStatus::succeeded: return EventType::attempt_succeeded;
    case AttemptStatus::failed: return EventType::attempt_failed;
  }
  return EventType::attempt_initiated;
}

EventType type_of(const Payin& before, const payments::CollectionStep& step) {
  if (step.attempt.status != AttemptStatus::succeeded) return EventType::payin_attempted;
  if (step.payin.status == payments::PayinStatus::paid && before.status != payments::PayinStatus::paid)
    return EventType::payin_paid;
  return step.payin.status == payments::PayinStatus::attempted ? EventType::payin_attempted : EventType::payin_overpaid;
}

// Adds the attempt and, where it moved, the pay-in. Answers the attempt's id, or nothing when the report said nothing new.
Result<std::optional<payments::AttemptId>> collect(Decision& decision, const Payin& payin, Key128 attempt_claim,
                                                   const payments::CollectionReport& report) {
  std::optional<Attempt> known;
  if (const Claim* claimed = decision.state().find<Claim>(attempt_claim))
    if (const Attempt* attempt = decision.state().find<Attempt>(claimed->object)) known = *attempt;
  MOHUR_TRY_SET(client, decision.client(payin.client));
  decision.follow(payin);
  if (known) decision.follow(*known);
  const Time now = decision.now(payin.client, payin.mode);
  auto step = payments::report_collection(payin, known, decision.next_id<payments::AttemptId>(), report,
                                          decision.agreement(*client).fees, decision.state().ledger, now);
  // Without an attempt a credit must not be matched either: the whole report is put before a person, see decide().
  if (!step && step.error().outcome == Outcome::amount_too_large) return std::unexpected(step.error());
  if (!step) {
    raise(decision, payin.client, payin.mode, known ? known->id.to_string() : payin.id.to_string(), step.error().detail);
    return std::nullopt;
  }
  if (!*step) return std::nullopt;
  payments::CollectionStep& taken = **step;
  MOHUR_TRY(decision.state().ledger.check(taken.chain));
  Event& attempt = decision.add(type_of(taken.attempt.status), taken.attempt, std::move(taken.chain));
  if (!known) attempt.claims.push_back(attempt_claim);
  if (taken.payin_changed) decision.add(type_of(payin, taken), taken.payin);
  return taken.attempt.id;
}

VirtualAccount new_account(Decision& decision, payments::AccountNumber number, payments::Ifsc ifsc) {
  const Time now = decision.now();
  return {.id = decision.next_id<payments::VirtualAccountId>(),
          .client = decision.command().client,
          .mode = decision.command().mode,
          .created_at = now,
          .updated_at = now,
          .sequence = 1,
          .account_number = std::move(number),
          .ifsc = std::move(ifsc)};
}

// A credit on a standing virtual account makes a pay-in of its own.
Result<Payin> payin_of_credit(Decision& decision, const VirtualAccount& account, Amount amount) {
  MOHUR_TRY_SET(client, decision.client(account.client));
  MOHUR_TRY(registry::check_may_write(*client));
  const Time now = decision.now(account.client, account.mode);
  payments::PayinOrder order{.amount = amount,
                             .payer_type = account.payer_type,
                             .method = payments::CollectionMethod::bank_transfer,
                             .virtual_account = account.id};
  MOHUR_TRY(payments::check_order(order, decision.agreement(*client)));
  return payments::create_payin(decision.next_id<payments::PayinId>(), account.mode, order, *client, now);
}

// The virtual account that a credit may be matched to, if any.
const VirtualAccount* match(const State& state, const ReportBankCredit& credit) {
  if (!credit.account_claim) return nullptr;
  const Claim* claimed = state.find<Claim>(*credit.account_claim);
  if (claimed == nullptr) return nullptr;
  const VirtualAccount* account = state.find<VirtualAccount>(claimed->object);
  const bool matches =
      account != nullptr && account->mode == credit.mode && account->status == payments::VirtualAccountStatus::active;
  return matches ? account : nullptr;
}

// Money that matches nothing is kept in suspense until a person matches it.
Added suspend(Decision& decision, const ReportBankCredit& intent, payments::BankCredit credit) {
  const ledger::Ledger& ledger = decision.state().ledger;
  credit.status = payments::BankCreditStatus::suspense;
  ledger::Chain chain{ledger::single(ledger.id_of(intent.mode, ledger::AccountCode::bank_escrow),
                                     ledger.id_of(intent.mode, ledger::AccountCode::platform_suspense), intent.amount)};
  MOHUR_TRY(ledger.check(chain));
  claim(decision.add(EventType::bank_credit_suspended, Object{credit}, {}, intent.mode, std::move(chain)), intent.claim);
  return {};
}

}  // namespace

Added decide(Decision& decision, const CreatePayin& intent) {
  MOHUR_TRY_SET(client, decision.client(decision.command().client));
  MOHUR_TRY(registry::check_may_write(*client));
  MOHUR_TRY(decision.check_unclaimed(intent.reference_claim, "reference_id"));
  MOHUR_TRY(payments::check_order(intent.order, decision.agreement(*client)));
  payments::PayinOrder order = intent.order;
  std::optional<VirtualAccount> made;
  const auto id = decision.next_id<payments::PayinId>();
  if (order.method == payments::CollectionMethod::bank_transfer) {
    made = new_account(decision, *intent.account_number, *intent.ifsc);
    made->payin = id;
    order.virtual_account = made->id;
  }
  MOHUR_TRY_SET(payin, payments::create_payin(id, decision.command().mode, order, *client, decision.now()));
  claim(decision.add(EventType::payin_created, payin), intent.reference_claim);
  if (made) claim(decision.add(EventType::virtual_account_created, *made), intent.account_claim);
  return {};
}

Added decide(Decision& decision, const CancelPayin& intent) {
  MOHUR_TRY_SET(payin, decision.own<Payin>(intent.payin.value, "payin"));
  MOHUR_TRY_SET(after, payments::cancel_payin(*payin, decision.now()));
  decision.add(EventType::payin_cancelled, after);
  return {};
}

Added decide(Decision& decision, const WakePayin& intent) {
  const Payin* payin = decision.state().find<Payin>(intent.payin.value);
  if (payin == nullptr) return refuse(Outcome::not_found, "payin");
  decision.follow(*payin);
  const Time now = decision.now(payin->client, payin->mode);
  const auto due = payments::due_at(*payin);
  if (!due || *due > now) return refuse(Outcome::state_conflict, {}, "Nothing is due.");
  decision.add(EventType::payin_expired, payments::expire_payin(*payin, now));
  return {};
}

Added decide(Decision& decision, const CreateVirtualAccount& intent) {
  MOHUR_TRY_SET(client, decision.client(decision.command().client));
  MOHUR_TRY(registry::check_may_write(*client));
  MOHUR_TRY(decision.check_unclaimed(intent.reference_claim, "reference_id"));
  const registry::Agreement& agreement = decision.agreement(*client);
  if (!registry::approves(agreement.payer_types, intent.payer_type))
    return registry::not_approved(Outcome::payer_type_not_approved, "payer_type", agreement.payer_types, agreement);
  if (!registry::approves(agreement.methods, registry::CollectionMethod::bank_transfer))
    return registry::not_approved(Outcome::method_not_approved, "method", agreement.methods, agreement);
  VirtualAccount account = new_account(decision, intent.account_number, intent.ifsc);
  account.payer_type = intent.payer_type;
  account.reference_id = intent.reference_id;
  account.metadata = intent.metadata;
  Event& event = decision.add(EventType::virtual_account_created, account);
  claim(event, intent.account_claim);
  claim(event, intent.reference_claim);
  return {};
}

Added decide(Decision& decision, const CloseVirtualAccount& intent) {
  MOHUR_TRY_SET(account, decision.own<VirtualAccount>(intent.virtual_account.value, "virtual_account"));
  MOHUR_TRY_SET(after, payments::close(*account, decision.now()));
  decision.add(EventType::virtual_account_closed, after);
  return {};
}

Added decide(Decision& decision, const ReportCollection& intent) {
  const Payin* payin = decision.state().find<Payin>(intent.payin.value);
  if (payin == nullptr) return refuse(Outcome::not_found, "payin");
  MOHUR_TRY(collect(decision, *payin, intent.claim, intent.report));
  return {};
}

Added decide(Decision& decision, const ReportBankCredit& intent) {
  const State& state = decision.state();
  if (!intent.amount.is_positive()) return refuse(Outcome::amount_not_positive, "amount");
  if (state.find<Claim>(intent.claim) != nullptr) return {};  // the bank reports it again: it was counted
  const VirtualAccount* account = match(state, intent);
  const ClientId owner = account == nullptr ? ClientId{} : account->client;
  if (account != nullptr) decision.follow(*account);
  const Time now = decision.now(owner, intent.mode);
  payments::BankCredit credit{.id = decision.next_id<payments::BankCreditId>(),
                              .mode = intent.mode,
                              .created_at = now,
                              .updated_at = now,
                              .sequence = 1,
                              .amount = intent.amount,
                              .utr = intent.utr,
                              .payer = intent.payer};
  if (account == nullptr) return suspend(decision, intent, std::move(credit));

  std::optional<Payin> payin;
  if (account->payin) {
    const Payin* wanted = state.find<Payin>(account->payin->value);
    if (wanted == nullptr) return refuse(Outcome::not_found, "payin");
    payin = *wanted;
  } else {
    auto made = payin_of_credit(decision, *account, intent.amount);
    if (!made) return suspend(decision, intent, std::move(credit));
    payin = *made;
    decision.add(EventType::payin_created, *payin);
  }
  // The attempt goes by a key of its own, which is made from the bank reference.
  const Key128 attempt_claim{intent.claim.high, ~intent.claim.low};
  MOHUR_TRY_SET(attempt,
                collect(decision, *payin, attempt_claim,
                        {.status = AttemptStatus::succeeded, .amount = intent.amount, .utr = intent.utr, .payer = intent.payer}));
  credit.client = account->client;
  credit.virtual_account = account->id;
  credit.attempt = attempt;
  claim(decision.add(EventType::bank_credit_matched, Object{credit}, account->client, intent.mode), intent.claim);
  VirtualAccount after = *account;
  after.amount_received.minor += intent.amount.minor;
  after.updated_at = now;
  after.sequence += 1;
  decision.add(EventType::virtual_account_credited, after);
  return {};
}

Added decide(Decision& decision, const ReportEscrowCredit& intent) {
  const Attempt* attempt = decision.state().find<Attempt>(intent.attempt.value);
  if (attempt == nullptr) return refuse(Outcome::not_found, "attempt");
  decision.follow(*attempt);
  MOHUR_TRY_SET(step, payments::credit_escrow(*attempt, decision.state().ledger, decision.now(attempt->client, attempt->mode)));
  if (!step) return {};
  MOHUR_TRY(decision.state().ledger.check(step->chain));
  decision.add(EventType::attempt_credited, step->after, std::move(step->chain));
  return {};
}

Added decide(Decision& decision, const CreateRefund& intent) {
  MOHUR_TRY_SET(client, decision.client(decision.command().client));
  MOHUR_TRY(registry::check_may_write(*client));
  MOHUR_TRY(decision.check_unclaimed(intent.reference_claim, "reference_id"));
  MOHUR_TRY_SET(payin, decision.own<Payin>(intent.payin.value, "payin"));
  MOHUR_TRY_SET(step, payments::create_refund(decision.next_id<payments::RefundId>(), intent.order, *payin,
                                              decision.state().ledger, decision.now()));
  claim(decision.add(EventType::refund_created, step.refund, std::move(step.chain)), intent.reference_claim);
  decision.add(EventType::payin_refunded, *step.payin);
  return {};
}

Added decide(Decision& decision, const ReportRefund& intent) {
  const payments::Refund* refund = decision.state().find<payments::Refund>(intent.refund.value);
  if (refund == nullptr) return refuse(Outcome::not_found, "refund");
  const Payin* payin = decision.state().find<Payin>(refund->payin.value);
  if (payin == nullptr) return refuse(Outcome::not_found, "payin");
  decision.follow(*refund);
  decision.follow(*payin);
  auto step = payments::report_refund(*refund, *payin, intent.report, decision.state().ledger,
                                      decision.now(refund->client, refund->mode));
  if (!step) {
    raise(decision, refund->client, refund->mode, refund->id.to_string(), step.error().detail);
    return {};
  }
  if (!*step) return {};
  payments::RefundStep& taken = **step;
  MOHUR_TRY(decision.state().ledger.check(taken.chain));
  const bool processed = taken.refund.status == payments::RefundStatus::processed;
  decision.add(processed ? EventType::refund_processed : EventType::refund_failed, taken.refund, std::move(taken.chain));
  if (taken.payin) decision.add(EventType::payin_refunded, *taken.payin);
  return {};
}

Added decide(Decision& decision, const WakeRefund& intent) {
  const payments::Refund* refund = decision.state().find<payments::Refund>(intent.refund.value);
  if (refund == nullptr) return refuse(Outcome::not_found, "refund");
  decision.follow(*refund);
  const Time now = decision.now(refund->client, refund->mode);
  const auto due = payments::due_at(*refund);
  if (!due || *due > now) return refuse(Outcome::state_conflict, {}, "Nothing is due.");
  decision.add(EventType::refund_inquired, payments::inquire_refund(*refund, now).refund);
  return {};
}

}  // namespace mohur::kernel
