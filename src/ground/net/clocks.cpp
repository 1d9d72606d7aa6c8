#include "net/clocks.hpp"

#include <ctime>

namespace mohur::net {
namespace {

Time read(clockid_t which) {
  timespec at{};
  ::clock_gettime(which, &at);
  return {at.tv_sec * 1'000'000'000 + at.tv_nsec};
}

}  // namespace

Time SystemClock::now() { return read(CLOCK_REALTIME); }
Time SteadyClock::now() { return read(CLOCK_MONOTONIC); }

}  // namespace mohur::net
