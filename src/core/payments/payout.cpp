#include "payments/payout.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace mohur::payments {
namespace {

using enum PayoutStatus;

std::string fallback_field(std::size_t n) { return "fallback_rails[" + std::to_string(n) + "]"; }

// Instant where the amount allows it, otherwise the rail without a ceiling.
Rail choose_rail(const Beneficiary& beneficiary, Amount amount, Time now) {
  if (beneficiary.destination == DestinationKind::vpa) return Rail::upi;
  const RailRule* imps = rule_of(Rail::imps, now);
  return imps != nullptr && amount <= imps->maximum ? Rail::imps : Rail::rtgs;
}

bool is_below(Amount amount, const RailRule& rule) { return amount < rule.minimum; }
bool is_above(Amount amount, const RailRule& rule) { return !rule.maximum.is_zero() && amount > rule.maximum; }

// Each rail by which it may go has to take it.
Result<void> check_amount(const PayoutOrder& order, Rail rail, Time now) {
  struct Asked {
    std::string field;
    const RailRule* rule;
  };
  std::vector<Asked> all{{"rail", rule_of(rail, now)}};
  for (std::size_t n = 0; n < order.fallback_rails.size(); ++n)
    all.push_back({fallback_field(n), rule_of(order.fallback_rails[n], now)});
  for (const Asked& asked : all)
    if (asked.rule == nullptr) return refuse(Outcome::rail_unavailable, asked.field);
  if (!order.amount.is_positive()) return refuse(Outcome::amount_not_positive, "amount");
  const auto rail_of = [](const Asked& asked) { return "The " + std::string{to_token(asked.rule->rail)} + " rail takes "; };
  for (const Asked& asked : all)
    if (is_below(order.amount, *asked.rule))
      return refuse(Outcome::amount_below_minimum, "amount",
                    rail_of(asked) + to_display(asked.rule->minimum, Currency::INR) + " or more.");
  for (const Asked& asked : all)
    if (is_above(order.amount, *asked.rule))
      return refuse(Outcome::amount_above_maximum, "amount",
                    rail_of(asked) + to_display(asked.rule->maximum, Currency::INR) + " or less.");
  return {};
}

Result<void> check_approved(Purpose purpose, std::optional<Rail> rail, const registry::Agreement& agreement) {
  if (!registry::approves(agreement.purposes, purpose))
    return registry::not_approved(Outcome::purpose_not_approved, "purpose", agreement.purposes, agreement);
  if (rail && !registry::approves(agreement.rails, *rail))
    return registry::not_approved(Outcome::rail_not_approved, "rail", agreement.rails, agreement);
  return {};
}

Result<void> check_times(const PayoutOrder& order, Time now) {
  if (order.scheduled_at && *order.scheduled_at <= now) return refuse(Outcome::time_not_in_future, "scheduled_at");
  const Time begins = order.scheduled_at.value_or(now);
  if (order.queue_expires_at && *order.queue_expires_at <= begins)
    return refuse(Outcome::time_not_in_future, "queue_expires_at", "It lies after the time at which the payout would go.");
  if (begins > now + kScheduleHorizon)
    return refuse(Outcome::time_too_far, "scheduled_at", "A payout can be scheduled up to 92 days ahead.");
  if (order.queue_expires_at && *order.queue_expires_at > begins + kQueueLife)
    return refuse(Outcome::time_too_far, "queue_expires_at", "A payout waits for balance for up to 90 days.");
  return {};
}

// The legs of a payout's reservation, in the order in which they are always written: amount, fee, tax.
ledger::Chain reserve(const Payout& payout, const Books& books) {
  ledger::Chain chain;
  chain.reserve(3);
  chain.push_back(ledger::pending(books.payout, books.in_flight_payout, payout.amount));
  if (payout.fee.is_positive()) chain.push_back(ledger::pending(books.payout, books.platform_fees, payout.fee));
  if (payout.tax.is_positive()) chain.push_back(ledger::pending(books.payout, books.platform_tax_payable, payout.tax));
  return chain;
}

// Calls `leg(id, amount)` for each pending transfer of the payout's hold.
template <class Leg>
void for_each_leg(const Payout& payout, Leg leg) {
  MOHUR_ASSERT(payout.hold);
  std::size_t n = 0;
  for (const Amount amount : {payout.amount, payout.fee, payout.tax})
    if (amount.is_positive()) leg(ledger::nth(*payout.hold, n++), amount);
}

ledger::Chain post_hold(const Payout& payout, const Books& books) {
  ledger::Chain chain;
  chain.reserve(4);
  for_each_leg(payout, [&](ledger::TransferId id, Amount amount) { chain.push_back(ledger::post(id, amount)); });
  chain.push_back(ledger::single(books.in_flight_payout, books.bank_payout, payout.amount));
  return chain;
}

ledger::Chain release_hold(const Payout& payout) {
  ledger::Chain chain;
  for_each_leg(payout, [&](ledger::TransferId id, Amount) { chain.push_back(ledger::release(id)); });
  return chain;
}

// The bank returned what had been paid: the amount comes back, and with it what we charged.
ledger::Chain give_back(const Payout& payout, const Books& books) {
  ledger::Chain chain{ledger::single(books.bank_payout, books.payout, payout.amount)};
  if (payout.fee.is_positive()) chain.push_back(ledger::single(books.platform_fees, books.payout, payout.fee));
  if (payout.tax.is_positive()) chain.push_back(ledger::single(books.platform_tax_payable, books.payout, payout.tax));
  return chain;
}

void change(Payout& payout, PayoutStatus to, PayoutReason reason, Time now) {
  payout.status = to;
  payout.reason = reason;
  payout.updated_at = now;
  payout.sequence += 1;
  if (to != processing) payout.next_inquiry_at = std::nullopt;
}

PayoutStep changed(const Payout& payout, PayoutStatus to, PayoutReason reason, Time now) {
  PayoutStep step{payout, {}};
  change(step.after, to, reason, now);
  return step;
}

// Only a payout that was processed costs anything: what was set aside for the others, or was charged, is the client's again.
PayoutStep finish(const Payout& payout, PayoutStatus to, PayoutReason reason, Time now, ledger::Chain chain = {}) {
  PayoutStep step{payout, std::move(chain)};
  if (to != processed) step.after.fee = step.after.tax = Amount{};
  change(step.after, to, reason, now);
  step.after.finished_at = now;
  if (payout.status == processing) step.after.hold = std::nullopt;
  return step;
}

void queue(Payout& payout, PayoutReason reason, Time now) {
  change(payout, queued, reason, now);
  if (!payout.queue_expires_at) payout.queue_expires_at = now + kQueueLife;
}

// Marks for dispatch, under the next reference.
void dispatch(Payout& payout, Time now) {
  change(payout, processing, PayoutReason::payout_bank_processing, now);
  payout.dispatch += 1;
  payout.inquiries = 0;
  payout.dispatched_at = now;
  payout.next_inquiry_at = now + *inquiry_delay(payout.rail, 0);
}

// For the first time. Who calls it has seen that the balance covers the reservation.
void send(Payout& payout, const PayoutFacts& facts) {
  dispatch(payout, facts.now);
  payout.hold = facts.first_transfer;
}

// Why no more is sent of it, whatever the rail; nothing where it may go.
std::optional<PayoutReason> obstacle(const PayoutFacts& facts) {
  if (!registry::may_send_money(facts.client.status)) return PayoutReason::client_not_allowed;
  if (facts.sublicence_ended) return PayoutReason::sublicence_ended;
  if (facts.beneficiary.status != BeneficiaryStatus::active) return PayoutReason::beneficiary_inactive;
  return std::nullopt;
}

bool is_open_now(Rail rail, Time now) {
  const RailRule* rule = rule_of(rail, now);
  return rule != nullptr && is_open(rule->window, now);
}

bool takes_now(Rail rail, Amount amount, Time now) {
  const RailRule* rule = rule_of(rail, now);
  return is_open_now(rail, now) && !is_below(amount, *rule) && !is_above(amount, *rule);
}

// Whether it failed for something that another rail may not have.
bool is_of_the_rail(PayoutReason reason) {
  using enum PayoutReason;
  return reason == beneficiary_bank_offline || reason == gateway_timeout || reason == imps_not_allowed ||
         reason == transaction_limit_exceeded || reason == dispatch_not_received;
}

std::uint32_t dispatches_on_rail(const Payout& payout) {
  return payout.dispatch - (payout.tried_rails.empty() ? 0 : payout.tried_rails.back().dispatch);
}

// What was not carried out is sent again, or by another rail; nothing where it is over. What is reserved stays reserved.
std::optional<PayoutStep> try_again(const Payout& payout, const RailReport& report, const PayoutFacts& facts) {
  if (obstacle(facts)) return std::nullopt;
  PayoutStep step{payout, {}};
  Payout& after = step.after;
  const bool was_lost = report.verdict == RailVerdict::not_received;
  if (!was_lost || dispatches_on_rail(payout) >= kMostDispatches || !is_open_now(payout.rail, facts.now)) {
    if (!is_of_the_rail(report.reason)) return std::nullopt;
    const auto is_usable = [&](Rail rail) {
      return registry::approves(facts.agreement.rails, rail) && std::ranges::find(facts.barred, rail) == facts.barred.end() &&
             takes_now(rail, payout.amount, facts.now);
    };
    const auto next = std::ranges::find_if(after.fallback_rails, is_usable);
    if (next == after.fallback_rails.end()) return std::nullopt;
    after.tried_rails.push_back({payout.rail, report.reason, payout.dispatch});
    after.rail = *next;
    after.fallback_rails.erase(after.fallback_rails.begin(), next + 1);
  }
  dispatch(after, facts.now);
  return step;
}

struct Readiness {
  bool window_open;
  Result<void> funded;
  ledger::Chain reservation;
};

Readiness readiness_of(const Payout& payout, const PayoutFacts& facts) {
  ledger::Chain chain = reserve(payout, books_of(facts.ledger, payout.mode, payout.client));
  Result<void> funded = facts.ledger.check(chain);
  if (funded && facts.is_behind && payout.queue_if_low_balance)
    funded = refuse(Outcome::insufficient_balance, "amount", "Other payouts wait for balance before it.");
  return {is_open_now(payout.rail, facts.now), std::move(funded), std::move(chain)};
}

// At once, where the balance covers it and its rail is open; else it waits. Errors: insufficient_balance, unless it may queue.
Result<PayoutStep> send_or_queue(Payout payout, const PayoutFacts& facts) {
  Readiness ready = readiness_of(payout, facts);
  if (!ready.funded && !payout.queue_if_low_balance) return std::unexpected(std::move(ready.funded).error());
  PayoutStep step{std::move(payout), {}};
  if (ready.funded && ready.window_open) {
    send(step.after, facts);
    step.chain = std::move(ready.reservation);
  } else {
    queue(step.after, ready.funded ? PayoutReason::bank_window_closed : PayoutReason::low_balance, facts.now);
  }
  return step;
}

}  // namespace

Result<void> check_form(const PayoutOrder& order) {
  const std::vector<Rail>& rails = order.fallback_rails;
  for (std::size_t n = 0; n < rails.size(); ++n)
    if (order.rail == rails[n] || std::find(rails.begin(), rails.begin() + static_cast<std::ptrdiff_t>(n), rails[n]) !=
                                      rails.begin() + static_cast<std::ptrdiff_t>(n))
      return refuse(Outcome::field_repeated, fallback_field(n), "Each rail is tried once.");
  if (order.queue_expires_at && !order.queue_if_low_balance)
    return refuse(Outcome::field_unknown, "queue_expires_at", "It belongs to a payout with queue_if_low_balance.");
  if (rails.size() > kMostFallbackRails) return refuse(Outcome::field_out_of_range, "fallback_rails", "Name three at most.");
  return {};
}

Result<void> check_order(const PayoutOrder& order, const registry::Agreement& agreement) {
  MOHUR_TRY(check_approved(order.purpose, order.rail, agreement));
  for (std::size_t n = 0; n < order.fallback_rails.size(); ++n)
    if (!registry::approves(agreement.rails, order.fallback_rails[n]))
      return registry::not_approved(Outcome::rail_not_approved, fallback_field(n).c_str(), agreement.rails, agreement);
  return {};
}

Result<PayoutStep> create_payout(PayoutId id, Mode mode, const PayoutOrder& order, const PayoutFacts& facts) {
  const registry::Agreement& agreement = facts.agreement;
  const Rail rail = order.rail.value_or(choose_rail(facts.beneficiary, order.amount, facts.now));
  if (!registry::approves(agreement.rails, rail))
    return registry::not_approved(Outcome::rail_not_approved, "rail", agreement.rails, agreement);
  if (facts.beneficiary.status != BeneficiaryStatus::active) return refuse(Outcome::beneficiary_inactive, "beneficiary");
  if (!serves(order.purpose, facts.beneficiary.kind))
    return refuse(Outcome::purpose_destination_mismatch, "purpose",
                  std::string{to_token(order.purpose)} + " does not pay a beneficiary of kind " +
                      std::string{to_token(facts.beneficiary.kind)} + ".");
  if (!reaches(rail, facts.beneficiary.destination)) return refuse(Outcome::rail_destination_mismatch, "rail");
  for (std::size_t n = 0; n < order.fallback_rails.size(); ++n)
    if (!reaches(order.fallback_rails[n], facts.beneficiary.destination))
      return refuse(Outcome::rail_destination_mismatch, fallback_field(n));
  MOHUR_TRY(check_amount(order, rail, facts.now));
  MOHUR_TRY(check_times(order, facts.now));

  const Fee fee = payout_fee(agreement.fees);
  Result<PayoutStep> step;
  Payout& payout = step->after;
  payout.id = id;
  payout.client = facts.client.id;
  payout.mode = mode;
  payout.created_at = facts.now;
  payout.amount = order.amount;
  payout.currency = order.currency;
  payout.fee = fee.fee;
  payout.tax = fee.tax;
  payout.purpose = order.purpose;
  payout.rail = rail;
  payout.beneficiary = facts.beneficiary.id;
  payout.reference_id = order.reference_id;
  payout.narration = order.narration;
  payout.metadata = order.metadata;
  payout.queue_if_low_balance = order.queue_if_low_balance;
  payout.scheduled_at = order.scheduled_at;
  payout.priority = order.priority;
  payout.queue_expires_at = order.queue_expires_at;
  payout.fallback_rails = order.fallback_rails;
  std::erase(payout.fallback_rails, rail);
  payout.approval = facts.approval;
  if (payout.approval) {
    change(payout, pending_approval, PayoutReason::approval_pending, facts.now);
    return step;
  }
  if (order.scheduled_at) {
    change(payout, scheduled, PayoutReason::scheduled_for_later, facts.now);
    return step;
  }
  return send_or_queue(std::move(payout), facts);
}

Result<PayoutStep> decide_payout(const Payout& payout, const Vote& vote, const PayoutFacts& facts) {
  if (vote.approve) MOHUR_TRY(registry::check_may_send_money(facts.client));
  if (vote.approve && facts.sublicence_ended) return refuse(Outcome::sublicence_ended);
  if (payout.approval) MOHUR_TRY(check_is_another(*payout.approval, vote.by));
  if (vote.approve) MOHUR_TRY(check_approved(payout.purpose, payout.rail, facts.agreement));
  if (payout.status != pending_approval)
    return refuse(Outcome::state_conflict, {},
                  "The payout is " + std::string{to_token(payout.status)} + ", and waits for nobody's approval.");
  if (payout.approval->expires_at <= facts.now)
    return refuse(Outcome::state_conflict, {}, "The time to decide about the payout is over.");
  MOHUR_TRY_SET(approval, payments::vote(*payout.approval, vote, facts.now));
  PayoutStep step{payout, {}};
  Payout& after = step.after;
  if (!vote.approve) {
    step = finish(payout, rejected, PayoutReason::approval_rejected, facts.now);
  } else if (!approval.is_complete()) {
    change(after, pending_approval, PayoutReason::approval_pending, facts.now);
  } else if (facts.beneficiary.status != BeneficiaryStatus::active) {
    return refuse(Outcome::beneficiary_inactive, "beneficiary");
  } else if (payout.scheduled_at) {
    change(after, scheduled, PayoutReason::scheduled_for_later, facts.now);
  } else {
    MOHUR_TRY_SET(sent, send_or_queue(payout, facts));
    step = std::move(sent);
  }
  step.after.approval = std::move(approval);
  return step;
}

PayoutStep advance_payout(const Payout& payout, const PayoutFacts& facts) {
  MOHUR_ASSERT(payout.status == scheduled || payout.status == queued || payout.status == pending_approval);
  if (payout.status == pending_approval) return finish(payout, rejected, PayoutReason::approval_expired, facts.now);
  if (const auto reason = obstacle(facts)) return finish(payout, failed, *reason, facts.now);
  Readiness ready = readiness_of(payout, facts);
  if (ready.funded && ready.window_open) {
    PayoutStep step{payout, std::move(ready.reservation)};
    send(step.after, facts);
    return step;
  }
  if (payout.queue_expires_at && *payout.queue_expires_at <= facts.now)
    return finish(payout, failed, PayoutReason::queue_expired, facts.now);
  if (payout.status == scheduled && !ready.funded && !payout.queue_if_low_balance)
    return finish(payout, failed, PayoutReason::insufficient_funds, facts.now);
  PayoutStep step{payout, {}};
  queue(step.after, ready.funded ? PayoutReason::bank_window_closed : PayoutReason::low_balance, facts.now);
  return step;
}

bool can_leave_queue(const Payout& payout, const PayoutFacts& facts) {
  const Readiness ready = readiness_of(payout, facts);
  return payout.status == queued && ready.funded && (ready.window_open || payout.reason == PayoutReason::low_balance);
}

Result<PayoutStep> cancel_payout(const Payout& payout, Time now) {
  if (!may_become(payout.status, cancelled))
    return refuse(Outcome::state_conflict, {},
                  "A payout that is " + std::string{to_token(payout.status)} + " cannot be cancelled.");
  return finish(payout, cancelled, PayoutReason::cancelled_by_client, now);
}

Result<std::optional<PayoutStep>> report_payout(const Payout& payout, const RailReport& report, const PayoutFacts& facts) {
  const auto conflict = [&] {
    return refuse(Outcome::state_conflict, {},
                  "The rail reports " + std::string{to_token(report.verdict)} + " for a payout that is " +
                      std::string{to_token(payout.status)} + ".");
  };
  if (payout.dispatch == 0 || report.dispatch != payout.dispatch) return conflict();
  const Books books = books_of(facts.ledger, payout.mode, payout.client);
  const bool is_processing = payout.status == processing;
  switch (report.verdict) {
    case RailVerdict::accepted: return std::nullopt;
    case RailVerdict::unknown: {
      if (!is_processing || payout.reason != PayoutReason::payout_bank_processing) return std::nullopt;
      return changed(payout, processing, PayoutReason::beneficiary_bank_confirmation_pending, facts.now);
    }
    case RailVerdict::succeeded: {
      if (payout.status == processed) return std::nullopt;
      if (!is_processing) return conflict();
      PayoutStep step = finish(payout, processed, PayoutReason::payout_processed, facts.now, post_hold(payout, books));
      step.after.utr = report.utr;
      return step;
    }
    case RailVerdict::failed:
    case RailVerdict::not_received: {
      if (payout.status == failed) return std::nullopt;
      if (!is_processing) return conflict();
      if (auto again = try_again(payout, report, facts)) return again;
      return finish(payout, failed, report.reason, facts.now, release_hold(payout));
    }
    case RailVerdict::returned: {
      if (payout.status == reversed) return std::nullopt;
      if (!may_become(payout.status, reversed)) return conflict();
      ledger::Chain chain;
      if (is_processing) chain = release_hold(payout);
      if (payout.status == processed) chain = give_back(payout, books);
      PayoutStep step = finish(payout, reversed, report.reason, facts.now, std::move(chain));
      if (report.utr) step.after.utr = report.utr;
      return step;
    }
  }
  MOHUR_ASSERT(false);
}

PayoutStep inquire_payout(const Payout& payout, Time now) {
  MOHUR_ASSERT(payout.status == processing && payout.dispatched_at);
  PayoutStep step = changed(payout, processing, payout.reason, now);
  step.after.inquiries += 1;
  const auto delay = inquiry_delay(payout.rail, step.after.inquiries);
  step.after.next_inquiry_at = delay ? std::optional{*payout.dispatched_at + *delay} : std::nullopt;
  if (!delay) step.after.reason = PayoutReason::manual_review;
  return step;
}

std::optional<Time> due_at(const Payout& payout) {
  switch (payout.status) {
    case pending_approval: return payout.approval ? std::optional{payout.approval->expires_at} : std::nullopt;
    case scheduled: return payout.scheduled_at;
    case queued:
      if (payout.reason == PayoutReason::bank_window_closed)
        if (const RailRule* rule = rule_of(payout.rail, payout.updated_at)) {
          const Time opening = next_opening(rule->window, payout.updated_at);
          if (!payout.queue_expires_at || opening < *payout.queue_expires_at) return opening;
        }
      return payout.queue_expires_at;
    case processing: return payout.next_inquiry_at;
    default: return std::nullopt;
  }
}

}  // namespace mohur::payments
