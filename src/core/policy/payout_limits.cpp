#include "policy/payout_limits.hpp"

#include <algorithm>

#include "base/india.hpp"

namespace mohur::policy {
namespace {

std::int64_t number_of(LimitWindow window, Time at) {
  const std::int64_t in_india = (at + india::kOffset).ns;
  switch (window) {
    case LimitWindow::transaction: return 0;
    case LimitWindow::minute: return india::floor_division(in_india, minutes(1).ns);
    case LimitWindow::hour: return india::floor_division(in_india, hours(1).ns);
    case LimitWindow::day: return india::day_of(at);
    case LimitWindow::month: return india::month_of(at);
  }
  return 0;
}

std::optional<Time> end_of(LimitWindow window, Time at) {
  const std::int64_t next = number_of(window, at) + 1;
  switch (window) {
    case LimitWindow::transaction: return std::nullopt;
    case LimitWindow::minute: return Time{} + minutes(next) - india::kOffset;
    case LimitWindow::hour: return Time{} + hours(next) - india::kOffset;
    case LimitWindow::day: return india::start_of_day(next);
    case LimitWindow::month: return india::start_of_month(static_cast<std::int32_t>(next));
  }
  return std::nullopt;
}

// Limits and counters are about payouts in the same way.
bool covers(const auto& limit, const Spending& spending) {
  return (!limit.purpose || *limit.purpose == spending.purpose) && (!limit.rail || *limit.rail == spending.rail);
}

bool is_over(const Counter& counter, Time now) { return counter.number != number_of(counter.window, now); }

auto* find(auto& usage, const PayoutLimit& limit, Mode mode) {
  auto found = std::ranges::find_if(usage.counters, [&](const Counter& counter) {
    return counter.mode == mode && counter.window == limit.window && counter.purpose == limit.purpose &&
           counter.rail == limit.rail;
  });
  return found == usage.counters.end() ? nullptr : &*found;
}

void count_in(Usage& usage, const Spending& spending) {
  for (Counter& counter : usage.counters) {
    if (counter.mode != spending.mode || !covers(counter, spending)) continue;
    counter.count += 1;
    counter.amount.minor += spending.amount.minor;
  }
}

void let_go_of_old(Usage& usage, const Spending& spending) {
  std::erase_if(usage.counters, [&](const Counter& c) { return c.mode == spending.mode && is_over(c, spending.at); });
}

void open_counter(Usage& usage, const PayoutLimit& limit, const Spending& spending) {
  if (find(usage, limit, spending.mode) != nullptr) return;
  usage.counters.push_back({.mode = spending.mode,
                            .window = limit.window,
                            .purpose = limit.purpose,
                            .rail = limit.rail,
                            .number = number_of(limit.window, spending.at),
                            .since = spending.at});
}

// `payouts by imps for salary to one beneficiary`
std::string what_of(const PayoutLimit& limit) {
  std::string what = "payouts";
  if (limit.rail) what.append(" by ").append(to_token(*limit.rail));
  if (limit.purpose) what.append(" for ").append(to_token(*limit.purpose));
  if (limit.is_of_each_beneficiary()) what += " to one beneficiary";
  return what;
}

std::string span_of(LimitWindow window) {
  if (window == LimitWindow::transaction) return "at a time";
  return (window == LimitWindow::hour ? "an " : "a ") + std::string{to_token(window)};
}

std::string rest_of(const Used& so_far) {
  return so_far.until ? " The window ends at " + to_rfc3339(*so_far.until) + "." : std::string{};
}

std::string place_of(const LimitSet& set) {
  return set.agreement_version ? "Version " + std::to_string(*set.agreement_version) + " of the agreement" : "The sublicence";
}

std::unexpected<Refusal> exceeded(const PayoutLimit& limit, const Used& so_far, const LimitSet& set, const std::string& most,
                                  const std::string& is_used) {
  if (!set.is_told)
    return refuse(Outcome::payout_limit_exceeded, "amount",
                  "A limit of the client's agreement would be exceeded: ask the client.");
  return refuse(Outcome::payout_limit_exceeded, "amount",
                place_of(set) + " allows " + most + " " + span_of(limit.window) + " for " + what_of(limit) + is_used + "." +
                    rest_of(so_far));
}

Usage& usage_of(const PayoutLimit& limit, const LimitSet& set, Usage& of_beneficiary) {
  return limit.is_of_each_beneficiary() ? of_beneficiary : set.usage;
}

Result<void> check(const PayoutLimit& limit, const Spending& spending, const LimitSet& set, Usage& of_beneficiary) {
  const Used so_far = used(limit, usage_of(limit, set, of_beneficiary), spending.mode, spending.at);
  const bool is_single = limit.window == LimitWindow::transaction;
  if (limit.count && so_far.count >= *limit.count)
    return exceeded(limit, so_far, set, std::to_string(*limit.count), ", and " + std::to_string(so_far.count) + " were sent");
  if (limit.amount && spending.amount.minor > limit.amount->minor - so_far.amount.minor)
    return exceeded(limit, so_far, set, to_display(*limit.amount, Currency::INR),
                    is_single ? "" : ", and " + to_display(so_far.amount, Currency::INR) + " are used");
  return {};
}

}  // namespace

Result<void> check_payout_limits(std::span<const PayoutLimit> limits) {
  if (limits.size() > registry::kMostPayoutLimits)
    return refuse(Outcome::field_out_of_range, "payout_limits",
                  "An agreement has at most " + std::to_string(registry::kMostPayoutLimits) + " limits.");
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const PayoutLimit& limit = limits[i];
    const std::string field = "payout_limits[" + std::to_string(i) + "]";
    if (!limit.amount && !limit.count)
      return refuse(Outcome::field_missing, field + ".amount", "Give an amount, a count, or both.");
    if (limit.amount && !limit.amount->is_positive())
      return refuse(Outcome::field_out_of_range, field + ".amount", "Expected 1 or more, or none.");
    if (limit.count == 0) return refuse(Outcome::field_out_of_range, field + ".count", "Expected 1 or more, or none.");
    if (limit.count && limit.window == LimitWindow::transaction)
      return refuse(Outcome::field_out_of_range, field + ".count", "A single transaction has an amount and no count.");
  }
  return {};
}

Result<void> count(std::span<const LimitSet> sets, const Spending& spending, Usage& of_beneficiary) {
  struct PassedOver {
    const PayoutLimit& limit;
    const LimitSet& set;
  };
  std::vector<PassedOver> passed_over;
  for (const LimitSet& set : sets) {
    for (const PayoutLimit& limit : set.limits) {
      if (!covers(limit, spending)) continue;
      const auto kept_to = check(limit, spending, set, of_beneficiary);
      if (!kept_to && !limit.is_shadow()) return kept_to;
      if (!kept_to) passed_over.push_back({limit, set});
    }
  }

  // After this point, the payout counts: in every counter that covers it, also of a limit that was dropped meanwhile, so that
  // whoever releases it need not know which limits there were.
  let_go_of_old(of_beneficiary, spending);
  for (const LimitSet& set : sets) {
    let_go_of_old(set.usage, spending);
    for (const PayoutLimit& limit : set.limits) {
      const bool is_counted = limit.window != LimitWindow::transaction || limit.is_shadow();
      if (covers(limit, spending) && is_counted) open_counter(usage_of(limit, set, of_beneficiary), limit, spending);
    }
    if (!set.agreement_version)
      for (const PayoutLimit& window : kReported) open_counter(set.usage, window, spending);
  }
  for (const LimitSet& set : sets) count_in(set.usage, spending);
  count_in(of_beneficiary, spending);
  for (const PassedOver& passed : passed_over)
    find(usage_of(passed.limit, passed.set, of_beneficiary), passed.limit, spending.mode)->would_have_refused += 1;
  return {};
}

bool is_over(const Usage& usage, Time now) {
  return std::ranges::all_of(usage.counters, [now](const Counter& counter) { return is_over(counter, now); });
}

bool release(const Spending& spending, Usage& usage) {
  bool any = false;
  for (Counter& counter : usage.counters) {
    const bool was_counted = counter.mode == spending.mode && covers(counter, spending) &&
                             counter.number == number_of(counter.window, spending.at) && counter.since <= spending.at &&
                             counter.count > 0;
    if (!was_counted) continue;
    counter.count -= 1;
    counter.amount.minor -= spending.amount.minor;
    any = true;
  }
  return any;
}

Used used(const PayoutLimit& limit, const Usage& usage, Mode mode, Time now) {
  Used result{.until = end_of(limit.window, now)};
  const Counter* counter = find(usage, limit, mode);
  if (counter == nullptr || is_over(*counter, now)) return result;
  result.would_have_refused = counter->would_have_refused;
  if (limit.window == LimitWindow::transaction) return result;
  result.count = counter->count;
  result.amount = counter->amount;
  return result;
}

}  // namespace mohur::policy
