// The model's approvals.
#include <algorithm>

#include "kernel/model_test.hpp"

namespace mohur::kernel {

const Model::Key* Model::caller_key(Turn& turn) const {
  const auto found = keys_.find(turn.command.caller.id);
  const bool is_clients = found != keys_.end() && found->second.client == turn.command.client;
  turn.refuse_if(!is_clients, Outcome::scope_missing);
  return is_clients ? &found->second : nullptr;
}

const payments::ApprovalRule* Model::rule_for(const Command& command, const Asked& asked) const {
  const Client& client = clients_.at(command.client.value);
  const auto active = client.workflows.find(command.mode);
  if (active == client.workflows.end()) return nullptr;
  const std::int64_t amount = asked.amount;
  for (const payments::ApprovalRule& rule : workflows_.at(active->second).rules) {
    if (rule.min_amount && amount < rule.min_amount->minor) continue;
    if (rule.max_amount && amount > rule.max_amount->minor) continue;
    const bool is_for_all = rule.purposes.empty();
    if (!is_for_all && std::ranges::count(rule.purposes, asked.purpose) == 0) continue;
    const Time now = this->now(command.client, command.mode, command.at);
    if (rule.beneficiary_days && now - asked.beneficiary_since >= days(*rule.beneficiary_days)) continue;
    return &rule;
  }
  return nullptr;
}

std::vector<payments::ApprovalStep> Model::steps_for(const Command& command, const Asked& asked) const {
  const payments::ApprovalRule* rule = rule_for(command, asked);
  return rule == nullptr ? std::vector<payments::ApprovalStep>{} : rule->steps;
}

std::optional<Key128> Model::active_workflow(const Client& client, Mode mode) {
  const auto found = client.workflows.find(mode);
  return found == client.workflows.end() ? std::nullopt : std::optional{found->second};
}

void Model::on(Turn& turn, const DecidePayout& intent) {
  const Command& command = turn.command;
  const Key* key = caller_key(turn);
  const auto found = payouts_.find(intent.payout.value);
  turn.refuse_if(found == payouts_.end() || !is_theirs(turn, &found->second), Outcome::not_found);
  if (turn.refused()) return;
  Payout& payout = found->second;
  if (intent.approve) refuse_unless_writes(turn, clients_.at(command.client.value), true);
  const bool was_asked = !payout.steps.empty();
  turn.refuse_if(was_asked && (payout.made_by == command.caller.id || payout.deciders.contains(command.caller.id)),
                 Outcome::four_eyes_required);
  const Time now = this->now(payout, command.at);
  const bool waits = payout.status == "pending_approval" && now < *payout.due;
  turn.refuse_if(!waits, Outcome::state_conflict);
  if (!waits) return;

  const std::string role = asked_role(payout, *key);
  turn.refuse_if(role.empty(), Outcome::approver_role_missing);
  if (turn.refused()) return;
  Payout after = payout;
  after.deciders.insert(command.caller.id);
  if (!intent.approve) {
    payout = after;
    return finish(turn, payout, EventType::payout_rejected, "rejected", "approval_rejected");
  }
  after.approvals.emplace_back(after.steps_done, role);
  if (is_step_done(after)) after.steps_done += 1;
  const bool is_last = after.steps_done == after.steps.size();
  const auto obstacle = shortage(payout);
  turn.refuse_if(is_last && !beneficiaries_.at(payout.beneficiary).active, Outcome::beneficiary_inactive);
  if (is_last && !payout.scheduled_at && obstacle && !payout.may_queue) turn.refuse_if(true, *obstacle);
  if (turn.refused()) return;
  payout = after;
  if (!is_last) {
    turn.event(EventType::payout_approval_given);
    payout.sequence += 1;
  } else if (payout.scheduled_at) {
    turn.event(EventType::payout_scheduled);
    payout.status = "scheduled";
    payout.reason = "scheduled_for_later";
    payout.due = payout.scheduled_at;
    payout.sequence += 1;
  } else {
    go(turn, payout, obstacle.has_value(), now);
  }
}

void Model::on(Turn& turn, const ProposeWorkflow& intent) {
  const Command& command = turn.command;
  const Key* key = caller_key(turn);
  refuse_unless_writes(turn, clients_.at(command.client.value), false);
  if (key == nullptr || turn.refused()) return;
  const Key128 made = turn.event(EventType::approval_workflow_proposed);
  workflows_[made] = {{command.client, command.mode, 1},
                      "proposed",
                      intent.rules,
                      command.caller.id,
                      active_workflow(clients_.at(command.client.value), command.mode)};
}

void Model::on(Turn& turn, const DecideWorkflow& intent) {
  const Command& command = turn.command;
  const Key* key = caller_key(turn);
  const auto found = workflows_.find(intent.workflow.value);
  turn.refuse_if(found == workflows_.end() || !is_theirs(turn, &found->second), Outcome::not_found);
  if (key == nullptr || found == workflows_.end() || turn.refused()) return;
  Client& client = clients_.at(command.client.value);
  Workflow& workflow = found->second;
  refuse_unless_writes(turn, client, false);
  turn.refuse_if(workflow.proposed_by == command.caller.id, Outcome::four_eyes_required);
  turn.refuse_if(workflow.status != "proposed", Outcome::state_conflict);
  turn.refuse_if(intent.approve && active_workflow(client, command.mode) != workflow.replaces, Outcome::state_conflict);
  if (turn.refused()) return;
  workflow.sequence += 1;
  workflow.status = intent.approve ? "active" : "rejected";
  turn.event(intent.approve ? EventType::approval_workflow_activated : EventType::approval_workflow_rejected);
  if (!intent.approve) return;
  if (const auto before = client.workflows.find(command.mode); before != client.workflows.end()) {
    Workflow& replaced = workflows_.at(before->second);
    turn.event(EventType::approval_workflow_replaced);
    replaced.status = "replaced";
    replaced.sequence += 1;
  }
  client.workflows[command.mode] = found->first;
  client.sequence += 1;
  turn.event(EventType::client_workflow_set);
}

}  // namespace mohur::kernel
