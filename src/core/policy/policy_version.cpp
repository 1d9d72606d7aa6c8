#include "policy/policy_version.hpp"

#include <algorithm>

namespace mohur::policy {
namespace {

constexpr Duration kLongestAhead = days(3'660);

Result<void> check_decision(const PolicyVersion& version, PersonId by) {
  if (by == version.proposed_by)
    return refuse(Outcome::four_eyes_required, {}, "Whoever proposed this version cannot decide it.");
  if (version.status == PolicyVersionStatus::proposed) return {};
  return refuse(Outcome::state_conflict, {}, "The version is " + std::string{to_token(version.status)} + " already.");
}

PolicyVersion decided(const PolicyVersion& version, PolicyVersionStatus to, PersonId by, Time now) {
  PolicyVersion after = version;
  after.status = to;
  after.decided_by = by;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

}  // namespace

Result<void> check_effective_at(Time effective_at, bool is_first, Duration least_notice, Time now) {
  if (effective_at > now + kLongestAhead)
    return refuse(Outcome::time_too_far, "effective_at", "A version comes into force within ten years.");
  if (is_first || effective_at >= now + least_notice) return {};
  return refuse(Outcome::notice_too_short, "effective_at",
                "Clients are told at least " + std::to_string(least_notice.ns / days(1).ns) +
                    " days ahead: the version comes into force at " + to_rfc3339(now + least_notice) + " or later.");
}

Result<PolicyVersion> publish(const PolicyVersion& version, PersonId by, const Publication& publication, Time now) {
  MOHUR_TRY(check_decision(version, by));
  MOHUR_TRY(check_effective_at(version.effective_at, publication.number == 1, publication.least_notice, now));
  if (publication.previous_begins && version.effective_at <= *publication.previous_begins)
    return refuse(Outcome::field_out_of_range, "effective_at",
                  "Version " + std::to_string(publication.number - 1) + " comes into force at " +
                      to_rfc3339(*publication.previous_begins) + ": this one comes after it.");

  // After this point, the version is published.
  PolicyVersion after = decided(version, PolicyVersionStatus::published, by, now);
  after.number = publication.number;
  after.effective_at = std::max(after.effective_at, now);  // never into the past
  return after;
}

Result<PolicyVersion> reject(const PolicyVersion& version, PersonId by, Time now) {
  MOHUR_TRY(check_decision(version, by));
  return decided(version, PolicyVersionStatus::rejected, by, now);
}

}  // namespace mohur::policy
