// What is sent about payout schedules.
// One described struct per endpoint that takes a body: names and sentences are the public API.
#pragma once

#include "gateway/input_forms.hpp"

namespace mohur::gateway {

struct RhythmInput {
  payments::Every every = payments::Every::month;
  std::optional<std::uint16_t> interval;
  std::optional<payments::Weekday> weekday;
  std::optional<std::uint16_t> month_day;
  DayTime at;
  std::optional<payments::OnHoliday> on_holiday;
  Date starts_on;
  std::optional<Date> ends_on;
  std::optional<std::uint16_t> runs;
  MOHUR_DESCRIBE(
      RhythmInput, (1, every), (2, interval, "Every so many of them, 1 to 12; 1 when absent."), (3, weekday, "Of a weekly one."),
      (4, month_day, "Of a monthly one; 31 is the last day of each month."), (5, at, "In India, such as 10:00."),
      (6, on_holiday,
       "What becomes of a run on a day on which banks are closed; when absent, day_after, and same_day of a daily one."),
      (7, starts_on, "The first run is on that day or later."), (8, ends_on, "The last run is due by then."),
      (9, runs, "How often it runs at the most, 1 to 1000."))
};
struct PayoutScheduleInput {
  payments::BeneficiaryId beneficiary;
  Amount amount;
  Currency currency = Currency::INR;
  registry::Purpose purpose = registry::Purpose::vendor;
  RhythmInput rhythm;
  std::optional<registry::Rail> rail;
  std::optional<std::vector<registry::Rail>> fallback_rails;
  std::optional<payments::ReferenceId> reference_id;
  std::optional<payments::Narration> narration;
  std::optional<bool> queue_if_low_balance;
  std::optional<payments::QueuePriority> priority;
  std::optional<Notes> metadata;
  MOHUR_DESCRIBE(PayoutScheduleInput, (1, beneficiary), (2, amount, "Of each run, in minor units: paise for INR."), (3, currency),
                 (4, purpose), (5, rhythm, "When it runs."), (6, rail, "Chosen by destination and amount when absent."),
                 (7, fallback_rails, "Up to three others, in order, where a rail refuses it for reasons of its own."),
                 (8, reference_id, "Your own reference of the schedule; unique for ever."),
                 (9, narration, "What the beneficiary's statement shows of each run."),
                 (10, queue_if_low_balance, "Whether a run waits for balance instead of being refused."),
                 (11, priority, "In which order it waits for balance; normal when absent."), (12, metadata))
};

// Examples, as JSON.
std::string example_of(std::type_identity<PayoutScheduleInput>);

}  // namespace mohur::gateway
