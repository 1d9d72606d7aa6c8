// Plans and agreements over time: two people change them, every command is held to the one in force, and what was raised for a
// season falls back by itself.
#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using policy::Plan;
using policy::PlanStatus;
using registry::AgreementChange;
using registry::Purpose;

constexpr policy::Rate kRate{.quota = 100, .window_s = 60, .burst = 10};
policy::Allowance sound() { return {.total = kRate, .rates = {{policy::RouteClass::reserved, kRate}}}; }
constexpr Key128 kNobodys{77, 77};

struct Furnished : House {
  Furnished() {
    fund({10'000'000});
    beneficiary = first<payments::Beneficiary>(
                      send(CreateBeneficiary{{.kind = payments::BeneficiaryKind::vendor}, some_key(1, 1)}, owner, client))
                      .id;
  }
  policy::PlanId propose_plan() { return first<Plan>(send(ProposePlan{"growth", sound()}, asha)).id; }
  registry::AgreementChangeId propose(registry::DatedAgreement proposed) {
    return first<AgreementChange>(send(ProposeAgreement{client, std::move(proposed), "Festival season"}, asha)).id;
  }
  // A change of the purposes only.
  registry::DatedAgreement purposes(std::vector<Purpose> approved, Time effective_at, std::optional<Time> ends_at = {}) {
    registry::Agreement agreement = everything();
    agreement.purposes = std::move(approved);
    return {std::move(agreement), effective_at, ends_at};
  }
  Result<std::vector<Event>> pay(Purpose purpose) {
    return send(CreatePayout{beneficiary, {.amount = {10'000}, .purpose = purpose}, {}}, owner, client);
  }
  std::string told(const Result<std::vector<Event>>& result) {
    return result ? "ok" : std::string{to_token(result.error().outcome)} + " " + result.error().field;
  }

  registry::Caller owner = registry::by_credential({});
  payments::BeneficiaryId beneficiary;
};

TEST(Plans, AreProposedByOnePersonAndPutIntoForceByAnother) {
  Furnished house;
  const auto id = house.propose_plan();
  EXPECT_EQ(house.told(house.send(DecidePlan{id, PlanStatus::active}, house.asha)), "four_eyes_required ");
  EXPECT_EQ(house.told(house.send(DecidePlan{id, PlanStatus::active}, house.owner, house.client)), "scope_missing ");
  EXPECT_EQ(types_of(*house.send(DecidePlan{id, PlanStatus::active}, house.bina)), std::vector<std::string>{"plan.activated"});
  EXPECT_EQ(house.told(house.send(DecidePlan{id, PlanStatus::active}, house.bina)), "state_conflict ");
  EXPECT_EQ(types_of(*house.send(DecidePlan{id, PlanStatus::retired}, house.asha)), std::vector<std::string>{"plan.retired"});
}

TEST(Plans, AreRefusedByTheirFields) {
  Furnished house;
  policy::Allowance without_reserved = sound();
  without_reserved.rates.clear();
  EXPECT_EQ(house.told(house.send(ProposePlan{"x", without_reserved}, house.asha)), "field_missing rates");
  EXPECT_EQ(house.told(house.send(DecidePlan{{kNobodys}}, house.bina)), "not_found plan");
}

TEST(Plans, OnlyAnActiveOneIsAgreedUpon) {
  Furnished house;
  const auto id = house.propose_plan();
  registry::DatedAgreement on_it = house.purposes({}, house.at);
  on_it.agreement.plan = id;
  EXPECT_EQ(house.told(house.send(ProposeAgreement{house.client, on_it, "r"}, house.asha)), "state_conflict plan");
  EXPECT_EQ(house.told(house.send(ApplyForClient{{}, {}, "5411", on_it.agreement}, house.asha)), "state_conflict plan");
  EXPECT_TRUE(house.send(DecidePlan{id, PlanStatus::active}, house.bina));
  const auto change = house.propose(on_it);
  EXPECT_TRUE(house.send(DecidePlan{id, PlanStatus::retired}, house.bina));  // between the proposal and the decision
  EXPECT_EQ(house.told(house.send(DecideAgreement{change, true}, house.bina)), "state_conflict plan");
  on_it.agreement.plan = policy::PlanId{kNobodys};
  EXPECT_EQ(house.told(house.send(ProposeAgreement{house.client, on_it, "r"}, house.asha)), "not_found plan");
}

TEST(Agreements, AChangeIsTwoEventsOfOneCommand) {
  Furnished house;
  const auto id = house.propose(house.purposes({Purpose::vendor}, house.at));
  EXPECT_EQ(house.told(house.send(DecideAgreement{id, true}, house.asha)), "four_eyes_required ");
  const auto events = house.send(DecideAgreement{id, true}, house.bina);
  EXPECT_EQ(types_of(*events), (std::vector<std::string>{"agreement_change.approved", "client.agreement_changed"}));
  EXPECT_EQ(events->at(0).command, events->at(1).command);
  EXPECT_EQ(std::get<AgreementChange>(events->at(0).object).proposed.agreement.version, 2U);
  EXPECT_EQ(std::get<registry::Client>(events->at(1).object).next_agreement->agreement.version, 2U);
}

TEST(Agreements, WhatAClientAsksForIsTakenUpByOnePersonAndDecidedByAnother) {
  Furnished house;
  const AskForAgreement wish{house.purposes({Purpose::vendor}, house.at), "Festival season", some_key(96, 1)};
  const auto asked = house.send(wish, house.owner, house.client);
  const auto id = first<AgreementChange>(asked).id;
  EXPECT_EQ(house.told(house.send(wish, house.owner, house.client)), "state_conflict ") << "one at a time";
  EXPECT_EQ(house.told(house.send(DecideAgreement{id, true}, house.bina)), "state_conflict ") << "nobody stands for it yet";
  EXPECT_EQ(house.told(house.send(TakeUpAgreement{id}, house.asha)), "ok");
  EXPECT_EQ(house.told(house.send(TakeUpAgreement{id}, house.bina)), "state_conflict ");
  EXPECT_EQ(house.told(house.send(DecideAgreement{id, true}, house.asha)), "four_eyes_required ");
  EXPECT_EQ(types_of(*house.send(DecideAgreement{id, true}, house.bina)),
            (std::vector<std::string>{"agreement_change.approved", "client.agreement_changed"}));
  EXPECT_EQ(house.told(house.send(WithdrawAgreement{id}, house.owner, house.client)), "state_conflict ");
  EXPECT_EQ(house.told(house.send(wish, house.owner, house.client)), "ok") << "what was decided makes room";
}

TEST(Agreements, WhatAClientAskedForIsDeclinedByOnePersonAndWithdrawnByTheClientAlone) {
  Furnished house;
  const AskForAgreement wish{house.purposes({Purpose::vendor}, house.at), "Festival season", some_key(96, 1)};
  const auto id = first<AgreementChange>(house.send(wish, house.owner, house.client)).id;
  EXPECT_EQ(house.told(house.send(WithdrawAgreement{id}, house.owner, ClientId{kNobodys})), "not_found agreement_change");
  EXPECT_EQ(types_of(*house.send(DecideAgreement{id, false}, house.asha)), std::vector<std::string>{"agreement_change.declined"});
  const auto ours = house.propose(house.purposes({Purpose::vendor}, house.at));
  EXPECT_EQ(house.told(house.send(WithdrawAgreement{ours}, house.owner, house.client)), "not_found agreement_change");
}

TEST(Agreements, ARejectedChangeChangesNothing) {
  Furnished house;
  const auto id = house.propose(house.purposes({}, house.at));
  EXPECT_EQ(types_of(*house.send(DecideAgreement{id, false}, house.bina)), std::vector<std::string>{"agreement_change.rejected"});
  EXPECT_EQ(house.told(house.pay(Purpose::vendor)), "ok");
}

TEST(Agreements, EveryCommandIsHeldToTheOneInForceAtItsTime) {
  Furnished house;
  const Time begin = house.at + days(1), end = house.at + days(2);
  const auto id = house.propose(house.purposes({Purpose::refund}, begin, end));
  EXPECT_TRUE(house.send(DecideAgreement{id, true}, house.bina));
  EXPECT_EQ(house.told(house.pay(Purpose::vendor)), "ok");
  house.at = begin;
  const auto refused = house.pay(Purpose::vendor);
  EXPECT_EQ(house.told(refused), "purpose_not_approved purpose");
  EXPECT_EQ(refused.error().detail, "Version 2 of the agreement approves refund.");
  house.at = end;
  EXPECT_EQ(house.told(house.pay(Purpose::vendor)), "ok");
}

TEST(Agreements, FeesFollowTheAgreementInForce) {
  Furnished house;
  registry::DatedAgreement dearer = house.purposes({Purpose::vendor}, house.at + days(1));
  dearer.agreement.fees.payout = {500};
  EXPECT_TRUE(house.send(DecideAgreement{house.propose(dearer), true}, house.bina));
  EXPECT_EQ(first<payments::Payout>(house.pay(Purpose::vendor)).fee.minor, 300);
  house.at = house.at + days(1);
  EXPECT_EQ(first<payments::Payout>(house.pay(Purpose::vendor)).fee.minor, 500);
}

TEST(Agreements, AreRefusedByTheirTimes) {
  Furnished house;
  const struct {
    Duration effective, ends;
    std::string_view told;
  } rows[] = {
      {days(366), days(366) + Duration{1}, "time_too_far ends_at"},
      {days(366) + Duration{1}, days(367), "time_too_far effective_at"},
      {days(2), days(2), "time_not_in_future ends_at"},
      {days(-2), days(-1), "time_not_in_future ends_at"},
      {days(-2), days(1), "ok"},
  };
  for (const auto& row : rows) {
    const auto proposed = house.purposes({}, house.at + row.effective, house.at + row.ends);
    EXPECT_EQ(house.told(house.send(ProposeAgreement{house.client, proposed, "r"}, house.asha)), row.told);
  }
}

TEST(Agreements, OneChangeAtATimeIsOnItsWay) {
  Furnished house;
  const auto first_change = house.propose(house.purposes({}, house.at + days(1)));
  const auto second_change = house.propose(house.purposes({}, house.at + days(2)));
  EXPECT_TRUE(house.send(DecideAgreement{first_change, true}, house.bina));
  EXPECT_EQ(house.told(house.send(DecideAgreement{second_change, true}, house.bina)), "state_conflict ");
  EXPECT_EQ(house.told(house.send(DecideAgreement{{kNobodys}, true}, house.bina)), "not_found agreement_change");
}

// Both were made from the same version: the one that is approved later would undo the other.
TEST(Agreements, AChangeDoesNotUndoAnother) {
  Furnished house;
  const auto one = house.propose(house.purposes({Purpose::vendor}, house.at));
  const auto other = house.propose(house.purposes({Purpose::salary}, house.at));
  EXPECT_TRUE(house.send(DecideAgreement{one, true}, house.bina));
  EXPECT_EQ(house.told(house.send(DecideAgreement{other, true}, house.bina)), "state_conflict ");
  EXPECT_TRUE(house.send(DecideAgreement{other, false}, house.bina));
  EXPECT_EQ(house.told(house.pay(Purpose::vendor)), "ok");
}

TEST(Agreements, ATerminatedClientGetsNone) {
  Furnished house;
  const auto change = house.propose(house.purposes({}, house.at));
  house.bring_to(registry::ClientStatus::terminated);
  const auto late = house.purposes({}, house.at);
  EXPECT_EQ(house.told(house.send(ProposeAgreement{house.client, late, "r"}, house.asha)), "client_terminated ");
  EXPECT_EQ(house.told(house.send(DecideAgreement{change, true}, house.bina)), "client_terminated ");
  EXPECT_EQ(house.told(house.send(ProposeAgreement{{kNobodys}, late, "r"}, house.asha)), "not_found client");
}

// A category may be banned while its client is on the way: here the clock stands before the day and after it.
TEST(Sectors, AreLookedAtAgainWheneverAClientIsDecidedAbout) {
  const Time ban = *parse_rfc3339("2025-10-01T00:00:00+05:30");
  House house{ban - days(2)};
  registry::Agreement agreement = everything();
  agreement.plan = first<Plan>(house.send(ProposePlan{"careful", sound(), /*for_high_risk=*/true}, house.asha)).id;
  EXPECT_TRUE(house.send(DecidePlan{*agreement.plan, PlanStatus::active}, house.bina));
  const ClientId id = first<registry::Client>(house.send(ApplyForClient{{}, {}, "7801", agreement}, house.asha)).id;
  for (Intent& step : documents_of_a_proprietor(id)) EXPECT_TRUE(house.send(std::move(step), house.asha));
  ReviewClient review = good_review(id, registry::RiskGrade::high);
  review.approver = house.bina.person();
  EXPECT_TRUE(house.send(review, house.asha));
  house.at = ban - Duration{1};
  EXPECT_EQ(house.refusal(DecideClient{id, registry::ClientStatus::approved, {}}, house.bina), std::nullopt);
  house.at = ban;
  EXPECT_EQ(house.refusal(DecideClient{id, registry::ClientStatus::approved, {}}, house.bina), Outcome::sector_prohibited);
  EXPECT_EQ(house.refusal(ProposeAgreement{id, {everything(), ban}, "r"}, house.asha), Outcome::sector_prohibited);
}

TEST(Incidents, AReportEndsTheKeyInTheSameCommand) {
  Furnished house;
  const auto key = first<registry::Credential>(
      house.send(IssueCredential{.client = house.client, .label = "l", .claim = some_key(5, 1)}, house.asha));
  const auto events =
      house.send(ReportCompromise{key.id, "In a public repository"}, registry::by_credential(key.id), house.client);
  EXPECT_EQ(types_of(*events), (std::vector<std::string>{"incident.opened", "credential.revoked", "notice.queued"}));
  const auto& notice = std::get<registry::Notice>(events->at(2).object);
  EXPECT_EQ(notice.about, first<registry::Incident>(events).id.to_string());
  EXPECT_EQ(notice.text.find("In a public repository"), std::string::npos) << "whoever has the key does not write our letters";
  const auto other = first<registry::Credential>(
      house.send(IssueCredential{.client = house.client, .label = "l", .claim = some_key(5, 2)}, house.asha));
  const auto by_us = house.send(ReportCompromise{other.id, "In a public repository"}, house.asha);
  EXPECT_NE(std::get<registry::Notice>(by_us->at(2).object).text.find("What was reported: In a public repository"),
            std::string::npos);
  EXPECT_EQ(events->at(0).command, events->at(1).command);
  const auto& incident = first<registry::Incident>(events);
  EXPECT_EQ(incident.source, registry::IncidentSource::holder);
  EXPECT_EQ(incident.client, house.client);
  EXPECT_EQ(types_of(*house.send(CloseIncident{incident.id, "Rotated everywhere"}, house.bina)),
            std::vector<std::string>{"incident.closed"});
  EXPECT_EQ(house.told(house.send(CloseIncident{incident.id, "Again"}, house.bina)), "state_conflict ");
}

}  // namespace
}  // namespace mohur::kernel
