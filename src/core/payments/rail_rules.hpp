// What each rail allows, as dated data: amounts, hours, and when an unanswered dispatch is asked about.
//
// A row holds from its date until the next row of the same rail. A change of a limit is a new row, never an edit: what was
// decided under an old row stays explainable.
// Source   RBI: NEFT round the clock since 16 Dec 2019, RTGS since 14 Dec 2020 and from Rs 2 lakh; NPCI: IMPS up to Rs 5 lakh
//          since Oct 2021, UPI up to Rs 1 lakh; UPI status checks at most three, the first after 90 s (circular of May 2025).
#pragma once

#include <array>
#include <optional>
#include <span>

#include "base/time.hpp"
#include "money/money.hpp"
#include "registry/client.hpp"

namespace mohur::payments {

using registry::Rail;

// Minutes of the day in Indian Standard Time, from `opens` up to but not including `closes`. 0–1440 is round the clock.
struct Window {
  std::int32_t opens_minute = 0;
  std::int32_t closes_minute = 1'440;
  bool weekdays_only = false;  // closed on Saturday and Sunday
};

struct RailRule {
  Rail rail;
  Time from;
  Amount minimum;
  Amount maximum;  // zero: no ceiling
  Window window;
};

// The row in force at this time; nullptr before the rail's first row.
const RailRule* rule_of(Rail rail, Time at);

bool is_open(const Window& window, Time at);

// When the window opens next, at or after this time.
Time next_opening(const Window& window, Time at);

// How long after dispatch the n-th inquiry (first is 0) is due; nothing after the last: a person looks at it then.
std::optional<Duration> inquiry_delay(Rail rail, std::uint32_t n);

}  // namespace mohur::payments
