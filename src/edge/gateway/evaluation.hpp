// Dry runs: what the policy would say to a call or a payout now, with every reason, and nothing done.
//
// Same       The functions that decide are those that are asked here, with copies of what is durable: a dry run cannot say
//            something else than the deed would, as long as nothing happens between them.
// Every      What is refused is told with all its reasons, not only the first; and each limit that applies with what is used and
//            left, whether or not it refuses. What cannot be known behind a reason, such as the balance for an amount that no
//            rail takes, is left out.
// Source     policy clauses P1.4, P2.2, P3.3, P6.1 to P6.3
#pragma once

#include <string>
#include <vector>

#include "gateway/examples.hpp"

namespace mohur::gateway {

struct Route;

struct EvaluatedPayout {
  payments::BeneficiaryId beneficiary;
  Amount amount;
  Currency currency = Currency::INR;
  registry::Purpose purpose = registry::Purpose::vendor;
  std::optional<registry::Rail> rail;
  std::optional<Time> scheduled_at;
  MOHUR_DESCRIBE(EvaluatedPayout, (1, beneficiary), (2, amount, "Minor units: paise for INR."), (3, currency), (4, purpose),
                 (5, rail, "Chosen by destination and amount when absent."), (6, scheduled_at))
};
struct EvaluationInput {
  std::optional<policy::RouteClass> call;
  std::optional<EvaluatedPayout> payout;
  MOHUR_DESCRIBE(EvaluationInput, (1, call, "A call of this class; money_out when absent and a payout is given."), (2, payout))
};

// One reason or limit. Members that it has no use for are null.
struct Verdict {
  std::string outcome;
  std::optional<std::string> clause;
  bool refuses = false;
  bool shadow = false;
  std::optional<std::string> detail;
  std::optional<std::string> limit;
  std::optional<std::uint64_t> most_count;
  std::optional<std::uint64_t> used_count;
  std::optional<std::uint64_t> remaining_count;
  std::optional<Amount> most_amount;
  std::optional<Amount> used_amount;
  std::optional<Amount> remaining_amount;
  std::optional<Time> passes_at;
  MOHUR_DESCRIBE(Verdict, (1, outcome, "The token that it refuses with, or would."), (2, clause),
                 (3, refuses, "Whether it does now."), (4, shadow, "Whether the limit is only tried out, and refuses nothing."),
                 (5, detail, "Why it refuses."), (6, limit, "Its name: of a rate or quota, or the window of a limit on payouts."),
                 (7, most_count), (8, used_count), (9, remaining_count), (10, most_amount, "Minor units."), (11, used_amount),
                 (12, remaining_amount),
                 (13, passes_at, "When it refuses for the time being: the moment at which it would pass."))
};
struct Evaluation {
  static constexpr std::string_view object_name = "evaluation";
  std::string outcome;
  std::uint32_t agreement_version = 0;
  std::vector<Verdict> verdicts;
  std::vector<payments::ApprovalStep> approval_steps;
  MOHUR_DESCRIBE(Evaluation, (1, outcome, "`ok`, or the problem that the deed would be refused with."),
                 (2, agreement_version, "Of the agreement in force."),
                 (3, verdicts, "In order of precedence; of limits, also those that let it pass."),
                 (4, approval_steps, "Who would have to approve the payout before it goes; nobody when empty."))
};

std::string example_of(Of<EvaluationInput>);
std::string example_of(Of<Evaluation>, Always);

std::vector<Route> evaluation_routes();

}  // namespace mohur::gateway
