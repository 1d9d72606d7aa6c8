// Approval: which rule fits, how far a payout's steps have come, and who may decide.
#include "payments/approval.hpp"

#include "payments/rig_test.hpp"

namespace mohur::payments {
namespace {

const ApproverRole kFinance = ApproverRole::trusted("finance"), kOwner = ApproverRole::trusted("owner"),
                   kAudit = ApproverRole::trusted("audit");
constexpr CredentialId kMaker{{1, 1}}, kAsha{{1, 2}}, kBina{{1, 3}}, kChetan{{1, 4}};

ApprovalRule rule(std::vector<ApprovalStep> steps) {
  return {.min_amount = {}, .max_amount = {}, .purposes = {}, .beneficiary_days = {}, .steps = std::move(steps)};
}
ApprovalStep all_of(std::vector<ApprovalNeed> needs) { return {StepMatch::all, std::move(needs)}; }
ApprovalStep any_of(std::vector<ApprovalNeed> needs) { return {StepMatch::any, std::move(needs)}; }

ApprovalWorkflow workflow(std::vector<ApprovalRule> rules) {
  return {.id = {{5, 5}},
          .status = WorkflowStatus::active,
          .rules = std::move(rules),
          .proposed_by = {},
          .decided_by = {},
          .replaces = {}};
}

ToApprove payout(std::int64_t minor, Purpose purpose = Purpose::vendor, Time beneficiary_since = kNow - days(100)) {
  return {{minor}, purpose, beneficiary_since, {}, kMaker, kNow};
}

// The role that the first step asks first; `-` when nobody is asked.
std::string asked(const ApprovalWorkflow& by, const ToApprove& payout) {
  const auto state = needed(by, payout);
  return state ? std::string{state->steps.front().needs.front().role.str()} : "-";
}

TEST(Approval, TheFirstRuleThatFitsSaysWhoIsAsked) {
  ApprovalRule salaries = rule({}), large = rule({all_of({{kOwner}})}), fresh = rule({all_of({{kAudit}})}),
               middle = rule({all_of({{kFinance}})});
  salaries.purposes = {Purpose::salary};
  salaries.max_amount = Amount{50'000};
  large.min_amount = Amount{100'000};
  fresh.beneficiary_days = 7;
  middle.min_amount = Amount{10'000};
  middle.max_amount = Amount{99'999};
  const ApprovalWorkflow by = workflow({salaries, large, fresh, middle});
  EXPECT_EQ(asked(by, payout(50'000, Purpose::salary)), "-") << "a rule without steps asks nobody";
  EXPECT_EQ(asked(by, payout(50'001, Purpose::salary)), "finance");
  EXPECT_EQ(asked(by, payout(100'000)), "owner");
  EXPECT_EQ(asked(by, payout(99'999)), "finance");
  EXPECT_EQ(asked(by, payout(10'000)), "finance");
  EXPECT_EQ(asked(by, payout(9'999)), "-") << "no rule fits";
  EXPECT_EQ(asked(by, payout(9'999, Purpose::vendor, kNow - days(7) + seconds(1))), "audit");
  EXPECT_EQ(asked(by, payout(9'999, Purpose::vendor, kNow - days(7))), "-");
}

TEST(Approval, WaitsForAMonthAndNeverBeyondTheTimeOfThePayout) {
  const ApprovalWorkflow by = workflow({rule({all_of({{kFinance}})})});
  ToApprove asked = payout(1);
  EXPECT_EQ(needed(by, asked)->expires_at, kNow + kApprovalLife);
  asked.scheduled_at = kNow + days(40);
  EXPECT_EQ(needed(by, asked)->expires_at, kNow + kApprovalLife);
  asked.scheduled_at = kNow + days(2);
  EXPECT_EQ(needed(by, asked)->expires_at, kNow + days(2));
}

struct Votes {
  explicit Votes(std::vector<ApprovalStep> steps) : state(*needed(workflow({rule(std::move(steps))}), payout(1))) {}
  std::string by(CredentialId key, std::vector<ApproverRole> roles, bool approve = true, std::optional<ApproverRole> as = {}) {
    auto after = vote(state, {key, roles, as, approve, {}}, kNow);
    if (!after) return std::string{to_token(after.error().outcome)};
    state = std::move(*after);
    return state.is_complete() ? "complete" : "step " + std::to_string(state.step);
  }
  ApprovalState state;
};

TEST(Approval, StepsComeOneAfterTheOther) {
  Votes votes{{all_of({{kFinance}}), all_of({{kOwner}})}};
  EXPECT_EQ(votes.by(kBina, {kOwner}), "approver_role_missing") << "it is not their turn";
  EXPECT_EQ(votes.by(kAsha, {kFinance}), "step 2");
  EXPECT_EQ(votes.by(kChetan, {kFinance}), "approver_role_missing");
  EXPECT_EQ(votes.by(kBina, {kOwner}), "complete");
}

TEST(Approval, WhoeverMadeOrDecidedItDecidesNoMore) {
  Votes votes{{all_of({{kFinance}}), all_of({{kOwner}})}};
  EXPECT_EQ(votes.by(kMaker, {kFinance, kOwner}), "four_eyes_required");
  EXPECT_EQ(votes.by(kMaker, {kFinance}, false), "four_eyes_required");
  EXPECT_EQ(votes.by(kAsha, {kFinance, kOwner}), "step 2");
  EXPECT_EQ(votes.by(kAsha, {kFinance, kOwner}), "four_eyes_required");
  EXPECT_EQ(votes.state.decisions.size(), 1U);
}

TEST(Approval, AllNeedsOfAStepOrAnyOne) {
  Votes both{{all_of({{kFinance, 2}, {kOwner}})}};
  EXPECT_EQ(both.by(kAsha, {kFinance, kOwner}), "step 1") << "counts once, for the first need that is open";
  EXPECT_EQ(both.by(kBina, {kFinance}), "step 1");
  EXPECT_EQ(both.by(kChetan, {kFinance}), "approver_role_missing") << "there are two already";
  EXPECT_EQ(both.by(kChetan, {kFinance, kOwner}), "complete");

  Votes named{{all_of({{kFinance}, {kOwner}})}};
  EXPECT_EQ(named.by(kAsha, {kFinance, kOwner}, true, kAudit), "approver_role_missing");
  EXPECT_EQ(named.by(kAsha, {kFinance, kOwner}, true, kOwner), "step 1") << "so that finance alone can follow";
  EXPECT_EQ(named.by(kBina, {kFinance}), "complete");

  Votes one{{any_of({{kFinance, 2}, {kOwner}})}};
  EXPECT_EQ(one.by(kAsha, {kFinance}), "step 1");
  EXPECT_EQ(one.by(kBina, {kOwner}), "complete");
}

TEST(Approval, RulesThatCannotBeMeantAreRefused) {
  const auto told = [](const ApprovalRule& one) {
    const auto checked = check_rules(std::span{&one, 1});
    return checked ? "ok" : std::string{to_token(checked.error().outcome)} + " " + checked.error().field;
  };
  const ApprovalRule good = rule({all_of({{kFinance, 5}, {kOwner}})});
  EXPECT_EQ(told(good), "ok");
  ApprovalRule bad = good;
  bad.min_amount = Amount{0};
  EXPECT_EQ(told(bad), "field_out_of_range rules[0].min_amount");
  bad = good;
  bad.min_amount = Amount{10};
  bad.max_amount = Amount{9};
  EXPECT_EQ(told(bad), "field_out_of_range rules[0].max_amount");
  bad.max_amount = Amount{10};
  EXPECT_EQ(told(bad), "ok");
  for (const std::uint32_t days : {0U, 367U}) {
    bad = good;
    bad.beneficiary_days = days;
    EXPECT_EQ(told(bad), "field_out_of_range rules[0].beneficiary_days");
  }
  bad = good;
  bad.purposes = {Purpose::salary, Purpose::vendor, Purpose::salary};
  EXPECT_EQ(told(bad), "field_repeated rules[0].purposes[0]");
  EXPECT_EQ(told(rule(std::vector(6, good.steps[0]))), "field_out_of_range rules[0].steps");
  EXPECT_EQ(told(rule({all_of({})})), "field_out_of_range rules[0].steps[0].needs");
  EXPECT_EQ(told(rule({good.steps[0], all_of({{kFinance, 6}})})), "field_out_of_range rules[0].steps[1].needs[0].approvals");
  EXPECT_EQ(told(rule({all_of({{kFinance}, {kFinance}})})), "field_repeated rules[0].steps[0].needs[1].role");
  EXPECT_EQ(check_rules(std::vector(21, good)).error().field, "rules");
}

TEST(Approval, AWorkflowIsDecidedOnceAndByAnother) {
  ApprovalWorkflow made = workflow({});
  made.status = WorkflowStatus::proposed;
  made.proposed_by = kMaker;
  EXPECT_EQ(outcome_of(decide_workflow(made, {true, kMaker, {}}, kNow)), "four_eyes_required");
  const ApprovalWorkflowId another{{6, 6}};
  EXPECT_EQ(outcome_of(decide_workflow(made, {true, kAsha, another}, kNow)), "state_conflict") << "it was meant for other rules";
  EXPECT_EQ(outcome_of(decide_workflow(made, {false, kAsha, another}, kNow)), "ok");
  const auto active = decide_workflow(made, {true, kAsha, {}}, kNow);
  EXPECT_EQ(active->status, WorkflowStatus::active);
  EXPECT_EQ(active->decided_by, kAsha);
  EXPECT_EQ(outcome_of(decide_workflow(*active, {true, kBina, {}}, kNow)), "state_conflict");
  EXPECT_EQ(decide_workflow(made, {false, kAsha, {}}, kNow)->status, WorkflowStatus::rejected);
  EXPECT_EQ(replace_workflow(*active, kNow).status, WorkflowStatus::replaced);
}

}  // namespace
}  // namespace mohur::payments
