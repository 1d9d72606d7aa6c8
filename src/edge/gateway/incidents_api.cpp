// Keys in wrong hands: whoever holds one ends it at once, and people find out what it did.
#include "gateway/key_inputs.hpp"
#include "gateway/route.hpp"

namespace mohur::gateway {
namespace {

using registry::Incident;
using registry::IncidentStatus;
using registry::Permission;
using registry::Scope;

std::optional<std::string> note_of(const CompromiseInput& input) {
  return input.note ? std::optional{input.note->str()} : std::nullopt;
}

// To hold the secret is to be entitled: the key that the call came with is the one that it ends.
Result<kernel::Intent> report_own(Call& call, const CompromiseInput& input) {
  return kernel::Intent{kernel::ReportCompromise{registry::CredentialId{call.caller.credential}, note_of(input)}};
}

Result<kernel::Intent> report(Call& call, const CompromiseInput& input) {
  MOHUR_TRY_SET(id, call.path_id<registry::CredentialId>());
  return kernel::Intent{kernel::ReportCompromise{id, note_of(input)}};
}

Result<kernel::Intent> close(Call& call, const FindingInput& input) {
  MOHUR_TRY_SET(id, call.path_id<registry::IncidentId>());
  return kernel::Intent{kernel::CloseIncident{id, input.finding.str()}};
}

}  // namespace

std::vector<Route> incident_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(write<Incident, CompromiseInput>(
      "/v1/credentials/report_compromise", "End the key that this call comes with: it fell into wrong hands", "P1.3",
      Access::any_key, Scope::read_requests, IdempotencyRule::none, {state_conflict}, report_own, 201));
  routes.back().scope.reset();
  routes.push_back(
      list_all<Incident>("/v1/incidents", "List incidents of your keys", Access::client_or_us, Scope::read_requests));
  routes.push_back(get_one<Incident>("/v1/incidents/{id}", "Get an incident", Access::client_or_us, Scope::read_requests));
  routes.push_back(list_all<Incident>("/v1/admin/incidents", "List all incidents", Access::us, Permission::read));
  routes.push_back(write<Incident, CompromiseInput>(
      "/v1/admin/credentials/{id}/report_compromise", "End a key that fell into wrong hands, and open an incident", "P1.3",
      Access::us, Permission::end_keys, IdempotencyRule::optional, {not_found, state_conflict}, report, 201));
  routes.back().output_example = example_of_reported_incident;
  routes.push_back(write<Incident, FindingInput>("/v1/admin/incidents/{id}/close", "Close an incident with what came of it",
                                                 "P1.3", Access::us, Permission::close_incidents, IdempotencyRule::optional,
                                                 {not_found, state_conflict}, close));
  leaves<Incident, IncidentStatus::closed>(routes.back());
  return routes;
}

}  // namespace mohur::gateway
