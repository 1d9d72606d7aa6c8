// What a movement costs the client: the plan's fee and the tax on it.
#pragma once

#include "money/money.hpp"
#include "registry/client.hpp"

namespace mohur::payments {

// GST on financial services: 18 % since 1 Jul 2017.
inline constexpr std::int64_t kGstBasisPoints = 1'800;

struct Fee {
  Amount fee;
  Amount tax;
};

inline Fee with_tax(Amount fee) { return {fee, share_of(fee, kGstBasisPoints)}; }
inline Fee payout_fee(const registry::FeePlan& plan) { return with_tax(plan.payout); }
inline Fee payin_fee(const registry::FeePlan& plan, Amount amount) { return with_tax(share_of(amount, plan.payin_basis_points)); }

}  // namespace mohur::payments
