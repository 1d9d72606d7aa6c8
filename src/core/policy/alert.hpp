// An alert: what the watch saw, with the facts, and what a person made of it.
//
// One       a day of each kind and subject, however often it is seen again.
// Whose     Clients are not told: some of these things the law forbids to tell.
// Source    policy clauses P1.5, P3.1, P3.4, P5.1
#pragma once

#include "money/mode.hpp"
#include "policy/watch_rules.hpp"
#include "registry/credential.hpp"
#include "registry/measure.hpp"

namespace mohur::policy {

using AlertId = Id<"alert">;

MOHUR_ENUM(AlertStatus, (1, open), (2, closed))
// What a person found: nothing wrong; the client was spoken to; a measure was taken; the authorities were told.
MOHUR_ENUM(AlertDecision, (1, harmless), (2, client_warned), (3, measure_taken), (4, reported))

// What the watch saw.
struct Sighting {
  AlertKind kind = AlertKind::probing;
  std::optional<registry::CredentialId> credential;
  std::optional<std::string> address;
  std::uint32_t count = 0;
  std::uint32_t window_s = 0;
  Time first_at;
  Time last_at;
  std::vector<std::string> examples;  // ids of kMostExamples at most
  std::uint32_t rules_version = 1;

  bool operator==(const Sighting&) const = default;
  MOHUR_DESCRIBE(Sighting, (1, kind), (2, credential, "Whose calls they were; null where no key was shown."),
                 (3, address, "From where they came, without a key: an IPv4 address, or a /48 of IPv6."),
                 (4, count, "So many different ones."), (5, window_s, "Within so many seconds."), (6, first_at), (7, last_at),
                 (8, examples, "Ids of the requests, beneficiaries or payouts; the first 20."),
                 (9, rules_version, "Of the watch rules by which it was seen."))
};
inline constexpr std::size_t kMostExamples = 20;

struct Alert {
  static constexpr std::string_view object_name = "alert";

  AlertId id;
  std::optional<ClientId> client;  // none: of nobody whom we know, or of several
  Mode mode = Mode::live;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  AlertStatus status = AlertStatus::open;
  registry::Clause clause = registry::Clause::P3_1;
  Sighting sighting;
  std::optional<AlertDecision> decision;
  std::optional<std::string> finding;
  std::optional<registry::MeasureId> measure;
  std::optional<PersonId> closed_by;

  bool operator==(const Alert&) const = default;
  MOHUR_DESCRIBE(Alert, (1, id), (2, client, "Null where it is about nobody who is known, or about several clients."), (3, mode),
                 (4, created_at), (5, updated_at), (6, sequence), (7, status), (8, clause, "Of the usage policy."),
                 (9, sighting, "The facts."), (10, decision), (11, finding, "What came of it."),
                 (12, measure, "That was taken because of it."), (13, closed_by))
};

}  // namespace mohur::policy
