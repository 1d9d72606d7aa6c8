#include "kernel/laws.hpp"

namespace mohur::kernel {

bool InFlightIsOpen::holds(const State& state) {
  for (const Mode mode : {Mode::test, Mode::live}) {
    const ledger::Account* payout = state.ledger.find(state.ledger.id_of(mode, ledger::AccountCode::in_flight_payout));
    const ledger::Account* refund = state.ledger.find(state.ledger.id_of(mode, ledger::AccountCode::in_flight_refund));
    if (payout == nullptr || refund == nullptr) continue;  // before the house is founded
    if (payout->credits_pending != state.open.in_flight(OpenKind::payout, mode) || payout->balance() != 0) return false;
    if (refund->balance() != state.open.in_flight(OpenKind::refund, mode)) return false;
  }
  return true;
}

void Laws::visit(const ledger::Account& before, const ledger::Account& after) {
  debits_equal_credits_.visit(before, after);
  no_floor_is_broken_.visit(before, after);
  totals_only_grow_.visit(before, after);
}

std::optional<std::string_view> Laws::broken(const State& state) {
  std::optional<std::string_view> name;
  if (!debits_equal_credits_.holds())
    name = ledger::DebitsEqualCredits::name;
  else if (!no_floor_is_broken_.holds())
    name = ledger::NoFloorIsBroken::name;
  else if (!totals_only_grow_.holds())
    name = ledger::TotalsOnlyGrow::name;
  else if (!InFlightIsOpen::holds(state))
    name = InFlightIsOpen::name;
  *this = Laws{};
  return name;
}

}  // namespace mohur::kernel
