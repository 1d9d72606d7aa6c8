// Payout schedules as the whole house sees them: each run is a payout like any other, or a refusal that is told.
#include <functional>

#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using payments::Payout;
using payments::PayoutSchedule;
using payments::PayoutStatus;
using payments::ScheduleReason;
using payments::ScheduleStatus;
using testing::ElementsAre;

struct Scheduling : House {
  Scheduling() {
    client = approve_client(everything());
    maker = key("maker");
    beneficiary = new_beneficiary();
    fund({10'000'00});
  }
  registry::Caller key(const char* label, std::vector<registry::ApproverRole> roles = {}) {
    ++made;
    IssueCredential issue{.client = client, .label = label, .kid = std::to_string(made), .claim = some_key(2, made)};
    issue.approver_roles = std::move(roles);
    const auto issued = first<registry::Credential>(send(issue, asha));
    return registry::by_credential(issued.id);
  }
  payments::BeneficiaryId new_beneficiary() {
    return first<payments::Beneficiary>(
               send(CreateBeneficiary{{.kind = payments::BeneficiaryKind::vendor}, some_key(1, ++made)}, maker, client))
        .id;
  }
  CreatePayoutSchedule weekly(std::int64_t minor = 100'00) {
    CreatePayoutSchedule asked;
    asked.order.beneficiary = beneficiary;
    asked.order.amount = {minor};
    asked.rhythm = {.every = payments::Every::week,
                    .weekday = payments::Weekday::wednesday,
                    .at = *DayTime::parse("10:00"),
                    .starts_on = *Date::parse("2026-11-23")};
    return asked;
  }
  PayoutSchedule create(const CreatePayoutSchedule& asked) { return first<PayoutSchedule>(send(asked, maker, client)); }
  // Lets the schedule's next moment come; answers the types of the events.
  std::vector<std::string> come(payments::PayoutScheduleId id) {
    at = std::max(at, *now_of(id).next_run_at);
    return types_of(*send(WakePayoutSchedule{id}));
  }
  PayoutSchedule now_of(payments::PayoutScheduleId id) const { return *disk.find<PayoutSchedule>(id.value); }
  Payout last_of(payments::PayoutScheduleId id) const { return *disk.find<Payout>(now_of(id).last_payout->value); }

  registry::Caller maker;
  payments::BeneficiaryId beneficiary;
  std::uint64_t made = 0;
};

TEST(PayoutSchedules, EachRunMakesAPayoutOfItsOwn) {
  Scheduling house;
  const PayoutSchedule schedule = house.create(house.weekly());
  EXPECT_EQ(to_rfc3339(*schedule.next_run_at), "2026-11-25T04:30:00.000Z");
  EXPECT_THAT(house.come(schedule.id), ElementsAre("payout.initiated", "payout_schedule.ran"));
  const Payout first_one = house.last_of(schedule.id);
  EXPECT_EQ(first_one.schedule, schedule.id);
  EXPECT_EQ(first_one.amount.minor, 100'00);
  EXPECT_THAT(house.come(schedule.id), ElementsAre("payout.initiated", "payout_schedule.ran"));
  EXPECT_NE(house.last_of(schedule.id).id, first_one.id);
  EXPECT_EQ(to_rfc3339(*house.now_of(schedule.id).next_run_at), "2026-12-09T04:30:00.000Z");
  EXPECT_EQ(house.available(), 10'000'00 - 2 * 103'54);
}

TEST(PayoutSchedules, OnlyWhatIsDueRunsAndItRunsOnce) {
  Scheduling house;
  const PayoutSchedule schedule = house.create(house.weekly());
  EXPECT_EQ(house.refusal(WakePayoutSchedule{schedule.id}), Outcome::state_conflict);
  house.come(schedule.id);
  EXPECT_EQ(house.refusal(WakePayoutSchedule{schedule.id}), Outcome::state_conflict);
  EXPECT_EQ(due_intents(house.state, house.at + days(6), 10).size(), 1U) << "the payout's inquiry alone";
  EXPECT_EQ(due_intents(house.state, house.at + days(7), 10).size(), 2U);
}

TEST(PayoutSchedules, WhatIsRefusedIsToldAndNotMadeUpFor) {
  Scheduling house;
  const PayoutSchedule schedule = house.create(house.weekly(20'000'00));
  EXPECT_THAT(house.come(schedule.id), ElementsAre("payout_schedule.refused"));
  EXPECT_EQ(house.now_of(schedule.id).last_refusal, "insufficient_balance");
  EXPECT_EQ(house.now_of(schedule.id).status, ScheduleStatus::active);
  house.fund({20'000'00});
  EXPECT_THAT(house.come(schedule.id), ElementsAre("payout.initiated", "payout_schedule.ran"));
  EXPECT_EQ(house.now_of(schedule.id).runs_made, 1U);
  EXPECT_EQ(house.now_of(schedule.id).runs_refused, 1U);
}

TEST(PayoutSchedules, ARunThatMayWaitStandsInTheQueue) {
  Scheduling house;
  CreatePayoutSchedule asked = house.weekly(20'000'00);
  asked.order.queue_if_low_balance = true;
  const PayoutSchedule schedule = house.create(asked);
  EXPECT_THAT(house.come(schedule.id), ElementsAre("payout.queued", "payout_schedule.ran"));
}

TEST(PayoutSchedules, ItIsPausedWhereNothingGoesWellUntilSomebodyActs) {
  const struct {
    ScheduleReason reason;
    std::function<void(Scheduling&)> make;
  } rows[] = {
      {ScheduleReason::beneficiary_not_active,
       [](Scheduling& house) { EXPECT_TRUE(house.send(DeactivateBeneficiary{house.beneficiary}, house.maker, house.client)); }},
      {ScheduleReason::key_revoked,
       [](Scheduling& house) { EXPECT_TRUE(house.send(RevokeCredential{{house.maker.id}}, house.asha)); }},
  };
  for (const auto& row : rows) {
    Scheduling house;
    const PayoutSchedule schedule = house.create(house.weekly());
    row.make(house);
    EXPECT_THAT(house.come(schedule.id), ElementsAre("payout_schedule.refused"));
    EXPECT_EQ(house.now_of(schedule.id).status, ScheduleStatus::paused);
    EXPECT_EQ(to_token(house.now_of(schedule.id).reason), to_token(row.reason));
    EXPECT_EQ(house.state.open.find(schedule.id.value), nullptr);
  }
}

TEST(PayoutSchedules, AnotherKeyTakesItOver) {
  Scheduling house;
  const PayoutSchedule schedule = house.create(house.weekly());
  EXPECT_TRUE(house.send(RevokeCredential{{house.maker.id}}, house.asha));
  house.come(schedule.id);
  const registry::Caller other = house.key("other");
  EXPECT_TRUE(house.send(ResumePayoutSchedule{schedule.id}, other, house.client));
  EXPECT_THAT(house.come(schedule.id), ElementsAre("payout.initiated", "payout_schedule.ran"));
}

TEST(PayoutSchedules, EachRunAsksTheWorkflowAndItsMakerApprovesNone) {
  Scheduling house;
  const auto finance = registry::ApproverRole::trusted("finance");
  const registry::Caller proposer = house.key("proposer"), checker = house.key("checker", {finance});
  ProposeWorkflow rules;
  rules.rules.push_back(
      {.min_amount = {}, .max_amount = {}, .purposes = {}, .beneficiary_days = {}, .steps = {{.needs = {{finance}}}}});
  const auto workflow = first<payments::ApprovalWorkflow>(house.send(rules, proposer, house.client));
  ASSERT_TRUE(house.send(DecideWorkflow{workflow.id, true}, checker, house.client));
  house.maker = house.key("maker", {finance});
  const PayoutSchedule schedule = house.create(house.weekly());
  EXPECT_THAT(house.come(schedule.id), ElementsAre("payout.approval_requested", "payout_schedule.ran"));
  const Payout asked = house.last_of(schedule.id);
  EXPECT_EQ(house.refusal(DecidePayout{asked.id, true, {}, {}}, house.maker, house.client), Outcome::four_eyes_required);
  EXPECT_TRUE(house.send(DecidePayout{asked.id, true, {}, {}}, checker, house.client));
}

TEST(PayoutSchedules, WhatAPayoutWouldBeRefusedForTheScheduleIsTooButForTheBalance) {
  Scheduling house;
  const auto refused = [&](const CreatePayoutSchedule& asked) { return house.refusal(asked, house.maker, house.client); };
  CreatePayoutSchedule asked = house.weekly(99'999'00);
  EXPECT_EQ(refused(asked), std::nullopt);
  asked.order.purpose = registry::Purpose::salary;
  EXPECT_EQ(refused(asked), Outcome::purpose_destination_mismatch);
  asked = house.weekly(0);
  EXPECT_EQ(refused(asked), Outcome::amount_not_positive);
  asked = house.weekly();
  asked.order.beneficiary = {{9, 9}};
  EXPECT_EQ(refused(asked), Outcome::not_found);
  asked = house.weekly();
  asked.rhythm.weekday.reset();
  EXPECT_EQ(refused(asked), Outcome::field_missing);
  EXPECT_EQ(house.refusal(house.weekly(), registry::by_system(), house.client), Outcome::scope_missing);
}

TEST(PayoutSchedules, ARestrictedClientsRunsAreRefusedAndGoOnAfterwards) {
  Scheduling house;
  const PayoutSchedule schedule = house.create(house.weekly());
  house.bring_to(registry::ClientStatus::restricted);
  EXPECT_THAT(house.come(schedule.id), ElementsAre("payout_schedule.refused"));
  EXPECT_EQ(house.now_of(schedule.id).last_refusal, "client_restricted");
  EXPECT_EQ(house.now_of(schedule.id).status, ScheduleStatus::active);
}

TEST(PayoutSchedules, ACancelledOneRunsNoMoreAndWhatItMadeGoesOn) {
  Scheduling house;
  const PayoutSchedule schedule = house.create(house.weekly());
  house.come(schedule.id);
  EXPECT_TRUE(house.send(CancelPayoutSchedule{schedule.id}, house.maker, house.client));
  EXPECT_EQ(house.state.open.find(schedule.id.value), nullptr);
  EXPECT_EQ(house.last_of(schedule.id).status, PayoutStatus::processing);
}

}  // namespace
}  // namespace mohur::kernel
