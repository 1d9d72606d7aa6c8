#include "payments/balance_threshold.hpp"

#include <algorithm>

namespace mohur::payments {

std::optional<BalanceThreshold> crossed(const BalanceThreshold& threshold, Amount available, Time now) {
  const ThresholdStatus status = status_at(threshold.amount, available);
  if (threshold.status == ThresholdStatus::removed || threshold.status == status) return std::nullopt;
  BalanceThreshold after = threshold;
  after.status = status;
  after.available = available;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

Result<BalanceThreshold> remove(const BalanceThreshold& threshold, Time now) {
  if (threshold.status == ThresholdStatus::removed)
    return refuse(Outcome::state_conflict, {}, "The balance threshold is removed already.");
  BalanceThreshold after = threshold;
  after.status = ThresholdStatus::removed;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

void BalanceThresholds::put(const BalanceThreshold& changed) {
  const std::pair owner{changed.client, changed.mode};
  auto& list = by_owner_[owner];
  std::erase_if(list, [&](const Watched& watched) { return watched.id == changed.id; });
  if (changed.status != ThresholdStatus::removed) list.push_back({changed.id, changed.amount, changed.status});
  if (list.empty()) by_owner_.erase(owner);
}

std::vector<BalanceThresholdId> BalanceThresholds::contradicted_by(ClientId client, Mode mode, Amount available) const {
  std::vector<BalanceThresholdId> ids;
  const auto found = by_owner_.find({client, mode});
  if (found == by_owner_.end()) return ids;
  for (const Watched& watched : found->second)
    if (watched.status != status_at(watched.amount, available)) ids.push_back(watched.id);
  return ids;
}

std::size_t BalanceThresholds::count(ClientId client, Mode mode) const {
  const auto found = by_owner_.find({client, mode});
  return found == by_owner_.end() ? 0 : found->second.size();
}

}  // namespace mohur::payments
