// Applying an event to the state in memory: total, and the same whether the event is new or replayed.
#pragma once

#include "kernel/state.hpp"

namespace mohur::kernel {

// What an event moved besides its object: told to whoever keeps rows of it, and to the laws.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void account_moved(const ledger::Account& before, const ledger::Account& after) = 0;
  virtual void pending_opened(const ledger::Pending& pending) = 0;
  virtual void pending_closed(ledger::TransferId id) = 0;
  virtual void open_object_changed(Key128 key, const std::optional<OpenObject>& entry) = 0;
};

// The event becomes part of the state at the next position.
void apply(State& state, const Event& event, Observer& observer);

}  // namespace mohur::kernel
