// One of the operator's people, and how it is decided who they are and what they may do.
//
// Four eyes  A person is appointed, given other roles, disabled, enabled and invited to sign in by a change that one owner
//            proposes and another one decides. Neither of them is whom it is about: nobody changes their own rights.
// Owners     At least two stay, since one alone could decide nothing any more.
// Signing in A person has keys, or a sign-in (registry/sign_in.hpp), or both. Who is disabled has no use of either.
// States     person: active ⇄ disabled. change: proposed → approved | rejected.
// Source     policy clauses P4.2 and P1.1
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/sealed.hpp"
#include "base/time.hpp"
#include "registry/agreement.hpp"
#include "registry/roles.hpp"

namespace mohur::registry {

MOHUR_ENUM(PersonStatus, (1, active), (2, disabled))

struct Person {
  static constexpr std::string_view object_name = "person";

  PersonId id;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  Sealed name;
  PersonStatus status = PersonStatus::active;
  std::vector<Role> roles;  // none: appointed before there were roles, which is to be an owner
  std::optional<Sealed> email;
  Key128 email_key;                // look-up key of the address
  std::optional<Time> enabled_at;  // when last; sessions from before are over

  bool operator==(const Person&) const = default;
  MOHUR_DESCRIBE(Person, (1, id), (2, created_at), (3, updated_at), (4, sequence), (5, name), (6, status),
                 (7, roles, "What the person is to the operator: GET /v1/admin/roles says what each permits."),
                 (8, email, "With which the person signs in."), (9, email_key, internal), (10, enabled_at, internal))
};

const std::vector<Role>& roles_of(const Person& person);
inline bool may(const Person& person, Permission permission) {
  return person.status == PersonStatus::active && permits(roles_of(person), permission);
}
bool is_owner(const Person& person);  // and active

using PersonChangeId = Id<"pchg">;

MOHUR_ENUM(PersonChangeKind, (1, appoint), (2, set_roles), (3, disable), (4, enable), (5, invite))
MOHUR_ENUM(PersonChangeStatus, (1, proposed), (2, approved), (3, rejected))

struct PersonChange {
  static constexpr std::string_view object_name = "person_change";

  PersonChangeId id;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  PersonChangeStatus status = PersonChangeStatus::proposed;
  PersonChangeKind kind = PersonChangeKind::appoint;
  PersonId person;
  std::optional<Sealed> name;
  std::optional<Sealed> email;
  Key128 email_key;
  std::vector<Role> roles;
  std::string reason;
  PersonId proposed_by;
  std::optional<PersonId> decided_by;
  std::string half_hash;  // of the first half of an invitation

  bool operator==(const PersonChange&) const = default;
  MOHUR_DESCRIBE(PersonChange, (1, id), (2, created_at), (3, updated_at), (4, sequence), (5, status), (6, kind),
                 (7, person, "Whom it is about; of an appointment, whom it will make."), (8, name, "Of an appointment."),
                 (9, email, "Of an appointment: with which the person will sign in."), (10, email_key, internal),
                 (11, roles, "Of an appointment, or a change of roles."), (12, reason), (13, proposed_by),
                 (14, decided_by, "Never the one who proposed it, nor whom it is about."), (15, half_hash, internal))
};

// The active owners, as durable; what four eyes over people rest on.
class Owners {
 public:
  void put(const Person& person);
  bool holds(PersonId id) const { return owners_.contains(id); }
  std::size_t count() const { return owners_.size(); }

 private:
  std::set<PersonId> owners_;
};
inline constexpr std::size_t kFewestOwners = 2;

// Errors: role_missing, with the roles that have the permission.
Result<void> check_permitted(const std::vector<Role>& roles, Permission permission);

// Sorted, each once. Errors: field_missing without one.
Result<std::vector<Role>> checked_roles(std::vector<Role> roles);

// The change as it is decided. Errors: four_eyes_required for whoever proposed it and whom it is about; state_conflict.
Result<PersonChange> decide_person_change(const PersonChange& change, bool approve, PersonId by, Time now);

// The person with an approved change of roles or of status.
// Errors: state_conflict where the person is so already, or where fewer than two owners would stay.
Result<Person> with_change(const Person& person, const PersonChange& change, const Owners& owners, Time now);

}  // namespace mohur::registry
