// The queue for balance, and payouts that change their rail, as the whole house sees them.
#include <functional>

#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using payments::Payout;
using payments::PayoutReason;
using payments::PayoutStatus;
using payments::QueuePriority;
using registry::Rail;
using testing::ElementsAre;

struct Waiting : House {
  explicit Waiting(std::vector<registry::PayoutLimit> limits = {}) {
    registry::Agreement agreement = everything();
    agreement.payout_limits = std::move(limits);
    client = approve_client(agreement);
    beneficiary = first<payments::Beneficiary>(
                      send(CreateBeneficiary{{.kind = payments::BeneficiaryKind::vendor}, some_key(1, 1)}, owner, client))
                      .id;
  }
  Payout pay(payments::PayoutOrder order) {
    at = at + milliseconds(1);
    return first<Payout>(send(CreatePayout{beneficiary, std::move(order), {}}, owner, client));
  }
  // One that waits for so many rupees, its cost of 3.54 included.
  Payout wait(std::int64_t rupees, QueuePriority priority = QueuePriority::normal, std::optional<Time> expires_at = {}) {
    return pay(
        {.amount = {rupees * 100 - 354}, .queue_if_low_balance = true, .priority = priority, .queue_expires_at = expires_at});
  }
  void let_go() {
    for (Intent& intent : queue_intents(state, client, Mode::test)) EXPECT_TRUE(send(std::move(intent)));
  }
  std::string_view status(const Payout& payout) { return to_token(disk.find<Payout>(payout.id.value)->status); }
  void report(const Payout& payout, std::uint32_t dispatch, payments::RailVerdict verdict, PayoutReason reason) {
    EXPECT_TRUE(send(ReportPayout{payout.id, {.dispatch = dispatch, .verdict = verdict, .reason = reason}}, registry::by_rail()));
  }

  registry::Caller owner = registry::by_credential({});
  payments::BeneficiaryId beneficiary;
};

TEST(PayoutQueue, GoesByPriorityAndThenByAgeAndNobodyOvertakes) {
  Waiting house;
  const Payout large = house.wait(500), small = house.wait(10), urgent = house.wait(100, QueuePriority::high),
               patient = house.wait(10, QueuePriority::low);
  house.fund({599'00});
  house.let_go();
  EXPECT_EQ(house.status(urgent), "processing");
  EXPECT_EQ(house.status(large), "queued") << "499 are left";
  EXPECT_EQ(house.status(small), "queued") << "what stands before it has its turn first";
  const Payout late = house.wait(10);
  EXPECT_EQ(house.status(late), "queued") << "the balance would cover it";
  const Payout first = house.wait(10, QueuePriority::high);
  EXPECT_EQ(house.status(first), "processing") << "nothing stands before it";
  house.fund({31'00});
  house.let_go();
  for (const Payout& payout : {large, small, late}) EXPECT_EQ(house.status(payout), "processing");
  EXPECT_EQ(house.status(patient), "queued");
  EXPECT_EQ(house.available(), 0);
}

TEST(PayoutQueue, WhoMayNotWaitTakesWhatTheBalanceCovers) {
  Waiting house;
  house.wait(500);
  house.fund({100'00});
  EXPECT_EQ(house.pay({.amount = {50'00}}).status, PayoutStatus::processing);
}

TEST(PayoutQueue, OneThatGivesUpLetsTheNextGo) {
  const struct {
    const char* how;
    std::function<void(Waiting&, const Payout&)> give_up;
  } rows[] = {
      {"cancelled",
       [](Waiting& house, const Payout& p) { EXPECT_TRUE(house.send(CancelPayout{p.id}, house.owner, house.client)); }},
      {"expired",
       [](Waiting& house, const Payout& p) {
         house.at = house.at + days(2);
         EXPECT_TRUE(house.send(WakePayout{p.id}));
         EXPECT_EQ(house.status(p), "failed");
       }},
  };
  for (const auto& row : rows) {
    Waiting house;
    const Payout large = house.wait(500, QueuePriority::normal, house.at + days(1)), small = house.wait(10);
    house.fund({10'00});
    house.let_go();
    EXPECT_EQ(house.status(small), "queued");
    EXPECT_TRUE(house.state.open.take_given_up().empty());
    row.give_up(house, large);
    EXPECT_THAT(house.state.open.take_given_up(), ElementsAre(std::pair{house.client, Mode::test})) << row.how;
    house.let_go();
    EXPECT_EQ(house.status(small), "processing") << row.how;
  }
}

TEST(PayoutQueue, ExpiresWhenItsOrderSaysAndNotInFrontOfOthers) {
  Waiting house;
  const Payout large = house.wait(500), brief = house.wait(10, QueuePriority::normal, house.at + hours(1));
  house.fund({100'00});
  house.at = house.at + hours(1);
  const auto woken = house.send(WakePayout{brief.id});
  EXPECT_THAT(types_of(*woken), ElementsAre("payout.failed")) << "the balance would cover it, and another one stands before it";
  EXPECT_EQ(to_token(first<Payout>(woken).reason), "queue_expired");
  EXPECT_EQ(house.status(large), "queued");
}

// ---- other rails

using registry::LimitWindow;

TEST(PayoutRails, AnotherRailIsToldOfAsADispatchOfItsOwn) {
  Waiting house;
  house.fund({1'000'00});
  const Payout payout = house.pay({.amount = {100'00}, .rail = Rail::imps, .fallback_rails = {Rail::neft}});
  house.report(payout, 1, payments::RailVerdict::failed, PayoutReason::imps_not_allowed);
  EXPECT_EQ(house.events.back().type, EventType::payout_redispatched);
  EXPECT_EQ(house.available(), 896'46) << "it is reserved once";
  house.report(payout, 2, payments::RailVerdict::succeeded, PayoutReason::payout_processed);
  EXPECT_EQ(house.status(payout), "processed");
  EXPECT_EQ(house.balance(ledger::AccountCode::client_payout), 896'46);
  EXPECT_EQ(house.state.ledger.pending_count(), 0U);
}

TEST(PayoutRails, ItCountsWhereItGoesAndNoLongerWhereItDidNot) {
  const std::vector<registry::PayoutLimit> limits = {
      {.window = LimitWindow::day, .rail = Rail::imps, .amount = Amount{100'00}},
      {.window = LimitWindow::day, .rail = Rail::neft, .amount = Amount{150'00}},
  };
  Waiting house{limits};
  house.fund({10'000'00});
  const auto refused = [&](Rail rail, std::int64_t minor) {
    return house.refusal(CreatePayout{house.beneficiary, {.amount = {minor}, .rail = rail}, {}}, house.owner, house.client);
  };
  const Payout payout = house.pay({.amount = {100'00}, .rail = Rail::imps, .fallback_rails = {Rail::neft}});
  EXPECT_EQ(refused(Rail::imps, 1'00), Outcome::payout_limit_exceeded);
  house.report(payout, 1, payments::RailVerdict::failed, PayoutReason::imps_not_allowed);
  EXPECT_EQ(refused(Rail::neft, 51'00), Outcome::payout_limit_exceeded) << "it counts by NEFT";
  const Payout second = house.pay({.amount = {100'00}, .rail = Rail::imps, .fallback_rails = {Rail::neft}});
  house.report(second, 1, payments::RailVerdict::failed, PayoutReason::imps_not_allowed);
  EXPECT_EQ(house.status(second), "failed") << "the limit of NEFT would be exceeded";
  EXPECT_EQ(refused(Rail::imps, 100'00), std::nullopt) << "neither counts by IMPS";
  house.report(payout, 2, payments::RailVerdict::failed, PayoutReason::bank_account_closed);
  EXPECT_EQ(refused(Rail::neft, 150'00), std::nullopt) << "nor by NEFT once it has failed there";
}

}  // namespace
}  // namespace mohur::kernel
