#include "registry/session.hpp"

namespace mohur::registry {
namespace {

Session next(const Session& before, Time now) {
  Session after = before;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

}  // namespace

Session used(const Session& before, Time now) {
  Session after = next(before, now);
  after.used_at = now;
  return after;
}

Session ended(const Session& before, std::optional<PersonId> by, Time now) {
  Session after = next(before, now);
  after.status = SessionStatus::ended;
  after.ended_by = by;
  return after;
}

}  // namespace mohur::registry
