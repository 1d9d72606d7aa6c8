// A payout schedule: one payout again and again, by the calendar of India, until it has run so often, or a day has come.
//
//   active ⇄ paused;  active ──▶ completed;  active, paused ──▶ cancelled
//
// Rhythm   Every so many days, weeks or months. A month that is too short has its last day; 31 is always the last one.
// Holiday  A run that falls on a day on which banks are closed is made on that day, on the banking day before or after, or not at
//          all. A daily one is not moved: there would be several on one day.
// Run      Each makes a payout as a call of the key would that made the schedule, or resumed it last: with the agreement,
//          limits, workflow and balance of that moment. What is refused then is told and not made up for; where no run can go
//          well until somebody acts, the schedule is paused.
// Errors   in the order of the outcome table; each function says which.
// Source   docs/reference/payout-schedules.md; policy clause P2.2
#pragma once

#include <functional>

#include "base/date.hpp"
#include "payments/payout.hpp"

namespace mohur::payments {

MOHUR_ENUM(ScheduleStatus, (1, active), (2, paused), (3, completed), (4, cancelled))
MOHUR_ENUM(ScheduleReason, (1, next_run_awaited), (2, paused_by_client), (3, key_revoked), (4, beneficiary_not_active),
           (5, sublicence_is_over), (6, all_runs_made), (7, last_day_passed), (8, cancelled_with_a_call))
MOHUR_ENUM(Every, (1, day), (2, week), (3, month))
MOHUR_ENUM(Weekday, (1, monday), (2, tuesday), (3, wednesday), (4, thursday), (5, friday), (6, saturday), (7, sunday))
MOHUR_ENUM(OnHoliday, (1, same_day), (2, day_before), (3, day_after), (4, skip))

// What each run orders.
struct StandingOrder {
  BeneficiaryId beneficiary;
  Amount amount;
  Currency currency = Currency::INR;
  Purpose purpose = Purpose::vendor;
  std::optional<Rail> rail;
  std::vector<Rail> fallback_rails;
  std::optional<Sealed> narration;
  std::optional<SealedNotes> metadata;
  bool queue_if_low_balance = false;
  QueuePriority priority = QueuePriority::normal;

  bool operator==(const StandingOrder&) const = default;
  MOHUR_DESCRIBE(StandingOrder, (1, beneficiary), (2, amount, "Minor units: paise for INR."), (3, currency), (4, purpose),
                 (5, rail, "Chosen by destination and amount when absent."), (6, fallback_rails), (7, narration), (8, metadata),
                 (9, queue_if_low_balance), (10, priority))
};
PayoutOrder order_of(const StandingOrder& order);

// When it runs. Days and times are those of India.
struct Rhythm {
  Every every = Every::month;
  std::uint32_t interval = 1;
  std::optional<Weekday> weekday;
  std::optional<std::uint32_t> month_day;
  DayTime at;
  OnHoliday on_holiday = OnHoliday::day_after;
  Date starts_on;
  std::optional<Date> ends_on;
  std::optional<std::uint32_t> runs;

  bool operator==(const Rhythm&) const = default;
  MOHUR_DESCRIBE(Rhythm, (1, every), (2, interval, "Every so many of them; 1 to 12."), (3, weekday, "Of a weekly one."),
                 (4, month_day, "Of a monthly one; 31 is the last day of each month."), (5, at, "In India, such as 10:00."),
                 (6, on_holiday, "What becomes of a run on a day on which banks are closed."),
                 (7, starts_on, "The first run is on that day or later."), (8, ends_on, "The last run is due by then."),
                 (9, runs, "How often it runs at the most."))
};

struct PayoutSchedule {
  static constexpr std::string_view object_name = "payout_schedule";

  PayoutScheduleId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  ScheduleStatus status = ScheduleStatus::active;
  ScheduleReason reason = ScheduleReason::next_run_awaited;
  StandingOrder order;
  Rhythm rhythm;
  std::optional<ReferenceId> reference_id;
  std::optional<Time> next_run_at;
  std::uint32_t next_run = 0;  // which one that is by the rhythm, from 0; skipped ones count
  std::uint32_t runs_made = 0;
  std::uint32_t runs_refused = 0;
  std::optional<PayoutId> last_payout;
  std::optional<std::string> last_refusal;
  CredentialId made_by;
  std::optional<registry::SublicenceId> sublicence;

  bool operator==(const PayoutSchedule&) const = default;
  MOHUR_DESCRIBE(PayoutSchedule, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence), (7, status),
                 (8, reason, "Why it stands where it stands."), (9, order, "What each run orders."), (10, rhythm),
                 (11, reference_id, "Your own reference; unique for ever."), (12, next_run_at), (13, next_run, internal),
                 (14, runs_made, "Runs that made a payout."), (15, runs_refused, "Runs that were refused one."),
                 (16, last_payout),
                 (17, last_refusal, "The problem with which the last run was refused; null since one went well."),
                 (18, made_by, "The key as which it orders: the one that made it, or resumed it last."),
                 (19, sublicence, "With whose keys it was made, of those for whom the client sends money."))
};

// Whether banks are open on a day of India.
using BankingDays = std::function<bool(std::int64_t day)>;

inline constexpr std::uint32_t kMostRuns = 1'000;

// Errors: field_unknown, field_missing, field_out_of_range, time_not_in_future, time_too_far; with the field.
Result<void> check_rhythm(const Rhythm& rhythm, Time now);

// The n-th day of the rhythm, whether or not banks are open on it.
std::int64_t day_of_run(const Rhythm& rhythm, std::uint32_t n);

struct Run {
  std::uint32_t number = 0;
  Time at;
};
// The first run from the n-th on that lies behind this time; nothing when there is none within ends_on.
std::optional<Run> next_run(const Rhythm& rhythm, std::uint32_t n, Time after, const BankingDays& is_banking_day);

// The next ones, five at most.
std::vector<Time> upcoming(const PayoutSchedule& schedule, const BankingDays& is_banking_day);

// A new one, of a rhythm that was checked. Errors: time_not_in_future where no run is left.
Result<PayoutSchedule> create_schedule(PayoutSchedule schedule, const BankingDays& is_banking_day, Time now);

// What became of the run that was due: a payout, or what refused one, and for what the schedule is paused then.
struct RunResult {
  std::optional<PayoutId> payout;
  std::optional<Outcome> refusal;
  std::optional<ScheduleReason> pause;
};
PayoutSchedule after_run(const PayoutSchedule& schedule, const RunResult& result, const BankingDays& is_banking_day, Time now);

// A holiday that was announced since moves the run that was about to be made; nothing where it is due now.
std::optional<PayoutSchedule> moved(const PayoutSchedule& schedule, const BankingDays& is_banking_day, Time now);

// Errors: state_conflict.
Result<PayoutSchedule> pause_schedule(const PayoutSchedule& schedule, Time now);
// Goes on with the next run behind now, as that key. Errors: state_conflict, also where no run is left.
Result<PayoutSchedule> resume_schedule(const PayoutSchedule& schedule, CredentialId by, const BankingDays& is_banking_day,
                                       Time now);
Result<PayoutSchedule> cancel_schedule(const PayoutSchedule& schedule, Time now);

inline std::optional<Time> due_at(const PayoutSchedule& schedule) {
  return schedule.status == ScheduleStatus::active ? schedule.next_run_at : std::nullopt;
}

constexpr bool may_become(ScheduleStatus from, ScheduleStatus to) {
  using enum ScheduleStatus;
  if (from == active) return to == paused || to == completed || to == cancelled;
  return from == paused && (to == active || to == cancelled);
}

}  // namespace mohur::payments
