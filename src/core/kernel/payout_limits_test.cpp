// Limits on money out over whole lives of payouts: counted when accepted, released when nothing goes out, kept over restarts.
#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using payments::Payout;
using payments::PayoutReason;
using registry::LimitWindow;
using registry::PayoutLimit;

struct Limited : House {
  explicit Limited(std::vector<PayoutLimit> limits) {
    registry::Agreement agreement = everything();
    agreement.payout_limits = std::move(limits);
    client = approve_client(agreement);
    fund({100'000'000});
    beneficiary = new_beneficiary();
  }
  payments::BeneficiaryId new_beneficiary() {
    return first<payments::Beneficiary>(
               send(CreateBeneficiary{{.kind = payments::BeneficiaryKind::vendor}, some_key(1, ++made)}, owner, client))
        .id;
  }
  Result<std::vector<Event>> pay(std::int64_t minor, std::optional<Time> scheduled_at = {}) {
    return send(CreatePayout{beneficiary, {.amount = {minor}, .scheduled_at = scheduled_at}, {}}, owner, client);
  }
  std::string outcome(const Result<std::vector<Event>>& result) {
    return result ? "ok" : std::string{to_token(result.error().outcome)};
  }
  void report(payments::PayoutId id, payments::RailVerdict verdict, PayoutReason reason) {
    EXPECT_TRUE(send(ReportPayout{id, {.dispatch = 1, .verdict = verdict, .reason = reason}}, registry::by_rail()));
  }

  registry::Caller owner = registry::by_credential({});
  payments::BeneficiaryId beneficiary;
  std::uint64_t made = 0;
};

const std::vector<PayoutLimit> kThousandADay = {{.window = LimitWindow::day, .amount = Amount{1'000'00}}};

TEST(PayoutLimitsInTheKernel, AnAcceptedPayoutCarriesWhatIsUsedAfterIt) {
  Limited house{kThousandADay};
  const auto events = house.pay(600'00);
  ASSERT_EQ(house.outcome(events), "ok");
  ASSERT_EQ(events->at(0).usages.size(), 1U);
  EXPECT_EQ(events->at(0).usages[0].owner, house.client.value);
  EXPECT_EQ(events->at(0).usages[0].counters.at(0).amount.minor, 600'00);
  const auto refused = house.pay(500'00);
  EXPECT_EQ(house.outcome(refused), "payout_limit_exceeded");
  EXPECT_EQ(refused.error().field, "amount");
  EXPECT_EQ(house.outcome(house.pay(400'00)), "ok");
}

TEST(PayoutLimitsInTheKernel, WhatDoesNotGoOutIsReleased) {
  using enum payments::RailVerdict;
  const struct {
    std::string_view how;
    std::function<void(Limited&, const Payout&)> undo;
    bool is_released;
  } rows[] = {
      {"failed", [](auto& h, const auto& p) { h.report(p.id, failed, PayoutReason::bank_account_closed); }, true},
      {"returned",
       [](auto& h, const auto& p) {
         h.report(p.id, succeeded, PayoutReason::payout_processed);
         h.report(p.id, returned, PayoutReason::returned_by_beneficiary_bank);
       },
       true},
      {"processed", [](auto& h, const auto& p) { h.report(p.id, succeeded, PayoutReason::payout_processed); }, false},
      {"unknown", [](auto& h, const auto& p) { h.report(p.id, unknown, PayoutReason::gateway_timeout); }, false},
  };
  for (const auto& row : rows) {
    Limited house{kThousandADay};
    const Payout payout = first<Payout>(house.pay(1'000'00));
    row.undo(house, payout);
    EXPECT_EQ(house.outcome(house.pay(1'000'00)), row.is_released ? "ok" : "payout_limit_exceeded") << row.how;
  }
  Limited house{kThousandADay};
  const Payout scheduled = first<Payout>(house.pay(1'000'00, house.at + hours(2)));
  EXPECT_EQ(house.outcome(house.pay(100)), "payout_limit_exceeded");
  EXPECT_TRUE(house.send(CancelPayout{scheduled.id}, house.owner, house.client));
  EXPECT_EQ(house.outcome(house.pay(1'000'00)), "ok");
}

TEST(PayoutLimitsInTheKernel, EachBeneficiaryCountsApart) {
  Limited house{{{.window = LimitWindow::day, .per_beneficiary = true, .count = 1}}};
  EXPECT_EQ(house.outcome(house.pay(100)), "ok");
  EXPECT_EQ(house.outcome(house.pay(100)), "payout_limit_exceeded");
  house.beneficiary = house.new_beneficiary();
  EXPECT_EQ(house.outcome(house.pay(100)), "ok");
}

TEST(PayoutLimitsInTheKernel, ALimitThatIsAgreedLaterCountsFromThen) {
  Limited house{{}};
  const Payout before = first<Payout>(house.pay(900'00));
  registry::Agreement limited = everything();
  limited.payout_limits = kThousandADay;
  house.at = house.at + seconds(1);
  const auto change = house.send(ProposeAgreement{house.client, {limited, house.at, {}}, "r"}, house.asha);
  EXPECT_TRUE(house.send(DecideAgreement{first<registry::AgreementChange>(change).id, true}, house.bina));
  house.at = house.at + seconds(1);
  EXPECT_EQ(house.outcome(house.pay(1'000'00)), "ok");
  house.report(before.id, payments::RailVerdict::failed, PayoutReason::bank_account_closed);
  EXPECT_EQ(house.outcome(house.pay(100)), "payout_limit_exceeded") << "what came before it is not released from it";
}

// With room on the shelf for hardly anything, counters come from the disk, as after a restart.
TEST(PayoutLimitsInTheKernel, CountersAreFoundAgain) {
  Limited house{kThousandADay};
  EXPECT_EQ(house.outcome(house.pay(1'000'00)), "ok");
  house.state.for_each_shelf([&](auto& shelf) { shelf.trim(0, house.state.position); });
  EXPECT_EQ(house.outcome(house.pay(100)), "payout_limit_exceeded");
}

TEST(PayoutLimitsInTheKernel, ListsThatSayNothingAreRefused) {
  Limited house{{}};
  registry::Agreement empty = everything();
  empty.payout_limits = {{}};
  EXPECT_EQ(house.refusal(ApplyForClient{{}, {}, "5411", empty}, house.asha), Outcome::field_missing);
  EXPECT_EQ(house.refusal(ProposeAgreement{house.client, {empty, house.at, {}}, "r"}, house.asha), Outcome::field_missing);
}

}  // namespace
}  // namespace mohur::kernel
