#include "ledger/laws.hpp"

namespace mohur::ledger {

void DebitsEqualCredits::visit(const Account& before, const Account& after) {
  Sum& sum = by_mode_[after.mode == Mode::test ? 0 : 1];
  sum.posted += after.debits_posted - before.debits_posted;
  sum.posted -= after.credits_posted - before.credits_posted;
  sum.pending += after.debits_pending - before.debits_pending;
  sum.pending -= after.credits_pending - before.credits_pending;
}

bool DebitsEqualCredits::holds() const {
  for (const Sum& sum : by_mode_)
    if (sum.posted != 0 || sum.pending != 0) return false;
  return true;
}

void NoFloorIsBroken::visit(const Account&, const Account& after) {
  if (has_floor(after.code) && after.available() < 0) holds_ = false;
}

void TotalsOnlyGrow::visit(const Account& before, const Account& after) {
  if (after.debits_posted < before.debits_posted || after.credits_posted < before.credits_posted) holds_ = false;
  if (after.debits_pending < 0 || after.credits_pending < 0) holds_ = false;
}

}  // namespace mohur::ledger
