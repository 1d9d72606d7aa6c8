// The objects that still wait for something: a moment, a rail, or money. They are always in memory.
//
// Each entry says when a timer must look at its object, whether it stands in a queue for balance, and what it has in flight.
// Timers run on the clock of the object's owner: real time for live mode, the client's own sandbox clock for test mode.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <map>
#include <set>
#include <vector>

#include "kernel/event.hpp"

namespace mohur::kernel {

MOHUR_ENUM(OpenKind, (1, payin), (2, payout), (3, refund))

struct OpenObject {
  OpenKind kind = OpenKind::payout;
  ClientId client;
  Mode mode = Mode::test;
  std::optional<Time> due;  // on the owner's clock
  bool queued = false;      // waits for balance
  Amount in_flight;         // sent to a rail, outcome not final

  bool operator==(const OpenObject&) const = default;
  MOHUR_DESCRIBE(OpenObject, (1, kind), (2, client), (3, mode), (4, due), (5, queued), (6, in_flight))
};

// What an object still waits for; nothing when it is finished or is of a kind that never waits.
std::optional<OpenObject> waits(const Object& object);

class OpenObjects {
 public:
  struct Wake {
    OpenKind kind;
    Key128 key;
    ClientId client;
    Mode mode;
  };

  // Sets or, with nullopt, removes the entry of an object.
  void set(Key128 key, const std::optional<OpenObject>& entry);
  const OpenObject* find(Key128 key) const;

  // A test client's clock now runs this far ahead.
  void set_clock(ClientId client, Duration ahead);
  Duration ahead_of(ClientId client) const;

  // Objects whose time has come at this real time, earliest first; at most `most`. They stay until an event changes them.
  std::vector<Wake> due(Time now, std::size_t most) const;
  std::optional<Time> next_due() const;  // real time of the earliest timer

  // Queued payouts of a client, oldest first.
  std::vector<Key128> queued(ClientId client, Mode mode) const;
  // Whose payouts stand in a queue.
  std::vector<std::pair<ClientId, Mode>> queue_owners() const;

  // Sum of what is in flight, by kind: what the ledger's in-flight accounts must show.
  std::int64_t in_flight(OpenKind kind, Mode mode) const;
  std::size_t size() const { return entries_.size(); }
  const auto& entries() const { return entries_; }

 private:
  struct Owner {
    ClientId client;  // zero: real time
    auto operator<=>(const Owner&) const = default;
  };
  using Timers = std::set<std::pair<Time, Key128>>;

  static Owner owner_of(const OpenObject& entry) { return {entry.mode == Mode::test ? entry.client : ClientId{}}; }
  void add(Key128 key, const OpenObject& entry);
  void remove(Key128 key, const OpenObject& entry);
  void set_first(Owner owner);  // keeps firsts_ in step with the owner's earliest timer

  boost::unordered_flat_map<Key128, OpenObject> entries_;
  std::map<Owner, Timers> timers_;
  std::map<Owner, Time> first_of_;           // real time of each owner's earliest timer
  std::set<std::pair<Time, Owner>> firsts_;  // the same, in order of time
  std::map<std::pair<ClientId, Mode>, std::set<Key128>> queues_;
  boost::unordered_flat_map<ClientId, Duration> ahead_;
  std::int64_t in_flight_[3][2] = {};
};

}  // namespace mohur::kernel
