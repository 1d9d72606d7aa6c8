#include "registry/person.hpp"

#include <algorithm>

namespace mohur::registry {
namespace {

std::unexpected<Refusal> is_already(const Person& person) {
  return refuse(Outcome::state_conflict, {}, "The person is " + std::string{to_token(person.status)} + " already.");
}

}  // namespace

const std::vector<Role>& roles_of(const Person& person) {
  static const std::vector<Role> kFounder{Role::owner};
  return person.roles.empty() ? kFounder : person.roles;
}

bool is_owner(const Person& person) {
  return person.status == PersonStatus::active && std::ranges::find(roles_of(person), Role::owner) != roles_of(person).end();
}

void Owners::put(const Person& person) {
  if (is_owner(person))
    owners_.insert(person.id);
  else
    owners_.erase(person.id);
}

Result<void> check_permitted(const std::vector<Role>& roles, Permission permission) {
  if (permits(roles, permission)) return {};
  std::string detail = "This needs the permission " + std::string{to_token(permission)} + ", which these roles have:";
  for (const auto& role : described_enumerators(Role{}))
    if (permits(role.value, permission)) detail.append(1, ' ').append(role.token);
  return refuse(Outcome::role_missing, {}, detail + ".");
}

Result<std::vector<Role>> checked_roles(std::vector<Role> roles) {
  if (roles.empty()) return refuse(Outcome::field_missing, "roles", "A person has at least one role.");
  std::ranges::sort(roles);
  const auto doubles = std::ranges::unique(roles);
  roles.erase(doubles.begin(), doubles.end());
  return roles;
}

Result<PersonChange> decide_person_change(const PersonChange& change, bool approve, PersonId by, Time now) {
  if (by == change.proposed_by)
    return refuse(Outcome::four_eyes_required, {}, "Whoever proposed this change cannot decide it: another owner does.");
  if (by == change.person) return refuse(Outcome::four_eyes_required, {}, "Nobody decides about themselves: another owner does.");
  if (change.status != PersonChangeStatus::proposed)
    return refuse(Outcome::state_conflict, {}, "The change is " + std::string{to_token(change.status)} + " already.");

  // After this point, the decision stands.
  PersonChange after = change;
  after.status = approve ? PersonChangeStatus::approved : PersonChangeStatus::rejected;
  after.decided_by = by;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

Result<Person> with_change(const Person& person, const PersonChange& change, const Owners& owners, Time now) {
  Person after = person;
  if (change.kind == PersonChangeKind::set_roles) after.roles = change.roles;
  if (change.kind == PersonChangeKind::disable || change.kind == PersonChangeKind::enable) {
    after.status = change.kind == PersonChangeKind::enable ? PersonStatus::active : PersonStatus::disabled;
    if (after.status == person.status) return is_already(person);
    if (change.kind == PersonChangeKind::enable) after.enabled_at = now;
  }
  if (change.kind == PersonChangeKind::invite && !person.email)
    return refuse(Outcome::state_conflict, {}, "The person has no e-mail address to sign in with.");
  if (change.kind == PersonChangeKind::invite && person.status == PersonStatus::disabled) return is_already(person);
  if (is_owner(person) && !is_owner(after) && owners.count() <= kFewestOwners)
    return refuse(Outcome::state_conflict, {}, "Two owners must stay: one alone could decide nothing about people any more.");
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

}  // namespace mohur::registry
