// What each payer's script and each bank transfer comes to, up to the credit of the escrow account.
#include "rails/rig_test.hpp"

namespace mohur::rails {
namespace {

using ledger::AccountCode;
using payments::AttemptReason;
using payments::PayinStatus;
using testing::ElementsAre;
using testing::ElementsAreArray;

struct Story {
  PayerScript how;
  std::vector<std::string> lines;  // of a pay-in of 500.00, after the client's clock moved by two minutes
  PayinStatus status;
  std::int64_t escrow_minor;
};

const Story kStories[] = {
    {PayerScript::succeed,
     {"+0 payin.created paid 0", "+0 attempt.succeeded 50000 regular", "+0 payin.paid paid 50000",
      "+0 attempt.credited 50000 regular"},
     PayinStatus::paid,
     50'000},
    {PayerScript::fail,
     {"+0 payin.created paid 0", "+0 attempt.failed 50000 declined_by_payer", "+0 payin.attempted paid 0"},
     PayinStatus::attempted,
     0},
    {PayerScript::pending_then_succeed,
     {"+0 payin.created paid 0", "+0 attempt.initiated 50000", "+0 payin.attempted paid 0", "+2m attempt.succeeded 50000 regular",
      "+2m payin.paid paid 50000", "+2m attempt.credited 50000 regular"},
     PayinStatus::paid,
     50'000},
    {PayerScript::succeed_twice,
     {"+0 payin.created paid 0", "+0 attempt.succeeded 50000 regular", "+0 payin.paid paid 50000",
      "+0 attempt.succeeded 50000 excess", "+0 payin.overpaid paid 100000", "+0 attempt.credited 50000 regular",
      "+0 attempt.credited 50000 excess"},
     PayinStatus::paid,
     100'000},
    {PayerScript::pay_less,
     {"+0 payin.created paid 0", "+0 attempt.succeeded 49900 short_paid", "+0 payin.attempted paid 49900",
      "+0 attempt.credited 49900 short_paid"},
     PayinStatus::attempted,
     49'900},
    {PayerScript::pay_more,
     {"+0 payin.created paid 0", "+0 attempt.succeeded 50100 over_paid", "+0 payin.paid paid 50100",
      "+0 attempt.credited 50100 over_paid"},
     PayinStatus::paid,
     50'100},
};

TEST(Payins, EachPayersScriptHasItsStory) {
  House house;
  for (const Story& story : kStories) {
    SCOPED_TRACE(to_token(story.how));
    const std::int64_t escrow_minor = house.balance(AccountCode::bank_escrow);
    const std::uint64_t begin = house.position();
    const auto payin = house.create_payin();
    ASSERT_TRUE(house.bank->pay(payin, story.how, {}, "payer@bank"));
    ASSERT_TRUE(house.settle());
    house.move_client_clock(minutes(2));
    EXPECT_THAT(house.story(begin), ElementsAreArray(story.lines));
    EXPECT_EQ(house.get(payin.id).status, story.status);
    EXPECT_EQ(house.balance(AccountCode::bank_escrow), escrow_minor + story.escrow_minor);
    EXPECT_EQ(house.balance(AccountCode::rail_receivable), 0) << "the escrow is credited at once";
  }
}

TEST(Payins, APayerWhoFailedTriesAgainAndPaysWhatIsDue) {
  House house;
  const auto payin = house.create_payin();
  ASSERT_TRUE(house.bank->pay(payin, PayerScript::fail, AttemptReason::insufficient_funds, "payer@bank"));
  ASSERT_TRUE(house.settle());
  ASSERT_TRUE(house.bank->pay(house.get(payin.id), PayerScript::pay_less, {}, "payer@bank"));
  ASSERT_TRUE(house.settle());
  const std::uint64_t begin = house.position();
  ASSERT_TRUE(house.bank->pay(house.get(payin.id), PayerScript::succeed, {}, "payer@bank"));
  ASSERT_TRUE(house.settle());
  EXPECT_THAT(house.story(begin),
              ElementsAre("+0 attempt.succeeded 100 regular", "+0 payin.paid paid 50000", "+0 attempt.credited 100 regular"));
  EXPECT_EQ(house.get(payin.id).attempts, 3U);
}

TEST(Payins, MoneyThatComesAfterExpiryIsLateAndKept) {
  House house;
  const auto payin = house.create_payin();
  house.move_client_clock(minutes(16));
  ASSERT_EQ(house.get(payin.id).status, PayinStatus::expired);
  const std::uint64_t begin = house.position();
  ASSERT_TRUE(house.bank->pay(house.get(payin.id), PayerScript::succeed, {}, "payer@bank"));
  ASSERT_TRUE(house.settle());
  EXPECT_THAT(house.story(begin),
              ElementsAre("+0 attempt.succeeded 50000 late", "+0 payin.overpaid paid 50000", "+0 attempt.credited 50000 late"));
}

TEST(Payins, ThePayerIsSealedAndMasked) {
  House house;
  const auto payin = house.create_payin();
  ASSERT_TRUE(house.bank->pay(payin, PayerScript::succeed, {}, "ravi@okbank"));
  ASSERT_TRUE(house.settle());
  const auto attempts = house.attempts();
  ASSERT_EQ(attempts.size(), 1U);
  EXPECT_EQ(attempts[0].payer->mask, "r•••@okbank");
  house.kill_and_restart();
  EXPECT_EQ(*house.vault->unseal(*attempts[0].payer), "ravi@okbank");
}

kernel::Event open_virtual_account(House& house, const std::string& number) {
  return *house.send(kernel::CreateVirtualAccount{.account_number = payments::AccountNumber::trusted(number),
                                                  .ifsc = payments::Ifsc::trusted("MOHR0000001"),
                                                  .account_claim = engine::account_claim(*house.vault, Mode::test, number)});
}

TEST(BankTransfers, ACreditOnAVirtualAccountMakesAPaidPayin) {
  House house;
  open_virtual_account(house, "998800001111");
  const std::uint64_t begin = house.position();
  ASSERT_TRUE(house.bank->transfer(house.client, "998800001111", {75'000}, "Ravi Sharma"));
  ASSERT_TRUE(house.settle());
  EXPECT_THAT(house.story(begin),
              ElementsAre("+0 payin.created paid 0", "+0 attempt.succeeded 75000 regular", "+0 payin.paid paid 75000",
                          "+0 bank_credit.matched", "+0 virtual_account.credited", "+0 attempt.credited 75000 regular"));
  EXPECT_EQ(house.balance(AccountCode::bank_escrow), 75'000);
  EXPECT_EQ(house.balance(AccountCode::rail_receivable), 0);
}

TEST(BankTransfers, ACreditOnANumberThatNobodyHasIsSuspended) {
  House house;
  const std::uint64_t begin = house.position();
  ASSERT_TRUE(house.bank->transfer(house.client, "111122223333", {75'000}, "Ravi Sharma"));
  ASSERT_TRUE(house.settle());
  EXPECT_THAT(house.story(begin), ElementsAre("+0 bank_credit.suspended"));
  EXPECT_EQ(house.balance(AccountCode::platform_suspense), 75'000);
}

TEST(BankTransfers, TheSameSumTwiceIsTwoCredits) {
  House house;
  open_virtual_account(house, "998800001111");
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(house.bank->transfer(house.client, "998800001111", {75'000}, "Ravi Sharma"));
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.balance(AccountCode::bank_escrow), 150'000);
}

}  // namespace
}  // namespace mohur::rails
