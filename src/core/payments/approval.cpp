#include "payments/approval.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace mohur::payments {
namespace {

constexpr std::size_t kMostRules = 20, kMostSteps = 5, kMostNeeds = 5;
constexpr std::uint32_t kMostApprovals = 5, kMostDays = 366;

std::string at(const std::string& path, const char* name, std::size_t i) { return path + name + "[" + std::to_string(i) + "]"; }

Result<void> check_step(const ApprovalStep& step, const std::string& path) {
  if (step.needs.empty() || step.needs.size() > kMostNeeds)
    return refuse(Outcome::field_out_of_range, path + ".needs", "A step asks 1 to 5 roles.");
  for (std::size_t i = 0; i < step.needs.size(); ++i) {
    const ApprovalNeed& need = step.needs[i];
    if (need.approvals < 1 || need.approvals > kMostApprovals)
      return refuse(Outcome::field_out_of_range, at(path, ".needs", i) + ".approvals", "Expected 1 to 5.");
    const auto before = std::span{step.needs}.first(i);
    if (std::ranges::find(before, need.role, &ApprovalNeed::role) != before.end())
      return refuse(Outcome::field_repeated, at(path, ".needs", i) + ".role", "Each role stands once in a step.");
  }
  return {};
}

Result<void> check_rule(const ApprovalRule& rule, const std::string& path) {
  if (rule.min_amount && !rule.min_amount->is_positive())
    return refuse(Outcome::field_out_of_range, path + ".min_amount", "Expected a positive amount.");
  if (rule.max_amount && *rule.max_amount < rule.min_amount.value_or(Amount{1}))
    return refuse(Outcome::field_out_of_range, path + ".max_amount", "It is not below min_amount, and positive.");
  if (rule.beneficiary_days && (*rule.beneficiary_days < 1 || *rule.beneficiary_days > kMostDays))
    return refuse(Outcome::field_out_of_range, path + ".beneficiary_days", "Expected 1 to 366 days.");
  for (std::size_t i = 0; i < rule.purposes.size(); ++i)
    if (std::ranges::count(rule.purposes, rule.purposes[i]) > 1)
      return refuse(Outcome::field_repeated, at(path, ".purposes", i), "Each purpose stands once.");
  if (rule.steps.size() > kMostSteps) return refuse(Outcome::field_out_of_range, path + ".steps", "At most 5 steps.");
  for (std::size_t i = 0; i < rule.steps.size(); ++i) MOHUR_TRY(check_step(rule.steps[i], at(path, ".steps", i)));
  return {};
}

bool fits(const ApprovalRule& rule, const ToApprove& payout) {
  const bool is_new = !rule.beneficiary_days || payout.now < payout.beneficiary_since + days(*rule.beneficiary_days);
  return is_new && (!rule.min_amount || payout.amount >= *rule.min_amount) &&
         (!rule.max_amount || payout.amount <= *rule.max_amount) &&
         (rule.purposes.empty() || std::ranges::find(rule.purposes, payout.purpose) != rule.purposes.end());
}

// How many have agreed to a need of the present step.
std::size_t given(const ApprovalState& state, const ApproverRole& role) {
  return static_cast<std::size_t>(std::ranges::count_if(
      state.decisions, [&](const Approval& each) { return each.approved && each.step == state.step && each.role == role; }));
}

bool is_met(const ApprovalState& state, const ApprovalNeed& need) { return given(state, need.role) >= need.approvals; }

bool is_done(const ApprovalState& state, const ApprovalStep& step) {
  const auto is_one_met = [&](const ApprovalNeed& need) { return is_met(state, need); };
  return step.match == StepMatch::all ? std::ranges::all_of(step.needs, is_one_met) : std::ranges::any_of(step.needs, is_one_met);
}

// The first need that is still open and that this key can meet.
const ApprovalNeed* open_need(const ApprovalState& state, const Vote& vote) {
  const std::vector<ApprovalNeed>& needs = state.steps[state.step - 1].needs;
  const auto found = std::ranges::find_if(needs, [&](const ApprovalNeed& need) {
    const bool is_meant = !vote.as || *vote.as == need.role;
    return is_meant && !is_met(state, need) && std::ranges::find(vote.roles, need.role) != vote.roles.end();
  });
  return found == needs.end() ? nullptr : &*found;
}

std::string asked_roles(const ApprovalState& state) {
  std::string text;
  for (const ApprovalNeed& need : state.steps[state.step - 1].needs)
    if (!is_met(state, need)) text.append(text.empty() ? "" : ", ").append(need.role.str());
  return text;
}

ApprovalWorkflow changed(const ApprovalWorkflow& workflow, WorkflowStatus to, Time now) {
  ApprovalWorkflow after = workflow;
  after.status = to;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

}  // namespace

Result<void> check_rules(std::span<const ApprovalRule> rules) {
  if (rules.size() > kMostRules) return refuse(Outcome::field_out_of_range, "rules", "At most 20 rules.");
  for (std::size_t i = 0; i < rules.size(); ++i) MOHUR_TRY(check_rule(rules[i], at("", "rules", i)));
  return {};
}

Result<ApprovalWorkflow> decide_workflow(const ApprovalWorkflow& workflow, const WorkflowDecision& decision, Time now) {
  if (decision.by == workflow.proposed_by)
    return refuse(Outcome::four_eyes_required, {}, "The key with which it was proposed does not decide it: use another one.");
  if (workflow.status != WorkflowStatus::proposed)
    return refuse(Outcome::state_conflict, {}, "The workflow is " + std::string{to_token(workflow.status)} + ".");
  if (decision.approve && decision.active != workflow.replaces)
    return refuse(Outcome::state_conflict, {}, "Another workflow was activated since it was proposed: propose it again.");
  ApprovalWorkflow after = changed(workflow, decision.approve ? WorkflowStatus::active : WorkflowStatus::rejected, now);
  after.decided_by = decision.by;
  return after;
}

ApprovalWorkflow replace_workflow(const ApprovalWorkflow& workflow, Time now) {
  MOHUR_ASSERT(workflow.status == WorkflowStatus::active);
  return changed(workflow, WorkflowStatus::replaced, now);
}

const ApprovalRule* rule_for(const ApprovalWorkflow& workflow, const ToApprove& payout) {
  const auto rule = std::ranges::find_if(workflow.rules, [&](const ApprovalRule& each) { return fits(each, payout); });
  return rule == workflow.rules.end() ? nullptr : &*rule;
}

std::optional<ApprovalState> needed(const ApprovalWorkflow& workflow, const ToApprove& payout) {
  const ApprovalRule* rule = rule_for(workflow, payout);
  if (rule == nullptr || rule->steps.empty()) return std::nullopt;
  const Time latest = payout.now + kApprovalLife;
  return ApprovalState{.workflow = workflow.id,
                       .made_by = payout.made_by,
                       .steps = rule->steps,
                       .decisions = {},
                       .expires_at = std::min(latest, payout.scheduled_at.value_or(latest))};
}

Result<void> check_is_another(const ApprovalState& state, CredentialId by) {
  if (by == state.made_by)
    return refuse(Outcome::four_eyes_required, {}, "The key that made the payout does not decide about it: use another one.");
  if (std::ranges::find(state.decisions, by, &Approval::by) != state.decisions.end())
    return refuse(Outcome::four_eyes_required, {}, "This key has decided about it already: each decision is another key's.");
  return {};
}

Result<ApprovalState> vote(const ApprovalState& state, const Vote& vote, Time now) {
  MOHUR_ASSERT(!state.is_complete());
  MOHUR_TRY(check_is_another(state, vote.by));
  const ApprovalNeed* need = open_need(state, vote);
  if (need == nullptr)
    return refuse(Outcome::approver_role_missing, {},
                  "Step " + std::to_string(state.step) + " asks a key with the role " + asked_roles(state) + ".");
  ApprovalState after = state;
  after.decisions.push_back({vote.by, need->role, state.step, vote.approve, now, vote.remarks});
  if (vote.approve && is_done(after, after.steps[after.step - 1])) after.step += 1;
  return after;
}

}  // namespace mohur::payments
