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
  std::size_t added = 0;  // events
  std::optional<std::uint64_t> replay_of;
  std::optional<Key128> existing;  // the call asked for something that exists already: this object is the answer
};

// Adds its events to the list; where it is refused the list stays as it was.
Result<Decided> decide(const State& state, const Command& command, std::vector<Event>& events);

// Look-up keys that deciding this command asks for, unless it is refused before. A new key is nowhere, so whoever looks these
// up beforehand need not decide the command twice.
struct AskedFirst {
  std::optional<Key128> answer;
  std::optional<Key128> claim;
};
AskedFirst asked_first(const Command& command);

// Commands that time and balance ask for: timers that are due, and those of a client's queued payouts that its balance covers.
std::vector<Intent> due_intents(const State& state, Time now, std::size_t most);
std::vector<Intent> queue_intents(const State& state, ClientId client, Mode mode);

}  // namespace mohur::kernel
