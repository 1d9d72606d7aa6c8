// A threshold of a client's payout balance: the client is told when less than that is available, and when it is enough again.
//
//   above ⇄ below;  above, below ──▶ removed
//
// Told     Once each time that the balance falls through it, by an event and, in live mode, by a notice; what is reserved is not
//          available. It never holds anything up.
// Source   docs/reference/payouts.md
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "base/describe.hpp"
#include "base/result.hpp"
#include "money/mode.hpp"
#include "money/money.hpp"
#include "registry/agreement.hpp"

namespace mohur::payments {

using BalanceThresholdId = Id<"bthr">;
using registry::ClientId;

MOHUR_ENUM(ThresholdStatus, (1, above), (2, below), (3, removed))

struct BalanceThreshold {
  static constexpr std::string_view object_name = "balance_threshold";

  BalanceThresholdId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  ThresholdStatus status = ThresholdStatus::above;
  Amount amount;
  Currency currency = Currency::INR;
  Amount available;

  bool operator==(const BalanceThreshold&) const = default;
  MOHUR_DESCRIBE(BalanceThreshold, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence),
                 (7, status, "Where the balance stands; below when less than the amount is available."),
                 (8, amount, "Minor units: paise for INR."), (9, currency),
                 (10, available, "Of the payout balance, when it was set or last crossed."))
};

inline constexpr std::size_t kMostThresholds = 5;  // of each client in each mode

constexpr ThresholdStatus status_at(Amount threshold, Amount available) {
  return available < threshold ? ThresholdStatus::below : ThresholdStatus::above;
}

// Where it stands with so much available; nothing where that is known. Of one that is not removed.
std::optional<BalanceThreshold> crossed(const BalanceThreshold& threshold, Amount available, Time now);
// Errors: state_conflict.
Result<BalanceThreshold> remove(const BalanceThreshold& threshold, Time now);

// All that are not removed, so that a balance that moves is compared with few numbers.
class BalanceThresholds {
 public:
  void put(const BalanceThreshold& changed);
  // Those that say something else than this balance does.
  std::vector<BalanceThresholdId> contradicted_by(ClientId client, Mode mode, Amount available) const;
  std::size_t count(ClientId client, Mode mode) const;
  // Calls `f(client, mode)` for each balance that has thresholds.
  template <class F>
  void for_each_balance(F&& f) const {
    for (const auto& [owner, list] : by_owner_) f(owner.first, owner.second);
  }

 private:
  struct Watched {
    BalanceThresholdId id;
    Amount amount;
    ThresholdStatus status;
  };
  std::map<std::pair<ClientId, Mode>, std::vector<Watched>> by_owner_;
};

}  // namespace mohur::payments
