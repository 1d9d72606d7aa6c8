// Examples of throttling, notices, reviews and ladders.
#include "gateway/conduct_inputs.hpp"
#include "gateway/evaluation.hpp"
#include "gateway/example_parts.hpp"

namespace mohur::gateway {
namespace {

const auto kEpisode = id_of<policy::ThrottleEpisodeId>(21);
const auto kReview = id_of<policy::TierReviewId>(22);

}  // namespace

std::string example_of(Of<LadderInput>) {
  return R"({"reason":"As clause P6.3 has it","rules":)" + to_json(policy::standard_ladder()) + "}";
}
std::string example_of(Of<TierReviewInput>) {
  return R"({"decision":"change_plan","finding":"The plan is too small for the season"})";
}

std::string example_of(Of<policy::ThrottleEpisode>, Always) {
  return to_json(policy::ThrottleEpisode{.id = kEpisode,
                                         .client = kClient,
                                         .created_at = kMade,
                                         .updated_at = kMade,
                                         .sequence = 1,
                                         .limits = {"total"},
                                         .began_at = kMade - minutes(5),
                                         .ended_at = kMade - minutes(1),
                                         .refused = 1'840,
                                         .ignored = 1'620,
                                         .strike = true,
                                         .strikes = 3,
                                         .rung = policy::Rung{3, policy::Consequence::block, 60},
                                         .blocked_until = kMade + minutes(1)});
}
std::string example_of(Of<policy::UsageNotice>, Always) {
  return to_json(policy::UsageNotice{.id = id_of<policy::UsageNoticeId>(23),
                                     .client = kClient,
                                     .created_at = kMade,
                                     .updated_at = kMade,
                                     .sequence = 1,
                                     .percent = 80,
                                     .calls = 100'000,
                                     .used = 80'000,
                                     .window_ends_at = kMade + hours(12)});
}
std::string example_of(Of<policy::TierReview>, std::optional<policy::TierReviewStatus> asked) {
  policy::TierReview review{.id = kReview,
                            .client = kClient,
                            .created_at = kMade,
                            .updated_at = kMade,
                            .sequence = 1,
                            .status = asked.value_or(policy::TierReviewStatus::open),
                            .episode = kEpisode,
                            .strikes = 8,
                            .plan = id_of<registry::PlanId>(18),
                            .decision = {},
                            .finding = {},
                            .decided_by = {}};
  if (review.status == policy::TierReviewStatus::open) return to_json(review);
  review.updated_at = kDone;
  review.sequence = 2;
  review.decision = policy::TierDecision::change_plan;
  review.finding = "The plan is too small for the season";
  review.decided_by = kPerson;
  return to_json(review);
}
std::string example_of(Of<policy::Ladder>, std::optional<policy::ProposalStatus> asked) {
  policy::Ladder ladder{.id = id_of<policy::LadderId>(24),
                        .created_at = kMade,
                        .updated_at = kMade,
                        .sequence = 1,
                        .status = asked.value_or(policy::ProposalStatus::proposed),
                        .version = {},
                        .effective_at = kMade,
                        .rules = policy::standard_ladder(),
                        .reason = "As clause P6.3 has it",
                        .proposed_by = kPerson,
                        .decided_by = {}};
  if (ladder.status == policy::ProposalStatus::proposed) return to_json(ladder);
  ladder.updated_at = kDone;
  ladder.sequence = 2;
  ladder.decided_by = id_of<registry::PersonId>(7);
  if (ladder.status == policy::ProposalStatus::rejected) return to_json(ladder);
  ladder.version = 2;
  ladder.effective_at = kDone;
  return to_json(ladder);
}

std::string example_of(Of<EvaluationInput>) {
  return R"({"payout":{"beneficiary":")" + id_of<payments::BeneficiaryId>(3).to_string() +
         R"(","amount":1000000,"currency":"INR","purpose":"vendor"}})";
}
std::string example_of(Of<Evaluation>, Always) {
  return to_json(Evaluation{.outcome = "payout_limit_exceeded",
                            .agreement_version = 2,
                            .verdicts = {{.outcome = "payout_limit_exceeded",
                                          .clause = "P3.3",
                                          .refuses = true,
                                          .detail = "Version 2 of the agreement allows ₹1,00,000.00 a day for payouts, and "
                                                    "₹95,000.00 are used. The window ends at 2026-11-26T18:30:00.000Z.",
                                          .limit = "day",
                                          .most_count = {},
                                          .used_count = {},
                                          .remaining_count = {},
                                          .most_amount = Amount{1'00'000'00},
                                          .used_amount = Amount{95'000'00},
                                          .remaining_amount = Amount{5'000'00},
                                          .passes_at = kMade + hours(12)}},
                            .approval_steps = {}});
}

}  // namespace mohur::gateway
