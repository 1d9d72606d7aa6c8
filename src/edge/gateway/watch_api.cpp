// The watch, for the operator's people: alerts, and the rules by which they are raised.
#include "gateway/route.hpp"

namespace mohur::gateway {
namespace {

using policy::Alert;
using policy::AlertStatus;
using policy::ProposalStatus;
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

template <bool Approve>
Result<kernel::Intent> decide(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<policy::WatchRulesId>());
  return kernel::Intent{kernel::DecideWatchRules{id, Approve}};
}

void add_rules(std::vector<Route>& routes) {
  using enum Outcome;
  routes.push_back(write<WatchRules, WatchRulesInput>("/v1/admin/watch_rules", "Propose what the house watches for", "P5.1",
                                                      Access::us, Permission::propose_terms, IdempotencyRule::optional,
                                                      {time_too_far}, propose, 201));
  leaves<WatchRules, ProposalStatus::proposed>(routes.back());
  routes.push_back(list_all<WatchRules>("/v1/admin/watch_rules", "List watch rules", Access::us, Permission::read));
  routes.push_back(get_one<WatchRules>("/v1/admin/watch_rules/{id}", "Get watch rules", Access::us, Permission::read));
  const auto decides = [&]<bool Approve, ProposalStatus To>(std::string_view path, std::string_view summary) {
    routes.push_back(write<WatchRules, NoInput>(path, summary, "P5.1", Access::us, Permission::decide_terms,
                                                IdempotencyRule::optional, {not_found, four_eyes_required, state_conflict},
                                                decide<Approve>));
    leaves<WatchRules, To>(routes.back());
  };
  decides.operator()<true, ProposalStatus::approved>("/v1/admin/watch_rules/{id}/approve", "Put proposed watch rules into force");
  decides.operator()<false, ProposalStatus::rejected>("/v1/admin/watch_rules/{id}/reject", "Reject proposed watch rules");
}

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
  add_rules(routes);
  return routes;
}

}  // namespace mohur::gateway
