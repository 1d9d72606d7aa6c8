// The conservation laws of the ledger: small classes, one sentence each, asked after every command in production.
//
// A law visits each account that a command moved, before and after, and then says whether it still holds. A broken law
// is a bug in this program, so the engine stops before anything of the command becomes durable.
#pragma once

#include <array>
#include <string_view>

#include "ledger/ledger.hpp"

namespace mohur::ledger {

// The sum of all debits equals the sum of all credits, posted and pending, in each mode and currency.
class DebitsEqualCredits {
 public:
  static constexpr std::string_view name = "debits_equal_credits";
  void visit(const Account& before, const Account& after);
  bool holds() const;

 private:
  __extension__ using Wide = __int128;
  struct Sum {
    Wide posted = 0;
    Wide pending = 0;
  };
  std::array<Sum, 2> by_mode_;
};

// No account that has a floor is overdrawn: what is reserved and gone never exceeds what came.
class NoFloorIsBroken {
 public:
  static constexpr std::string_view name = "no_floor_is_broken";
  void visit(const Account& before, const Account& after);
  bool holds() const { return holds_; }

 private:
  bool holds_ = true;
};

// Totals only grow, and nothing pending is below zero.
class TotalsOnlyGrow {
 public:
  static constexpr std::string_view name = "totals_only_grow";
  void visit(const Account& before, const Account& after);
  bool holds() const { return holds_; }

 private:
  bool holds_ = true;
};

}  // namespace mohur::ledger
