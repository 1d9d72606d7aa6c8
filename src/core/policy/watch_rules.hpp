// Watch rules: what the house looks out for by itself, and how much of it makes an alert. Data with dates, changed by two people.
//
// Detector  So many *different* things of one kind, about one subject, within a window. What repeats itself is one thing: a loop
//           with a mistake in it is no attack.
//             probing             calls that fit nothing, of one key or one address                                    P3.1
//             key_sharing         networks (/24 of IPv4, /48 of IPv6) from which one key without an allow-list came    P3.4
//             shared_destination  clients to whom one account or VPA is a new beneficiary                              P1.5
//             failing_payouts     payouts of one client that failed for what is wrong with their beneficiary           P1.5
// Alert     Tells people, and does nothing else: what follows is a person's decision.
// Source    policy clauses P1.5, P3.1, P3.4, P5.1
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/dated.hpp"
#include "registry/clause.hpp"

namespace mohur::policy {

using WatchRulesId = Id<"wrules">;

MOHUR_ENUM(AlertKind, (1, probing), (2, key_sharing), (3, shared_destination), (4, failing_payouts))

constexpr registry::Clause clause_of(AlertKind kind) {
  switch (kind) {
    case AlertKind::probing: return registry::Clause::P3_1;
    case AlertKind::key_sharing: return registry::Clause::P3_4;
    case AlertKind::shared_destination:
    case AlertKind::failing_payouts: return registry::Clause::P1_5;
  }
  return registry::Clause::P5_1;
}

struct Detector {
  AlertKind kind = AlertKind::probing;
  std::uint32_t count = 2;      // 2 to 1,000
  std::uint32_t window_s = 60;  // 60 to 86,400
  bool test_mode = false;

  bool operator==(const Detector&) const = default;
  MOHUR_DESCRIBE(Detector, (1, kind), (2, count, "So many different ones make an alert; 2 to 1000."),
                 (3, window_s, "Within so many seconds; 60 to 86400."),
                 (4, test_mode, "Whether test mode is watched as well, where people try things out."))
};

struct WatchRules {
  static constexpr std::string_view object_name = "watch_rules";

  WatchRulesId id;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  ProposalStatus status = ProposalStatus::proposed;
  std::optional<std::uint32_t> version;
  Time effective_at;
  std::vector<Detector> detectors;
  std::string reason;
  PersonId proposed_by;
  std::optional<PersonId> decided_by;

  bool operator==(const WatchRules&) const = default;
  MOHUR_DESCRIBE(WatchRules, (1, id), (2, created_at), (3, updated_at), (4, sequence), (5, status),
                 (6, version, "Given when they are approved; the rules that the house begins with are version 1."),
                 (7, effective_at, "From then on, until the next ones are in force."),
                 (8, detectors, "A kind that is not named is not watched for."), (9, reason, "Why they are asked for."),
                 (10, proposed_by), (11, decided_by, "Never the one who proposed them."))
};

// Errors: field_out_of_range, field_repeated, each with the field.
Result<void> check_detectors(const std::vector<Detector>& detectors);

// What holds until rules are approved.
const std::vector<Detector>& standard_detectors();

using WatchRulesBook = Dated<WatchRules, &WatchRules::detectors, standard_detectors>;

}  // namespace mohur::policy
