// Every magic destination's whole story, told by the journal: what happened when, and where the money stands at the end.
#include <fstream>
#include <sstream>

#include "rails/rig_test.hpp"

namespace mohur::rails {
namespace {

using ledger::AccountCode;
using payments::PayoutStatus;
using testing::ElementsAreArray;

// Of a payout of 1,000.00 with a fee of 3.00 and 0.54 of tax.
enum class Money : std::uint8_t { sent, kept };

struct Story {
  std::string_view account_number;
  std::string_view vpa;
  std::vector<std::string> lines;  // after the client's clock moved in steps to 2, 6, and 1446 minutes
  Money money;
};

const std::string kInitiated = "+0 payout.initiated";
const std::string kPending = "+0 payout.updated beneficiary_bank_confirmation_pending";

Story fails(std::string_view account_number, std::string_view vpa, const std::string& reason) {
  return {account_number, vpa, {kInitiated, "+0 payout.failed " + reason}, Money::kept};
}

const std::vector<Story>& stories() {
  static const std::vector<Story> all = {
      {"000000000001", "success@mohur", {kInitiated, "+0 payout.processed"}, Money::sent},
      {"123456789012", "anybody@bank", {kInitiated, "+0 payout.processed"}, Money::sent},
      {"000000000002", "later@mohur", {kInitiated, "+2m payout.processed"}, Money::sent},
      {"000000000003", "silent@mohur", {kInitiated, "+1h payout.processed"}, Money::sent},
      fails("000000000011", "closed@mohur", "bank_account_closed"),
      fails("000000000012", "frozen@mohur", "bank_account_frozen"),
      fails("000000000013", "", "bank_account_invalid"),
      fails("", "invalid@mohur", "beneficiary_vpa_invalid"),
      fails("000000000014", "offline@mohur", "beneficiary_bank_offline"),
      fails("000000000015", "rejected@mohur", "beneficiary_bank_rejected"),
      fails("000000000016", "", "imps_not_allowed"),
      fails("000000000017", "limit@mohur", "transaction_limit_exceeded"),
      {"000000000021", "timeout.success@mohur", {kInitiated, kPending, "+5m payout.processed"}, Money::sent},
      {"000000000022", "timeout.fail@mohur", {kInitiated, kPending, "+5m payout.failed gateway_timeout"}, Money::kept},
      {"000000000023",
       "timeout.lost@mohur",
       {kInitiated, kPending, "+5m payout.redispatched", "+5m" + kPending.substr(2), "+10m payout.redispatched",
        "+10m" + kPending.substr(2), "+15m payout.failed dispatch_not_received"},
       Money::kept},
      {"000000000025",
       "timeout.lost.once@mohur",
       {kInitiated, kPending, "+5m payout.redispatched", "+5m payout.processed"},
       Money::sent},
      {"000000000024",
       "timeout.reversed@mohur",
       {kInitiated, kPending, "+5m payout.reversed returned_by_beneficiary_bank"},
       Money::kept},
      {"000000000031",
       "reversed@mohur",
       {kInitiated, "+0 payout.processed", "+1d payout.reversed returned_by_beneficiary_bank"},
       Money::kept},
      {"000000000041", "twice@mohur", {kInitiated, "+0 payout.processed"}, Money::sent},
      {"000000000042",
       "contradict@mohur",
       {kInitiated, "+0 payout.failed beneficiary_bank_rejected", "+1m exception.raised"},
       Money::kept},
  };
  return all;
}

struct Balances {
  std::int64_t client_minor, bank_minor, fees_minor, tax_minor;
  bool operator==(const Balances&) const = default;
};

Balances balances(House& house) {
  return {house.balance(AccountCode::client_payout), house.balance(AccountCode::bank_payout),
          house.balance(AccountCode::platform_fees), house.balance(AccountCode::platform_tax_payable)};
}

void expect_story(House& house, const Story& story, std::string_view account_number, std::string_view vpa) {
  SCOPED_TRACE(testing::Message() << account_number << vpa);
  const std::uint64_t begin = house.position();
  Balances expected = balances(house);
  house.pay_out(std::string{account_number}, std::string{vpa});
  ASSERT_TRUE(house.settle());
  for (const Duration step : {minutes(2), minutes(4), days(1)}) house.move_client_clock(step);
  EXPECT_THAT(house.story(begin), ElementsAreArray(story.lines));
  if (story.money == Money::sent) {
    expected.client_minor -= 100'354;
    expected.bank_minor -= 100'000;
    expected.fees_minor += 300;
    expected.tax_minor += 54;
  }
  EXPECT_EQ(balances(house), expected);
  EXPECT_EQ(house.balance(AccountCode::in_flight_payout), 0);
  EXPECT_EQ(house.shard->state().ledger.pending_count(), 0U);
}

TEST(Payouts, EachMagicAccountNumberHasItsStory) {
  House house;
  for (const Story& story : stories())
    if (!story.account_number.empty()) expect_story(house, story, story.account_number, {});
}

TEST(Payouts, EachMagicVpaHasItsStory) {
  House house;
  for (const Story& story : stories())
    if (!story.vpa.empty()) expect_story(house, story, {}, story.vpa);
}

std::string cell(std::string_view text, bool is_code) {
  if (text.empty()) return "| ";
  const std::string quote = is_code ? "`" : "";
  return "| " + quote + std::string{text} + quote + " ";
}

TEST(Payouts, EveryMagicValueHasItsStoryHereAndItsRowInTheReference) {
  std::stringstream text;
  text << std::ifstream{"docs/reference/sandbox.md"}.rdbuf();
  for (const Script& script : all_scripts()) {
    if (&script == &never_came()) continue;
    const auto is_told = [&](const Story& story) {
      return story.account_number == script.account_number && story.vpa == script.vpa;
    };
    EXPECT_TRUE(std::ranges::any_of(stories(), is_told)) << script.sentence;
    const std::string row = cell(script.account_number, true) + cell(script.vpa, true) + cell(script.sentence, false) + "|";
    EXPECT_NE(text.str().find(row), std::string::npos) << row;
  }
}

TEST(Payouts, ATimedOutPayoutStaysProcessingAndReservedUntilTheBankKnows) {
  House house;
  const auto payout = house.pay_out("000000000021");
  ASSERT_TRUE(house.settle());
  house.move_client_clock(minutes(4));
  EXPECT_EQ(house.get(payout.id).status, PayoutStatus::processing);
  EXPECT_GT(house.get(payout.id).inquiries, 0U);
  EXPECT_EQ(house.shard->state().ledger.pending_count(), 3U);
  EXPECT_EQ(house.connector->dispatches, 1) << "it is asked about, never sent again";
}

TEST(Payouts, WhatOneRailWouldNotTakeGoesByTheNextThatItsOrderNames) {
  House house;
  const std::uint64_t begin = house.position();
  house.pay_out("000000000016", {}, {100'000}, registry::Rail::imps, {registry::Rail::neft});
  ASSERT_TRUE(house.settle());
  EXPECT_THAT(house.story(begin), testing::ElementsAre("+0 payout.initiated", "+0 payout.redispatched", "+0 payout.processed"));
  EXPECT_EQ(house.connector->dispatches, 2);
  EXPECT_EQ(house.balance(AccountCode::bank_payout), 99'900'000) << "it was paid once";
}

TEST(Payouts, ThingsDueOnTheClientsClockCountFromTheDispatchNotFromWhenTheBankHeardOfIt) {
  House house;
  const auto payout = house.pay_out("000000000002");
  ASSERT_TRUE(house.send(kernel::AdvanceSandboxClock{house.client_now() + minutes(2)}));
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.get(payout.id).status, PayoutStatus::processed);
}

TEST(Payouts, WithoutAMovedClockRealTimeBringsWhatIsDue) {
  House house;
  const auto payout = house.pay_out("000000000002");
  ASSERT_TRUE(house.settle());
  const auto next = house.dispatcher->step();
  ASSERT_TRUE(next && *next);
  EXPECT_EQ(**next, *payout.dispatched_at + minutes(2)) << "the thread sleeps until then";
  house.clock.at = **next;
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.get(payout.id).status, PayoutStatus::processed);
}

TEST(Payouts, BankReferencesHaveTheFormOfTheirRailAndAreTheSameInEveryRun) {
  struct Row {
    registry::Rail rail;
    std::string vpa;
    std::int64_t minor;
    const char* form;
  };
  const Row rows[] = {{registry::Rail::imps, "", 100'000, "[0-9]{12}"},
                      {registry::Rail::upi, "x1@bank", 100'000, "[0-9]{12}"},
                      {registry::Rail::neft, "", 100'000, "MOHR[0-9]{12}"},
                      {registry::Rail::rtgs, "", 25'000'000, "MOHRR50000[0-9]{12}"}};
  std::vector<std::string> runs[2];
  for (auto& run : runs) {
    House house;
    for (const Row& row : rows) {
      const auto payout = house.pay_out(row.vpa.empty() ? "123456789012" : "", row.vpa, {row.minor}, row.rail);
      ASSERT_TRUE(house.settle());
      run.push_back(house.get(payout.id).utr->str());
      EXPECT_THAT(run.back(), testing::MatchesRegex(row.form));
    }
  }
  EXPECT_EQ(runs[0], runs[1]);
}

TEST(Refunds, EachMagicAmountHasItsStory) {
  struct Row {
    std::int64_t minor;
    std::vector<std::string> lines;
    std::int64_t refunded_minor;
  };
  const Row rows[] = {
      {10'000, {"+0 refund.created", "+0 payin.refunded paid 50000", "+0 refund.processed"}, 10'000},
      {10'013, {"+0 refund.created", "+0 payin.refunded paid 50000", "+0 refund.failed", "+0 payin.refunded paid 50000"}, 0},
      {10'017, {"+0 refund.created", "+0 payin.refunded paid 50000", "+5m refund.processed"}, 10'017},
  };
  House house;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.minor);
    const auto payin = house.paid_payin();
    const std::uint64_t begin = house.position();
    const std::int64_t escrow_minor = house.balance(AccountCode::bank_escrow);
    house.refund(payin.id, {row.minor});
    ASSERT_TRUE(house.settle());
    for (const Duration step : {minutes(2), minutes(4)}) house.move_client_clock(step);
    EXPECT_THAT(house.story(begin), ElementsAreArray(row.lines));
    EXPECT_EQ(house.get(payin.id).amount_refunded.minor, row.refunded_minor);
    EXPECT_EQ(house.balance(AccountCode::in_flight_refund), 0);
    EXPECT_EQ(house.balance(AccountCode::bank_escrow), escrow_minor - row.refunded_minor);
  }
}

}  // namespace
}  // namespace mohur::rails
