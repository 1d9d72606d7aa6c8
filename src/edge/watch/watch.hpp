// The watch: sees what no single call shows, and raises an alert for people. It hinders nobody.
//
// Calls    Those that fit nothing, and those of keys without an allow-list, as the gate tells of them.
// Events   New beneficiaries and failed payouts, as the journal has them. At a start those of the last day are looked at again, a
//          million at most; of calls nothing is kept.
// Rules    The watch rules in force at the time of what is seen (policy/watch_rules.hpp).
// Alert    One a day of each kind and subject: the core holds a claim for it, so that a start raises none twice.
// Lanes    Each kind counts, waits and is brought to the core by itself, and strangers without a key apart from keys: whoever
//          floods one lane hides nothing in another. Of a lane kMostWaiting alerts wait, and sixty an hour are brought, twenty of
//          them at once. While it has no room it counts nothing.
// Threads  The reactor's thread only.
// Source   policy clauses P1.5, P3.1, P3.4, P5.1
#pragma once

#include <array>
#include <deque>
#include <functional>

#include "base/ip_address.hpp"
#include "crypto/sha256.hpp"
#include "engine/archive.hpp"
#include "engine/shard.hpp"
#include "kernel/command.hpp"
#include "policy/rate.hpp"
#include "vault/vault.hpp"
#include "watch/sightings.hpp"

namespace mohur::watch {

// A call, as far as the watch looks at it.
struct CallSeen {
  Key128 request;
  Time at;
  IpAddress from;
  std::optional<registry::CredentialId> credential;  // of a client, where the call showed a right one
  registry::ClientId client;
  Mode mode = Mode::live;
};

class Watch final : public engine::Subscriber {
 public:
  static constexpr std::size_t kMostWaiting = 250;
  static constexpr std::uint64_t kMostRecalled = 1'000'000;  // events
  static constexpr std::size_t kLookedAt = 16'384;           // bytes of each part of a call

  Watch(const vault::Vault& vault, Random& random);

  // The rules that were approved, and the events of the last day.
  Result<void> load(const engine::Archive& archive, const journal::Place& events, Time now);

  // Of a key without an allow-list, or of one that has one from elsewhere.
  void key_came(const CallSeen& call);
  // `asked` are the parts of the call that say what it asks for: calls that are equal in them are the same.
  void was_refused(const CallSeen& call, Outcome outcome, std::initializer_list<std::string_view> asked);
  void on_durable(std::uint64_t first_position, std::span<const kernel::Event> events) override;

  // Brings alerts to the core: `submit` answers whether it took the command. What it did not take waits on.
  using Submit = std::function<bool(kernel::Command)>;
  void report(Time now, const Submit& submit);
  // Of one that the core took and then refused.
  void wait_again(kernel::Command command);

  std::size_t waiting() const;

 private:
  enum class Lane : std::uint8_t { strangers, probing, key_sharing, shared_destination, failing_payouts };
  static constexpr std::size_t kLanes = 5;
  struct Traffic {
    Sightings sightings;
    std::deque<kernel::Command> waiting;
    policy::Meter meter;
  };
  struct Whose {
    Subject subject;
    registry::ClientId client;
    std::optional<registry::CredentialId> credential = std::nullopt;
    std::optional<std::string> address = std::nullopt;
  };
  static Lane lane_of(policy::AlertKind kind, bool is_stranger);
  Traffic& traffic(Lane lane) { return lanes_[static_cast<std::size_t>(lane)]; }
  void see(policy::AlertKind kind, const Whose& whose, const Thing& thing);
  void see(const kernel::Event& event);
  bool was_raised(Key128 claim) const;
  Result<void> recall(const engine::Archive& archive, const journal::Place& events, Time now);

  const vault::Vault& vault_;
  const std::string secret_;                        // of marks: whoever calls chooses what is marked
  const engine::Archive* recalled_from_ = nullptr;  // while events are looked at again
  crypto::Sha256 hash_;
  policy::WatchRulesBook rules_;
  std::vector<Traffic> lanes_;
  std::array<std::uint64_t, 4'096> came_{};  // where a key came from in this minute: most calls are like the one before
};

// Calls with this outcome look for something that is not there for them.
bool fits_nothing(Outcome outcome);

}  // namespace mohur::watch
