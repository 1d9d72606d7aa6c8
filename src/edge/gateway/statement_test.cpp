// Lines of statements over many events: what a page may look at, where it goes on, and that all pages are the whole.
#include "gateway/statement.hpp"

#include <gtest/gtest.h>

#include "engine/rig_test.hpp"

namespace mohur::gateway {
namespace {

class StatementTest : public testing::Test {
 protected:
  StatementTest() {
    machine.found();
    client = machine.approve_client();
  }
  void fund(std::int64_t minor) {
    funded += 1;
    machine.clock.advance(seconds(1));
    ASSERT_TRUE(machine.send(kernel::FundBalance{.client = client, .amount = {minor}, .claim = {50, funded}}, machine.asha));
  }
  // Events that book nothing.
  void idle(int events) {
    for (int n = 0; n < events; ++n) {
      idled += 1;
      const payments::Beneficiary beneficiary{.kind = payments::BeneficiaryKind::vendor};
      ASSERT_TRUE(machine.send(kernel::CreateBeneficiary{beneficiary, {51, idled}}, registry::by_credential({}), client));
    }
  }
  ledger::Account account() {
    const auto accounts = *machine.archive->accounts(client, Mode::test);
    return *std::ranges::find(accounts, ledger::AccountCode::client_payout, &ledger::Account::code);
  }
  std::vector<StatementLine> all_lines(std::size_t most, const StatementPeriod& period = {}) {
    std::vector<StatementLine> lines;
    std::optional<StatementPlace> next = *begin_of(*machine.archive, period);
    for (pages = 0; next; ++pages) {
      auto page = *statement_lines(*machine.archive, account(), *next, most);
      EXPECT_LE(page.lines.size(), most);
      std::ranges::move(page.lines, std::back_inserter(lines));
      next = page.next;
      if (pages > 100) ADD_FAILURE() << "it never ends";
      if (pages > 100) break;
    }
    return lines;
  }
  static std::vector<std::int64_t> balances(const std::vector<StatementLine>& lines) {
    std::vector<std::int64_t> all;
    for (const StatementLine& line : lines) all.push_back(line.balance.minor);
    return all;
  }

  engine::Machine machine;
  registry::ClientId client;
  std::uint64_t funded = 0, idled = 0;
  int pages = 0;
};

TEST_F(StatementTest, WhatAPageDoesNotLookAtStandsOnTheNextOneOnce) {
  for (const int between : {998, 999, 1'000, 1'001}) {
    fund(100);
    idle(between);
    fund(10);
  }
  const std::vector<std::int64_t> wanted{100, 110, 210, 220, 320, 330, 430, 440};
  for (const std::size_t most : {1U, 2U, 3U, 100U, 1'000U}) {
    EXPECT_EQ(balances(all_lines(most)), wanted) << most;
    EXPECT_GE(pages, 4) << "each looks at a thousand events";
  }
}

TEST_F(StatementTest, APeriodEndsWithItsLastEventHoweverManyFollow) {
  fund(100);
  machine.clock.advance(hours(1));
  const Time then = machine.clock.now();
  fund(10);
  idle(1'500);
  fund(1);
  EXPECT_EQ(balances(all_lines(10, {{}, then})), std::vector<std::int64_t>{100});
  EXPECT_EQ(balances(all_lines(10, {then, {}})), (std::vector<std::int64_t>{110, 111}));
  EXPECT_EQ(balances(all_lines(10, {then, then})), std::vector<std::int64_t>{});
  EXPECT_EQ(statement_of(*machine.archive, account(), {then, {}}, then)->opening.minor, 100);
  EXPECT_EQ(statement_of(*machine.archive, account(), {{}, then}, then)->closing.minor, 100);
}

TEST_F(StatementTest, APlaceThatIsNoneOfTheAccountsIsRefused) {
  fund(100);
  const StatementPlace begin = *begin_of(*machine.archive, {});
  EXPECT_EQ(statement_lines(*machine.archive, account(), {begin.after, begin.last, 1}, 10).error().outcome,
            Outcome::cursor_malformed);
}

}  // namespace
}  // namespace mohur::gateway
