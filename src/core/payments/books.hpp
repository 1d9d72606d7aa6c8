// The ledger accounts that a client's movements use, by name instead of by id.
#pragma once

#include "ledger/ledger.hpp"
#include "registry/client.hpp"

namespace mohur::payments {

struct Books {
  ledger::AccountId bank_escrow, bank_payout, rail_receivable, in_flight_payout, in_flight_refund;
  ledger::AccountId platform_fees, platform_tax_payable, platform_suspense;
  ledger::AccountId collections, payout, held;
};

inline Books books_of(const ledger::Ledger& ledger, Mode mode, registry::ClientId client) {
  using enum ledger::AccountCode;
  const auto house = [&](ledger::AccountCode code) { return ledger.id_of(mode, code); };
  const auto own = [&](ledger::AccountCode code) { return ledger.id_of(mode, code, client.value); };
  return {house(bank_escrow),          house(bank_payout),       house(rail_receivable),
          house(in_flight_payout),     house(in_flight_refund),  house(platform_fees),
          house(platform_tax_payable), house(platform_suspense), own(client_collections),
          own(client_payout),          own(client_held)};
}

}  // namespace mohur::payments
