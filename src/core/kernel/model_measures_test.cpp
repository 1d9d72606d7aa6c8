// The model's clients: their access is narrowed, ended and given back by critical measures, which need no notice to be sent.
#include "kernel/model_test.hpp"

namespace mohur::kernel {

using registry::MeasureKind;
using enum registry::ClientStatus;

// No client of the walk is an applicant any more.
void Model::on(Turn& turn, const DecideClient& intent) {
  const auto found = clients_.find(intent.client.value);
  const auto by = turn.command.caller.person();
  turn.refuse_if(!by, Outcome::scope_missing);
  turn.refuse_if(found == clients_.end(), Outcome::not_found);
  if (turn.refused()) return;
  const bool has_touched = *by == found->second.applied_by || *by == found->second.reviewed_by;
  turn.refuse_if(has_touched, Outcome::four_eyes_required);
  turn.refuse_if(intent.to == declined && !intent.reason, Outcome::field_missing);
  turn.refuse_if(true, Outcome::state_conflict);
}

bool Model::is_possible(const Client& client, MeasureKind kind) {
  switch (kind) {
    case MeasureKind::restrict: return client.status == approved || client.status == suspended;
    case MeasureKind::suspend: return client.status == approved || client.status == restricted;
    case MeasureKind::reinstate: return client.status == restricted || client.status == suspended;
    case MeasureKind::terminate: return client.status != terminated;
  }
  return false;
}

void Model::take_measure(Turn& turn, Key128 key, Measure& measure) {
  Client& client = clients_.at(measure.client.value);
  turn.event(EventType::measure_taken);
  turn.event(EventType::notice_queued);
  measure.status = "in_force";
  measure.sequence += 1;
  switch (measure.kind) {
    case MeasureKind::restrict: turn.event(EventType::client_restricted), client.status = restricted; break;
    case MeasureKind::suspend: turn.event(EventType::client_suspended), client.status = suspended; break;
    case MeasureKind::reinstate: turn.event(EventType::client_reinstated), client.status = approved; break;
    case MeasureKind::terminate: turn.event(EventType::client_terminated), client.status = terminated; break;
  }
  client.sequence += 1;
  client.suspended_by = client.status == suspended ? std::optional{key} : std::nullopt;
}

void Model::on(Turn& turn, const TakeMeasure& intent) {
  const auto found = clients_.find(intent.client.value);
  turn.refuse_if(!turn.command.caller.person(), Outcome::scope_missing);
  turn.refuse_if(found == clients_.end(), Outcome::not_found);
  if (turn.refused()) return;
  turn.refuse_if(!is_possible(found->second, intent.kind), Outcome::state_conflict);
  if (turn.refused()) return;
  Measure measure{{intent.client, Mode::live}, intent.kind, "proposed", *turn.command.caller.person(), {}};
  const Key128 key = turn.made.empty() ? Key128{} : turn.made.front();
  if (intent.kind == MeasureKind::restrict || intent.kind == MeasureKind::suspend) {
    measure.confirm_by = turn.command.at + hours(4);
    take_measure(turn, key, measure);
  } else {
    turn.event(EventType::measure_proposed);
    measure.sequence = 1;
  }
  measures_[key] = measure;
}

Model::Measure* Model::measure_for(Turn& turn, registry::MeasureId id, bool to_confirm) {
  const auto found = measures_.find(id.value);
  const auto by = turn.command.caller.person();
  turn.refuse_if(!by, Outcome::scope_missing);
  turn.refuse_if(found == measures_.end(), Outcome::not_found);
  if (turn.refused()) return nullptr;
  Measure& measure = found->second;
  turn.refuse_if(to_confirm && *by == measure.proposed_by, Outcome::four_eyes_required);
  const bool waits = measure.status == "proposed" || (to_confirm && measure.confirm_by);
  turn.refuse_if(!waits, Outcome::state_conflict);
  return turn.refused() ? nullptr : &measure;
}

void Model::on(Turn& turn, const ConfirmMeasure& intent) {
  Measure* const measure = measure_for(turn, intent.measure, true);
  if (measure == nullptr) return;
  if (measure->status == "in_force") {
    turn.event(EventType::measure_confirmed);
    measure->sequence += 1;
    measure->confirm_by.reset();
    return;
  }
  turn.refuse_if(!is_possible(clients_.at(measure->client.value), measure->kind), Outcome::state_conflict);
  if (!turn.refused()) take_measure(turn, intent.measure.value, *measure);
}

void Model::lapse(Turn& turn, Key128 key, Measure& measure) {
  turn.event(EventType::measure_lapsed);
  measure.status = "lapsed";
  measure.sequence += 1;
  measure.confirm_by.reset();
  Client& client = clients_.at(measure.client.value);
  if (client.suspended_by != key) return;
  turn.event(EventType::client_restricted);
  client.status = restricted;
  client.sequence += 1;
  client.suspended_by.reset();
}

void Model::on(Turn& turn, const RejectMeasure& intent) {
  Measure* const measure = measure_for(turn, intent.measure, true);
  if (measure == nullptr) return;
  if (measure->status == "in_force") return lapse(turn, intent.measure.value, *measure);
  turn.event(EventType::measure_rejected);
  measure->status = "rejected";
  measure->sequence += 1;
}

void Model::on(Turn& turn, const WithdrawMeasure& intent) {
  Measure* const measure = measure_for(turn, intent.measure, false);
  if (measure == nullptr) return;
  turn.event(EventType::measure_withdrawn);
  measure->status = "withdrawn";
  measure->sequence += 1;
}

void Model::on(Turn& turn, const WakeMeasure& intent) {
  const auto found = measures_.find(intent.measure.value);
  if (found == measures_.end()) return turn.refuse_if(true, Outcome::not_found);
  Measure& measure = found->second;
  turn.refuse_if(!measure.confirm_by || *measure.confirm_by > turn.command.at, Outcome::state_conflict);
  if (!turn.refused()) lapse(turn, intent.measure.value, measure);
}

}  // namespace mohur::kernel
