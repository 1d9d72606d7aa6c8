// How a call has its long work done at a desk, before it is read or prepared.
#pragma once

#include "gateway/desk.hpp"
#include "gateway/route.hpp"

namespace mohur::gateway {

// `work` answers a Result on the desk's thread; `take` puts what is in it where the call will look for it. A refusal, of the work
// or for want of room at the desk, ends the call.
template <class Work, class Take>
void at_desk(Desk& desk, GoOn go_on, Work work, Take take) {
  const auto asked = desk.ask([work = std::move(work), take, go_on](const std::stop_token& stop) -> Desk::Tell {
    auto done = std::make_shared<decltype(work(stop))>(work(stop));
    return [done, take, go_on] {
      if (!*done) return go_on(all_of(done->error()));
      take(std::move(**done));
      go_on({});
    };
  });
  if (!asked) go_on(all_of(asked.error()));
}

}  // namespace mohur::gateway
