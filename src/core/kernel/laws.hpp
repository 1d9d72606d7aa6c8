// The conservation laws, asked together after every command: what they need to see, and which one is broken.
#pragma once

#include <optional>
#include <string_view>

#include "kernel/state.hpp"
#include "ledger/laws.hpp"

namespace mohur::kernel {

// What the ledger shows as in flight is exactly the sum of the payouts and refunds that are open.
class InFlightIsOpen {
 public:
  static constexpr std::string_view name = "in_flight_is_open";
  static bool holds(const State& state);
};

class Laws {
 public:
  void visit(const ledger::Account& before, const ledger::Account& after);

  // The name of the first broken law, if any; then forgets what it saw.
  std::optional<std::string_view> broken(const State& state);

 private:
  ledger::DebitsEqualCredits debits_equal_credits_;
  ledger::NoFloorIsBroken no_floor_is_broken_;
  ledger::TotalsOnlyGrow totals_only_grow_;
};

}  // namespace mohur::kernel
