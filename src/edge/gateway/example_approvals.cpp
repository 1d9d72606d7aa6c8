// Examples of approvals.
#include "gateway/example_parts.hpp"
#include "gateway/payout_inputs.hpp"

namespace mohur::gateway {
namespace {

const auto kWorkflow = id_of<payments::ApprovalWorkflowId>(48);
const auto kMaker = id_of<registry::CredentialId>(49), kChecker = id_of<registry::CredentialId>(50);
const auto kFinance = registry::ApproverRole::trusted("finance"), kOwner = registry::ApproverRole::trusted("owner");

std::vector<payments::ApprovalRule> rules() {
  return {{.min_amount = Amount{1'00'000'00},
           .max_amount = {},
           .beneficiary_days = {},
           .steps = {{.needs = {{kFinance}}}, {.needs = {{kOwner}}}}},
          {.min_amount = {}, .max_amount = {}, .beneficiary_days = 7, .steps = {{.needs = {{kFinance}}}}}};
}

payments::Payout decided(bool approve) {
  payments::Payout payout{.id = kPayout,
                          .client = kClient,
                          .created_at = kMade,
                          .updated_at = kDone,
                          .sequence = 2,
                          .amount = {150'000},
                          .beneficiary = kBeneficiary,
                          .reference_id = payments::ReferenceId::trusted("invoice-42")};
  payout.approval = payments::ApprovalState{
      .workflow = kWorkflow,
      .made_by = kMaker,
      .steps = rules()[1].steps,
      .step = approve ? 2U : 1U,
      .decisions = {{kChecker, kFinance, 1, approve, kDone, approve ? std::nullopt : std::optional{masked("•••")}}},
      .expires_at = kMade + payments::kApprovalLife};
  return payout;
}

const auto kOther = id_of<payments::PayoutId>(53);

// One that went well, and one that did not.
std::string decisions(payments::PayoutStatus status, payments::PayoutReason reason) {
  PayoutDecisions told{.decided = 1, .refused = 1, .results = {}};
  told.results.push_back({.payout = kPayout, .outcome = "ok", .status = status, .reason = reason, .clause = {}, .detail = {}});
  told.results.push_back({.payout = kOther,
                          .outcome = "state_conflict",
                          .status = {},
                          .reason = {},
                          .clause = {},
                          .detail = "The payout is cancelled, and waits for nobody's approval."});
  return to_json(told);
}

}  // namespace

std::string example_of(Of<ApprovalInput>) { return R"({"remarks":"Checked against purchase order 1107"})"; }
std::string example_of(Of<RejectionInput>) { return R"({"remarks":"The invoice was paid in October"})"; }
std::string example_of(Of<BulkApprovalInput>) {
  return R"({"payouts":[")" + kPayout.to_string() + R"(",")" + kOther.to_string() + R"("],"remarks":"As ordered"})";
}
std::string example_of(Of<BulkRejectionInput>) {
  return R"({"payouts":[")" + kPayout.to_string() + R"(",")" + kOther.to_string() + R"("],"remarks":"Paid before"})";
}
std::string example_of(Of<PayoutDecisions>, Always) {
  return decisions(payments::PayoutStatus::processing, payments::PayoutReason::payout_bank_processing);
}
std::string example_of_rejections() {
  return decisions(payments::PayoutStatus::rejected, payments::PayoutReason::approval_rejected);
}
std::string example_of(Of<WorkflowInput>) { return to_json(WorkflowInput{rules()}); }

std::string example_of(Of<payments::ApprovalWorkflow>, std::optional<payments::WorkflowStatus> asked) {
  using enum payments::WorkflowStatus;
  payments::ApprovalWorkflow shown{.id = kWorkflow,
                                   .client = kClient,
                                   .created_at = kMade,
                                   .updated_at = kMade,
                                   .sequence = 1,
                                   .status = asked.value_or(active),
                                   .rules = rules(),
                                   .proposed_by = kMaker,
                                   .decided_by = {},
                                   .replaces = {}};
  if (shown.status == proposed) return to_json(shown);
  shown.updated_at = kDone;
  shown.sequence = 2;
  shown.decided_by = kChecker;
  return to_json(shown);
}

std::string example_of_approved_payout() {
  payments::Payout payout = decided(true);
  payout.fee = {300};
  payout.tax = {54};
  payout.dispatched_at = kDone;
  return to_json(payout);
}

std::string example_of_rejected_payout() {
  payments::Payout payout = decided(false);
  payout.status = payments::PayoutStatus::rejected;
  payout.reason = payments::PayoutReason::approval_rejected;
  payout.finished_at = kDone;
  return to_json(payout);
}

}  // namespace mohur::gateway
