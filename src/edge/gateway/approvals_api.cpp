// Approvals: who has to agree to payouts, and the decisions about those that wait.
#include <algorithm>

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

constexpr std::size_t kMostAtOnce = 100;

// The body, of a call about many payouts. Errors: as checked_body() and read_json; field_out_of_range, field_repeated.
template <class Input>
Checked<Input> bulk_input(Call& call) {
  const auto body = checked_body(call);
  if (!body) return std::unexpected(body.error());
  auto input = codec::read_json_all<Input>(*body);
  if (!input) return std::unexpected(std::move(input).error());
  const std::vector<payments::PayoutId>& payouts = input->payouts;
  if (payouts.empty() || payouts.size() > kMostAtOnce)
    return all_of({Outcome::field_out_of_range, "payouts", "Name 1 to 100 payouts."});
  for (std::size_t n = 0; n < payouts.size(); ++n)
    if (std::find(payouts.begin(), payouts.begin() + static_cast<std::ptrdiff_t>(n), payouts[n]) !=
        payouts.begin() + static_cast<std::ptrdiff_t>(n))
      return all_of({Outcome::field_repeated, "payouts[" + std::to_string(n) + "]", "Name each payout once."});
  call.payouts = payouts;
  return std::move(*input);
}

// A command for each of them.
template <class Input>
Checked<std::vector<kernel::Intent>> decide_many(Call& call, bool approve) {
  const auto input = bulk_input<Input>(call);
  if (!input) return std::unexpected(input.error());
  std::optional<registry::ApproverRole> role;
  if constexpr (requires { input->role; }) role = input->role;
  std::vector<kernel::Intent> intents;
  for (const payments::PayoutId id : input->payouts) {
    Sealing sealing = seal_for_client(call);
    kernel::DecidePayout intent{id, approve, role, sealing.text(std::optional<FreeText<500>>{input->remarks})};
    if (const auto sealed = sealing.outcome(); !sealed) return all_of(sealed.error());
    intents.emplace_back(std::move(intent));
  }
  return intents;
}

void render_decisions(Call& call, std::span<const Result<kernel::Object>> results, std::string& out) {
  PayoutDecisions told;
  for (std::size_t n = 0; n < results.size(); ++n) {
    PayoutDecision& each = told.results.emplace_back(
        PayoutDecision{.payout = call.payouts[n], .outcome = "ok", .status = {}, .reason = {}, .clause = {}, .detail = {}});
    if (results[n]) {
      const auto& payout = std::get<Payout>(*results[n]);
      each.status = payout.status;
      each.reason = payout.reason;
      told.decided += 1;
      continue;
    }
    const Refusal& refusal = results[n].error();
    const OutcomeRow& row = row_of(refusal.outcome);
    each.outcome = row.token;
    if (!row.clause.empty()) each.clause = std::string{row.clause};
    each.detail = refusal.detail.empty() ? std::string{row.title} : refusal.detail;
    told.refused += 1;
  }
  append_answer(call, told, out);
}

template <class Input>
Route bulk(std::string_view path, std::string_view summary, bool approve) {
  Route route{.method = net::Method::post,
              .path = path,
              .summary = summary,
              .clause = "P4.2",
              .access = Access::client,
              .scope = Scope::approve_payouts,
              .route_class = policy::RouteClass::reserved,
              .outcomes = {Outcome::field_repeated, Outcome::field_out_of_range}};
  route.sends_money = approve;
  route.prepare_many = [approve](Call& call) { return decide_many<Input>(call, approve); };
  route.render_many = render_decisions;
  takes<Input>(route);
  gives<PayoutDecisions>(route);
  return route;
}

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

  routes.push_back(bulk<BulkApprovalInput>("/v1/payouts/approve", "Approve many payouts, each decided by itself", true));
  routes.push_back(bulk<BulkRejectionInput>("/v1/payouts/reject", "Reject many payouts, each decided by itself", false));
  routes.back().output_example = example_of_rejections;

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
