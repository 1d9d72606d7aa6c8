// The model's pay-ins, attempts, virtual accounts and refunds.
#include <algorithm>

#include "kernel/model_test.hpp"

namespace mohur::kernel {
namespace {

using ledger::AccountCode;
using payments::AttemptStatus;
using registry::CollectionMethod;

template <class T>
bool contains(const std::vector<T>& list, T value) {
  return std::ranges::find(list, value) != list.end();
}

// A share of a hundred hundredths of a percent, half a paisa up.
std::int64_t share(std::int64_t amount, std::int64_t hundredths_of_percent) {
  const Line::Wide product = Line::Wide{amount} * hundredths_of_percent;
  return static_cast<std::int64_t>((product + 5'000) / 10'000);
}

constexpr std::int64_t kUpiMost = 100'000 * 100;  // Rs 1 lakh

}  // namespace

void Model::on(Turn& turn, const CreatePayin& intent) {
  const Command& command = turn.command;
  const payments::PayinOrder& order = intent.order;
  const Client& client = clients_.at(command.client.value);
  const Time now = this->now(command.client, command.mode, command.at);
  const bool is_upi = order.method != CollectionMethod::bank_transfer;
  refuse_unless_writes(turn, client, false);
  turn.refuse_if(intent.reference_claim && claims_.contains(*intent.reference_claim), Outcome::reference_id_reused);
  turn.refuse_if(!contains(client.agreement.payer_types, order.payer_type), Outcome::payer_type_not_approved);
  turn.refuse_if(!contains(client.agreement.methods, order.method), Outcome::method_not_approved);
  turn.refuse_if(order.amount.minor <= 0, Outcome::amount_not_positive);
  turn.refuse_if(is_upi && order.amount.minor > kUpiMost, Outcome::amount_above_maximum);
  const Time expires_at = order.expires_at.value_or(now + (is_upi ? minutes(15) : days(30)));
  turn.refuse_if(expires_at <= now, Outcome::time_not_in_future);
  turn.refuse_if(expires_at > now + days(180), Outcome::time_too_far);
  if (turn.refused()) return;

  const Key128 key = turn.event(EventType::payin_created);
  Payin payin;
  static_cast<Owned&>(payin) = {command.client, command.mode, 1};
  payin.amount = order.amount.minor;
  payin.expires_at = expires_at;
  payins_[key] = payin;
  if (intent.reference_claim) claims_[*intent.reference_claim] = key;
  if (is_upi) return;
  const Key128 made = turn.event(EventType::virtual_account_created);
  accounts_[made] = {{command.client, command.mode, 1}, true, key, payments::PayerType::customer, 0};
  claims_[intent.account_claim] = made;
}

void Model::on(Turn& turn, const CancelPayin& intent) {
  const auto found = payins_.find(intent.payin.value);
  turn.refuse_if(found == payins_.end() || !is_theirs(turn, &found->second), Outcome::not_found);
  if (turn.refused()) return;
  turn.refuse_if(!found->second.is_open(), Outcome::state_conflict);
  if (turn.refused()) return;
  turn.event(EventType::payin_cancelled);
  found->second.status = "cancelled";
  found->second.sequence += 1;
}

void Model::on(Turn& turn, const WakePayin& intent) {
  const auto found = payins_.find(intent.payin.value);
  if (found == payins_.end()) return turn.refuse_if(true, Outcome::not_found);
  Payin& payin = found->second;
  turn.refuse_if(!payin.is_open() || payin.expires_at > now(payin, turn.command.at), Outcome::state_conflict);
  if (turn.refused()) return;
  turn.event(EventType::payin_expired);
  payin.status = "expired";
  payin.sequence += 1;
}

// A payer's try, as a rail reports it.
void Model::collect(Turn& turn, Key128 payin_key, Key128 claim, AttemptStatus status, std::int64_t amount) {
  Payin& payin = payins_.at(payin_key);
  const auto claimed = claims_.find(claim);
  Attempt* known = claimed == claims_.end() ? nullptr : &attempts_.at(claimed->second);
  const std::string_view says = to_token(status);
  if (known != nullptr) {
    const bool is_final = known->status == "succeeded" || known->status == "failed";
    if (known->payin != payin_key) return raise(turn);
    if (known->status == says || (known->status == "pending" && says == "initiated")) return;
    if (known->status == "succeeded" || (is_final && says != "succeeded")) return raise(turn);
  }
  if (amount <= 0) return raise(turn);
  const bool is_success = says == "succeeded";
  std::int64_t fee = 0, tax = 0;
  if (is_success && payin.is_open()) {
    fee = share(amount, clients_.at(payin.client.value).agreement.fees.payin_basis_points);
    tax = share(fee, 1'800);
  }
  const std::vector<Leg> legs = {{AccountCode::rail_receivable, AccountCode::client_collections, amount},
                                 {AccountCode::client_collections, AccountCode::platform_fees, fee},
                                 {AccountCode::client_collections, AccountCode::platform_tax_payable, tax}};
  if (is_success && !move(turn, payin, legs)) return;

  const Key128 key = turn.event(is_success         ? EventType::attempt_succeeded
                                : says == "failed" ? EventType::attempt_failed
                                                   : EventType::attempt_initiated);
  Attempt& attempt = attempts_[key];
  attempt.status = says;
  attempt.amount = amount;
  attempt.sequence += 1;
  if (known == nullptr) {
    attempt.client = payin.client;
    attempt.mode = payin.mode;
    attempt.payin = payin_key;
    claims_[claim] = key;
    payin.attempts += 1;
  }
  if (is_success) {
    const std::int64_t missing = payin.amount - payin.paid;
    attempt.kind = payin.status == "paid" ? "excess"
                   : !payin.is_open()     ? "late"
                   : amount == missing    ? "regular"
                   : amount < missing     ? "short_paid"
                                          : "over_paid";
    payin.fee += fee;
    payin.tax += tax;
    payin.paid += amount;
  } else if (known != nullptr) {
    return;  // the pay-in does not change
  }
  payin.sequence += 1;
  if (!is_success) {
    turn.event(EventType::payin_attempted);
    if (payin.status == "created") payin.status = "attempted";
  } else if (!payin.is_open()) {
    turn.event(EventType::payin_overpaid);
  } else if (payin.paid >= payin.amount) {
    turn.event(EventType::payin_paid);
    payin.status = "paid";
  } else {
    turn.event(EventType::payin_attempted);
    payin.status = "attempted";
  }
}

void Model::on(Turn& turn, const ReportCollection& intent) {
  if (!payins_.contains(intent.payin.value)) return turn.refuse_if(true, Outcome::not_found);
  collect(turn, intent.payin.value, intent.claim, intent.report.status, intent.report.amount.minor);
}

void Model::on(Turn& turn, const ReportBankCredit& intent) {
  const std::int64_t amount = intent.amount.minor;
  if (amount <= 0) return turn.refuse_if(true, Outcome::amount_not_positive);
  if (claims_.contains(intent.claim)) return;
  Account* account = nullptr;
  if (intent.account_claim)
    if (const auto claimed = claims_.find(*intent.account_claim); claimed != claims_.end())
      if (const auto found = accounts_.find(claimed->second); found != accounts_.end()) account = &found->second;
  bool is_matched = account != nullptr && account->active && account->mode == intent.mode;
  Key128 payin_key;
  if (is_matched && account->payin) payin_key = *account->payin;
  if (is_matched && !account->payin) {
    const Client& client = clients_.at(account->client.value);
    const bool may_collect =
        client.status == registry::ClientStatus::approved || client.status == registry::ClientStatus::restricted;
    is_matched = may_collect && contains(client.agreement.payer_types, account->payer_type) &&
                 contains(client.agreement.methods, CollectionMethod::bank_transfer);
  }
  if (!is_matched) {
    if (!move(turn, {{}, intent.mode}, {{AccountCode::bank_escrow, AccountCode::platform_suspense, amount}})) return;
    claims_[intent.claim] = turn.event(EventType::bank_credit_suspended);
    return;
  }
  if (!account->payin) {
    payin_key = turn.event(EventType::payin_created);
    Payin payin;
    static_cast<Owned&>(payin) = {account->client, account->mode, 1};
    payin.amount = amount;
    payin.expires_at = now(*account, turn.command.at) + days(30);
    payins_[payin_key] = payin;
  }
  // The attempt has a claim of its own; nobody else can name it.
  collect(turn, payin_key, {~intent.claim.high, intent.claim.low}, AttemptStatus::succeeded, amount);
  if (turn.refused()) {
    if (!account->payin) payins_.erase(payin_key);
    return;
  }
  claims_[intent.claim] = turn.event(EventType::bank_credit_matched);
  turn.event(EventType::virtual_account_credited);
  account->received += amount;
  account->sequence += 1;
}

void Model::on(Turn& turn, const ReportEscrowCredit& intent) {
  const auto found = attempts_.find(intent.attempt.value);
  if (found == attempts_.end()) return turn.refuse_if(true, Outcome::not_found);
  Attempt& attempt = found->second;
  if (attempt.credited) return;
  turn.refuse_if(attempt.status != "succeeded", Outcome::state_conflict);
  if (turn.refused()) return;
  if (!move(turn, attempt, {{AccountCode::bank_escrow, AccountCode::rail_receivable, attempt.amount}})) return;
  turn.event(EventType::attempt_credited);
  attempt.credited = true;
  attempt.sequence += 1;
}

void Model::on(Turn& turn, const CreateVirtualAccount& intent) {
  const Command& command = turn.command;
  const Client& client = clients_.at(command.client.value);
  refuse_unless_writes(turn, client, false);
  turn.refuse_if(intent.reference_claim && claims_.contains(*intent.reference_claim), Outcome::reference_id_reused);
  turn.refuse_if(!contains(client.agreement.methods, CollectionMethod::bank_transfer), Outcome::method_not_approved);
  turn.refuse_if(!contains(client.agreement.payer_types, intent.payer_type), Outcome::payer_type_not_approved);
  if (turn.refused()) return;
  const Key128 key = turn.event(EventType::virtual_account_created);
  accounts_[key] = {{command.client, command.mode, 1}, true, {}, intent.payer_type, 0};
  claims_[intent.account_claim] = key;
  if (intent.reference_claim) claims_[*intent.reference_claim] = key;
}

void Model::on(Turn& turn, const CloseVirtualAccount& intent) {
  const auto found = accounts_.find(intent.virtual_account.value);
  turn.refuse_if(found == accounts_.end() || !is_theirs(turn, &found->second), Outcome::not_found);
  if (turn.refused()) return;
  turn.refuse_if(!found->second.active, Outcome::state_conflict);
  if (turn.refused()) return;
  turn.event(EventType::virtual_account_closed);
  found->second.active = false;
  found->second.sequence += 1;
}

void Model::on(Turn& turn, const CreateRefund& intent) {
  const Command& command = turn.command;
  const auto found = payins_.find(intent.payin.value);
  refuse_unless_writes(turn, clients_.at(command.client.value), false);
  turn.refuse_if(intent.reference_claim && claims_.contains(*intent.reference_claim), Outcome::reference_id_reused);
  const bool is_known = found != payins_.end() && is_theirs(turn, &found->second);
  turn.refuse_if(!is_known, Outcome::not_found);
  turn.refuse_if(intent.order.amount && intent.order.amount->minor <= 0, Outcome::amount_not_positive);
  if (!is_known) return;
  Payin& payin = found->second;
  const std::int64_t left = payin.paid - payin.refunded;
  const std::int64_t amount = intent.order.amount ? intent.order.amount->minor : left;
  turn.refuse_if(amount > left || left == 0, Outcome::refund_exceeds_paid);
  if (turn.refused() || !move(turn, payin, {{AccountCode::client_collections, AccountCode::in_flight_refund, amount}})) return;
  const Key128 key = turn.event(EventType::refund_created);
  turn.event(EventType::payin_refunded);
  const Time now = this->now(payin, command.at);
  refunds_[key] = {{payin.client, payin.mode, 1}, intent.payin.value, "pending", amount, now + seconds(90), now, 0};
  if (intent.reference_claim) claims_[*intent.reference_claim] = key;
  payin.refunded += amount;
  payin.sequence += 1;
}

void Model::on(Turn& turn, const ReportRefund& intent) {
  const auto found = refunds_.find(intent.refund.value);
  if (found == refunds_.end()) return turn.refuse_if(true, Outcome::not_found);
  Refund& refund = found->second;
  const std::string_view verdict = to_token(intent.report.verdict);
  const bool is_failure = verdict == "failed" || verdict == "not_received";
  if (verdict != "succeeded" && !is_failure) return;
  const std::string to = is_failure ? "failed" : "processed";
  if (refund.status == to) return;
  if (refund.status != "pending") return raise(turn);
  const AccountCode where = is_failure ? AccountCode::client_collections : AccountCode::bank_escrow;
  if (!move(turn, refund, {{AccountCode::in_flight_refund, where, refund.amount}})) return;
  refund.status = to;
  refund.sequence += 1;
  refund.due = std::nullopt;
  turn.event(is_failure ? EventType::refund_failed : EventType::refund_processed);
  if (!is_failure) return;
  turn.event(EventType::payin_refunded);
  Payin& payin = payins_.at(refund.payin);
  payin.refunded -= refund.amount;
  payin.sequence += 1;
}

void Model::on(Turn& turn, const WakeRefund& intent) {
  const auto found = refunds_.find(intent.refund.value);
  if (found == refunds_.end()) return turn.refuse_if(true, Outcome::not_found);
  Refund& refund = found->second;
  turn.refuse_if(!refund.due || *refund.due > now(refund, turn.command.at), Outcome::state_conflict);
  if (turn.refused()) return;
  static const std::vector<Duration> delays = {seconds(90), minutes(5), minutes(15), hours(1), hours(4),
                                               hours(12),   hours(24),  hours(48),   hours(72)};
  turn.event(EventType::refund_inquired);
  refund.sequence += 1;
  refund.inquiries += 1;
  refund.due = refund.inquiries < delays.size() ? std::optional{refund.created_at + delays[refund.inquiries]} : std::nullopt;
}

}  // namespace mohur::kernel
