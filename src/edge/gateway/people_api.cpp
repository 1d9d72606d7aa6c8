// Who the operator's people are and what they may do: one owner proposes, another one decides.
#include "crypto/api_key.hpp"
#include "engine/claims.hpp"
#include "gateway/factors.hpp"
#include "gateway/people_inputs.hpp"
#include "gateway/route.hpp"
#include "gateway/sealing.hpp"

namespace mohur::gateway {
namespace {

using registry::Permission;
using registry::Person;
using registry::PersonChange;
using registry::PersonChangeKind;
using registry::PersonChangeStatus;

Result<kernel::Intent> appoint(Call& call, const AppointInput& input) {
  Sealing sealing = seal_for_new_subject(call);
  kernel::ProposePersonChange intent{.kind = PersonChangeKind::appoint,
                                     .person = {},
                                     .name = sealing.value(input.name.str(), vault::mask_name(input.name.str())),
                                     .email = sealing.value(input.email.str(), vault::mask_email(input.email.str())),
                                     .email_key = engine::email_claim(call.services.vault, input.email.str()),
                                     .roles = input.roles,
                                     .reason = input.reason.str(),
                                     .half_hash = {}};
  MOHUR_TRY(sealing.outcome());
  return kernel::Intent{std::move(intent)};
}

Result<kernel::Intent> propose(Call& call, PersonChangeKind kind, std::vector<registry::Role> roles, const std::string& reason) {
  MOHUR_TRY_SET(person, call.path_id<registry::PersonId>());
  return kernel::Intent{kernel::ProposePersonChange{.kind = kind,
                                                    .person = person,
                                                    .name = {},
                                                    .email = {},
                                                    .email_key = {},
                                                    .roles = std::move(roles),
                                                    .reason = reason,
                                                    .half_hash = {}}};
}

Result<kernel::Intent> set_roles(Call& call, const RolesInput& input) {
  return propose(call, PersonChangeKind::set_roles, input.roles, input.reason.str());
}

template <PersonChangeKind Kind>
Result<kernel::Intent> propose_for(Call& call, const ReasonInput& input) {
  return propose(call, Kind, {}, input.reason.str());
}

// A half of an invitation, which the answer shows once.
std::string make_half(Call& call) {
  call.secret = crypto::random_base62(26, call.services.random);
  return half_hash(call.services.vault, *call.secret);
}

Result<kernel::Intent> invite(Call& call, const ReasonInput& input) {
  MOHUR_TRY_SET(person, call.path_id<registry::PersonId>());
  return kernel::Intent{kernel::ProposePersonChange{.kind = PersonChangeKind::invite,
                                                    .person = person,
                                                    .name = {},
                                                    .email = {},
                                                    .email_key = {},
                                                    .roles = {},
                                                    .reason = input.reason.str(),
                                                    .half_hash = make_half(call)}};
}

template <bool Approve>
Result<kernel::Intent> decide_change(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<registry::PersonChangeId>());
  MOHUR_TRY_SET(change, call.services.archive.get<PersonChange>(id.value));
  const bool invites = Approve && change && change->kind == PersonChangeKind::invite;
  return kernel::Intent{kernel::DecidePersonChange{id, Approve, invites ? make_half(call) : std::string{}}};
}

Result<net::Response> roles(Call& call) {
  RoleTable table;
  for (const registry::PermissionRow& row : registry::kPermissions) {
    PermissionOfRoles& shown = table.permissions.emplace_back(row.permission, std::string{row.meaning});
    for (const auto& role : described_enumerators(registry::Role{}))
      if (registry::permits(role.value, row.permission)) shown.roles.push_back(role.value);
  }
  return answer_with(call, table);
}

void add_people(std::vector<Route>& routes) {
  using enum Outcome;
  const auto proposal = [&]<class Input>(std::string_view path, std::string_view summary,
                                         Result<kernel::Intent> (*make)(Call&, const Input&)) {
    routes.push_back(write<PersonChange, Input>(path, summary, "P4.2", Access::us, Permission::appoint_people,
                                                IdempotencyRule::optional, {four_eyes_required, not_found, state_conflict}, make,
                                                201));
  };
  Route table = read("/v1/admin/roles", "See what each role permits", Access::us, Permission::read, {}, roles);
  gives<RoleTable>(table);
  routes.push_back(std::move(table));
  proposal("/v1/admin/people", "Propose to appoint a person", appoint);
  routes.push_back(list_all<Person>("/v1/admin/people", "List the operator's people", Access::us, Permission::read));
  routes.push_back(get_one<Person>("/v1/admin/people/{id}", "Get one of the operator's people", Access::us, Permission::read));
  proposal("/v1/admin/people/{id}/roles", "Propose other roles for a person", set_roles);
  routes.back().output_example = example_of_change_of_roles;
  proposal("/v1/admin/people/{id}/disable", "Propose to disable a person", propose_for<PersonChangeKind::disable>);
  routes.back().output_example = [] { return example_of_disabling(PersonChangeKind::disable); };
  proposal("/v1/admin/people/{id}/enable", "Propose to enable a person again", propose_for<PersonChangeKind::enable>);
  routes.back().output_example = [] { return example_of_disabling(PersonChangeKind::enable); };
  proposal("/v1/admin/people/{id}/invite", "Propose to invite a person to set up a sign-in; shows half of the invitation",
           invite);
  gives_with<PersonChange, WithSecret>(routes.back(), example_of_inviting);
}

void add_changes(std::vector<Route>& routes) {
  using enum Outcome;
  routes.push_back(
      list_all<PersonChange>("/v1/admin/person_changes", "List what was proposed about people", Access::us, Permission::read));
  routes.push_back(get_one<PersonChange>("/v1/admin/person_changes/{id}", "Get what was proposed about a person", Access::us,
                                         Permission::read));
  const auto decides = [&]<bool Approve, PersonChangeStatus To>(std::string_view path, std::string_view summary) {
    routes.push_back(write<PersonChange, NoInput>(path, summary, "P4.2", Access::us, Permission::appoint_people,
                                                  IdempotencyRule::optional, {four_eyes_required, not_found, state_conflict},
                                                  decide_change<Approve>));
    if (Approve) gives_with<PersonChange, WithSecret>(routes.back(), nullptr);
    leaves<PersonChange, To>(routes.back());
  };
  decides.operator()<true, PersonChangeStatus::approved>("/v1/admin/person_changes/{id}/approve",
                                                         "Approve what another owner proposed");
  decides.operator()<false, PersonChangeStatus::rejected>("/v1/admin/person_changes/{id}/reject",
                                                          "Reject what another owner proposed");
}

}  // namespace

std::vector<Route> people_routes() {
  std::vector<Route> routes;
  add_people(routes);
  add_changes(routes);
  return routes;
}

}  // namespace mohur::gateway
