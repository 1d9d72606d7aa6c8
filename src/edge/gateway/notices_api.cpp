// What the operator tells clients, and what is done about their access: notices and measures.
#include "gateway/conduct_inputs.hpp"
#include "gateway/of_a_client.hpp"

namespace mohur::gateway {
namespace {

using registry::Measure;
using registry::MeasureStatus;
using registry::Notice;
using registry::Permission;
using registry::Scope;

Result<kernel::Intent> acknowledge(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<registry::NoticeId>());
  return kernel::Intent{kernel::AcknowledgeNotice{id}};
}

Result<kernel::Intent> take(Call& call, const MeasureInput& input) {
  MOHUR_TRY_SET(client, call.path_id<registry::ClientId>());
  return kernel::Intent{kernel::TakeMeasure{.client = client,
                                            .kind = input.kind,
                                            .reason = {input.ground, input.clause},
                                            .evidence = input.evidence.str(),
                                            .effective_at = input.effective_at,
                                            .critical = input.critical.value_or(false)}};
}

template <class Decision>
Result<kernel::Intent> decide_measure(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<registry::MeasureId>());
  return kernel::Intent{Decision{id}};
}

}  // namespace

std::vector<Route> notice_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(list_of_a_client<Notice>("/v1/notices", "List what the operator told you", "P8.2"));
  routes.push_back(one_of_a_client<Notice>("/v1/notices/{id}", "Get a notice", "P8.2"));
  routes.push_back(write<Notice, NoInput>("/v1/notices/{id}/acknowledge", "Say that you have read a notice", "P8.2",
                                          Access::client, Scope::read_events, IdempotencyRule::optional, {not_found},
                                          acknowledge));
  routes.back().scope.reset();
  routes.back().also_when_suspended = true;
  leaves<Notice, registry::NoticeStatus::sent>(routes.back());

  routes.push_back(write<Measure, MeasureInput>(
      "/v1/admin/clients/{id}/measures", "Restrict, suspend, terminate or reinstate a client", "P8.1", Access::us,
      Permission::take_measures, IdempotencyRule::optional, {not_found, state_conflict, time_too_far}, take, 201));
  leaves<Measure, MeasureStatus::scheduled>(routes.back());
  routes.push_back(list_of_a_client<Measure>("/v1/admin/measures", "List measures", "P8.1"));
  routes.push_back(one_of_a_client<Measure>("/v1/admin/measures/{id}", "Get a measure", "P8.1"));
  for (Route* route : {&routes.back(), &routes.back() - 1}) {
    route->access = Access::us;
    route->scope.reset();
    route->permission = Permission::read;
  }
  const auto decides = [&]<class Decision, MeasureStatus To>(std::string_view path, std::string_view summary,
                                                             Permission permission, std::vector<Outcome> outcomes) {
    routes.push_back(write<Measure, NoInput>(path, summary, "P8.1", Access::us, permission, IdempotencyRule::optional,
                                             std::move(outcomes), decide_measure<Decision>));
    leaves<Measure, To>(routes.back());
  };
  decides.operator()<kernel::ConfirmMeasure, MeasureStatus::in_force>(
      "/v1/admin/measures/{id}/confirm", "Confirm a measure that somebody else proposed", Permission::confirm_measures,
      {not_found, four_eyes_required, state_conflict, sector_prohibited});
  decides.operator()<kernel::RejectMeasure, MeasureStatus::rejected>(
      "/v1/admin/measures/{id}/reject", "Reject a measure that somebody else proposed", Permission::confirm_measures,
      {not_found, four_eyes_required, state_conflict});
  decides.operator()<kernel::WithdrawMeasure, MeasureStatus::withdrawn>("/v1/admin/measures/{id}/withdraw",
                                                                        "Take a measure back before it takes effect",
                                                                        Permission::take_measures, {not_found, state_conflict});
  return routes;
}

}  // namespace mohur::gateway
