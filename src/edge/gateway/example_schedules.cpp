// Examples of payout schedules.
#include "gateway/example_parts.hpp"
#include "gateway/schedule_inputs.hpp"

namespace mohur::gateway {

std::string example_of(Of<PayoutScheduleInput>) {
  return R"({"beneficiary":")" + kBeneficiary.to_string() +
         R"(","amount":4500000,"currency":"INR","purpose":"vendor","rhythm":{"every":"month","month_day":1,"at":"10:00",)"
         R"("on_holiday":"day_before","starts_on":"2026-12-01"},"reference_id":"rent-office","narration":"Rent"})";
}

namespace {

// Its JSON in that status; the sequence is of one that came there the shortest way.
std::string shown_in(payments::ScheduleStatus status, std::uint32_t sequence) {
  using enum payments::ScheduleStatus;
  using payments::ScheduleReason;
  const Time first = *parse_rfc3339("2026-12-01T04:30:00Z");
  payments::PayoutSchedule shown{.id = id_of<payments::PayoutScheduleId>(51),
                                 .client = kClient,
                                 .created_at = kMade,
                                 .updated_at = kMade,
                                 .sequence = sequence,
                                 .status = status,
                                 .order = {.beneficiary = kBeneficiary, .amount = {45'000'00}, .narration = masked("•••")},
                                 .rhythm = {.month_day = 1U,
                                            .at = DayTime::trusted("10:00"),
                                            .on_holiday = payments::OnHoliday::day_before,
                                            .starts_on = Date::trusted("2026-12-01")},
                                 .reference_id = payments::ReferenceId::trusted("rent-office"),
                                 .next_run_at = first,
                                 .made_by = id_of<registry::CredentialId>(49)};
  std::vector<Time> upcoming{first, *parse_rfc3339("2027-01-01T04:30:00Z"), *parse_rfc3339("2027-02-01T04:30:00Z"),
                             *parse_rfc3339("2027-03-01T04:30:00Z"), *parse_rfc3339("2027-04-01T04:30:00Z")};
  if (sequence > 1) shown.updated_at = kDone;
  if (status != active) {
    shown.reason = status == paused ? ScheduleReason::paused_by_client : ScheduleReason::cancelled_with_a_call;
    shown.next_run_at = std::nullopt;
    upcoming.clear();
  }
  return to_json(shown, WithUpcoming{std::move(upcoming)});
}

}  // namespace

std::string example_of(Of<payments::PayoutSchedule>, std::optional<payments::ScheduleStatus> asked) {
  const auto status = asked.value_or(payments::ScheduleStatus::active);
  return shown_in(status, status == payments::ScheduleStatus::active ? 1 : 2);
}
std::string example_of_resumed_schedule() { return shown_in(payments::ScheduleStatus::active, 3); }

}  // namespace mohur::gateway
