// The accounts of the double-entry ledger: what each kind of account means, and what stands on one.
//
// Units    Totals are minor units of the account's currency, counted since the account was opened; they only grow,
//          except pending totals, which fall when a pending transfer is posted, voided or expires.
// Source   docs/ARCHITECTURE.md#ledger; two-phase accounts in TigerBeetle are the model.
#pragma once

#include <cstdint>
#include <optional>

#include "base/describe.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "money/mode.hpp"
#include "money/money.hpp"

namespace mohur::ledger {

using AccountId = Id<"acct">;
using TransferId = Id<"xfer">;

// An asset or expense grows by debits, a liability or income by credits.
MOHUR_ENUM(AccountType, (1, asset), (2, liability), (3, income), (4, expense))

// The chart of accounts. Client accounts have an owner; the others belong to the operator.
MOHUR_ENUM(AccountCode, (1, bank_escrow),  // escrow account at a bank: collections only
           (2, bank_payout),               // the account that payouts are made from
           (3, rail_receivable),           // captured on a rail, not yet credited by the bank
           (4, client_collections),        // collected for the client: refunds and settlements leave from here
           (5, client_payout),             // the client's payout balance: payouts reserve here
           (6, client_held),               // held back: dispute, risk, rolling reserve
           (7, in_flight_payout),          // sent, outcome not final
           (8, in_flight_refund), (9, in_flight_settlement), (10, platform_fees), (11, platform_tax_payable),
           (12, platform_suspense),      // credits that match nothing
           (13, platform_compensation))  // owed for late reversals

constexpr AccountType type_of(AccountCode code) {
  switch (code) {
    case AccountCode::bank_escrow:
    case AccountCode::bank_payout:
    case AccountCode::rail_receivable: return AccountType::asset;
    case AccountCode::client_collections:
    case AccountCode::client_payout:
    case AccountCode::client_held:
    case AccountCode::in_flight_payout:
    case AccountCode::in_flight_refund:
    case AccountCode::in_flight_settlement:
    case AccountCode::platform_tax_payable:
    case AccountCode::platform_suspense: return AccountType::liability;
    case AccountCode::platform_fees: return AccountType::income;
    case AccountCode::platform_compensation: return AccountType::expense;
  }
  return AccountType::asset;
}

// An account with a floor cannot be overdrawn. What banks report is fact and cannot be refused, so bank-side accounts have none.
constexpr bool has_floor(AccountCode code) {
  return code == AccountCode::client_collections || code == AccountCode::client_payout || code == AccountCode::client_held;
}

struct Account {
  static constexpr std::string_view object_name = "ledger_account";

  AccountId id;
  Mode mode = Mode::test;
  AccountCode code = AccountCode::bank_escrow;
  Key128 owner;  // the client's id; zero for the operator's accounts
  Currency currency = Currency::INR;
  Time created_at;
  std::int64_t debits_pending = 0;
  std::int64_t debits_posted = 0;
  std::int64_t credits_pending = 0;
  std::int64_t credits_posted = 0;

  // Posted balance on the account's own side: positive is normal.
  std::int64_t balance() const { return grows_by_credit() ? credits_posted - debits_posted : debits_posted - credits_posted; }
  // What may still leave: the balance less what pending transfers have reserved.
  std::int64_t available() const { return balance() - (grows_by_credit() ? debits_pending : credits_pending); }
  bool grows_by_credit() const {
    const AccountType type = type_of(code);
    return type == AccountType::liability || type == AccountType::income;
  }
  bool operator==(const Account&) const = default;

  MOHUR_DESCRIBE(Account, (1, id), (2, mode), (3, code, "Which account of the chart this is."), (4, owner, internal),
                 (5, currency), (6, created_at), (7, debits_pending, "Reserved to leave on the debit side, in minor units."),
                 (8, debits_posted, "Debited since the account was opened."),
                 (9, credits_pending, "Reserved on the credit side."),
                 (10, credits_posted, "Credited since the account was opened."))
};

}  // namespace mohur::ledger
