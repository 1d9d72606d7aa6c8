#include "registry/sublicence.hpp"

namespace mohur::registry {
namespace {

Sublicence changed_to(SublicenceStatus to, const Sublicence& sublicence, Time now) {
  Sublicence after = sublicence;
  after.status = to;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

std::string standing_of(const Sublicence& sublicence) {
  return "The sublicence is " + std::string{to_token(sublicence.status)} + ".";
}

}  // namespace

Result<Sublicence> decide_sublicence(const Sublicence& sublicence, bool approve, PersonId by, Time now) {
  if (by == sublicence.proposed_by)
    return refuse(Outcome::four_eyes_required, {}, "Whoever proposed this sublicence cannot decide it.");
  if (sublicence.status != SublicenceStatus::proposed) return refuse(Outcome::state_conflict, {}, standing_of(sublicence));
  Sublicence after = changed_to(approve ? SublicenceStatus::active : SublicenceStatus::rejected, sublicence, now);
  after.decided_by = by;
  return after;
}

Result<Sublicence> end_sublicence(const Sublicence& sublicence, Time now) {
  if (sublicence.status != SublicenceStatus::active) return refuse(Outcome::state_conflict, {}, standing_of(sublicence));
  Sublicence after = changed_to(SublicenceStatus::ended, sublicence, now);
  after.ended_at = now;
  return after;
}

Result<void> check_active(const Sublicence& sublicence) {
  if (sublicence.status == SublicenceStatus::active) return {};
  return refuse(Outcome::sublicence_ended, {}, standing_of(sublicence));
}

}  // namespace mohur::registry
