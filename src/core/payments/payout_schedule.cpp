#include "payments/payout_schedule.hpp"

#include <algorithm>

#include "base/india.hpp"

namespace mohur::payments {
namespace {

using enum ScheduleStatus;

// Further away no banking day is looked for: so long is nothing closed.
constexpr std::int64_t kLongestClosing = 31;
// A rhythm of which so many runs in a row would be skipped, such as that of Sundays, has none.
constexpr std::uint32_t kMostSkipped = 60;

// What a rhythm of its kind needs, and what belongs to another kind.
Result<void> check_day(const Rhythm& rhythm) {
  const bool is_weekly = rhythm.every == Every::week, is_monthly = rhythm.every == Every::month;
  if (rhythm.weekday && !is_weekly) return refuse(Outcome::field_unknown, "rhythm.weekday", "It belongs to `week`.");
  if (rhythm.month_day && !is_monthly) return refuse(Outcome::field_unknown, "rhythm.month_day", "It belongs to `month`.");
  if (is_weekly && !rhythm.weekday) return refuse(Outcome::field_missing, "rhythm.weekday", "On which day of the week?");
  if (is_monthly && !rhythm.month_day) return refuse(Outcome::field_missing, "rhythm.month_day", "On which day of the month?");
  return {};
}

Time moment_of(const Rhythm& rhythm, std::int64_t day) { return india::start_of_day(day) + minutes(minute_of(rhythm.at)); }

// The day on which the n-th run is made; nothing when it is not made.
std::optional<std::int64_t> made_on(const Rhythm& rhythm, std::uint32_t n, const BankingDays& is_banking_day) {
  const std::int64_t day = day_of_run(rhythm, n);
  if (rhythm.on_holiday == OnHoliday::same_day || is_banking_day(day)) return day;
  if (rhythm.on_holiday == OnHoliday::skip) return std::nullopt;
  const std::int64_t step = rhythm.on_holiday == OnHoliday::day_before ? -1 : 1;
  for (std::int64_t away = 1; away <= kLongestClosing; ++away)
    if (is_banking_day(day + step * away)) return day + step * away;
  return day;
}

PayoutSchedule changed(const PayoutSchedule& schedule, ScheduleStatus to, ScheduleReason reason, Time now) {
  PayoutSchedule after = schedule;
  after.status = to;
  after.reason = reason;
  after.updated_at = now;
  after.sequence += 1;
  if (to != active) after.next_run_at = std::nullopt;
  return after;
}

bool has_made_all(const PayoutSchedule& schedule) { return schedule.rhythm.runs && schedule.runs_made >= *schedule.rhythm.runs; }

Result<void> check_may_become(const PayoutSchedule& schedule, ScheduleStatus to) {
  if (may_become(schedule.status, to)) return {};
  return refuse(Outcome::state_conflict, {}, "The payout schedule is " + std::string{to_token(schedule.status)} + ".");
}

}  // namespace

PayoutOrder order_of(const StandingOrder& order) {
  return {.amount = order.amount,
          .currency = order.currency,
          .purpose = order.purpose,
          .rail = order.rail,
          .reference_id = {},
          .narration = order.narration,
          .metadata = order.metadata,
          .queue_if_low_balance = order.queue_if_low_balance,
          .scheduled_at = {},
          .priority = order.priority,
          .queue_expires_at = {},
          .fallback_rails = order.fallback_rails};
}

Result<void> check_rhythm(const Rhythm& rhythm, Time now) {
  MOHUR_TRY(check_day(rhythm));
  if (rhythm.interval < 1 || rhythm.interval > 12)
    return refuse(Outcome::field_out_of_range, "rhythm.interval", "Expected 1 to 12.");
  if (rhythm.month_day && (*rhythm.month_day < 1 || *rhythm.month_day > 31))
    return refuse(Outcome::field_out_of_range, "rhythm.month_day", "Expected 1 to 31.");
  if (rhythm.runs && (*rhythm.runs < 1 || *rhythm.runs > kMostRuns))
    return refuse(Outcome::field_out_of_range, "rhythm.runs", "Expected 1 to 1000.");
  const bool is_moved = rhythm.on_holiday == OnHoliday::day_before || rhythm.on_holiday == OnHoliday::day_after;
  if (rhythm.every == Every::day && is_moved)
    return refuse(Outcome::field_out_of_range, "rhythm.on_holiday", "Of a daily one: same_day, or skip.");
  if (rhythm.ends_on && day_number(*rhythm.ends_on) < day_number(rhythm.starts_on))
    return refuse(Outcome::field_out_of_range, "rhythm.ends_on", "It ends after it has begun.");
  const std::int64_t today = india::day_of(now);
  if (day_number(rhythm.starts_on) < today)
    return refuse(Outcome::time_not_in_future, "rhythm.starts_on", "It begins today, or later.");
  if (day_number(rhythm.starts_on) > today + 366)
    return refuse(Outcome::time_too_far, "rhythm.starts_on", "It begins within a year.");
  return {};
}

std::int64_t day_of_run(const Rhythm& rhythm, std::uint32_t n) {
  const std::int64_t start = day_number(rhythm.starts_on);
  const std::int64_t steps = std::int64_t{n} * rhythm.interval;
  if (rhythm.every == Every::day) return start + steps;
  if (rhythm.every == Every::week) {
    const int wanted = static_cast<int>(*rhythm.weekday) % 7;  // Sunday is 0 there
    return start + (wanted - india::weekday_of(start) + 7) % 7 + 7 * steps;
  }
  const auto in_month = [&](std::int32_t month) {
    const std::int64_t first = india::day_of(india::start_of_month(month)),
                       next = india::day_of(india::start_of_month(month + 1));
    return std::min(first + std::int64_t{*rhythm.month_day} - 1, next - 1);
  };
  std::int32_t month = india::month_of(india::start_of_day(start));
  if (in_month(month) < start) ++month;
  return in_month(month + static_cast<std::int32_t>(steps));
}

std::optional<Run> next_run(const Rhythm& rhythm, std::uint32_t n, Time after, const BankingDays& is_banking_day) {
  const auto is_over = [&] { return rhythm.ends_on && day_of_run(rhythm, n) > day_number(*rhythm.ends_on); };
  for (std::uint32_t skipped = 0; skipped < kMostSkipped && !is_over(); ++n) {
    const auto day = made_on(rhythm, n, is_banking_day);
    if (day && moment_of(rhythm, *day) > after) return Run{n, moment_of(rhythm, *day)};
    skipped = day ? 0 : skipped + 1;
  }
  return std::nullopt;
}

std::vector<Time> upcoming(const PayoutSchedule& schedule, const BankingDays& is_banking_day) {
  std::vector<Time> times;
  if (!schedule.next_run_at) return times;
  times.push_back(*schedule.next_run_at);
  const std::size_t most = schedule.rhythm.runs ? *schedule.rhythm.runs - schedule.runs_made : 5;
  std::uint32_t number = schedule.next_run;
  while (times.size() < std::min<std::size_t>(most, 5)) {
    const auto next = next_run(schedule.rhythm, number + 1, times.back(), is_banking_day);
    if (!next) break;
    number = next->number;
    times.push_back(next->at);
  }
  return times;
}

Result<PayoutSchedule> create_schedule(PayoutSchedule schedule, const BankingDays& is_banking_day, Time now) {
  const auto first = next_run(schedule.rhythm, 0, now, is_banking_day);
  if (!first) return refuse(Outcome::time_not_in_future, "rhythm", "No run of it lies ahead.");
  schedule.created_at = schedule.updated_at = now;
  schedule.sequence = 1;
  schedule.next_run = first->number;
  schedule.next_run_at = first->at;
  return schedule;
}

PayoutSchedule after_run(const PayoutSchedule& schedule, const RunResult& result, const BankingDays& is_banking_day, Time now) {
  PayoutSchedule after = changed(schedule, active, ScheduleReason::next_run_awaited, now);
  if (result.payout) {
    after.runs_made += 1;
    after.last_payout = result.payout;
    after.last_refusal = std::nullopt;
  } else {
    after.runs_refused += 1;
    after.last_refusal = std::string{row_of(result.refusal.value_or(Outcome::internal_error)).token};
  }
  // The n-th is over, whenever it was made; one that is late does not hold the next one up.
  const auto next = next_run(schedule.rhythm, schedule.next_run + 1, *schedule.next_run_at, is_banking_day);
  if (next) {
    after.next_run = next->number;
    after.next_run_at = next->at;
  }
  if (has_made_all(after) || !next) {
    after.status = completed;
    after.reason = has_made_all(after) ? ScheduleReason::all_runs_made : ScheduleReason::last_day_passed;
    after.next_run_at = std::nullopt;
  } else if (result.pause) {
    after.status = paused;
    after.reason = *result.pause;
    after.next_run_at = std::nullopt;
  }
  return after;
}

std::optional<PayoutSchedule> moved(const PayoutSchedule& schedule, const BankingDays& is_banking_day, Time now) {
  const auto day = made_on(schedule.rhythm, schedule.next_run, is_banking_day);
  if (day && moment_of(schedule.rhythm, *day) <= now) return std::nullopt;
  const auto next = day ? std::optional{Run{schedule.next_run, moment_of(schedule.rhythm, *day)}}
                        : next_run(schedule.rhythm, schedule.next_run + 1, *schedule.next_run_at, is_banking_day);
  if (!next) return changed(schedule, completed, ScheduleReason::last_day_passed, now);
  PayoutSchedule after = changed(schedule, active, ScheduleReason::next_run_awaited, now);
  after.next_run = next->number;
  after.next_run_at = next->at;
  return after;
}

Result<PayoutSchedule> pause_schedule(const PayoutSchedule& schedule, Time now) {
  MOHUR_TRY(check_may_become(schedule, paused));
  return changed(schedule, paused, ScheduleReason::paused_by_client, now);
}

Result<PayoutSchedule> resume_schedule(const PayoutSchedule& schedule, CredentialId by, const BankingDays& is_banking_day,
                                       Time now) {
  MOHUR_TRY(check_may_become(schedule, active));
  const auto next = next_run(schedule.rhythm, schedule.next_run, now, is_banking_day);
  if (!next) return refuse(Outcome::state_conflict, {}, "No run of the payout schedule lies ahead: cancel it.");
  PayoutSchedule after = changed(schedule, active, ScheduleReason::next_run_awaited, now);
  after.next_run = next->number;
  after.next_run_at = next->at;
  after.made_by = by;
  return after;
}

Result<PayoutSchedule> cancel_schedule(const PayoutSchedule& schedule, Time now) {
  MOHUR_TRY(check_may_become(schedule, cancelled));
  return changed(schedule, cancelled, ScheduleReason::cancelled_with_a_call, now);
}

}  // namespace mohur::payments
