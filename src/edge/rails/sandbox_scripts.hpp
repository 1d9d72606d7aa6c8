// What the sandbox bank does with a destination, and what a payer does when told: scripts of reports, by magic values.
//
// The tables are docs/reference/sandbox.md. An account number or VPA that is not in them succeeds at once.
// Places   of scripts in all_scripts() are in the bank's book: rows are appended, never moved.
// Units    Times are on the client's sandbox clock, counted from the dispatch; amounts are minor units.
#pragma once

#include <span>
#include <string_view>

#include "payments/payin.hpp"
#include "payments/payout.hpp"

namespace mohur::rails {

// One report of the bank about a payout or a refund.
struct Step {
  Duration after;
  payments::RailVerdict verdict = payments::RailVerdict::succeeded;
  payments::PayoutReason reason = payments::PayoutReason::payout_processed;
};

struct Script {
  std::string_view account_number;  // empty: not reached by account number
  std::string_view vpa;             // empty: not reached by VPA
  std::string_view sentence;
  std::span<const Step> steps;  // at least one; the first is at once
};

std::span<const Script> all_scripts();
std::uint32_t place_of(const Script& script);

// The script of a destination; exactly one of the two is not empty.
const Script& script_of(std::string_view account_number, std::string_view vpa);
// Of this dispatch of a payout: some destinations go well by another rail, or when the same is sent again.
const Script& script_of(const payments::Payout& payout, std::string_view account_number, std::string_view vpa);

// Refunds are told apart by the last two digits of their amount.
const Script& refund_script_of(Amount amount);

// Of a dispatch that was asked about and had never come.
const Script& never_came();

// What a payer does who is told to.
MOHUR_ENUM(PayerScript, (1, succeed), (2, fail), (3, pending_then_succeed), (4, succeed_twice), (5, pay_less), (6, pay_more))

// One report about a payer's try. Steps with different tries are different attempts.
struct PayerStep {
  Duration after;
  payments::AttemptStatus status = payments::AttemptStatus::succeeded;
  std::int64_t more_minor = 0;  // than is due; at least one minor unit is paid
  std::size_t attempt = 0;      // 0 or 1
};

std::span<const PayerStep> steps_of(PayerScript script);

}  // namespace mohur::rails
