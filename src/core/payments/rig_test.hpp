// What the tests of this room share: a client, beneficiaries of both kinds, and books with some money in them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "payments/refund.hpp"
#include "payments/virtual_account.hpp"

namespace mohur::payments {

inline constexpr Time kNow{1'795'329'000'000'000'000};  // 22 November 2026, a Sunday noon in India

class Desk {
 public:
  Desk() {
    using enum ledger::AccountCode;
    for (const auto code : {bank_escrow, bank_payout, rail_receivable, in_flight_payout, in_flight_refund, platform_fees,
                            platform_tax_payable, platform_suspense})
      open(code, {});
    for (const auto code : {client_collections, client_payout, client_held}) open(code, client.id.value);
    const auto all = []<class E>(std::vector<E>& list) {
      for (const auto& row : described_enumerators(E{})) list.push_back(row.value);
    };
    all(client.agreement.purposes);
    all(client.agreement.payer_types);
    all(client.agreement.rails);
    all(client.agreement.methods);
    client.agreement.fees = {{300}, 50};
  }

  void fund(std::int64_t minor) { move({ledger::single(books().bank_payout, books().payout, {minor})}); }
  void move(const ledger::Chain& chain) {
    EXPECT_TRUE(ledger.check(chain));
    ledger.apply(chain, next_transfer());
    ++moved_;
  }
  ledger::TransferId next_transfer() const { return {{9, moved_ << 16 | 1}}; }
  Books books() const { return books_of(ledger, Mode::test, client.id); }
  PayoutFacts facts(Time now = kNow) const { return {client, client.agreement, beneficiary, ledger, now, next_transfer()}; }

  registry::Client client{.id = {{1, 1}}, .status = registry::ClientStatus::approved};
  Beneficiary beneficiary{
      .id = {{2, 2}}, .client = {{1, 1}}, .kind = BeneficiaryKind::vendor, .destination = DestinationKind::bank_account};
  ledger::Ledger ledger;

 private:
  void open(ledger::AccountCode code, Key128 owner) {
    ledger.open({.id = {{3, static_cast<std::uint64_t>(code)}}, .code = code, .owner = owner});
  }
  std::uint64_t moved_ = 1;
};

std::string outcome_of(const auto& result) { return result ? "ok" : std::string{to_token(result.error().outcome)}; }

}  // namespace mohur::payments
