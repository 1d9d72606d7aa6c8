// What rails report. `as_of` is when it happened, on the client's sandbox clock; absent: now.
#pragma once

#include "kernel/event.hpp"
#include "registry/life.hpp"

namespace mohur::kernel {

struct ReportCollection {  // a payer's try on a pay-in, by UPI
  payments::PayinId payin;
  Key128 claim;  // look-up key of the rail's reference of this try
  payments::CollectionReport report;
  std::optional<Time> as_of = std::nullopt;
};
struct ReportBankCredit {  // a bank transfer arrived
  Mode mode = Mode::test;
  std::optional<Key128> account_claim;  // look-up key of the account number it was sent to
  Amount amount;
  payments::Utr utr;
  Key128 claim;  // look-up key of the bank reference
  std::optional<Sealed> payer;
  std::optional<Time> as_of = std::nullopt;
};
struct ReportEscrowCredit {  // the bank credited the escrow account with a captured attempt
  payments::AttemptId attempt;
  std::optional<Time> as_of = std::nullopt;
};
struct ReportPayout {
  payments::PayoutId payout;
  payments::RailReport report;
  std::optional<Time> as_of = std::nullopt;
};
struct ReportRefund {
  payments::RefundId refund;
  payments::RailReport report;
  std::optional<Time> as_of = std::nullopt;
};

}  // namespace mohur::kernel
