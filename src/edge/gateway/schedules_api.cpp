// Payout schedules: one payout again and again.
#include "gateway/route.hpp"
#include "gateway/schedule_inputs.hpp"
#include "gateway/sealing.hpp"

namespace mohur::gateway {
namespace {

using payments::PayoutSchedule;
using payments::ScheduleStatus;
using registry::Scope;

payments::Rhythm rhythm_of(const RhythmInput& input) {
  const auto usual = input.every == payments::Every::day ? payments::OnHoliday::same_day : payments::OnHoliday::day_after;
  return {.every = input.every,
          .interval = input.interval.value_or(std::uint16_t{1}),
          .weekday = input.weekday,
          .month_day = input.month_day,
          .at = input.at,
          .on_holiday = input.on_holiday.value_or(usual),
          .starts_on = input.starts_on,
          .ends_on = input.ends_on,
          .runs = input.runs};
}

Result<kernel::Intent> create(Call& call, const PayoutScheduleInput& input) {
  MOHUR_TRY(check_connector(call));
  Sealing client = seal_for_client(call);
  kernel::CreatePayoutSchedule intent{.order = {.beneficiary = input.beneficiary,
                                                .amount = input.amount,
                                                .currency = input.currency,
                                                .purpose = input.purpose,
                                                .rail = input.rail,
                                                .fallback_rails = input.fallback_rails.value_or(std::vector<registry::Rail>{}),
                                                .narration = client.text(input.narration),
                                                .metadata = client.notes(input.metadata),
                                                .queue_if_low_balance = input.queue_if_low_balance.value_or(false),
                                                .priority = input.priority.value_or(payments::QueuePriority::normal)},
                                      .rhythm = rhythm_of(input.rhythm),
                                      .reference_id = input.reference_id,
                                      .reference_claim = reference_key(call, PayoutSchedule::object_name, input.reference_id)};
  MOHUR_TRY(client.outcome());
  return kernel::Intent{std::move(intent)};
}

template <class Intent>
Result<kernel::Intent> simple(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<payments::PayoutScheduleId>());
  return kernel::Intent{Intent{id}};
}

}  // namespace

std::vector<Route> schedule_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(write<PayoutSchedule, PayoutScheduleInput>(
      "/v1/payout_schedules", "Send money again and again", "P2.2", Access::client, Scope::write_payouts,
      IdempotencyRule::required,
      {client_restricted, field_repeated, field_unknown, field_missing, field_out_of_range, reference_id_reused,
       purpose_not_approved, rail_not_approved, not_found, beneficiary_inactive, purpose_destination_mismatch,
       rail_destination_mismatch, rail_unavailable, amount_not_positive, amount_below_minimum, amount_above_maximum,
       time_not_in_future, time_too_far},
      create, 201));
  routes.back().sends_money = true;
  routes.push_back(
      list_all<PayoutSchedule>("/v1/payout_schedules", "List payout schedules", Access::client_or_us, Scope::read_payouts));
  routes.push_back(
      get_one<PayoutSchedule>("/v1/payout_schedules/{id}", "Get a payout schedule", Access::client_or_us, Scope::read_payouts));
  routes.back().route_class = policy::RouteClass::reserved;
  const auto changes = [&]<class Intent>(std::type_identity<Intent>, std::string_view path, std::string_view summary) {
    routes.push_back(write<PayoutSchedule, NoInput>(path, summary, "", Access::client, Scope::write_payouts,
                                                    IdempotencyRule::optional, {not_found, state_conflict}, simple<Intent>));
    routes.back().route_class = policy::RouteClass::reserved;
  };
  changes(std::type_identity<kernel::PausePayoutSchedule>{}, "/v1/payout_schedules/{id}/pause",
          "Make no payouts of a schedule until it is resumed");
  leaves<PayoutSchedule, ScheduleStatus::paused>(routes.back());
  changes(std::type_identity<kernel::ResumePayoutSchedule>{}, "/v1/payout_schedules/{id}/resume",
          "Go on with the next run that lies ahead, as this key");
  routes.back().sends_money = true;
  routes.back().outcomes.insert(routes.back().outcomes.begin(), client_restricted);
  routes.back().output_example = example_of_resumed_schedule;
  changes(std::type_identity<kernel::CancelPayoutSchedule>{}, "/v1/payout_schedules/{id}/cancel",
          "End a payout schedule; payouts that it has made go on");
  leaves<PayoutSchedule, ScheduleStatus::cancelled>(routes.back());
  return routes;
}

}  // namespace mohur::gateway
