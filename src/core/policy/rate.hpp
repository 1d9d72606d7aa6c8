// A rate: how many calls may come in a span of time, and how many of them at once. Exact, for any pattern of calls.
//
// Method   The generic cell rate algorithm. A meter holds one moment: when all that was taken will have drained, at one call
//          each `spacing`. A call is admitted when the backlog afterwards is no more than the burst.
// Bound    In any span w at most `burst` + w / spacing calls are admitted, wherever the span begins: no edge of a window can
//          be used twice. A refused call takes nothing.
// Change   A meter remembers the spacing that it was filled under. Under another rate the calls that have not drained stay the
//          same number, rounded up: a change of plan neither gives calls back nor takes them twice.
// Units    Nanoseconds of whatever clock the caller uses, as long as it never goes backwards.
// Source   ITU-T I.371, annex A; draft-ietf-httpapi-ratelimit-headers for what is told; policy clauses P6.1, P6.2
#pragma once

#include <optional>
#include <span>

#include "base/describe.hpp"
#include "base/time.hpp"

namespace mohur::policy {

struct Rate {
  std::uint32_t quota = 0;     // calls in each window; 1 to 1,000,000
  std::uint32_t window_s = 0;  // seconds; 1 to 2,678,400 (31 days)
  std::uint32_t burst = 0;     // calls at once; 1 to `quota`
  std::optional<bool> shadow = std::nullopt;

  bool is_shadow() const { return shadow.value_or(false); }
  bool operator==(const Rate&) const = default;
  MOHUR_DESCRIBE(Rate, (1, quota, "Calls in each window."), (2, window_s, "The window, in seconds."),
                 (3, burst, "Calls that may come at once."),
                 (4, shadow, "Whether it is only tried out: it counts and refuses nothing."))
};

bool is_valid(const Rate& rate);

// How long one call takes to drain, rounded up, so that never more than the quota drain in a window.
Duration spacing_of(const Rate& rate);

struct Meter {
  Time drained_at;   // when nothing is left of what was taken
  Duration spacing;  // of the rate under which it was taken; zero: nothing was taken yet
};

// What a meter says at one moment.
struct Reading {
  std::uint32_t remaining = 0;       // calls that would be admitted now
  std::optional<Duration> more_in;   // until one more would be; nothing when all of the burst is there
  std::optional<Duration> retry_in;  // until the next call would be; nothing when it would be now
};
Reading read(const Rate& rate, const Meter& meter, Time now);

// A rate with its meter, as one of several that apply to a call.
struct Applied {
  const Rate* rate;
  Meter* meter;
};

// Takes from all of them, or from none. The answer to a refusal is the index of the one that makes the call wait longest.
std::optional<std::size_t> take(std::span<const Applied> limits, Time now);

}  // namespace mohur::policy
