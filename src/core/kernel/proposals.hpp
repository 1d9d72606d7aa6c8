// How rules with a date are proposed by one person and decided by another (policy/dated.hpp).
#pragma once

#include "kernel/decision.hpp"
#include "policy/dated.hpp"

namespace mohur::kernel {

// The rules themselves, which were found `sound` or not, are still to be put in. Errors: scope_missing, those of the rules,
// time_too_far.
template <class T>
Result<T> proposed(Decision& decision, const Result<void>& sound, Time effective_at, const std::string& reason) {
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY(sound);
  const Time now = decision.command().at;
  if (effective_at > now + kLongestAhead) return refuse(Outcome::time_too_far, "effective_at", "It is in force within a year.");
  T made{};
  made.id = decision.next_id<decltype(T::id)>();
  made.created_at = made.updated_at = now;
  made.sequence = 1;
  made.effective_at = effective_at;
  made.reason = reason;
  made.proposed_by = person;
  return made;
}

// Errors: scope_missing, not_found, four_eyes_required, state_conflict.
template <class T, class Approved>
Result<T> decided(const Decision& decision, Key128 id, bool approve, const Approved& approved) {
  MOHUR_TRY_SET(person, decision.person());
  const T* found = decision.state().find<T>(id);
  if (found == nullptr) return refuse(Outcome::not_found, T::object_name.data());
  return policy::decide_dated(*found, approve, person, approved.next_version(), decision.command().at);
}

}  // namespace mohur::kernel
