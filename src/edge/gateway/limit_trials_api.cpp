// Trials of limits, for those who propose them.
#include "gateway/at_desk.hpp"
#include "gateway/limit_trial.hpp"
#include "gateway/terms_inputs.hpp"

namespace mohur::gateway {
namespace {

Result<void> check(const LimitTrialInput& input) {
  if (!input.payout_limits && !input.allowance)
    return refuse(Outcome::field_missing, "payout_limits", "Give limits on payouts, a plan's allowance, or both.");
  if (input.to <= input.from) return refuse(Outcome::field_out_of_range, "to", "The stretch ends after it begins.");
  if (input.payout_limits) MOHUR_TRY(policy::check_payout_limits(*input.payout_limits));
  return input.allowance ? policy::check_allowance(*input.allowance) : Result<void>{};
}

Checked<LimitTrialInput> input_of(const Call& call) {
  const auto body = checked_body(call);
  if (!body) return std::unexpected(body.error());
  auto input = codec::read_json_all<LimitTrialInput>(*body);
  if (!input) return std::unexpected(std::move(input).error());
  if (const auto checked = check(*input); !checked) return all_of(checked.error());
  return std::move(*input);
}

void work_out(Call& call, GoOn go_on) {
  auto input = input_of(call);
  if (!input) return go_on(std::unexpected(std::move(input).error()));
  const auto client = call.path_id<registry::ClientId>();
  if (!client || call.services.directory.find(*client) == nullptr) return go_on(all_of({Outcome::not_found, "id", {}}));
  const TrialPlace place{call.services.archive, call.services.calls};
  at_desk(
      call.services.trials, std::move(go_on),
      [place, client = *client, input = std::move(*input)](const std::stop_token& stop) {
        return try_limits(place, client, input, stop);
      },
      [&call](LimitTrial trial) { call.trial = std::move(trial); });
}

Result<net::Response> answer(Call& call) { return answer_with(call, *call.trial); }

}  // namespace

std::vector<Route> limit_trial_routes() {
  using enum Outcome;
  Route route =
      read("/v1/admin/clients/{id}/limit_trials", "See what limits would have refused over a stretch of the past", Access::us,
           registry::Permission::propose_terms, {not_found, field_missing, field_out_of_range, field_repeated, stopping}, answer);
  route.method = net::Method::post;
  route.clause = "P3.3";
  route.beside = work_out;
  takes<LimitTrialInput>(route);
  gives<LimitTrial>(route);
  return {route};
}

}  // namespace mohur::gateway
