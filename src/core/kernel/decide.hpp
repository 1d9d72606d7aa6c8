// Deciding: a command and the state in memory give events, or one refusal. Pure: it changes nothing and asks nobody.
//
// When a look-up missed something that is not in memory, the answer does not count: the state has noted what was missed
// (State::take_missed), the engine fetches it and decides again.
#pragma once

#include "kernel/state.hpp"

namespace mohur::kernel {

// What a command comes to. A replay is a call that was made before with the same Idempotency-Key: nothing happens now, the
// answer is that of the first event, which lies at `replay_of`.
struct Decided {
  std::vector<Event> events;
  std::optional<std::uint64_t> replay_of;
  std::optional<Key128> existing;  // the call asked for something that exists already: this object is the answer
};

Result<Decided> decide(const State& state, const Command& command);

// Commands that time and balance ask for: timers that are due, and queued payouts of the clients whose balance rose.
std::vector<Intent> due_intents(const State& state, Time now, std::size_t most);
std::vector<Intent> queue_intents(const State& state, ClientId client, Mode mode);

}  // namespace mohur::kernel
