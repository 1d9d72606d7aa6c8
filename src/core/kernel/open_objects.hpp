// The objects that still wait for something: a moment, a rail, or money. They are always in memory.
//
// Each entry says when a timer must look at its object, whether it stands in a queue for balance, and what it has in flight.
// Timers run on the clock of the object's owner: real time for live mode, the client's own sandbox clock for test mode.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/neighbour_hash.hpp"
#include "kernel/event.hpp"

namespace mohur::kernel {

MOHUR_ENUM(OpenKind, (1, payin), (2, payout), (3, refund), (4, measure), (5, batch), (9, payout_schedule))

struct OpenObject {
  OpenKind kind = OpenKind::payout;
  ClientId client;
  Mode mode = Mode::test;
  std::optional<Time> due;                                             // on the owner's clock
  bool queued = false;                                                 // waits for balance
  Amount in_flight;                                                    // sent to a rail, outcome not final
  std::optional<ledger::TransferId> hold;                              // of the chain of pending transfers that belongs to it
  payments::QueuePriority priority = payments::QueuePriority::normal;  // of what is queued
  Amount needs;                                                        // what it waits for

  bool operator==(const OpenObject&) const = default;
  MOHUR_DESCRIBE(OpenObject, (1, kind), (2, client), (3, mode), (4, due), (5, queued), (6, in_flight), (7, hold), (8, priority),
                 (9, needs))
};

// Where a payout stands in its client's queue for balance: by priority, then the oldest first.
struct QueuePlace {
  payments::QueuePriority priority = payments::QueuePriority::normal;
  Key128 key;
  auto operator<=>(const QueuePlace&) const = default;
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
    Time due;  // on the owner's clock
  };

  OpenObjects() = default;
  OpenObjects(const OpenObjects&) = delete;  // entries point at their timers
  OpenObjects& operator=(const OpenObjects&) = delete;

  // Sets or, with nullopt, removes the entry of an object. Answers whether there is or was one.
  bool set(Key128 key, const std::optional<OpenObject>& entry);
  const OpenObject* find(Key128 key) const;

  // What a test client's clock says now. While it catches up, only timers before that moment fire.
  void set_clock(const payments::SandboxClock& clock);
  Duration ahead_of(ClientId client) const;

  // How far a client's clock may catch up in one step, from `from`: to the bank's next report, or just past the first timer
  // before it that may lead to another report. Nothing: all the way, since nothing more comes of what is due.
  std::optional<Time> next_step(ClientId client, Time from, std::optional<Time> next_report, Time now) const;

  // Objects whose time has come at this real time, earliest first; at most `most`. They stay until an event changes them.
  std::vector<Wake> due(Time now, std::size_t most) const;
  std::optional<Time> next_due() const;  // real time of the earliest timer

  // Those of a client's queued payouts that so much covers together, in order: up to the first that it does not.
  std::vector<Key128> covered(ClientId client, Mode mode, Amount balance) const;
  std::optional<QueuePlace> first_queued(ClientId client, Mode mode) const;
  // Whose payouts stand in a queue.
  using QueueOwner = std::pair<ClientId, Mode>;
  std::vector<QueueOwner> queue_owners() const;
  // Whose first in the queue has gone without taking any balance, since the last call: the next may have its turn.
  std::vector<QueueOwner> take_given_up() { return std::exchange(given_up_, {}); }

  // Sum of what is in flight, by kind: what the ledger's in-flight accounts must show.
  std::int64_t in_flight(OpenKind kind, Mode mode) const;
  std::size_t size() const { return entries_.size(); }

 private:
  using Timers = std::multimap<Time, Key128>;
  struct Entry {
    OpenObject object;
    Timers::iterator timer;  // where the object is due
  };
  // Whose clock a timer runs on: a client's, or with a zero id real time.
  struct Owner {
    ClientId client;
    Duration ahead;
    std::optional<Time> caught_up_to;
    Timers timers;
    std::optional<Time> first;  // real time of the earliest timer, as `firsts_` has it
    bool moved = false;         // stands in `moved_`

    bool may_fire(Time timer) const { return !caught_up_to || timer < *caught_up_to; }
  };

  Owner& owner_of(const OpenObject& object);
  void add(Key128 key, Entry& entry);
  void remove(Key128 key, const Entry& entry);
  void move(Owner& owner) const;
  void note_given_up(Key128 key, const std::optional<OpenObject>& after);
  const auto& firsts() const;  // brought up to date

  boost::unordered_flat_map<Key128, Entry, NeighbourHash> entries_;
  mutable std::map<ClientId, Owner> owners_;
  // In order of time. An owner whose earliest timer may have changed is put right when somebody asks: timers come and go with
  // each event, questions with each turn.
  mutable std::set<std::pair<Time, ClientId>> firsts_;
  mutable std::vector<Owner*> moved_;
  std::map<QueueOwner, std::set<QueuePlace>> queues_;
  std::vector<QueueOwner> given_up_;
  std::int64_t in_flight_[static_cast<std::size_t>(described_enumerators(OpenKind{}).back().value)][2] = {};
};

}  // namespace mohur::kernel
