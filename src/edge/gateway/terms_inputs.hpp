// What is sent about plans, agreements and the usage policy.
// One described struct per endpoint that takes a body: names and sentences are the public API.
#pragma once

#include <type_traits>

#include "gateway/input_forms.hpp"

namespace mohur::gateway {

// Errors: field_out_of_range.
inline Result<void> check_fees(const registry::FeePlan& fees) {
  constexpr Amount kMostPayoutFee{1'000'00};
  if (fees.payout.minor < 0 || fees.payout > kMostPayoutFee)
    return refuse(Outcome::field_out_of_range, "payout_fee", "Expected 0 to 100000, which is ₹1,000.00.");
  if (fees.payin_basis_points < 0 || fees.payin_basis_points > 1'000)
    return refuse(Outcome::field_out_of_range, "payin_fee_basis_points", "Expected 0 to 1000.");
  return {};
}
struct PlanInput {
  FreeText<60> name;
  policy::Allowance allowance;
  std::optional<bool> for_high_risk;
  MOHUR_DESCRIBE(PlanInput, (1, name), (2, allowance),
                 (3, for_high_risk, "Whether clients of high risk may be on it, who may be on no other; not when absent."))
};
struct AgreementChangeInput {
  FreeText<200> reason;
  std::optional<std::vector<registry::Purpose>> purposes;
  std::optional<std::vector<registry::PayerType>> payer_types;
  std::optional<std::vector<registry::Rail>> rails;
  std::optional<std::vector<registry::CollectionMethod>> methods;
  std::optional<Amount> payout_fee;
  std::optional<std::uint16_t> payin_fee_basis_points;
  std::optional<registry::PlanId> plan;
  std::optional<std::vector<registry::PayoutLimit>> payout_limits;
  std::optional<bool> signed_money_out;
  std::optional<Time> effective_at;
  std::optional<Time> ends_at;
  MOHUR_DESCRIBE(AgreementChangeInput, (1, reason, "Why it is asked for; whoever decides reads it."),
                 (2, purposes, "What is absent stays as it is."), (3, payer_types), (4, rails), (5, methods), (6, payout_fee),
                 (7, payin_fee_basis_points), (8, plan),
                 (9, effective_at, "When it is approved, at the earliest and when absent."),
                 (11, payout_limits, "All of them: they replace those that are in force."),
                 (12, signed_money_out, "Whether calls that send money out must be signed."),
                 (10, ends_at, "When the present agreement is in force again; for good when absent."))
};
struct AgreementAskInput {
  FreeText<200> reason;
  std::optional<registry::PlanId> plan;
  std::optional<std::vector<registry::PayoutLimit>> payout_limits;
  std::optional<Time> effective_at;
  std::optional<Time> ends_at;
  MOHUR_DESCRIBE(AgreementAskInput, (1, reason, "Why you ask for it; whoever decides reads it."),
                 (2, plan, "What is absent stays as it is; one of the two is to be there."),
                 (3, payout_limits, "All of them: they replace those that are in force."),
                 (4, effective_at, "When it is approved, at the earliest and when absent."),
                 (5, ends_at, "When the present agreement is in force again; for good when absent."))
};
struct LimitTrialInput {
  Mode mode = Mode::live;
  Time from, to;
  std::optional<std::vector<registry::PayoutLimit>> payout_limits;
  std::optional<policy::Allowance> allowance;
  MOHUR_DESCRIBE(LimitTrialInput, (1, mode), (2, from, "The stretch of time, of the journal's."),
                 (3, to, "Up to, but not including it."),
                 (4, payout_limits, "Of an agreement; each refuses on trial, also a shadow."), (5, allowance, "Of a plan."))
};
struct PolicyVersionInput {
  Text<MarkdownRule> text;
  Time effective_at;
  FreeText<500> reason;
  FreeText<1'000> change_summary;
  MOHUR_DESCRIBE(PolicyVersionInput, (1, text, "Markdown (CommonMark) without HTML."),
                 (2, effective_at, "From when it is to be in force; clients are told ahead."), (3, reason, "Why it was made."),
                 (4, change_summary, "What is new, for those who know the version before."))
};
struct AcceptanceInput {
  std::uint32_t number = 1;
  MOHUR_DESCRIBE(AcceptanceInput, (1, number, "Of the published version that you accept."))
};

// Examples, as JSON.
std::string example_of(std::type_identity<PlanInput>);
std::string example_of(std::type_identity<AgreementChangeInput>);
std::string example_of(std::type_identity<AgreementAskInput>);
std::string example_of(std::type_identity<LimitTrialInput>);
std::string example_of(std::type_identity<PolicyVersionInput>);
std::string example_of(std::type_identity<AcceptanceInput>);

}  // namespace mohur::gateway
