// A virtual account: an account number and VPA of the client's own, to which bank transfers are matched.
//
// One that names a pay-in collects for that pay-in; one that names none makes a pay-in of every credit.
#pragma once

#include "payments/payin.hpp"

namespace mohur::payments {

MOHUR_ENUM(VirtualAccountStatus, (1, active), (2, closed))

struct VirtualAccount {
  static constexpr std::string_view object_name = "virtual_account";

  VirtualAccountId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  VirtualAccountStatus status = VirtualAccountStatus::active;
  AccountNumber account_number;
  Ifsc ifsc;
  std::optional<PayinId> payin;
  PayerType payer_type = PayerType::customer;  // of the pay-ins it makes
  std::optional<ReferenceId> reference_id;
  std::optional<SealedNotes> metadata;
  Amount amount_received;

  bool operator==(const VirtualAccount&) const = default;
  MOHUR_DESCRIBE(VirtualAccount, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence), (7, status),
                 (8, account_number, "Where payers send the money."), (9, ifsc), (10, payin, "The pay-in that it collects for."),
                 (11, payer_type), (12, reference_id), (13, metadata), (14, amount_received))
};

inline Result<VirtualAccount> close(const VirtualAccount& account, Time now) {
  if (account.status == VirtualAccountStatus::closed)
    return refuse(Outcome::state_conflict, {}, "The virtual account is closed already.");
  VirtualAccount after = account;
  after.status = VirtualAccountStatus::closed;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

// A credit that a bank reported: matched to a virtual account, or in suspense until a person matches it.
using BankCreditId = Id<"credit">;
MOHUR_ENUM(BankCreditStatus, (1, matched), (2, suspense))

struct BankCredit {
  static constexpr std::string_view object_name = "bank_credit";

  BankCreditId id;
  std::optional<ClientId> client;  // of the virtual account, when it is matched
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  BankCreditStatus status = BankCreditStatus::matched;
  Amount amount;
  Currency currency = Currency::INR;
  Utr utr;
  std::optional<VirtualAccountId> virtual_account;
  std::optional<AttemptId> attempt;
  std::optional<Sealed> payer;

  bool operator==(const BankCredit&) const = default;
  MOHUR_DESCRIBE(BankCredit, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence), (7, status),
                 (8, amount), (9, currency), (10, utr), (11, virtual_account), (12, attempt), (13, payer))
};

// Money put on a client's payout balance.
using FundingId = Id<"fund">;

struct Funding {
  static constexpr std::string_view object_name = "funding";

  FundingId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  Amount amount;
  Currency currency = Currency::INR;
  Utr utr;

  bool operator==(const Funding&) const = default;
  MOHUR_DESCRIBE(Funding, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence), (7, amount),
                 (8, currency), (9, utr, "The bank's reference of the credit."))
};

// How far a client's sandbox clock runs ahead of real time. Test mode only; it never goes back.
// A client's clock in test mode. After it was moved, what fell due on the way happens in the order of its time: until that is
// done, `caught_up_to` says how far it is.
struct SandboxClock {
  static constexpr std::string_view object_name = "sandbox_clock";

  ClientId client;
  Time updated_at;
  std::uint32_t sequence = 0;
  Duration ahead;
  std::optional<Time> caught_up_to;  // on this clock: timers before it have fired, and reports up to it may come

  bool operator==(const SandboxClock&) const = default;
  MOHUR_DESCRIBE(SandboxClock, (1, client), (2, updated_at), (3, sequence), (4, ahead, internal), (5, caught_up_to, internal))
};

}  // namespace mohur::payments
