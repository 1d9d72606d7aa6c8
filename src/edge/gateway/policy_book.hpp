// The policy book: which versions of the usage policy are published, and which clients have accepted which; always as durable.
//
// Use      Whoever goes on after a version is in force accepts it (P9.2). The gate asks at each call of a client; the book
//          answers once, with the version, and then not again unless the acceptance failed. So the journal gets one event for
//          each client and version, however many calls there are.
// Memory   A number for each client and version that was accepted.
// Threads  The reactor's only.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <vector>

#include "engine/archive.hpp"
#include "engine/shard.hpp"

namespace mohur::gateway {

class PolicyBook final : public engine::Subscriber {
 public:
  struct Entry {
    policy::PolicyVersionId id;
    std::uint32_t number = 0;
    Time published_at;
    Time effective_at;
    std::string change_summary;
  };

  Result<void> load(const engine::Archive& archive);
  void on_durable(std::uint64_t first_position, std::span<const kernel::Event> events) override;

  // The version that is in force; none before the first.
  const Entry* in_force(Time now) const;
  const Entry* find(std::uint32_t number) const;
  const std::vector<Entry>& published() const { return published_; }  // by number, from 1

  // The version that this client accepts by calling now; none when it has, or when that is on its way to the journal.
  const Entry* due_acceptance(registry::ClientId client, Time now);
  // The acceptance did not get into the journal: it is due again.
  void not_accepted(registry::ClientId client, std::uint32_t number) { accepted_.erase({client, number}); }

 private:
  void put(const policy::PolicyVersion& version);
  void put(const policy::PolicyAcceptance& acceptance) { accepted_.insert({acceptance.client, acceptance.number}); }

  std::vector<Entry> published_;
  boost::unordered_flat_set<std::pair<registry::ClientId, std::uint32_t>> accepted_;  // or about to be
};

}  // namespace mohur::gateway
