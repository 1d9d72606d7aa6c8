#include "registry/measure.hpp"

namespace mohur::registry {

std::optional<Time> due_at(const Measure& measure) {
  if (measure.status == MeasureStatus::scheduled && !measure.is_overdue) return measure.effective_at;
  if (measure.status == MeasureStatus::in_force) return measure.confirm_by;
  return std::nullopt;
}

Result<Measure> moved(const Measure& measure, MeasureStatus to, Time now) {
  if (!may_become(measure.status, to))
    return refuse(Outcome::state_conflict, {}, "The measure is " + std::string{to_token(measure.status)} + ".");
  Measure after = measure;
  after.status = to;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

Client with_measure(const Client& client, const Measure& measure, ClientStatus to, Time now) {
  const bool is_narrowed = to != ClientStatus::approved;
  Client after = client;
  after.status = to;
  after.ground = is_narrowed ? std::optional{measure.ground} : std::nullopt;
  after.clause = is_narrowed ? std::optional{measure.clause} : std::nullopt;
  after.measure = measure.id;
  after.decided_by = measure.confirmed_by.value_or(measure.proposed_by);
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

Result<void> check_confirmation(const Measure& measure, PersonId by) {
  if (by == measure.proposed_by)
    return refuse(Outcome::four_eyes_required, {}, "Whoever proposed this measure cannot confirm or reject it.");
  if (measure.status == MeasureStatus::proposed || measure.confirm_by) return {};
  return refuse(Outcome::state_conflict, {},
                "The measure is " + std::string{to_token(measure.status)} + " and waits for nobody.");
}

}  // namespace mohur::registry
