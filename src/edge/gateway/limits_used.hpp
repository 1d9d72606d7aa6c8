// Limits on payouts as callers see them: what each allows, and what of it is used.
#pragma once

#include <span>

#include "gateway/call.hpp"
#include "gateway/outputs.hpp"

namespace mohur::gateway {

// In the call's mode and on its client's clock; `owner` has the counters: a client or a sublicence.
Result<std::vector<PayoutLimitUsed>> used_of(const Call& call, std::span<const registry::PayoutLimit> limits, Key128 owner);

}  // namespace mohur::gateway
