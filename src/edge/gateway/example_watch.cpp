// Examples of alerts and watch rules.
#include "gateway/conduct_inputs.hpp"
#include "gateway/example_parts.hpp"

namespace mohur::gateway {

std::string example_of(Of<AlertFindingInput>) { return R"({"decision":"harmless","finding":"A scanner that we have ordered"})"; }
std::string example_of(Of<WatchRulesInput>) {
  return R"({"reason":"As clause P5.1 has it","detectors":[)"
         R"({"kind":"probing","count":60,"window_s":600,"test_mode":false},)"
         R"({"kind":"key_sharing","count":5,"window_s":3600,"test_mode":false},)"
         R"({"kind":"shared_destination","count":3,"window_s":86400,"test_mode":false},)"
         R"({"kind":"failing_payouts","count":20,"window_s":86400,"test_mode":false}]})";
}

std::string example_of(Of<policy::Alert>, std::optional<policy::AlertStatus> asked) {
  policy::Alert alert{
      .id = id_of<policy::AlertId>(40),
      .client = {},
      .created_at = kMade,
      .updated_at = kMade,
      .sequence = 1,
      .status = asked.value_or(policy::AlertStatus::open),
      .sighting = {.credential = {},
                   .address = "203.0.113.9",
                   .count = 60,
                   .window_s = 600,
                   .first_at = kMade - minutes(9),
                   .last_at = kMade,
                   .examples = {id_of<registry::RequestId>(41).to_string(), id_of<registry::RequestId>(42).to_string()}},
      .decision = {},
      .finding = {},
      .measure = {},
      .closed_by = {}};
  if (alert.status == policy::AlertStatus::open) return to_json(alert);
  alert.updated_at = kDone;
  alert.sequence = 2;
  alert.decision = policy::AlertDecision::harmless;
  alert.finding = "A scanner that we have ordered";
  alert.closed_by = kPerson;
  return to_json(alert);
}

std::string example_of(Of<policy::WatchRules>, std::optional<policy::ProposalStatus> asked) {
  policy::WatchRules rules{.id = id_of<policy::WatchRulesId>(43),
                           .created_at = kMade,
                           .updated_at = kMade,
                           .sequence = 1,
                           .status = asked.value_or(policy::ProposalStatus::proposed),
                           .version = {},
                           .effective_at = kMade,
                           .detectors = policy::standard_detectors(),
                           .reason = "As clause P5.1 has it",
                           .proposed_by = kPerson,
                           .decided_by = {}};
  if (rules.status == policy::ProposalStatus::proposed) return to_json(rules);
  rules.updated_at = kDone;
  rules.sequence = 2;
  rules.decided_by = id_of<registry::PersonId>(7);
  if (rules.status == policy::ProposalStatus::rejected) return to_json(rules);
  rules.version = 2;
  rules.effective_at = kDone;
  return to_json(rules);
}

}  // namespace mohur::gateway
