// Thresholds of payout balances.
#include "gateway/payout_inputs.hpp"
#include "gateway/route.hpp"

namespace mohur::gateway {
namespace {

using payments::BalanceThreshold;
using registry::Scope;

Result<kernel::Intent> set(Call&, const BalanceThresholdInput& input) {
  return kernel::Intent{kernel::SetBalanceThreshold{input.amount, input.currency}};
}

Result<kernel::Intent> remove(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<payments::BalanceThresholdId>());
  return kernel::Intent{kernel::RemoveBalanceThreshold{id}};
}

}  // namespace

std::vector<Route> threshold_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(write<BalanceThreshold, BalanceThresholdInput>(
      "/v1/balance_thresholds", "Be told when less than so much of the payout balance is available", "", Access::client,
      Scope::write_payouts, IdempotencyRule::optional, {state_conflict, amount_not_positive}, set, 201));
  routes.push_back(list_all<BalanceThreshold>("/v1/balance_thresholds", "List balance thresholds", Access::client_or_us,
                                              Scope::read_balances));
  routes.push_back(get_one<BalanceThreshold>("/v1/balance_thresholds/{id}", "Get a balance threshold", Access::client_or_us,
                                             Scope::read_balances));
  routes.push_back(write<BalanceThreshold, NoInput>("/v1/balance_thresholds/{id}/remove", "Be told of it no more", "",
                                                    Access::client, Scope::write_payouts, IdempotencyRule::optional,
                                                    {not_found, state_conflict}, remove));
  leaves<BalanceThreshold, payments::ThresholdStatus::removed>(routes.back());
  return routes;
}

}  // namespace mohur::gateway
