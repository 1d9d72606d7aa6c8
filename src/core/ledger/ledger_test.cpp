// The ledger: tables of refusals, and a random walk beside a model that only knows plain arithmetic.
#include "ledger/ledger.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "ledger/laws.hpp"

namespace mohur::ledger {
namespace {

AccountId account_id(std::uint64_t n) { return {{1, n}}; }
TransferId transfer_id(std::uint64_t n) { return {{2, n << 4}}; }

// escrow and fees have no floor; the client's balance has one.
struct Books {
  Ledger ledger;
  Books() {
    add(1, AccountCode::bank_payout, Mode::test);
    add(2, AccountCode::client_payout, Mode::test);
    add(3, AccountCode::in_flight_payout, Mode::test);
    add(4, AccountCode::client_payout, Mode::live);
  }
  void add(std::uint64_t n, AccountCode code, Mode mode) {
    ledger.open(Account{.id = account_id(n), .mode = mode, .code = code, .owner = {9, n}});
  }
  void fund(std::int64_t minor) { ledger.apply(Chain{single(account_id(1), account_id(2), {minor})}, transfer_id(1)); }
  Outcome refusal(const Chain& chain) const {
    const auto checked = ledger.check(chain);
    return checked ? Outcome{} : checked.error().outcome;
  }
};

TEST(Ledger, EachRefusalIsToldByItsOwnOutcome) {
  Books books;
  books.fund(100);
  const auto [bank, client, flight, live] = std::tuple{account_id(1), account_id(2), account_id(3), account_id(4)};
  books.ledger.apply(Chain{pending(client, flight, {40})}, transfer_id(2));
  const struct {
    Chain chain;
    Outcome outcome;
  } rows[] = {
      {Chain(9, single(client, flight, {1})), Outcome::chain_too_long},
      {{single(client, account_id(77), {1})}, Outcome::account_not_found},
      {{single(client, live, {1})}, Outcome::account_not_found},
      {{single(client, client, {1})}, Outcome::accounts_are_same},
      {{single(client, flight, {0})}, Outcome::amount_not_positive},
      {{single(client, flight, {-1})}, Outcome::amount_not_positive},
      {{single(client, flight, {61})}, Outcome::insufficient_balance},
      {{pending(client, flight, {61})}, Outcome::insufficient_balance},
      {{single(client, flight, {60}), single(client, flight, {1})}, Outcome::insufficient_balance},
      {{post(transfer_id(5), {1})}, Outcome::pending_not_found},
      {{post(transfer_id(2), {41})}, Outcome::exceeds_pending},
      {{post(transfer_id(2), {0})}, Outcome::amount_not_positive},
      {{post(transfer_id(2), {1}), release(transfer_id(2))}, Outcome::pending_not_found},
      {{single(bank, flight, {std::numeric_limits<std::int64_t>::max()}), single(bank, flight, {1})}, Outcome::amount_too_large},
  };
  for (const auto& row : rows) EXPECT_EQ(books.refusal(row.chain), row.outcome) << to_token(row.outcome);
  EXPECT_TRUE(books.ledger.check(Chain{single(client, flight, {60})})) << "what is left after the reservation may go";
}

TEST(Ledger, AShortageNamesTheBalanceWhatIsAvailableAndWhatTheWholeChainNeeds) {
  Books books;
  books.fund(100);
  const AccountId client = account_id(2), flight = account_id(3);
  const std::int64_t available = books.ledger.find(client)->available();
  const auto refused = books.ledger.check(
      Chain{pending(client, flight, {available}), pending(client, flight, {300}), pending(client, flight, {54})});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "amount");
  EXPECT_EQ(refused.error().detail, "The payout balance has " + std::to_string(available) + " available and " +
                                        std::to_string(available + 354) + " is needed, in minor units: paise for INR.");
  constexpr Amount kMost{std::numeric_limits<std::int64_t>::max()};
  const auto huge =
      books.ledger.check(Chain{single(client, flight, {available}), single(client, flight, {1}), single(client, flight, kMost)});
  EXPECT_NE(huge.error().detail.find(" 9223372036854775807 is needed"), std::string::npos) << huge.error().detail;
}

TEST(Ledger, AnAccountIsFoundByItsModeCodeAndOwner) {
  Books books;
  EXPECT_EQ(books.ledger.id_of(Mode::test, AccountCode::client_payout, {9, 2}), account_id(2));
  EXPECT_EQ(books.ledger.id_of(Mode::live, AccountCode::client_payout, {9, 4}), account_id(4));
  EXPECT_TRUE(books.ledger.id_of(Mode::live, AccountCode::client_payout, {9, 2}).is_zero());
  EXPECT_TRUE(books.ledger.id_of(Mode::test, AccountCode::platform_fees).is_zero());
}

TEST(Ledger, CurrenciesDoNotMix) {
  Books books;
  constexpr auto kAnother = static_cast<Currency>(2);  // there is one only, so far
  books.ledger.open(Account{.id = account_id(6), .code = AccountCode::bank_payout, .owner = {9, 6}, .currency = kAnother});
  EXPECT_EQ(books.refusal({single(account_id(1), account_id(6), {1})}), Outcome::currency_mismatch);
}

TEST(Ledger, APartialPostReleasesTheRest) {
  Books books;
  books.fund(100);
  books.ledger.apply(Chain{pending(account_id(2), account_id(3), {40})}, transfer_id(2));
  EXPECT_EQ(books.ledger.find(account_id(2))->available(), 60);
  books.ledger.apply(Chain{post(transfer_id(2), {15})}, transfer_id(3));
  EXPECT_EQ(books.ledger.find(account_id(2))->balance(), 85);
  EXPECT_EQ(books.ledger.find(account_id(2))->available(), 85);
  EXPECT_FALSE(books.ledger.find_pending(transfer_id(2)));
}

// What the books must show, by arithmetic alone.
struct Model {
  std::map<std::uint64_t, std::int64_t> posted;    // credits less debits
  std::map<std::uint64_t, std::int64_t> reserved;  // debits pending
  struct Open {
    std::uint64_t debit, credit;
    std::int64_t amount;
  };
  std::map<std::uint64_t, Open> open;
};

class RandomWalk {
 public:
  explicit RandomWalk(std::uint32_t seed) : chance_(seed) {
    for (std::uint64_t n = 1; n <= 6; ++n)
      ledger_.open(
          Account{.id = account_id(n), .code = n <= 2 ? AccountCode::bank_payout : AccountCode::client_payout, .owner = {7, n}});
  }

  void step(std::uint64_t n) {
    Chain chain;
    Model after = model_;
    bool allowed = true;
    for (std::uint64_t leg = 0, legs = 1 + chance_() % 3; leg < legs && allowed; ++leg) allowed = add_leg(chain, after, n, leg);
    ASSERT_EQ(ledger_.check(chain).has_value(), allowed) << "step " << n;
    if (!allowed) return;
    DebitsEqualCredits equal;
    NoFloorIsBroken floor;
    TotalsOnlyGrow grow;
    ledger_.apply(chain, transfer_id(n), [&](const Account& before, const Account& now) {
      equal.visit(before, now);
      floor.visit(before, now);
      grow.visit(before, now);
    });
    model_ = after;
    EXPECT_TRUE(equal.holds() && floor.holds() && grow.holds()) << "step " << n;
    compare(n);
  }

 private:
  // Chooses one transfer, says in the model what it does, and whether it may.
  bool add_leg(Chain& chain, Model& after, std::uint64_t n, std::uint64_t leg) {
    const std::uint64_t debit = 1 + chance_() % 6;
    const std::uint64_t credit = 1 + (debit + chance_() % 5) % 6;
    const auto amount = static_cast<std::int64_t>(1 + chance_() % 1'000);
    const std::uint32_t kind = chance_() % 4;
    if (kind >= 2 && !model_.open.empty()) {
      const auto chosen = std::next(model_.open.begin(), static_cast<std::ptrdiff_t>(chance_() % model_.open.size()));
      const TransferId id = nth(transfer_id(chosen->first >> 4), chosen->first & 15);
      const bool still_open = after.open.erase(chosen->first) == 1;
      const Model::Open& held = chosen->second;
      const std::int64_t posted = kind == 2 ? 1 + amount % held.amount : 0;
      chain.push_back(kind == 2 ? post(id, {posted}) : release(id));
      if (!still_open) return false;
      after.reserved[held.debit] -= held.amount;
      after.posted[held.debit] -= posted;
      after.posted[held.credit] += posted;
      return true;
    }
    chain.push_back(kind == 0 ? single(account_id(debit), account_id(credit), {amount})
                              : pending(account_id(debit), account_id(credit), {amount}));
    if (debit == credit) return false;
    if (kind == 0) {
      after.posted[debit] -= amount;
      after.posted[credit] += amount;
    } else {
      after.reserved[debit] += amount;
      after.open[n << 4 | leg] = {debit, credit, amount};
    }
    const bool floor = debit > 2;
    return !floor || after.posted[debit] - after.reserved[debit] >= 0;
  }

  void compare(std::uint64_t n) {
    for (std::uint64_t account = 1; account <= 6; ++account) {
      const Account* found = ledger_.find(account_id(account));
      EXPECT_EQ(found->credits_posted - found->debits_posted, model_.posted[account]) << "step " << n;
      EXPECT_EQ(found->debits_pending, model_.reserved[account]) << "step " << n;
    }
    EXPECT_EQ(ledger_.pending_count(), model_.open.size()) << "step " << n;
  }

  std::mt19937 chance_;
  Ledger ledger_;
  Model model_;
};

TEST(Ledger, ARandomWalkOfTenThousandStepsAgreesWithPlainArithmetic) {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    RandomWalk walk{seed};
    for (std::uint64_t n = 10; n < 10'010 && !testing::Test::HasFailure(); ++n) walk.step(n);
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace mohur::ledger
