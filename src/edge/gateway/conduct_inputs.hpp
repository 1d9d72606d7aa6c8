// What is sent about how clients behave, and what is done about it: measures, tickets, ladders, the watch.
// One described struct per endpoint that takes a body: names and sentences are the public API.
#pragma once

#include <type_traits>

#include "gateway/input_forms.hpp"

namespace mohur::gateway {

struct MeasureInput {
  registry::MeasureKind kind = registry::MeasureKind::restrict;
  registry::Ground ground = registry::Ground::policy_breach;
  registry::Clause clause = registry::Clause::P8_1;
  FreeText<500> evidence;
  std::optional<Time> effective_at;
  std::optional<bool> critical;
  MOHUR_DESCRIBE(MeasureInput, (1, kind, "What is done."), (2, ground, "What it is for."),
                 (3, clause, "The clause of the usage policy behind it."),
                 (4, evidence, "Where what it rests on can be found; the client reads it."),
                 (5, effective_at, "When it is to take effect; as soon as the client was told when absent."),
                 (6, critical,
                  "Whether it cannot wait until the client was told: it takes effect at once, and a second person confirms it "
                  "within four hours; false when absent."))
};
struct TicketInput {
  FreeText<200> subject;
  Text<MarkdownRule> text;
  std::optional<FreeText<64>> about;
  MOHUR_DESCRIBE(TicketInput, (1, subject), (2, text), (3, about, "The id of the object that it is about."))
};
struct TicketReplyInput {
  Text<MarkdownRule> text;
  MOHUR_DESCRIBE(TicketReplyInput, (1, text))
};
struct LadderInput {
  FreeText<200> reason;
  policy::LadderRules rules;
  std::optional<Time> effective_at;
  MOHUR_DESCRIBE(LadderInput, (1, reason, "Why it is asked for; whoever decides reads it."), (2, rules),
                 (3, effective_at, "When it is approved, at the earliest and when absent."))
};
struct TierReviewInput {
  policy::TierDecision decision = policy::TierDecision::keep_plan;
  FreeText<500> finding;
  MOHUR_DESCRIBE(TierReviewInput,
                 (1, decision, "What is to be done; another plan or a restriction is proposed or decided apart."),
                 (2, finding, "Why."))
};
struct AlertFindingInput {
  policy::AlertDecision decision = policy::AlertDecision::harmless;
  FreeText<500> finding;
  std::optional<registry::MeasureId> measure;
  MOHUR_DESCRIBE(AlertFindingInput, (1, decision, "What was found; a measure is taken apart."), (2, finding, "Why."),
                 (3, measure, "Which one, where the decision is measure_taken."))
};
struct WatchRulesInput {
  FreeText<200> reason;
  std::vector<policy::Detector> detectors;
  std::optional<Time> effective_at;
  MOHUR_DESCRIBE(WatchRulesInput, (1, reason, "Why they are asked for; whoever decides reads it."),
                 (2, detectors, "All of them: a kind that is not named is not watched for."),
                 (3, effective_at, "When they are approved, at the earliest and when absent."))
};

// Examples, as JSON.
std::string example_of(std::type_identity<MeasureInput>);
std::string example_of(std::type_identity<TicketInput>);
std::string example_of(std::type_identity<TicketReplyInput>);
std::string example_of(std::type_identity<LadderInput>);
std::string example_of(std::type_identity<TierReviewInput>);
std::string example_of(std::type_identity<AlertFindingInput>);
std::string example_of(std::type_identity<WatchRulesInput>);

}  // namespace mohur::gateway
