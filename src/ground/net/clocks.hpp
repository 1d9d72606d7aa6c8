// The two clocks of the machine: the time of day, and a time that only ever goes forward.
#pragma once

#include "base/time.hpp"

namespace mohur::net {

// The time of day, UTC. It can be set, so it may jump either way: it is for stamps, not for deadlines.
class SystemClock final : public Clock {
 public:
  Time now() override;
};

// Nanoseconds since some moment before the process began. It never goes back: it is for deadlines, not for stamps.
class SteadyClock final : public Clock {
 public:
  Time now() override;
};

}  // namespace mohur::net
