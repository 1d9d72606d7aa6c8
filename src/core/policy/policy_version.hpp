// A version of the usage policy: its text, from when it is in force, and who put it there; and that a client accepted it.
//
// States   proposed → published | rejected, by somebody who did not propose it. Which published version is in force is a question
//          of time alone: it is the latest whose time has come.
// Numbers  Published versions are counted from 1 without a gap, and their times grow with their numbers.
// Source   policy clauses P9.1, P9.2
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "registry/credential.hpp"

namespace mohur::policy {

using registry::ClientId;
using registry::PersonId;
using PolicyVersionId = Id<"pol">;
using PolicyAcceptanceId = Id<"acc">;

MOHUR_ENUM(PolicyVersionStatus, (1, proposed), (2, published), (3, rejected))

struct PolicyVersion {
  static constexpr std::string_view object_name = "policy_version";

  PolicyVersionId id;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  PolicyVersionStatus status = PolicyVersionStatus::proposed;
  std::optional<std::uint32_t> number;  // set when it is published
  std::string text;                     // Markdown
  std::string hash;                     // SHA-256 of the text, in hexadecimal digits
  Time effective_at;
  std::string reason;
  std::string change_summary;
  PersonId proposed_by;
  std::optional<PersonId> decided_by;

  bool operator==(const PolicyVersion&) const = default;
  MOHUR_DESCRIBE(PolicyVersion, (1, id), (2, created_at), (3, updated_at), (4, sequence), (5, status),
                 (6, number, "Counted from 1 as versions are published; null before."), (7, text, "Markdown."),
                 (8, hash, "SHA-256 of the text, in hexadecimal digits."),
                 (9, effective_at, "From then on it is in force, until the next one is."), (10, reason, "Why it was made."),
                 (11, change_summary, "What is new, for those who know the version before."), (12, proposed_by),
                 (13, decided_by, "Never the one who proposed it."))
};

// Under which key the version of a number can be found: what the publication claims.
constexpr Key128 number_key(std::uint32_t number) { return {0x706f'6c69'6379'0000ULL, number}; }

// How a client accepted a version: by a call of its own for that, or by going on after the version was in force.
MOHUR_ENUM(AcceptanceManner, (1, explicit_call), (2, continued_use))

struct PolicyAcceptance {
  static constexpr std::string_view object_name = "policy_acceptance";

  PolicyAcceptanceId id;
  ClientId client;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  PolicyVersionId version;
  std::uint32_t number = 0;
  std::string hash;
  AcceptanceManner manner = AcceptanceManner::explicit_call;
  registry::CredentialId credential;

  bool operator==(const PolicyAcceptance&) const = default;
  MOHUR_DESCRIBE(PolicyAcceptance, (1, id), (2, client), (3, created_at), (4, updated_at), (5, sequence), (6, version),
                 (7, number, "Of the version."), (8, hash, "Of the version's text: what was accepted."),
                 (9, manner, "By a call of its own, or by the first call after the version was in force."),
                 (10, credential, "The key that the call came with."))
};

// What a publication rests on besides the version itself.
struct Publication {
  std::uint32_t number = 1;
  std::optional<Time> previous_begins;  // of the version before; none for the first
  Duration least_notice;                // from the publication to the version's time; the first needs none
};

// Errors: time_too_far; for all but the first version notice_too_short.
Result<void> check_effective_at(Time effective_at, bool is_first, Duration least_notice, Time now);

// Errors: four_eyes_required, state_conflict; field_out_of_range where the version before begins later; and the above.
Result<PolicyVersion> publish(const PolicyVersion& version, PersonId by, const Publication& publication, Time now);
// Errors: four_eyes_required, state_conflict.
Result<PolicyVersion> reject(const PolicyVersion& version, PersonId by, Time now);

}  // namespace mohur::policy
