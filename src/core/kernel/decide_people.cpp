// Decisions about the operator's people: one owner proposes, another one decides, and neither is whom it is about.
#include "kernel/decision.hpp"

namespace mohur::kernel {
namespace {

using registry::Person;
using registry::PersonChange;
using registry::PersonChangeKind;

Result<const Person*> person_of(const Decision& decision, registry::PersonId id) {
  const Person* person = decision.state().find<Person>(id.value);
  if (person == nullptr) return refuse(Outcome::not_found, "person");
  return person;
}

Result<void> check_address_is_free(const Decision& decision, Key128 email_key) {
  if (decision.state().find<Claim>(email_key) == nullptr) return {};
  return refuse(Outcome::state_conflict, "email", "Another person has this address, or had it.");
}

EventType type_of(PersonChangeKind kind) {
  switch (kind) {
    case PersonChangeKind::appoint: return EventType::person_appointed;
    case PersonChangeKind::set_roles: return EventType::person_roles_set;
    case PersonChangeKind::disable: return EventType::person_disabled;
    case PersonChangeKind::enable: return EventType::person_enabled;
    case PersonChangeKind::invite: break;
  }
  return EventType::sign_in_invited;
}

Added appoint(Decision& decision, const PersonChange& change) {
  MOHUR_TRY(check_address_is_free(decision, change.email_key));
  const Time now = decision.command().at;
  const Person person{.id = change.person,
                      .created_at = now,
                      .updated_at = now,
                      .sequence = 1,
                      .name = *change.name,
                      .roles = change.roles,
                      .email = change.email,
                      .email_key = change.email_key,
                      .enabled_at = {}};
  decision.add(EventType::person_change_approved, Object{change}, {}, Mode::live);
  claim(decision.add(EventType::person_appointed, Object{person}, {}, Mode::live), change.email_key);
  return {};
}

// The person is told both halves, each by the owner who was shown it.
Added invite(Decision& decision, const Person& person, const PersonChange& change, const std::string& second_half) {
  const Time now = decision.command().at;
  const auto* found = decision.state().find<registry::SignIn>(person.id.value);
  const auto before = found != nullptr ? *found : registry::new_sign_in(person.id, now);
  decision.add(EventType::person_change_approved, Object{change}, {}, Mode::live);
  decision.add(EventType::sign_in_invited,
               Object{registry::invited(before, {change.half_hash, second_half, now + registry::kInvitationLasts}, now)}, {},
               Mode::live);
  return {};
}

}  // namespace

Added decide(Decision& decision, const ProposePersonChange& intent) {
  MOHUR_TRY_SET(by, decision.person());
  const bool is_new = intent.kind == PersonChangeKind::appoint;
  if (intent.person == by) return refuse(Outcome::four_eyes_required, {}, "Nobody changes their own rights: another owner does.");
  const Time now = decision.command().at;
  PersonChange change{.id = decision.next_id<registry::PersonChangeId>(),
                      .created_at = now,
                      .updated_at = now,
                      .sequence = 1,
                      .kind = intent.kind,
                      .person = is_new ? decision.next_id<registry::PersonId>() : intent.person,
                      .name = intent.name,
                      .email = intent.email,
                      .email_key = intent.email_key,
                      .roles = {},
                      .reason = intent.reason,
                      .proposed_by = by,
                      .decided_by = {},
                      .half_hash = intent.half_hash};
  if (is_new || intent.kind == PersonChangeKind::set_roles) {
    MOHUR_TRY_SET(roles, registry::checked_roles(intent.roles));
    change.roles = std::move(roles);
  }
  if (is_new) {
    MOHUR_TRY(check_address_is_free(decision, intent.email_key));
  } else {
    MOHUR_TRY_SET(person, person_of(decision, intent.person));
    MOHUR_TRY(registry::with_change(*person, change, decision.state().owners, now));
  }
  decision.add(EventType::person_change_proposed, Object{change}, {}, Mode::live);
  return {};
}

// An approval is two events of one command: what was decided, and the person as it stands afterwards.
Added decide(Decision& decision, const DecidePersonChange& intent) {
  MOHUR_TRY_SET(by, decision.person());
  const auto* change = decision.state().find<PersonChange>(intent.change.value);
  if (change == nullptr) return refuse(Outcome::not_found, "person_change");
  const Time now = decision.command().at;
  MOHUR_TRY_SET(after, registry::decide_person_change(*change, intent.approve, by, now));
  if (!intent.approve) {
    decision.add(EventType::person_change_rejected, Object{after}, {}, Mode::live);
    return {};
  }
  if (!decision.state().owners.holds(change->proposed_by))
    return refuse(Outcome::state_conflict, {}, "Whoever proposed it is no owner any more: another owner proposes it anew.");
  if (change->kind == PersonChangeKind::appoint) return appoint(decision, after);
  MOHUR_TRY_SET(person, person_of(decision, change->person));
  if (change->kind == PersonChangeKind::invite) {
    MOHUR_TRY(registry::with_change(*person, after, decision.state().owners, now));
    return invite(decision, *person, after, intent.half_hash);
  }
  MOHUR_TRY_SET(changed, registry::with_change(*person, after, decision.state().owners, now));
  decision.add(EventType::person_change_approved, Object{after}, {}, Mode::live);
  decision.add(type_of(change->kind), Object{changed}, {}, Mode::live);
  return {};
}

}  // namespace mohur::kernel
