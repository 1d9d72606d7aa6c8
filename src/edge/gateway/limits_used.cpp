#include "gateway/limits_used.hpp"

namespace mohur::gateway {
namespace {

// What each beneficiary has used is counted apart, and not told here.
PayoutLimitUsed shown(const registry::PayoutLimit& limit, const policy::Used& so_far) {
  PayoutLimitUsed used{
      .limit = limit, .used_amount = {}, .used_count = {}, .window_ends_at = so_far.until, .would_have_refused = {}};
  if (limit.is_of_each_beneficiary()) return used;
  if (limit.is_shadow()) used.would_have_refused = so_far.would_have_refused;
  if (limit.window == registry::LimitWindow::transaction) return used;
  used.used_amount = so_far.amount;
  used.used_count = so_far.count;
  return used;
}

}  // namespace

Result<std::vector<PayoutLimitUsed>> used_of(const Call& call, std::span<const registry::PayoutLimit> limits, Key128 owner) {
  MOHUR_TRY_SET(usage, call.services.archive.get<policy::Usage>(owner));
  MOHUR_TRY_SET(clock, call.services.archive.get<payments::SandboxClock>(call.client.value));
  const Time now = call.services.clock.now();
  const Time on_its_clock = call.mode == Mode::test && clock ? now + clock->ahead : now;
  std::vector<PayoutLimitUsed> used;
  for (const registry::PayoutLimit& limit : limits)
    used.push_back(shown(limit, policy::used(limit, usage.value_or(policy::Usage{}), call.mode, on_its_clock)));
  return used;
}

}  // namespace mohur::gateway
