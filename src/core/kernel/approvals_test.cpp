// Payouts that wait for approval: by the workflow under which they were made, by keys with roles, and by nobody who made them.
#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using payments::ApprovalRule;
using payments::ApprovalWorkflow;
using payments::ApproverRole;
using payments::Payout;
using payments::PayoutReason;
using payments::PayoutStatus;
using registry::Scope;

struct Checked : House {
  explicit Checked(std::vector<ApprovalRule> asked, std::vector<registry::PayoutLimit> limits = {}) {
    registry::Agreement agreement = everything();
    agreement.payout_limits = std::move(limits);
    client = approve_client(agreement);
    fund({100'000'000});
    maker = key({});
    other = key({});
    finance = key({"finance"});
    owner = key({"owner"});
    beneficiary = first<payments::Beneficiary>(
                      send(CreateBeneficiary{{.kind = payments::BeneficiaryKind::vendor}, some_key(1, 1)}, maker, client))
                      .id;
    workflow = activate(std::move(asked));
  }
  registry::Caller key(std::vector<std::string> roles) {
    IssueCredential intent{.client = client, .label = "key", .kid = std::to_string(++keys_), .claim = some_key(5, keys_)};
    intent.scopes = {Scope::write_payouts, Scope::approve_payouts, Scope::write_approval_workflows};
    for (const std::string& role : roles) intent.approver_roles.push_back(ApproverRole::trusted(role));
    return registry::by_credential(first<registry::Credential>(send(intent, asha)).id);
  }
  payments::ApprovalWorkflowId activate(std::vector<ApprovalRule> rules) {
    const auto made = first<ApprovalWorkflow>(by(maker, ProposeWorkflow{std::move(rules)}));
    EXPECT_TRUE(by(other, DecideWorkflow{made.id, true}));
    return made.id;
  }
  Result<std::vector<Event>> by(const registry::Caller& caller, Intent intent) {
    return send(std::move(intent), caller, client, Mode::test);
  }
  Payout pay(std::int64_t minor, std::optional<Time> scheduled_at = {}, bool may_queue = false) {
    return first<Payout>(
        by(maker,
           CreatePayout{beneficiary, {.amount = {minor}, .queue_if_low_balance = may_queue, .scheduled_at = scheduled_at}, {}}));
  }
  std::string told(const Result<std::vector<Event>>& result) {
    if (!result) return std::string{to_token(result.error().outcome)};
    const auto types = types_of(*result);
    return types.empty() ? "-" : types.front();
  }
  std::string decided(const registry::Caller& caller, const Payout& payout, bool approve = true) {
    return told(by(caller, DecidePayout{payout.id, approve, {}, {}}));
  }
  const Payout& now(const Payout& payout) { return *disk.find<Payout>(payout.id.value); }

  registry::Caller maker, other, finance, owner;
  payments::BeneficiaryId beneficiary;
  payments::ApprovalWorkflowId workflow;

 private:
  std::uint64_t keys_ = 0;
};

ApprovalRule from(std::int64_t minor, std::vector<std::string> roles) {
  ApprovalRule rule{.min_amount = Amount{minor}, .max_amount = {}, .purposes = {}, .beneficiary_days = {}, .steps = {}};
  for (const std::string& role : roles) rule.steps.push_back({.needs = {{ApproverRole::trusted(role)}}});
  return rule;
}

TEST(Approvals, APayoutWaitsWithNothingReservedUntilTheLastApproval) {
  Checked house{{from(100'000, {"finance", "owner"})}};
  const std::int64_t before = house.available();
  EXPECT_EQ(house.pay(99'999).status, PayoutStatus::processing) << "nobody is asked";
  const Payout waits = house.pay(100'000);
  EXPECT_EQ(waits.status, PayoutStatus::pending_approval);
  EXPECT_EQ(waits.reason, PayoutReason::approval_pending);
  EXPECT_EQ(house.available(), before - 99'999 - 354) << "only the other one has reserved anything";
  EXPECT_EQ(house.decided(house.maker, waits), "four_eyes_required");
  EXPECT_EQ(house.decided(house.other, waits), "approver_role_missing");
  EXPECT_EQ(house.decided(house.owner, waits), "approver_role_missing") << "finance comes first";
  EXPECT_EQ(house.decided(house.finance, waits), "payout.approval_given");
  EXPECT_EQ(house.decided(house.finance, waits), "four_eyes_required");
  EXPECT_EQ(house.decided(house.owner, waits), "payout.initiated");
  EXPECT_EQ(house.available(), before - 99'999 - 354 - 100'000 - 354);
  EXPECT_EQ(house.now(waits).approval->decisions.size(), 2U);
  EXPECT_EQ(house.decided(house.other, waits), "state_conflict");
}

TEST(Approvals, OneRejectionEndsItAndGivesTheLimitsBack) {
  Checked house{{from(1, {"finance"})}, {{.window = registry::LimitWindow::day, .amount = Amount{150'000}}}};
  const Payout waits = house.pay(100'000);
  EXPECT_EQ(house.told(house.by(house.maker, CreatePayout{house.beneficiary, {.amount = {100'000}}, {}})),
            "payout_limit_exceeded");
  EXPECT_EQ(house.decided(house.owner, waits, false), "approver_role_missing") << "nobody asked for their view";
  EXPECT_EQ(house.decided(house.finance, waits, false), "payout.rejected");
  EXPECT_EQ(house.now(waits).reason, PayoutReason::approval_rejected);
  EXPECT_EQ(house.now(waits).fee.minor, 0);
  EXPECT_EQ(house.pay(100'000).status, PayoutStatus::pending_approval);
}

TEST(Approvals, AChangedWorkflowApprovesNothingAndAsksNobodyAgain) {
  Checked house{{from(1, {"finance"})}};
  const Payout waits = house.pay(100'000);
  const auto second = house.activate({from(1, {"owner"})});
  EXPECT_EQ(house.disk.find<ApprovalWorkflow>(house.workflow.value)->status, payments::WorkflowStatus::replaced);
  EXPECT_EQ(house.disk.find<registry::Client>(house.client.value)->test_workflow, second);
  EXPECT_EQ(house.disk.find<registry::Client>(house.client.value)->live_workflow, std::nullopt);
  EXPECT_EQ(house.now(waits).status, PayoutStatus::pending_approval);
  const Payout next = house.pay(100'000);
  EXPECT_EQ(house.decided(house.finance, waits), "payout.initiated");
  EXPECT_EQ(house.decided(house.finance, next), "approver_role_missing");
  house.activate({});
  EXPECT_EQ(house.now(next).status, PayoutStatus::pending_approval);
  EXPECT_EQ(house.pay(100'000).status, PayoutStatus::processing);
  EXPECT_EQ(house.decided(house.owner, next), "payout.initiated");
}

TEST(Approvals, AWorkflowIsDecidedWithAnotherKey) {
  Checked house{{}};
  const auto made = first<ApprovalWorkflow>(house.by(house.maker, ProposeWorkflow{{from(1, {"finance"})}}));
  EXPECT_EQ(house.told(house.by(house.maker, DecideWorkflow{made.id, true})), "four_eyes_required");
  EXPECT_EQ(house.told(house.send(DecideWorkflow{made.id, true}, house.asha)), "role_missing") << "it is the client's own";
  EXPECT_EQ(house.told(house.by(house.other, DecideWorkflow{made.id, false})), "approval_workflow.rejected");
  EXPECT_EQ(house.told(house.by(house.other, DecideWorkflow{made.id, true})), "state_conflict");
  const auto live = house.send(ProposeWorkflow{}, house.maker, house.client, Mode::live);
  EXPECT_EQ(house.told(house.by(house.other, DecideWorkflow{first<ApprovalWorkflow>(live).id, true})), "not_found");
}

TEST(Approvals, TheTimeOfAPayoutComesWithItsApprovalOrNotAtAll) {
  Checked house{{from(1, {"finance"})}};
  const Time later = house.at + days(2);
  const Payout approved = house.pay(100'000, later), forgotten = house.pay(100'000, later);
  EXPECT_EQ(house.decided(house.finance, approved), "payout.scheduled");
  EXPECT_EQ(house.told(house.send(WakePayout{forgotten.id})), "state_conflict");
  house.at = later;
  EXPECT_EQ(house.decided(house.finance, forgotten), "state_conflict") << "its time has come";
  EXPECT_EQ(house.told(house.send(WakePayout{approved.id})), "payout.initiated");
  EXPECT_EQ(house.told(house.send(WakePayout{forgotten.id})), "payout.rejected");
  EXPECT_EQ(house.now(forgotten).reason, PayoutReason::approval_expired);
}

TEST(Approvals, WhatCannotGoStaysAndWaits) {
  Checked house{{from(1, {"finance"})}};
  const Payout too_much = house.pay(200'000'000);
  EXPECT_EQ(house.decided(house.finance, too_much), "insufficient_balance");
  EXPECT_EQ(house.now(too_much).status, PayoutStatus::pending_approval);
  EXPECT_EQ(house.now(too_much).approval->decisions.size(), 0U);
  const Payout may_queue = house.pay(200'000'000, {}, true);
  EXPECT_EQ(house.decided(house.finance, may_queue), "payout.queued");
  house.fund({400'000'000});
  EXPECT_EQ(house.decided(house.finance, too_much), "payout.initiated");

  const Payout waits = house.pay(100);
  ASSERT_TRUE(house.by(house.maker, DeactivateBeneficiary{house.beneficiary}));
  EXPECT_EQ(house.decided(house.finance, waits), "beneficiary_inactive");
  EXPECT_EQ(house.told(house.by(house.maker, CancelPayout{waits.id})), "payout.cancelled");
}

TEST(Approvals, AKeyThatHasEndedMeanwhileApprovesNothing) {
  Checked house{{from(1, {"finance"})}};
  const Payout waits = house.pay(100'000);
  ASSERT_TRUE(house.send(RevokeCredential{{house.finance.id}}, house.asha));
  EXPECT_EQ(house.decided(house.finance, waits), "credential_revoked");
}

TEST(Approvals, AProposalFromBeforeAnotherWorkflowUndoesNothing) {
  Checked house{{from(1, {"finance"})}};
  const auto nobody = first<ApprovalWorkflow>(house.by(house.maker, ProposeWorkflow{}));
  house.activate({from(1, {"owner"})});
  EXPECT_EQ(house.told(house.by(house.other, DecideWorkflow{nobody.id, true})), "state_conflict");
  EXPECT_EQ(house.told(house.by(house.other, DecideWorkflow{nobody.id, false})), "approval_workflow.rejected");
}

TEST(Approvals, ARestrictedClientSendsNothingByApproving) {
  Checked house{{from(1, {"finance"})}};
  const Payout waits = house.pay(100'000), other = house.pay(100'000);
  house.bring_to(registry::ClientStatus::restricted);
  EXPECT_EQ(house.decided(house.finance, waits), "client_restricted");
  EXPECT_EQ(house.decided(house.finance, other, false), "payout.rejected");
}

}  // namespace
}  // namespace mohur::kernel
