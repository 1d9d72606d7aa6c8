#include "payments/payout.hpp"

#include "base/assert.hpp"

namespace mohur::payments {
namespace {

using enum PayoutStatus;

// Instant where the amount allows it, otherwise the rail without a ceiling.
Rail choose_rail(const Beneficiary& beneficiary, Amount amount, Time now) {
  if (beneficiary.destination == DestinationKind::vpa) return Rail::upi;
  const RailRule* imps = rule_of(Rail::imps, now);
  return imps != nullptr && amount <= imps->maximum ? Rail::imps : Rail::rtgs;
}

Result<void> check_amount(Amount amount, Rail rail, Time now) {
  const RailRule* rule = rule_of(rail, now);
  if (rule == nullptr) return refuse(Outcome::rail_unavailable, "rail");
  if (!amount.is_positive()) return refuse(Outcome::amount_not_positive, "amount");
  if (amount < rule->minimum)
    return refuse(Outcome::amount_below_minimum, "amount",
                  "The rail takes " + to_display(rule->minimum, Currency::INR) + " or more.");
  if (!rule->maximum.is_zero() && amount > rule->maximum)
    return refuse(Outcome::amount_above_maximum, "amount",
                  "The rail takes " + to_display(rule->maximum, Currency::INR) + " or less.");
  return {};
}

Result<void> check_approved(Purpose purpose, std::optional<Rail> rail, const registry::Agreement& agreement) {
  if (!registry::approves(agreement.purposes, purpose))
    return registry::not_approved(Outcome::purpose_not_approved, "purpose", agreement.purposes, agreement);
  if (rail && !registry::approves(agreement.rails, *rail))
    return registry::not_approved(Outcome::rail_not_approved, "rail", agreement.rails, agreement);
  return {};
}

Result<void> check_schedule(const std::optional<Time>& at, Time now) {
  if (!at) return {};
  if (*at <= now) return refuse(Outcome::time_not_in_future, "scheduled_at");
  if (*at > now + kScheduleHorizon)
    return refuse(Outcome::time_too_far, "scheduled_at", "A payout can be scheduled up to 92 days ahead.");
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

// Marks for dispatch. Who calls it has seen that the balance covers the reservation.
void send(Payout& payout, const PayoutFacts& facts) {
  change(payout, processing, PayoutReason::payout_bank_processing, facts.now);
  payout.dispatch += 1;
  payout.inquiries = 0;
  payout.dispatched_at = facts.now;
  payout.next_inquiry_at = facts.now + *inquiry_delay(payout.rail, 0);
  payout.hold = facts.first_transfer;
}

struct Readiness {
  bool window_open;
  Result<void> funded;
  ledger::Chain reservation;
};

Readiness readiness_of(const Payout& payout, const PayoutFacts& facts) {
  const RailRule* rule = rule_of(payout.rail, facts.now);
  ledger::Chain chain = reserve(payout, books_of(facts.ledger, payout.mode, payout.client));
  Result<void> funded = facts.ledger.check(chain);
  return {rule != nullptr && is_open(rule->window, facts.now), std::move(funded), std::move(chain)};
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

Result<void> check_order(const PayoutOrder& order, const registry::Agreement& agreement) {
  return check_approved(order.purpose, order.rail, agreement);
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
  MOHUR_TRY(check_amount(order.amount, rail, facts.now));
  MOHUR_TRY(check_schedule(order.scheduled_at, facts.now));

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
  if (!registry::may_send_money(facts.client.status)) return finish(payout, failed, PayoutReason::client_not_allowed, facts.now);
  if (facts.sublicence_ended) return finish(payout, failed, PayoutReason::sublicence_ended, facts.now);
  if (facts.beneficiary.status != BeneficiaryStatus::active)
    return finish(payout, failed, PayoutReason::beneficiary_inactive, facts.now);
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
  return payout.status == queued && ready.window_open && ready.funded.has_value();
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
