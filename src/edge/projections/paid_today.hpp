// What was paid today, to whom and how much: for the question whether a row of a batch pays somebody a second time.
//
// Counted  A payout from when it is made, whatever it waits for, on the day of its client's clock in India; no longer once it
//          comes to nothing.
// Memory   Some 40 bytes for each beneficiary and amount of a day; those of days before are let go of.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include "payments/payout.hpp"

namespace mohur::projections {

class PaidToday {
 public:
  // An event's payout, as it stands after it.
  void see(const payments::Payout& payout);
  // On a day of India, counted as in base/india.hpp.
  bool has(payments::BeneficiaryId beneficiary, Amount amount, std::int64_t day) const;
  std::size_t size() const { return paid_.size(); }
  // Forgets what was paid before that day of the server's.
  void let_go_before(std::int64_t day);

 private:
  struct Paid {
    std::int64_t day = 0;
    std::uint32_t payouts = 0;
  };
  boost::unordered_flat_map<std::pair<Key128, std::int64_t>, Paid> paid_;  // by beneficiary and amount
};

}  // namespace mohur::projections
