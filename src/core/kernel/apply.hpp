// Applying an event to the state in memory: total, and the same whether the event is new or replayed.
#pragma once

#include "kernel/state.hpp"

namespace mohur::kernel {

// What an event moved besides its object: told to whoever keeps rows of it, and to the laws.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void account_moved(const ledger::Account& before, const ledger::Account& after) = 0;
  // `entry` is nothing when the object waits no longer; `reserved` are the pending transfers that are its own.
  virtual void open_object_changed(Key128 key, const std::optional<OpenObject>& entry,
                                   std::span<const ledger::Pending> reserved) = 0;
  virtual void nonce_let_go(const Nonce& nonce) = 0;
};

// What an event says that cannot have happened in this state; nothing when it may be applied. An event that was decided here
// never says such a thing: this is for events out of a journal, which may be damaged and chained again.
std::optional<std::string_view> contradiction(const State& state, const Event& event);

// The event, which contradicts nothing, becomes part of the state at the next position.
void apply(State& state, const Event& event, Observer& observer);

// Puts what an event that was applied just now says about its object on the shelves, for decisions before it is durable.
// The event must stay where it is until then.
void remember(State& state, const Event& event);

}  // namespace mohur::kernel
