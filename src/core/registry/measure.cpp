#include "registry/measure.hpp"

namespace mohur::registry {
namespace {

bool may_move(MeasureStatus from, MeasureStatus to) {
  using enum MeasureStatus;
  switch (to) {
    case proposed: return false;
    case scheduled:
    case rejected: return from == proposed;
    case in_force: return from == proposed || from == scheduled;
    case withdrawn: return from == proposed || from == scheduled;
    case overtaken: return from == scheduled;
    case lapsed: return from == in_force;
  }
  return false;
}

}  // namespace

std::optional<Time> due_at(const Measure& measure) {
  if (measure.status == MeasureStatus::scheduled && !measure.is_overdue) return measure.effective_at;
  if (measure.status == MeasureStatus::in_force) return measure.confirm_by;
  return std::nullopt;
}

Result<Measure> moved(const Measure& measure, MeasureStatus to, Time now) {
  if (!may_move(measure.status, to))
    return refuse(Outcome::state_conflict, {}, "The measure is " + std::string{to_token(measure.status)} + ".");
  Measure after = measure;
  after.status = to;
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
