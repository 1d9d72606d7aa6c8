// Thresholds of payout balances: told once each way, from what is available, in live mode by a notice as well.
#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using payments::BalanceThreshold;
using payments::BalanceThresholdId;
using payments::ThresholdStatus;
using testing::ElementsAre;

struct Watched : House {
  Watched() {
    beneficiary = first<payments::Beneficiary>(
                      send(CreateBeneficiary{{.kind = payments::BeneficiaryKind::vendor}, some_key(1, 1)}, owner, client))
                      .id;
  }
  BalanceThreshold set(std::int64_t minor, Mode mode = Mode::test) {
    return first<BalanceThreshold>(send(SetBalanceThreshold{{minor}}, owner, client, mode));
  }
  // What the house tells when it looks at what the balance has crossed, as the engine has it looked at.
  std::vector<std::string> look(Mode mode = Mode::test) {
    std::vector<std::string> told;
    for (const BalanceThresholdId id :
         state.thresholds.contradicted_by(client, mode, {account(ledger::AccountCode::client_payout, mode).available()}))
      for (const std::string& type : types_of(*send(WakeBalanceThreshold{id}))) told.push_back(type);
    return told;
  }
  void pay(std::int64_t minor) { EXPECT_TRUE(send(CreatePayout{beneficiary, {.amount = {minor}}, {}}, owner, client)); }

  registry::Caller owner = registry::by_credential({});
  payments::BeneficiaryId beneficiary;
};

TEST(BalanceThresholds, AreToldOnceEachWay) {
  Watched house;
  house.fund({1'000'00});
  const BalanceThreshold threshold = house.set(500'00);
  EXPECT_EQ(threshold.status, ThresholdStatus::above);
  EXPECT_THAT(house.look(), ElementsAre());
  house.pay(496'46);
  EXPECT_THAT(house.look(), ElementsAre()) << "500.00 are available, to the paisa";
  house.pay(1'00);
  EXPECT_THAT(house.look(), ElementsAre("balance_threshold.crossed")) << "what is reserved is not available";
  EXPECT_EQ(house.disk.find<BalanceThreshold>(threshold.id.value)->available.minor, 495'46);
  house.pay(1'00);
  EXPECT_THAT(house.look(), ElementsAre());
  house.fund({4'54 + 4'54});
  EXPECT_THAT(house.look(), ElementsAre("balance_threshold.restored"));
}

TEST(BalanceThresholds, OneOfLiveModeIsToldByANoticeToo) {
  Watched house;
  EXPECT_EQ(house.set(500'00, Mode::live).status, ThresholdStatus::below);
  house.fund({1'000'00}, Mode::live);
  EXPECT_THAT(house.look(Mode::live), ElementsAre("balance_threshold.restored"));
  const auto paid = house.send(
      CreatePayout{
          first<payments::Beneficiary>(house.send(CreateBeneficiary{{.kind = payments::BeneficiaryKind::vendor}, some_key(1, 2)},
                                                  house.owner, house.client, Mode::live))
              .id,
          {.amount = {600'00}},
          {}},
      house.owner, house.client, Mode::live);
  ASSERT_TRUE(paid);
  EXPECT_THAT(house.look(Mode::live), ElementsAre("balance_threshold.crossed", "notice.queued"));
  const auto& notice = std::get<registry::Notice>(house.events.back().object);
  EXPECT_EQ(notice.subject, "Your payout balance is low");
  EXPECT_THAT(notice.text, testing::HasSubstr("396.46"));
}

TEST(BalanceThresholds, AreFiveAtMostAndRemovedOnce) {
  Watched house;
  const auto refused = [&](Intent intent) { return house.refusal(std::move(intent), house.owner, house.client); };
  EXPECT_EQ(refused(SetBalanceThreshold{{0}}), Outcome::amount_not_positive);
  BalanceThreshold last;
  for (int n = 1; n <= 5; ++n) last = house.set(n * 100);
  EXPECT_EQ(refused(SetBalanceThreshold{{600}}), Outcome::state_conflict);
  EXPECT_TRUE(house.send(RemoveBalanceThreshold{last.id}, house.owner, house.client));
  EXPECT_EQ(refused(RemoveBalanceThreshold{last.id}), Outcome::state_conflict);
  EXPECT_EQ(house.state.thresholds.count(house.client, Mode::test), 4U);
  house.fund({450});
  EXPECT_THAT(house.look(), testing::SizeIs(4)) << "the one that is removed says nothing";
}

}  // namespace
}  // namespace mohur::kernel
