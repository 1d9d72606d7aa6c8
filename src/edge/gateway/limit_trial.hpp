// A trial of limits: what they would have refused over a stretch of the journal and of the log of calls.
//
// Same      Payouts are counted by the functions that decide about them, and calls by a limiter of the trial's own.
// Begin     When the stretch begins nothing is used, as with a limit that is new.
// Bounded   It looks at kMostTried of the client's events, and as many lines of the log, and says when there were more.
// People    Calls of the operator's people, which no plan limits, are left out.
// Threads   For a desk: it waits for the disk.
// Source    policy clauses P3.3, P6.1
#pragma once

#include <stop_token>

#include "gateway/outputs.hpp"
#include "gateway/ports.hpp"
#include "gateway/terms_inputs.hpp"

namespace mohur::gateway {

inline constexpr std::size_t kMostTried = 1'000'000;

// Where to look.
struct TrialPlace {
  const engine::Archive& archive;
  CallLog& calls;
};

// Errors: stopping when it is asked to stop; data_damaged, io_failed.
Result<LimitTrial> try_limits(const TrialPlace& place, registry::ClientId client, const LimitTrialInput& input,
                              const std::stop_token& stop);

}  // namespace mohur::gateway
