// Decisions about the watch: alerts, what people made of them, and the rules by which they are raised.
#include "kernel/proposals.hpp"

namespace mohur::kernel {
namespace {

using policy::Alert;
using policy::AlertDecision;
using policy::AlertStatus;
using policy::WatchRules;

// A measure is named where one was taken, and nowhere else; it is against the alert's client.
Result<void> check_measure(const Decision& decision, const Alert& alert, const CloseAlert& intent) {
  const bool was_taken = intent.decision == AlertDecision::measure_taken;
  if (!intent.measure)
    return was_taken ? refuse(Outcome::field_missing, "measure", "Say which measure was taken.") : Result<void>{};
  if (!was_taken) return refuse(Outcome::field_unknown, "measure", "It belongs to the decision measure_taken.");
  const auto* measure = decision.state().find<registry::Measure>(intent.measure->value);
  if (measure == nullptr) return refuse(Outcome::not_found, "measure");
  if (alert.client && measure->client != *alert.client)
    return refuse(Outcome::not_found, "measure", "It is against another client.");
  return {};
}

}  // namespace

// One a day of each kind and subject: it holds its claim.
Added decide(Decision& decision, const RaiseAlert& intent) {
  const Command& command = decision.command();
  if (const Claim* known = decision.state().find<Claim>(intent.claim)) {
    decision.hand_out(known->object);
    return {};
  }
  Alert alert{.id = decision.next_id<policy::AlertId>(),
              .client = {},
              .mode = command.mode,
              .created_at = command.at,
              .updated_at = command.at,
              .sequence = 1,
              .clause = policy::clause_of(intent.sighting.kind),
              .sighting = intent.sighting,
              .decision = {},
              .finding = {},
              .measure = {},
              .closed_by = {}};
  if (!command.client.is_zero()) {
    MOHUR_TRY_SET(client, decision.client(command.client));
    alert.client = client->id;
  }
  // What is about no client stands in the operator's own list, which has no modes.
  const Mode listed = alert.client ? command.mode : Mode::live;
  claim(decision.add(EventType::alert_raised, Object{alert}, command.client, listed), intent.claim);
  return {};
}

Added decide(Decision& decision, const CloseAlert& intent) {
  MOHUR_TRY_SET(person, decision.person());
  const Alert* alert = decision.state().find<Alert>(intent.alert.value);
  if (alert == nullptr) return refuse(Outcome::not_found, "alert");
  if (alert->status != AlertStatus::open) return refuse(Outcome::state_conflict, {}, "The alert is closed already.");
  MOHUR_TRY(check_measure(decision, *alert, intent));
  Alert after = *alert;
  after.status = AlertStatus::closed;
  after.updated_at = decision.command().at;
  after.sequence += 1;
  after.decision = intent.decision;
  after.finding = intent.finding;
  after.measure = intent.measure;
  after.closed_by = person;
  const ClientId client = after.client.value_or(ClientId{});
  decision.add(EventType::alert_closed, Object{after}, client, after.client ? after.mode : Mode::live);
  return {};
}

Added decide(Decision& decision, const ProposeWatchRules& intent) {
  const Result<void> sound = policy::check_detectors(intent.detectors);
  MOHUR_TRY_SET(made, proposed<WatchRules>(decision, sound, intent.effective_at, intent.reason));
  made.detectors = intent.detectors;
  decision.add(EventType::watch_rules_proposed, Object{std::move(made)}, {}, Mode::live);
  return {};
}

Added decide(Decision& decision, const DecideWatchRules& intent) {
  MOHUR_TRY_SET(after, decided<WatchRules>(decision, intent.rules.value, intent.approve, decision.state().watch_rules));
  decision.add(intent.approve ? EventType::watch_rules_approved : EventType::watch_rules_rejected, Object{std::move(after)}, {},
               Mode::live);
  return {};
}

}  // namespace mohur::kernel
