// Decisions about payout schedules, and the payouts that they make.
#include "kernel/paying.hpp"
#include "policy/bank_calendar.hpp"

namespace mohur::kernel {
namespace {

using payments::PayoutSchedule;
using payments::RunResult;
using payments::ScheduleReason;
using payments::ScheduleStatus;

Payer payer_of(const PayoutSchedule& schedule) { return {schedule.client, schedule.mode, schedule.sublicence, schedule.made_by}; }

Result<const PayoutSchedule*> own(const Decision& decision, payments::PayoutScheduleId id) {
  return decision.own<PayoutSchedule>(id.value, "payout_schedule");
}

// The caller's key, of the same sender.
Result<registry::CredentialId> hand(const Decision& decision, const PayoutSchedule& schedule) {
  MOHUR_TRY_SET(key, decision.key());
  if (schedule.sublicence != decision.command().sublicence) return refuse(Outcome::not_found, "payout_schedule");
  return key->id;
}

Result<payments::PayoutStep> order_run(Decision& decision, const PayoutSchedule& schedule) {
  MOHUR_TRY(check_not_revoked(decision, schedule.made_by.value));
  MOHUR_TRY_SET(client, decision.client(schedule.client));
  MOHUR_TRY(registry::check_may_send_money(*client));
  if (has_ended(decision, schedule.sublicence)) return refuse(Outcome::sublicence_ended);
  const payments::PayoutOrder order = payments::order_of(schedule.order);
  MOHUR_TRY(payments::check_order(order, decision.agreement(*client)));
  MOHUR_TRY_SET(step, new_payout(decision, payer_of(schedule), schedule.order.beneficiary, order, nullptr));
  step.after.schedule = schedule.id;
  return step;
}

// Where nothing goes well any more until somebody acts.
std::optional<ScheduleReason> pause_for(Outcome refusal) {
  switch (refusal) {
    case Outcome::credential_revoked: return ScheduleReason::key_revoked;
    case Outcome::sublicence_ended: return ScheduleReason::sublicence_is_over;
    case Outcome::beneficiary_inactive: return ScheduleReason::beneficiary_not_active;
    default: return std::nullopt;
  }
}

// The payout of the run that is due, as an event; or what refuses it, and no event.
RunResult run(Decision& decision, const PayoutSchedule& schedule) {
  auto step = order_run(decision, schedule);
  if (step) {
    const payments::PayoutId id = step->after.id;
    const auto added = add_payout(decision, std::move(*step));
    if (added) return {.payout = id, .refusal = {}, .pause = {}};
    return {.payout = {}, .refusal = added.error().outcome, .pause = {}};
  }
  const Outcome refusal = step.error().outcome;
  return {.payout = {}, .refusal = refusal, .pause = pause_for(refusal)};
}

}  // namespace

Added decide(Decision& decision, const CreatePayoutSchedule& intent) {
  MOHUR_TRY_SET(key, decision.key());
  MOHUR_TRY_SET(client, decision.client(decision.command().client));
  MOHUR_TRY(registry::check_may_send_money(*client));
  payments::PayoutOrder order = payments::order_of(intent.order);
  MOHUR_TRY(payments::check_form(order));
  MOHUR_TRY(payments::check_rhythm(intent.rhythm, decision.now()));
  MOHUR_TRY(decision.check_unclaimed(intent.reference_claim, "reference_id"));
  MOHUR_TRY(payments::check_order(order, decision.agreement(*client)));
  const Command& command = decision.command();
  PayoutSchedule asked{.id = decision.next_id<payments::PayoutScheduleId>(),
                       .client = client->id,
                       .mode = command.mode,
                       .order = intent.order,
                       .rhythm = intent.rhythm,
                       .reference_id = intent.reference_id,
                       .made_by = key->id,
                       .sublicence = command.sublicence};
  // Whatever would be refused of a payout now, but for the balance, which is asked for when it runs.
  order.queue_if_low_balance = true;
  MOHUR_TRY(new_payout(decision, payer_of(asked), intent.order.beneficiary, order, nullptr));
  MOHUR_TRY_SET(made, payments::create_schedule(std::move(asked), policy::banking_days(), decision.now()));
  claim(decision.add(EventType::payout_schedule_created, std::move(made)), intent.reference_claim);
  return {};
}

Added decide(Decision& decision, const PausePayoutSchedule& intent) {
  MOHUR_TRY_SET(schedule, own(decision, intent.schedule));
  MOHUR_TRY(hand(decision, *schedule));
  MOHUR_TRY_SET(after, payments::pause_schedule(*schedule, decision.now()));
  decision.add(EventType::payout_schedule_paused, std::move(after));
  return {};
}

Added decide(Decision& decision, const ResumePayoutSchedule& intent) {
  MOHUR_TRY_SET(schedule, own(decision, intent.schedule));
  MOHUR_TRY_SET(by, hand(decision, *schedule));
  MOHUR_TRY_SET(client, decision.client(schedule->client));
  MOHUR_TRY(registry::check_may_send_money(*client));
  MOHUR_TRY_SET(after, payments::resume_schedule(*schedule, by, policy::banking_days(), decision.now()));
  decision.add(EventType::payout_schedule_resumed, std::move(after));
  return {};
}

Added decide(Decision& decision, const CancelPayoutSchedule& intent) {
  MOHUR_TRY_SET(schedule, own(decision, intent.schedule));
  MOHUR_TRY(hand(decision, *schedule));
  MOHUR_TRY_SET(after, payments::cancel_schedule(*schedule, decision.now()));
  decision.add(EventType::payout_schedule_cancelled, std::move(after));
  return {};
}

Added decide(Decision& decision, const WakePayoutSchedule& intent) {
  const auto* schedule = decision.state().find<PayoutSchedule>(intent.schedule.value);
  if (schedule == nullptr) return refuse(Outcome::not_found, "payout_schedule");
  decision.follow(*schedule);
  const Time now = decision.now(schedule->client, schedule->mode);
  const auto due = payments::due_at(*schedule);
  if (!due || *due > now) return refuse(Outcome::state_conflict, {}, "Nothing is due.");
  const payments::BankingDays days = policy::banking_days();
  if (auto later = payments::moved(*schedule, days, now)) {
    decision.add(EventType::payout_schedule_moved, std::move(*later));
    return {};
  }
  const RunResult result = run(decision, *schedule);
  decision.add(result.payout ? EventType::payout_schedule_ran : EventType::payout_schedule_refused,
               payments::after_run(*schedule, result, days, now));
  return {};
}

}  // namespace mohur::kernel
