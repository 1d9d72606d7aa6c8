// Approvals: who has to agree to payouts, and the decisions about those that wait.
#include "gateway/payout_inputs.hpp"
#include "gateway/route.hpp"
#include "gateway/sealing.hpp"

namespace mohur::gateway {
namespace {

using payments::ApprovalWorkflow;
using payments::Payout;
using payments::WorkflowStatus;
using registry::Scope;

Result<kernel::Intent> propose(Call&, const WorkflowInput& input) { return kernel::Intent{kernel::ProposeWorkflow{input.rules}}; }

template <bool Approve>
Result<kernel::Intent> decide_workflow(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<payments::ApprovalWorkflowId>());
  return kernel::Intent{kernel::DecideWorkflow{id, Approve}};
}

Result<kernel::Intent> decide_payout(Call& call, bool approve, const std::optional<registry::ApproverRole>& role,
                                     const std::optional<FreeText<500>>& remarks) {
  MOHUR_TRY_SET(id, call.path_id<payments::PayoutId>());
  Sealing sealing = seal_for_client(call);
  kernel::DecidePayout intent{id, approve, role, sealing.text(remarks)};
  MOHUR_TRY(sealing.outcome());
  return kernel::Intent{std::move(intent)};
}
Result<kernel::Intent> approve(Call& call, const ApprovalInput& input) {
  return decide_payout(call, true, input.role, input.remarks);
}
Result<kernel::Intent> reject(Call& call, const RejectionInput& input) { return decide_payout(call, false, {}, input.remarks); }

}  // namespace

std::vector<Route> approval_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(write<Payout, ApprovalInput>(
      "/v1/payouts/{id}/approve", "Approve a payout; the last approval sends it on its way", "P4.2", Access::client,
      Scope::approve_payouts, IdempotencyRule::optional,
      {client_restricted, four_eyes_required, sublicence_ended, purpose_not_approved, rail_not_approved, not_found,
       state_conflict, approver_role_missing, beneficiary_inactive, insufficient_balance},
      approve));
  routes.back().route_class = policy::RouteClass::reserved;
  routes.back().sends_money = true;
  routes.back().output_example = example_of_approved_payout;
  routes.push_back(write<Payout, RejectionInput>("/v1/payouts/{id}/reject", "Reject a payout that waits for approval", "P4.2",
                                                 Access::client, Scope::approve_payouts, IdempotencyRule::optional,
                                                 {four_eyes_required, not_found, state_conflict, approver_role_missing}, reject));
  routes.back().route_class = policy::RouteClass::reserved;
  routes.back().output_example = example_of_rejected_payout;

  routes.push_back(write<ApprovalWorkflow, WorkflowInput>("/v1/approval_workflows", "Propose who has to approve payouts", "P4.2",
                                                          Access::client, Scope::write_approval_workflows,
                                                          IdempotencyRule::optional, {}, propose, 201));
  leaves<ApprovalWorkflow, WorkflowStatus::proposed>(routes.back());
  routes.push_back(list_all<ApprovalWorkflow>("/v1/approval_workflows", "List approval workflows", Access::client_or_us,
                                              Scope::read_balances));
  routes.push_back(get_one<ApprovalWorkflow>("/v1/approval_workflows/{id}", "Get an approval workflow", Access::client_or_us,
                                             Scope::read_balances));
  const auto decides = [&]<bool Approve>(std::string_view path, std::string_view summary) {
    routes.push_back(write<ApprovalWorkflow, NoInput>(path, summary, "P4.2", Access::client, Scope::write_approval_workflows,
                                                      IdempotencyRule::optional, {four_eyes_required, not_found, state_conflict},
                                                      decide_workflow<Approve>));
  };
  decides.operator()<true>("/v1/approval_workflows/{id}/approve",
                           "Activate a workflow with another key, for payouts made from then on");
  leaves<ApprovalWorkflow, WorkflowStatus::active>(routes.back());
  decides.operator()<false>("/v1/approval_workflows/{id}/reject", "Reject a workflow that was proposed with another key");
  leaves<ApprovalWorkflow, WorkflowStatus::rejected>(routes.back());
  for (Route& route : routes) route.is_of_each_key = is_write(route);
  return routes;
}

}  // namespace mohur::gateway
