// Sublicences: what a client and the keys of a sublicence see of it, and what the operator's people propose, decide and end.
#include "gateway/limits_used.hpp"
#include "gateway/of_a_client.hpp"
#include "gateway/onboarding_inputs.hpp"
#include "gateway/sealing.hpp"

namespace mohur::gateway {
namespace {

using registry::Permission;
using registry::Sublicence;
using registry::SublicenceStatus;

Result<kernel::Intent> propose(Call& call, const SublicenceInput& input) {
  MOHUR_TRY_SET(client, call.path_id<registry::ClientId>());
  Sealing sealing = seal_for_new_subject(call);
  kernel::ProposeSublicence intent{.client = client,
                                   .name = sealing.value(input.name.str(), vault::mask_name(input.name.str())),
                                   .reason = input.reason.str(),
                                   .approval = input.approval,
                                   .payout_limits = input.payout_limits.value_or(std::vector<registry::PayoutLimit>{})};
  MOHUR_TRY(sealing.outcome());
  return kernel::Intent{std::move(intent)};
}

template <bool Approve>
Result<kernel::Intent> decide(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<registry::SublicenceId>());
  return kernel::Intent{kernel::DecideSublicence{id, Approve}};
}

// It holds in both modes: who tries things out ends nothing that sends real money.
Result<kernel::Intent> end(Call& call, const NoInput&) {
  if (call.sublicence) return refuse(Outcome::scope_missing, {}, "The client ends it, or the operator.");
  if (call.person == nullptr && call.mode == Mode::test)
    return refuse(Outcome::mode_mismatch, {}, "A sublicence sends live money, too: one of your live keys ends it.");
  MOHUR_TRY_SET(id, call.path_id<registry::SublicenceId>());
  return kernel::Intent{kernel::EndSublicence{id}};
}

// A client sees those that were approved; what the operator thinks about is the operator's.
bool is_shown(const Call& call, const Sublicence& sublicence) {
  if (call.caller.kind == registry::CallerKind::person) return true;
  const bool was_approved = sublicence.status == SublicenceStatus::active || sublicence.status == SublicenceStatus::ended;
  return sublicence.client == call.client && was_approved && (!call.sublicence || *call.sublicence == sublicence.id);
}

Result<Sublicence> find(Call& call) {
  MOHUR_TRY_SET(id, call.path_id<registry::SublicenceId>());
  MOHUR_TRY_SET(found, call.services.archive.get<Sublicence>(id.value));
  if (!found || !is_shown(call, *found)) return refuse(Outcome::not_found, "id");
  return std::move(*found);
}

Result<net::Response> all(Call& call) {
  MOHUR_TRY_SET(query, (parse_query<Sublicence>(call)));
  const auto wanted = [&](const Sublicence& sublicence) {
    return is_shown(call, sublicence) && (!query.wanted || query.wanted(sublicence));
  };
  MOHUR_TRY_SET(page, (call.services.archive.list<Sublicence>(call.client, Mode::live, query.after, query.limit, wanted)));
  return ListWriter{call}.append(page.items).finish(page.next);
}

Result<net::Response> one(Call& call) {
  MOHUR_TRY_SET(found, find(call));
  return answer_with(call, found);
}

Result<net::Response> usage(Call& call) {
  MOHUR_TRY_SET(found, find(call));
  call.client = found.client;  // one of the operator's people need not name it
  MOHUR_TRY_SET(sent, used_of(call, policy::kReported, found.id.value));
  MOHUR_TRY_SET(used, used_of(call, found.payout_limits, found.id.value));
  return answer_with(call, SublicenceUsage{found.id, call.mode, std::move(sent), std::move(used)});
}

}  // namespace

std::vector<Route> sublicence_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  const auto shows = [&]<class T>(Of<T>, Route route) {
    gives<T>(route);
    route.clause = "P3.4";
    routes.push_back(std::move(route));
  };
  const auto scope = registry::Scope::read_payouts;
  shows(Of<Sublicence>{}, read("/v1/sublicences", "List those for whom you send money", Access::client_or_us, scope, {}, all));
  routes.back().is_list = true;
  routes.back().filters = filters_of<Sublicence>();
  shows(Of<Sublicence>{}, read("/v1/sublicences/{id}", "Get a sublicence", Access::client_or_us, scope, {not_found}, one));
  shows(Of<SublicenceUsage>{}, read("/v1/sublicences/{id}/usage", "See what was sent for it, and what of its limits is used",
                                    Access::client_or_us, scope, {not_found}, usage));
  const auto ends = [&](std::string_view path, std::string_view summary, Access access, const Needs& needs) {
    routes.push_back(write<Sublicence, NoInput>(path, summary, "P3.4", access, needs, IdempotencyRule::optional,
                                                {not_found, state_conflict}, end));
    routes.back().also_when_suspended = true;
    leaves<Sublicence, SublicenceStatus::ended>(routes.back());
  };
  ends("/v1/sublicences/{id}/end", "End a sublicence with a live key: its keys are refused from then on", Access::client,
       registry::Scope::write_payouts);
  routes.back().outcomes.push_back(mode_mismatch);

  routes.push_back(write<Sublicence, SublicenceInput>(
      "/v1/admin/clients/{id}/sublicences", "Propose that a client sends money for somebody else", "P3.4", Access::us,
      Permission::file_clients, IdempotencyRule::optional, {client_terminated, client_not_approved, field_missing, not_found},
      propose, 201));
  leaves<Sublicence, SublicenceStatus::proposed>(routes.back());
  const auto decides = [&]<bool Approve>(std::string_view path, std::string_view summary, std::vector<Outcome> outcomes) {
    routes.push_back(write<Sublicence, NoInput>(path, summary, "P3.4", Access::us, Permission::decide_clients,
                                                IdempotencyRule::optional, std::move(outcomes), decide<Approve>));
  };
  decides.operator()<true>("/v1/admin/sublicences/{id}/approve", "Approve a sublicence: keys may be issued for it",
                           {client_terminated, client_not_approved, four_eyes_required, not_found, state_conflict});
  leaves<Sublicence, SublicenceStatus::active>(routes.back());
  decides.operator()<false>("/v1/admin/sublicences/{id}/reject", "Reject a sublicence",
                            {four_eyes_required, not_found, state_conflict});
  leaves<Sublicence, SublicenceStatus::rejected>(routes.back());
  ends("/v1/admin/sublicences/{id}/end", "End a client's sublicence at once", Access::us, Permission::end_keys);
  return routes;
}

}  // namespace mohur::gateway
