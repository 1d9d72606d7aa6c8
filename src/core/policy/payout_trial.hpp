// A trial: what limits on payouts would have refused of payouts that were, had they been in force all the while.
//
// What a limit would have refused counts in none of them afterwards, as it would not have been sent; what was sent and did not go
// out in the end is given back. Before the first payout nothing is used.
// Source   policy clause P3.3
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <vector>

#include "policy/payout_limits.hpp"

namespace mohur::policy {

class PayoutTrial {
 public:
  struct OfLimit {
    PayoutLimit limit;
    std::uint64_t refused = 0;
    std::optional<Time> first_at;  // when it would have refused first
  };

  explicit PayoutTrial(const std::vector<PayoutLimit>& limits);

  // It was accepted; in the order in which they were.
  void accept(Key128 payout, Key128 beneficiary, const Spending& spending);
  // It failed, was cancelled or came back.
  void undo(Key128 payout);

  std::uint64_t payouts() const { return payouts_; }
  Amount amount() const { return amount_; }
  std::uint64_t refused() const { return refused_; }
  Amount refused_amount() const { return refused_amount_; }
  const std::vector<OfLimit>& limits() const { return of_limits_; }

 private:
  struct Sent {
    Key128 beneficiary;
    Spending spending;
  };
  Usage& usage_of(Key128 beneficiary);
  void forget_what_is_over(Time now);

  std::vector<PayoutLimit> limits_;
  std::vector<OfLimit> of_limits_;
  bool is_by_beneficiary_ = false;
  Usage all_;
  Usage nobodys_;
  boost::unordered_flat_map<Key128, Usage> by_beneficiary_;
  std::size_t forget_at_ = 1'000;  // so many beneficiaries
  boost::unordered_flat_map<Key128, Sent> sent_;
  std::uint64_t payouts_ = 0, refused_ = 0;
  Amount amount_, refused_amount_;
};

}  // namespace mohur::policy
