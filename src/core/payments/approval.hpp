// Approval: who has to agree before a payout goes out, by the rules of a workflow that its client has set up.
//
// Rules    Are tried in order; the first that fits a payout says its steps. A rule without steps, and no rule, ask nobody.
// Steps    Come one after the other. Each wants so many approvals from holders of each of its roles, or of any one of them.
// Maker    The key that made a payout approves nothing of it, and no key decides twice: each approval is another key's.
// Fixed    A payout keeps the steps under which it was made. A new workflow approves nothing, and asks nobody again.
// Change   A workflow is proposed with one key and decided with another. The one before it is then replaced.
// Source   docs/decisions/0019-approvals-are-by-keys-with-roles.md; policy clause P4.2
#pragma once

#include <span>

#include "base/result.hpp"
#include "base/sealed.hpp"
#include "money/mode.hpp"
#include "registry/credential.hpp"

namespace mohur::payments {

using registry::ApprovalWorkflowId;
using registry::ApproverRole;
using registry::ClientId;
using registry::CredentialId;
using registry::Purpose;

// So many approvals from holders of one role.
struct ApprovalNeed {
  ApproverRole role;
  std::uint32_t approvals = 1;  // 1 to 5

  bool operator==(const ApprovalNeed&) const = default;
  MOHUR_DESCRIBE(ApprovalNeed, (1, role, "Of a key: see `approver_roles` of credentials."),
                 (2, approvals, "By so many different keys, 1 to 5."))
};

MOHUR_ENUM(StepMatch, (1, all), (2, any))

struct ApprovalStep {
  StepMatch match = StepMatch::all;
  std::vector<ApprovalNeed> needs;  // 1 to 5, each role once

  bool operator==(const ApprovalStep&) const = default;
  MOHUR_DESCRIBE(ApprovalStep, (1, match, "Whether all of its needs must be met, or any one of them."), (2, needs))
};

struct ApprovalRule {
  std::optional<Amount> min_amount, max_amount;  // both inclusive
  std::vector<Purpose> purposes;                 // none: any
  std::optional<std::uint32_t> beneficiary_days;
  std::vector<ApprovalStep> steps;  // 0 to 5

  bool operator==(const ApprovalRule&) const = default;
  MOHUR_DESCRIBE(ApprovalRule, (1, min_amount, "Payouts of so much or more; of any amount when absent."),
                 (2, max_amount, "Payouts of so much or less; of any amount when absent."),
                 (3, purposes, "Payouts for one of these; for any when empty."),
                 (4, beneficiary_days,
                  "Payouts to a beneficiary that was created less than so many days ago; to any when absent."),
                 (5, steps, "Who approves, one step after the other. None: what fits this rule needs no approval."))
};

MOHUR_ENUM(WorkflowStatus, (1, proposed), (2, active), (3, rejected), (4, replaced))

struct ApprovalWorkflow {
  static constexpr std::string_view object_name = "approval_workflow";

  ApprovalWorkflowId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  WorkflowStatus status = WorkflowStatus::proposed;
  std::vector<ApprovalRule> rules;  // 0 to 20
  CredentialId proposed_by;
  std::optional<CredentialId> decided_by;
  std::optional<ApprovalWorkflowId> replaces;

  bool operator==(const ApprovalWorkflow&) const = default;
  MOHUR_DESCRIBE(ApprovalWorkflow, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence),
                 (7, status, "One at most is active in each mode."),
                 (8, rules, "Tried in order: the first that fits a payout says who approves it. Where none fits, nobody does."),
                 (9, proposed_by, "The key with which it was proposed."), (10, decided_by, "Never the one that proposed it."),
                 (11, replaces, "The one that was active when it was proposed; once another one is, it cannot be activated."))
};

// Errors: field_out_of_range, field_repeated, each with the field.
Result<void> check_rules(std::span<const ApprovalRule> rules);

// proposed → active | rejected, while `active` is the one that it replaces. Errors: four_eyes_required, state_conflict.
struct WorkflowDecision {
  bool approve = false;
  CredentialId by;
  std::optional<ApprovalWorkflowId> active;
};
Result<ApprovalWorkflow> decide_workflow(const ApprovalWorkflow& workflow, const WorkflowDecision& decision, Time now);
// active → replaced.
ApprovalWorkflow replace_workflow(const ApprovalWorkflow& workflow, Time now);

// What one key decided about a payout.
struct Approval {
  CredentialId by;
  ApproverRole role;       // for which of its roles
  std::uint32_t step = 1;  // of the payout's steps, from 1
  bool approved = false;
  Time at;
  std::optional<Sealed> remarks;

  bool operator==(const Approval&) const = default;
  MOHUR_DESCRIBE(Approval, (1, by, "The key with which it was decided."), (2, role), (3, step, "Of the payout's steps, from 1."),
                 (4, approved, "False: it was rejected."), (5, at), (6, remarks))
};

// How far the approval of one payout has come.
struct ApprovalState {
  ApprovalWorkflowId workflow;  // under which it was made
  CredentialId made_by;
  std::vector<ApprovalStep> steps;
  std::uint32_t step = 1;  // that is asked now; one more than there are when all have agreed
  std::vector<Approval> decisions;
  Time expires_at;  // when it is rejected for want of an answer

  bool operator==(const ApprovalState&) const = default;
  bool is_complete() const { return step > steps.size(); }
  MOHUR_DESCRIBE(ApprovalState, (1, workflow, "Under which it was made; a later one changes nothing about it."),
                 (2, made_by, "The key with which it was made: it approves nothing of it."), (3, steps),
                 (4, step, "That is asked now, from 1."), (5, decisions),
                 (6, expires_at, "Nobody has decided by then: it is rejected."))
};

inline constexpr Duration kApprovalLife = days(30);

// A payout, as rules see it.
struct ToApprove {
  Amount amount;
  Purpose purpose = Purpose::vendor;
  Time beneficiary_since;
  std::optional<Time> scheduled_at;
  CredentialId made_by;
  Time now;
};
// The first rule that fits; null when none does.
const ApprovalRule* rule_for(const ApprovalWorkflow& workflow, const ToApprove& payout);
// What has to be agreed to before it goes; nothing when it may go.
std::optional<ApprovalState> needed(const ApprovalWorkflow& workflow, const ToApprove& payout);

// Whether this key has made or decided nothing of it so far. Errors: four_eyes_required.
Result<void> check_is_another(const ApprovalState& state, CredentialId by);

// One more decision, by a key with these roles. A rejection by anybody who is asked ends it.
// Errors: four_eyes_required, approver_role_missing.
struct Vote {
  CredentialId by;
  std::span<const ApproverRole> roles;
  std::optional<ApproverRole> as;  // one of them; absent: the first that is asked
  bool approve = false;
  std::optional<Sealed> remarks;
};
Result<ApprovalState> vote(const ApprovalState& state, const Vote& vote, Time now);

}  // namespace mohur::payments
