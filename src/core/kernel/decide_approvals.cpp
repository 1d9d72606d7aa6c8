// Decisions about approval workflows: who has to agree to a client's payouts. What payouts make of them is in decide_payouts.cpp.
#include "kernel/decision.hpp"

namespace mohur::kernel {

using payments::ApprovalWorkflow;

Added decide(Decision& decision, const ProposeWorkflow& intent) {
  MOHUR_TRY_SET(key, decision.key());
  MOHUR_TRY_SET(client, decision.client(decision.command().client));
  MOHUR_TRY(registry::check_may_write(*client));
  MOHUR_TRY(payments::check_rules(intent.rules));
  const Time now = decision.now();
  decision.add(EventType::approval_workflow_proposed, ApprovalWorkflow{.id = decision.next_id<payments::ApprovalWorkflowId>(),
                                                                       .client = client->id,
                                                                       .mode = decision.command().mode,
                                                                       .created_at = now,
                                                                       .updated_at = now,
                                                                       .sequence = 1,
                                                                       .rules = intent.rules,
                                                                       .proposed_by = key->id,
                                                                       .decided_by = {},
                                                                       .replaces = client->workflow(decision.command().mode)});
  return {};
}

// An activation is up to three events of one command: the workflow, the one that it replaces, and the client as it then stands.
Added decide(Decision& decision, const DecideWorkflow& intent) {
  MOHUR_TRY_SET(key, decision.key());
  MOHUR_TRY_SET(workflow, decision.own<ApprovalWorkflow>(intent.workflow.value, "approval_workflow"));
  MOHUR_TRY_SET(client, decision.client(workflow->client));
  MOHUR_TRY(registry::check_may_write(*client));
  const Time now = decision.now();
  MOHUR_TRY_SET(after, payments::decide_workflow(*workflow, {intent.approve, key->id, client->workflow(workflow->mode)}, now));
  if (!intent.approve) {
    decision.add(EventType::approval_workflow_rejected, std::move(after));
    return {};
  }
  registry::Client changed = *client;
  auto& active = changed.workflow(workflow->mode);
  const auto* before = active ? decision.state().find<ApprovalWorkflow>(active->value) : nullptr;
  if (active && before == nullptr) return refuse(Outcome::not_found, "approval_workflow");
  active = after.id;
  changed.updated_at = decision.command().at;
  changed.sequence += 1;
  decision.add(EventType::approval_workflow_activated, std::move(after));
  if (before != nullptr) decision.add(EventType::approval_workflow_replaced, payments::replace_workflow(*before, now));
  decision.add(EventType::client_workflow_set, Object{changed}, client->id, Mode::live);
  return {};
}

}  // namespace mohur::kernel
