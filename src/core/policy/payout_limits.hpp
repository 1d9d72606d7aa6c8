// Limits of an agreement on money out: exact counts and sums, and what they refuse.
//
// Counted   A payout counts when it is accepted, in the windows of that moment on its client's clock, also when it is scheduled
//           or waits for balance. It is released when it fails, is cancelled or comes back, if its window is not over.
// Kept      What was used, never what remains: so a limit that changes counts at once and resets nothing. A limit that is new
//           counts from its first payout on; one that is dropped is counted on until its window ends.
// Shadow    A limit that is only tried out counts as any other and refuses nothing: it counts what it would have refused.
// Owner     Counters of all payouts lie with the client, those of a sublicence with it, those of one beneficiary with that.
// Source    policy clause P3.3
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "money/mode.hpp"
#include "registry/agreement.hpp"

namespace mohur::policy {

using registry::LimitWindow;
using registry::PayoutLimit;

// What was used of one limit in the window that was counted last.
struct Counter {
  Mode mode = Mode::test;
  LimitWindow window = LimitWindow::day;
  std::optional<registry::Purpose> purpose;
  std::optional<registry::Rail> rail;
  std::int64_t number = 0;  // of the window, since the first in 1970
  Time since;               // of the first payout that was counted in it
  std::uint64_t count = 0;
  Amount amount;
  std::uint64_t would_have_refused = 0;  // payouts, by a limit that is only tried out

  bool operator==(const Counter&) const = default;
  MOHUR_DESCRIBE(Counter, (1, mode), (2, window), (3, purpose), (4, rail), (5, number), (6, since), (7, count), (8, amount),
                 (9, would_have_refused))
};

// All counters of one owner.
struct Usage {
  Key128 owner;  // id of the client, of the sublicence, or of the beneficiary
  std::vector<Counter> counters;

  bool operator==(const Usage&) const = default;
  MOHUR_DESCRIBE(Usage, (1, owner), (2, counters))
};

// A payout, as limits see it.
struct Spending {
  Mode mode = Mode::test;
  registry::Purpose purpose = registry::Purpose::vendor;
  registry::Rail rail = registry::Rail::imps;
  Amount amount;
  Time at;  // when it was accepted, on its client's clock
};

// Errors: field_out_of_range with the field, for a list that says nothing or too much.
Result<void> check_payout_limits(std::span<const PayoutLimit> limits);

// Limits that stand in one place, and the counters of all payouts that they are about.
struct LimitSet {
  std::span<const PayoutLimit> limits;
  Usage& usage;
  std::optional<std::uint32_t> agreement_version{};  // absent: they are a sublicence's
  bool is_told = true;                               // whether a refusal may say what others have used
};

// Counts a payout in all limits that apply to it, or refuses it and counts it in none. Errors: payout_limit_exceeded.
Result<void> count(std::span<const LimitSet> sets, const Spending& spending, Usage& of_beneficiary);

// Takes a payout out of the counters that it was counted in. Answers whether there were any.
bool release(const Spending& spending, Usage& usage);

// Limits or not, what is sent for a sublicence is counted in these windows: its report.
inline const std::array kReported{PayoutLimit{.window = LimitWindow::day}, PayoutLimit{.window = LimitWindow::month}};

// Whether all that it counts is over by now.
bool is_over(const Usage& usage, Time now);

// What is used of a limit at a moment.
struct Used {
  std::uint64_t count = 0;
  Amount amount;
  std::optional<Time> until;  // when the window ends; nothing for a single transaction
  std::uint64_t would_have_refused = 0;
};
Used used(const PayoutLimit& limit, const Usage& usage, Mode mode, Time now);

}  // namespace mohur::policy
