// Third parties for which a client sends money: two people approve them, their keys see their own alone, their payouts keep to
// both limits, and nothing more is sent for them once they have ended.
#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using payments::Beneficiary;
using payments::Payout;
using registry::LimitWindow;
using registry::PayoutLimit;
using registry::Scope;
using registry::Sublicence;
using registry::SublicenceId;

struct Licensed : House {
  explicit Licensed(std::vector<PayoutLimit> agreed = {}, std::vector<PayoutLimit> own = {}) {
    registry::Agreement agreement = everything();
    agreement.payout_limits = std::move(agreed);
    client = approve_client(agreement);
    fund({100'000'000});
    proposal = {.client = client,
                .name = {},
                .reason = "Pays its drivers through us",
                .approval = add_document(registry::DocumentKind::authority),
                .payout_limits = std::move(own)};
    sublicence = first<Sublicence>(send(proposal, asha)).id;
  }
  registry::DocumentId add_document(registry::DocumentKind kind) {
    return first<registry::Application>(send(AddDocument{client, {.kind = kind}}, asha)).documents.back().id;
  }
  void approve() { EXPECT_TRUE(send(DecideSublicence{sublicence, true}, bina)); }
  // With a key of the sublicence.
  Result<std::vector<Event>> for_it(Intent intent) {
    Command asked = command(std::move(intent), owner, client, Mode::test);
    asked.sublicence = sublicence;
    auto made = decide(asked);
    if (!made) return std::unexpected(made.error());
    for (const Event& event : made->events) apply(event);
    return std::move(made->events);
  }
  payments::BeneficiaryId beneficiary(std::uint64_t number) {
    return first<Beneficiary>(for_it(CreateBeneficiary{{.kind = payments::BeneficiaryKind::vendor}, some_key(1, number)})).id;
  }
  Intent payout(payments::BeneficiaryId to, std::int64_t minor, std::optional<Time> scheduled_at = {}) {
    return CreatePayout{to, {.amount = {minor}, .scheduled_at = scheduled_at}, {}};
  }
  std::string told(const Result<std::vector<Event>>& result) {
    return result ? "ok" : std::string{to_token(result.error().outcome)} + " " + result.error().field;
  }
  std::uint64_t reported() {
    const auto* usage = disk.find<policy::Usage>(sublicence.value);
    return usage == nullptr ? 0 : policy::used(policy::kReported[0], *usage, Mode::test, at).count;
  }

  registry::Caller owner = registry::by_credential({});
  ProposeSublicence proposal;
  SublicenceId sublicence;
};

TEST(Sublicences, AreProposedWithTheApprovalAndDecidedByAnother) {
  Licensed house;
  EXPECT_EQ(house.told(house.send(DecideSublicence{house.sublicence, true}, house.asha)), "four_eyes_required ");
  EXPECT_EQ(house.told(house.send(DecideSublicence{house.sublicence, true}, house.owner, house.client)), "scope_missing ");
  EXPECT_EQ(house.told(house.for_it(house.payout({}, 1))), "sublicence_ended ") << "it has not begun";
  EXPECT_EQ(types_of(*house.send(DecideSublicence{house.sublicence, true}, house.bina)),
            std::vector<std::string>{"sublicence.approved"});
  EXPECT_EQ(house.told(house.send(DecideSublicence{house.sublicence, false}, house.bina)), "state_conflict ");

  ProposeSublicence without = house.proposal;
  without.approval = {{7, 7}};
  EXPECT_EQ(house.told(house.send(without, house.asha)), "not_found approval");
  without.approval = house.add_document(registry::DocumentKind::pan_card);
  EXPECT_EQ(house.told(house.send(without, house.asha)), "not_found approval") << "it is no approval";
  without.approval = house.proposal.approval;
  without.payout_limits = {{.window = LimitWindow::day}};
  EXPECT_EQ(house.told(house.send(without, house.asha)), "field_missing payout_limits[0].amount");
  EXPECT_EQ(house.told(house.send(house.proposal, house.owner, house.client)), "scope_missing ");
  const auto other = first<Sublicence>(house.send(house.proposal, house.bina)).id;
  EXPECT_EQ(types_of(*house.send(DecideSublicence{other, false}, house.asha)), std::vector<std::string>{"sublicence.rejected"});
}

TEST(Sublicences, HaveKeysThatSendMoneyAndDoNothingElse) {
  Licensed house;
  IssueCredential key{.client = house.client, .label = "drivers", .claim = some_key(5, 1)};
  key.sublicence = house.sublicence;
  key.scopes = {Scope::write_payouts, Scope::read_payouts};
  EXPECT_EQ(house.told(house.send(key, house.asha)), "sublicence_ended ");
  house.approve();
  EXPECT_EQ(first<registry::Credential>(house.send(key, house.asha)).sublicence, house.sublicence);
  key.scopes = {Scope::read_payouts, Scope::read_balances};
  EXPECT_EQ(house.told(house.send(key, house.asha)), "field_out_of_range scopes");
  key.scopes = {Scope::read_payouts};
  key.client = house.approve_client(everything());
  EXPECT_EQ(house.told(house.send(key, house.asha)), "not_found sublicence");
}

TEST(Sublicences, SeeWhatTheyMadeAndTheirClientSeesAll) {
  Licensed house;
  house.approve();
  const auto theirs = house.beneficiary(1);
  const auto clients =
      first<Beneficiary>(
          house.send(CreateBeneficiary{{.kind = payments::BeneficiaryKind::vendor}, some_key(1, 2)}, house.owner, house.client))
          .id;
  EXPECT_EQ(house.told(house.for_it(house.payout(clients, 100))), "not_found beneficiary");
  const auto paid = first<Payout>(house.for_it(house.payout(theirs, 100, house.at + hours(1))));
  EXPECT_EQ(paid.sublicence, house.sublicence);
  EXPECT_EQ(house.told(house.send(house.payout(theirs, 100), house.owner, house.client)), "not_found beneficiary");
  const auto own = first<Payout>(house.send(house.payout(clients, 100, house.at + hours(1)), house.owner, house.client));
  EXPECT_EQ(own.sublicence, std::nullopt);
  EXPECT_EQ(house.told(house.for_it(CancelPayout{own.id})), "not_found payout");
  EXPECT_EQ(house.told(house.send(CancelPayout{paid.id}, house.owner, house.client)), "ok");
}

TEST(Sublicences, KeepToTheirLimitsAndToTheirClients) {
  Licensed house{{{.window = LimitWindow::day, .amount = Amount{1'000'00}}}, {{.window = LimitWindow::day, .count = 2}}};
  house.approve();
  const auto theirs = house.beneficiary(1);
  const auto over = house.for_it(house.payout(theirs, 1'000'01));
  EXPECT_EQ(house.told(over), "payout_limit_exceeded amount");
  EXPECT_EQ(over.error().detail, "A limit of the client's agreement would be exceeded: ask the client.");
  EXPECT_EQ(house.told(house.for_it(house.payout(theirs, 600'00))), "ok");
  const auto second = first<Payout>(house.for_it(house.payout(theirs, 100'00, house.at + hours(1))));
  EXPECT_EQ(house.told(house.for_it(house.payout(theirs, 1'00))), "payout_limit_exceeded amount") << "its own";
  EXPECT_EQ(house.reported(), 2U);
  EXPECT_EQ(house.told(house.for_it(CancelPayout{second.id})), "ok");
  EXPECT_EQ(house.reported(), 1U) << "what does not go out is not counted";
  EXPECT_EQ(house.told(house.for_it(house.payout(theirs, 100'00))), "ok");
}

TEST(Sublicences, AreReportedWithoutAnyLimits) {
  Licensed house;
  house.approve();
  const auto theirs = house.beneficiary(1);
  EXPECT_EQ(house.told(house.for_it(house.payout(theirs, 600'00))), "ok");
  EXPECT_EQ(house.reported(), 1U);
}

TEST(Sublicences, AreNotToldWhatIsOnTheBalance) {
  Licensed house;
  house.approve();
  const auto theirs = house.beneficiary(1);
  const auto poor = house.for_it(CreatePayout{theirs, {.amount = {200'000'000}, .rail = registry::Rail::rtgs}, {}});
  EXPECT_EQ(house.told(poor), "insufficient_balance amount");
  EXPECT_EQ(poor.error().detail, "");
}

TEST(Sublicences, WhatWaitsFailsWhenTheyHaveEnded) {
  Licensed house;
  house.approve();
  const auto theirs = house.beneficiary(1);
  const auto waits = first<Payout>(house.for_it(house.payout(theirs, 600'00, house.at + hours(1))));
  EXPECT_TRUE(house.send(EndSublicence{house.sublicence}, house.owner, house.client));
  house.at = house.at + hours(2);
  const auto woken = first<Payout>(house.send(WakePayout{waits.id}));
  EXPECT_EQ(woken.status, payments::PayoutStatus::failed);
  EXPECT_EQ(woken.reason, payments::PayoutReason::sublicence_ended);
  EXPECT_EQ(house.balance(ledger::AccountCode::client_payout), 100'000'000);
}

TEST(Sublicences, ALeakedKeyIsReportedAfterTheEnd) {
  Licensed house;
  house.approve();
  IssueCredential key{.client = house.client, .label = "drivers", .claim = some_key(5, 1)};
  key.sublicence = house.sublicence;
  const auto id = first<registry::Credential>(house.send(key, house.asha)).id;
  EXPECT_TRUE(house.send(EndSublicence{house.sublicence}, house.asha));
  EXPECT_EQ(house.told(house.for_it(ReportCompromise{id, {}})), "ok");
}

TEST(Sublicences, EndAtOnceByEitherSide) {
  Licensed house;
  house.approve();
  const auto theirs = house.beneficiary(1);
  const auto sent = first<Payout>(house.for_it(house.payout(theirs, 600'00)));
  EXPECT_EQ(house.told(house.send(EndSublicence{house.sublicence}, house.owner, ClientId{{7, 7}})), "not_found sublicence");
  EXPECT_EQ(house.told(house.for_it(EndSublicence{house.sublicence})), "scope_missing ");
  EXPECT_EQ(types_of(*house.send(EndSublicence{house.sublicence}, house.owner, house.client)),
            std::vector<std::string>{"sublicence.ended"});
  EXPECT_EQ(house.told(house.for_it(house.payout(theirs, 1))), "sublicence_ended ");
  EXPECT_EQ(house.told(house.send(EndSublicence{house.sublicence}, house.asha)), "state_conflict ");
  EXPECT_EQ(house.told(house.send(ReportPayout{sent.id, {.dispatch = 1, .verdict = payments::RailVerdict::succeeded}},
                                  registry::by_rail())),
            "ok")
      << "what was sent goes on";
}

}  // namespace
}  // namespace mohur::kernel
