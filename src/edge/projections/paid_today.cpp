#include "projections/paid_today.hpp"

#include "base/india.hpp"

namespace mohur::projections {

void PaidToday::see(const payments::Payout& payout) {
  const std::pair place{payout.beneficiary.value, payout.amount.minor};
  const std::int64_t day = india::day_of(payout.created_at);
  if (payout.sequence == 1) {
    Paid& paid = paid_[place];
    if (paid.day != day) paid = {day, 0};
    paid.payouts += 1;
  } else if (payments::is_undone(payout.status)) {
    const auto found = paid_.find(place);
    if (found == paid_.end() || found->second.day != day) return;
    if (--found->second.payouts == 0) paid_.erase(found);
  }
}

bool PaidToday::has(payments::BeneficiaryId beneficiary, Amount amount, std::int64_t day) const {
  const auto found = paid_.find({beneficiary.value, amount.minor});
  return found != paid_.end() && found->second.day == day;
}

void PaidToday::let_go_before(std::int64_t day) {
  boost::unordered::erase_if(paid_, [day](const auto& each) { return each.second.day < day; });
}

}  // namespace mohur::projections
