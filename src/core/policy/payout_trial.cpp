#include "policy/payout_trial.hpp"

#include <algorithm>

namespace mohur::policy {

PayoutTrial::PayoutTrial(const std::vector<PayoutLimit>& limits) : limits_(limits) {
  for (PayoutLimit& limit : limits_) {
    of_limits_.push_back({limit, 0, {}});
    limit.shadow.reset();  // on trial each of them refuses
    is_by_beneficiary_ = is_by_beneficiary_ || limit.is_of_each_beneficiary();
  }
}

Usage& PayoutTrial::usage_of(Key128 beneficiary) { return is_by_beneficiary_ ? by_beneficiary_[beneficiary] : nobodys_; }

// So that the looking costs little for each payout.
void PayoutTrial::forget_what_is_over(Time now) {
  if (by_beneficiary_.size() < forget_at_) return;
  boost::unordered::erase_if(by_beneficiary_, [now](const auto& entry) { return is_over(entry.second, now); });
  forget_at_ = std::max<std::size_t>(1'000, 2 * by_beneficiary_.size());
}

void PayoutTrial::accept(Key128 payout, Key128 beneficiary, const Spending& spending) {
  forget_what_is_over(spending.at);
  payouts_ += 1;
  amount_.minor += spending.amount.minor;
  Usage& of_beneficiary = usage_of(beneficiary);
  const LimitSet all{limits_, all_, 0};
  if (count({&all, 1}, spending, of_beneficiary)) {
    sent_[payout] = {beneficiary, spending};
    return;
  }
  refused_ += 1;
  refused_amount_.minor += spending.amount.minor;
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    Usage copy = all_, copy_of_beneficiary = of_beneficiary;
    const LimitSet alone{{&limits_[i], 1}, copy, 0};
    if (count({&alone, 1}, spending, copy_of_beneficiary)) continue;
    of_limits_[i].refused += 1;
    if (!of_limits_[i].first_at) of_limits_[i].first_at = spending.at;
  }
}

void PayoutTrial::undo(Key128 payout) {
  const auto found = sent_.find(payout);
  if (found == sent_.end()) return;
  release(found->second.spending, all_);
  release(found->second.spending, usage_of(found->second.beneficiary));
  sent_.erase(found);
}

}  // namespace mohur::policy
