// What holds the server to each clause of the usage policy, and how often it did.
#pragma once

#include <array>

#include "engine/shard.hpp"
#include "gateway/outputs.hpp"

namespace mohur::gateway {

// How many events of each type there were since this server began.
class EventTally final : public engine::Subscriber {
 public:
  explicit EventTally(Time since) : since_(since) {}
  void on_durable(std::uint64_t first_position, std::span<const kernel::Event> events) override;
  std::uint64_t of(kernel::EventType type) const { return counts_[static_cast<std::size_t>(type)]; }
  Time since() const { return since_; }

 private:
  const Time since_;
  std::array<std::uint64_t, 256> counts_{};
};

struct Route;

// In the order of the clauses, without counts.
std::vector<ClauseCoverage> policy_coverage(std::span<const Route> routes);

}  // namespace mohur::gateway
