// What the sandbox bank does with a destination: a script of reports, chosen by magic values.
//
// The table is docs/reference/sandbox.md. An account number or VPA that is not in it succeeds at once.
#pragma once

#include <span>
#include <string_view>

#include "payments/payout.hpp"

namespace mohur::rails {

// One report of the bank, so long after the dispatch, on the client's clock.
struct Step {
  Duration after;
  payments::RailVerdict verdict = payments::RailVerdict::succeeded;
  payments::PayoutReason reason = payments::PayoutReason::payout_processed;
};

struct Script {
  std::string_view account_number;
  std::string_view vpa;
  std::string_view sentence;
  std::span<const Step> steps;
};

std::span<const Script> all_scripts();

// The script of a destination; exactly one of the two is not empty.
const Script& script_of(std::string_view account_number, std::string_view vpa);

// Refunds are told apart by the last two digits of their amount.
const Script& refund_script_of(Amount amount);

}  // namespace mohur::rails
