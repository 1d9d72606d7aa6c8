// Rules that people change: proposed by one, decided by another, with a version and a moment from which they count.
//
// T         has id, status, version, effective_at, proposed_by, decided_by, updated_at, sequence, and its rules as one member.
// In force  Of those that are approved the one with the latest moment that has come; of two from one moment on the later
//           approval. Until one is, what the house begins with: version 1.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/describe.hpp"
#include "base/result.hpp"
#include "registry/agreement.hpp"

namespace mohur::policy {

using registry::ClientId;
using registry::PersonId;

MOHUR_ENUM(ProposalStatus, (1, proposed), (2, approved), (3, rejected))

// proposed → approved | rejected, by somebody who did not propose it. What is approved late counts from now on.
// Errors: four_eyes_required, state_conflict.
template <class T>
Result<T> decide_dated(const T& proposed, bool approve, PersonId by, std::uint32_t version, Time now) {
  if (by == proposed.proposed_by) return refuse(Outcome::four_eyes_required, {}, "Whoever proposed this cannot decide about it.");
  if (proposed.status != ProposalStatus::proposed)
    return refuse(Outcome::state_conflict, {}, "It is " + std::string{to_token(proposed.status)} + " already.");
  T after = proposed;
  after.status = approve ? ProposalStatus::approved : ProposalStatus::rejected;
  after.updated_at = now;
  after.sequence += 1;
  after.decided_by = by;
  if (!approve) return after;
  after.version = version;
  after.effective_at = std::max(proposed.effective_at, now);
  return after;
}

// All that were approved, so that what is in force is a question of time alone.
template <class T, auto kRules, auto kStandard>
class Dated {
 public:
  struct InForce {
    std::remove_reference_t<decltype(kStandard())>* rules;
    std::uint32_t version;
  };
  InForce at(Time now) const {
    const T* in_force = nullptr;
    for (const T& each : approved_)
      if (each.effective_at <= now && (in_force == nullptr || in_force->effective_at <= each.effective_at)) in_force = &each;
    return in_force == nullptr ? InForce{&kStandard(), 1} : InForce{&(in_force->*kRules), *in_force->version};
  }
  // Of those that are approved; others are passed over.
  void put(const T& changed) {
    if (changed.status != ProposalStatus::approved) return;
    const auto version_of = [](const T& each) { return *each.version; };
    const auto place = std::ranges::lower_bound(approved_, *changed.version, {}, version_of);
    if (place != approved_.end() && place->id == changed.id) return;
    approved_.insert(place, changed);
  }
  std::uint32_t next_version() const { return static_cast<std::uint32_t>(approved_.size()) + 2; }

 private:
  std::vector<T> approved_;  // by version
};

}  // namespace mohur::policy
