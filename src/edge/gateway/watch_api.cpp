// The watch, for the operator's people: alerts, and the rules by which they are raised.
#include "gateway/conduct_inputs.hpp"
#include "gateway/dated_routes.hpp"

namespace mohur::gateway {
namespace {

using policy::Alert;
using policy::AlertStatus;
using policy::WatchRules;
using registry::Permission;

Result<kernel::Intent> close(Call& call, const AlertFindingInput& input) {
  MOHUR_TRY_SET(id, call.path_id<policy::AlertId>());
  return kernel::Intent{kernel::CloseAlert{id, input.decision, input.finding.str(), input.measure}};
}

Result<kernel::Intent> propose(Call& call, const WatchRulesInput& input) {
  return kernel::Intent{
      kernel::ProposeWatchRules{input.detectors, input.effective_at.value_or(call.services.clock.now()), input.reason.str()}};
}

constexpr DatedPaths kRulesPaths{"/v1/admin/watch_rules", "/v1/admin/watch_rules/{id}", "/v1/admin/watch_rules/{id}/approve",
                                 "/v1/admin/watch_rules/{id}/reject"};
constexpr DatedSummaries kRulesSummaries{"Propose what the house watches for", "List watch rules", "Get watch rules",
                                         "Put proposed watch rules into force", "Reject proposed watch rules"};

}  // namespace

std::vector<Route> watch_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(list_all<Alert>("/v1/admin/alerts", "List what the watch saw", Access::us, Permission::see_alerts));
  routes.push_back(get_one<Alert>("/v1/admin/alerts/{id}", "Get an alert", Access::us, Permission::see_alerts));
  routes.push_back(write<Alert, AlertFindingInput>("/v1/admin/alerts/{id}/close", "Close an alert with what came of it", "P5.1",
                                                   Access::us, Permission::close_incidents, IdempotencyRule::optional,
                                                   {field_unknown, field_missing, not_found, state_conflict}, close));
  leaves<Alert, AlertStatus::closed>(routes.back());
  add_dated<WatchRules, WatchRulesInput, kernel::DecideWatchRules>(routes, kRulesPaths, kRulesSummaries, "P5.1", propose);
  return routes;
}

}  // namespace mohur::gateway
