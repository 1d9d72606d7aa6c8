// Plans, agreements and their changes: what a client sees and asks for, and what the operator's people propose and decide.
#include "engine/claims.hpp"
#include "gateway/limits_used.hpp"
#include "gateway/of_a_client.hpp"
#include "gateway/terms_inputs.hpp"

namespace mohur::gateway {
namespace {

using policy::Plan;
using policy::PlanStatus;
using registry::AgreementChange;
using registry::AgreementChangeStatus;
using registry::Permission;
using registry::Scope;

Result<kernel::Intent> propose_plan(Call&, const PlanInput& input) {
  return kernel::Intent{kernel::ProposePlan{input.name.str(), input.allowance, input.for_high_risk.value_or(false)}};
}

template <PlanStatus To>
Result<kernel::Intent> decide_plan(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<registry::PlanId>());
  return kernel::Intent{kernel::DecidePlan{id, To}};
}

// The agreement that holds for good, with what is asked for instead. Whoever decides sees the whole.
Result<kernel::Intent> propose_agreement(Call& call, const AgreementChangeInput& input) {
  MOHUR_TRY_SET(id, call.path_id<registry::ClientId>());
  MOHUR_TRY_SET(client, call.services.archive.get<registry::Client>(id.value));
  if (!client) return refuse(Outcome::not_found, "id");
  const Time now = call.services.clock.now();
  registry::Agreement agreement = registry::lasting_agreement(*client);
  const auto take = [](auto& field, const auto& given) {
    if (given) field = *given;
  };
  take(agreement.purposes, input.purposes);
  take(agreement.payer_types, input.payer_types);
  take(agreement.rails, input.rails);
  take(agreement.methods, input.methods);
  take(agreement.fees.payout, input.payout_fee);
  take(agreement.fees.payin_basis_points, input.payin_fee_basis_points);
  take(agreement.payout_limits, input.payout_limits);
  take(agreement.signed_money_out, input.signed_money_out);
  if (input.plan) agreement.plan = input.plan;
  MOHUR_TRY(check_fees(agreement.fees));
  return kernel::Intent{
      kernel::ProposeAgreement{id, {std::move(agreement), input.effective_at.value_or(now), input.ends_at}, input.reason.str()}};
}

// Of the agreement that holds for good, with the plan and the limits that are asked for.
Result<kernel::Intent> ask_for_agreement(Call& call, const AgreementAskInput& input) {
  if (!input.plan && !input.payout_limits)
    return refuse(Outcome::field_missing, "payout_limits", "Ask for a plan, for limits, or for both.");
  MOHUR_TRY_SET(client, call.services.archive.get<registry::Client>(call.client.value));
  if (!client) return refuse(Outcome::not_found, "client");
  registry::Agreement agreement = registry::lasting_agreement(*client);
  if (input.payout_limits) agreement.payout_limits = *input.payout_limits;
  if (input.plan) agreement.plan = input.plan;
  const Time begins = input.effective_at.value_or(call.services.clock.now());
  return kernel::Intent{kernel::AskForAgreement{{std::move(agreement), begins, input.ends_at},
                                                input.reason.str(),
                                                engine::agreement_ask_claim(call.services.vault, call.client)}};
}

template <class Decided>
Result<kernel::Intent> about_change(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<registry::AgreementChangeId>());
  return kernel::Intent{Decided{id}};
}

// A client sees what it asked for and what was agreed; what the operator thinks about is the operator's.
bool is_shown(const Call& call, const AgreementChange& change) {
  if (call.caller.kind == registry::CallerKind::person) return true;
  return change.client == call.client && (change.asked_by || change.status == AgreementChangeStatus::approved);
}

Result<net::Response> changes(Call& call) {
  MOHUR_TRY_SET(query, (parse_query<AgreementChange>(call)));
  const auto wanted = [&](const AgreementChange& change) {
    return is_shown(call, change) && (!query.wanted || query.wanted(change));
  };
  MOHUR_TRY_SET(page, (call.services.archive.list<AgreementChange>(call.client, Mode::live, query.after, query.limit, wanted)));
  return ListWriter{call}.append(page.items).finish(page.next);
}

Result<net::Response> change(Call& call) {
  MOHUR_TRY_SET(id, call.path_id<registry::AgreementChangeId>());
  MOHUR_TRY_SET(found, call.services.archive.get<AgreementChange>(id.value));
  if (!found || !is_shown(call, *found)) return refuse(Outcome::not_found, "id");
  return answer_with(call, *found);
}

// Like a ticket: whichever key of the client asks, two people decide.
Route for_any_key(Route route) {
  route.scope.reset();
  return route;
}

template <bool Approve>
Result<kernel::Intent> decide_agreement(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<registry::AgreementChangeId>());
  return kernel::Intent{kernel::DecideAgreement{id, Approve}};
}

Result<net::Response> agreement(Call& call) {
  MOHUR_TRY_SET(client, call.services.archive.get<registry::Client>(call.client.value));
  if (!client) return refuse(Outcome::not_found, "client");
  const Time now = call.services.clock.now();
  AgreementInForce answer{client->id, registry::agreement_of(*client, now), std::nullopt};
  const auto& next = client->next_agreement;
  if (next && (now < next->effective_at || (next->ends_at && now < *next->ends_at))) answer.next_agreement = next;
  return answer_with(call, answer);
}

QuotaUsed shown(const Quotas& quotas, policy::CallWindow window, const policy::Allowance& allowance, Time now) {
  const Quotas::Reading reading = quotas.read(window, now);
  const policy::CallQuota* quota = allowance.quota_of(window);
  return {.window = window,
          .calls = quota == nullptr ? std::nullopt : std::optional{quota->calls},
          .shadow = quota != nullptr && quota->is_shadow(),
          .used = reading.used,
          .would_have_refused = reading.would_have_refused,
          .window_ends_at = reading.span.ends_at};
}

LadderStanding standing(const Call& call, Time now) {
  const auto ladder = call.services.directory.ladders().at(now);
  LadderStanding shown{.rung = {}, .blocked_until = {}, .ladder_version = ladder.version, .ladder = *ladder.rules};
  const policy::Standing* known = call.services.directory.standing_of(call.client, call.mode);
  if (known == nullptr) return shown;
  shown.strikes = policy::strikes_at(*known, *ladder.rules, now);
  shown.rung = known->rung;
  shown.blocked_until = policy::blocked_until(*known, now);
  return shown;
}

// The rates and quotas of the plan, the limits on money out, each with what is used or left, and the standing on the ladder.
Result<net::Response> limits(Call& call) {
  const KnownClient* client = call.services.directory.find(call.client);
  if (client == nullptr) return refuse(Outcome::not_found, "client");
  const Time now = call.services.clock.now();
  const policy::Allowance& allowance = call.services.directory.allowance_of(*client, now);
  Limits answer{.mode = call.mode, .plan = client->plan_at(now), .rates = {}, .concurrent_calls = allowance.concurrent_calls};
  const Limiter& limiter = call.services.limiter;
  const PoolNumber pool = pool_number(client->number, call.mode);
  for (const Limiter::Left& left : limiter.left(pool, allowance, call.services.steady.now()))
    answer.rates.push_back({std::string{left.name}, left.rate, left.remaining, left.would_have_refused});
  for (const policy::CallWindow window : {policy::CallWindow::day, policy::CallWindow::month})
    answer.quotas.push_back(shown(limiter.quotas_of(pool), window, allowance, now));
  answer.standing = standing(call, now);
  MOHUR_TRY_SET(known, call.services.archive.get<registry::Client>(call.client.value));
  if (!known) return refuse(Outcome::not_found, "client");
  MOHUR_TRY_SET(used, used_of(call, registry::agreement_of(*known, now).payout_limits, call.client.value));
  answer.payout_limits = std::move(used);
  return answer_with(call, answer);
}

}  // namespace

std::vector<Route> plan_routes() {
  using enum Outcome;
  const auto decision = [](Route route, std::vector<Outcome> more) {
    route.outcomes = {not_found, four_eyes_required, state_conflict};
    route.outcomes.insert(route.outcomes.end(), more.begin(), more.end());
    return route;
  };
  std::vector<Route> routes;
  Route own = read("/v1/limits", "See your plan's rates, and what is left of them", Access::client_or_us, Scope::read_balances,
                   {not_found}, limits);
  gives<Limits>(own);
  own.clause = "P6.1";
  own.route_class = policy::RouteClass::reserved;
  routes.push_back(std::move(own));
  Route agreed = read("/v1/agreement", "See the agreement that is in force for you", Access::client_or_us, Scope::read_balances,
                      {not_found}, agreement);
  gives<AgreementInForce>(agreed);
  agreed.clause = "P1.4";
  routes.push_back(std::move(agreed));
  Route asked = list_of_a_client<AgreementChange>("/v1/agreement_changes", "List the changes of your agreement", "P3.3");
  asked.read = changes;
  routes.push_back(std::move(asked));
  Route one = one_of_a_client<AgreementChange>("/v1/agreement_changes/{id}", "Get a change of your agreement", "P3.3");
  one.read = change;
  routes.push_back(std::move(one));
  routes.push_back(for_any_key(write<AgreementChange, AgreementAskInput>(
      "/v1/agreement_changes", "Ask for another plan or other limits, for good or for a time", "P3.3", Access::client,
      Scope::read_balances, IdempotencyRule::optional,
      {not_found, state_conflict, sector_prohibited, plan_not_for_risk, time_not_in_future, time_too_far}, ask_for_agreement,
      201)));
  leaves<AgreementChange, AgreementChangeStatus::asked>(routes.back());
  routes.push_back(for_any_key(write<AgreementChange, NoInput>(
      "/v1/agreement_changes/{id}/withdraw", "Take back what you asked for", "P3.3", Access::client, Scope::read_balances,
      IdempotencyRule::optional, {not_found, state_conflict}, about_change<kernel::WithdrawAgreement>)));
  leaves<AgreementChange, AgreementChangeStatus::withdrawn>(routes.back());

  routes.push_back(write<Plan, PlanInput>("/v1/admin/plans", "Propose a plan", "P6.1", Access::us, Permission::propose_terms,
                                          IdempotencyRule::optional, {}, propose_plan, 201));
  leaves<Plan, PlanStatus::proposed>(routes.back());
  routes.push_back(list_all<Plan>("/v1/admin/plans", "List plans", Access::us, Permission::read));
  routes.push_back(get_one<Plan>("/v1/admin/plans/{id}", "Get a plan", Access::us, Permission::read));
  const auto decides_plan = [&]<PlanStatus To>(std::string_view path, std::string_view summary) {
    routes.push_back(decision(write<Plan, NoInput>(path, summary, "P6.1", Access::us, Permission::decide_terms,
                                                   IdempotencyRule::optional, {}, decide_plan<To>),
                              {}));
    leaves<Plan, To>(routes.back());
  };
  decides_plan.operator()<PlanStatus::active>("/v1/admin/plans/{id}/approve", "Put a proposed plan into force");
  decides_plan.operator()<PlanStatus::rejected>("/v1/admin/plans/{id}/reject", "Reject a proposed plan");
  decides_plan.operator()<PlanStatus::retired>("/v1/admin/plans/{id}/retire", "Put no more clients on a plan");

  routes.push_back(write<AgreementChange, AgreementChangeInput>(
      "/v1/admin/clients/{id}/agreement_changes", "Propose a change of a client's agreement, for good or for a time", "P3.3",
      Access::us, Permission::propose_terms, IdempotencyRule::optional,
      {not_found, state_conflict, client_terminated, sector_prohibited, plan_not_for_risk, time_not_in_future, time_too_far},
      propose_agreement, 201));
  leaves<AgreementChange, AgreementChangeStatus::proposed>(routes.back());
  routes.push_back(
      list_all<AgreementChange>("/v1/admin/agreement_changes", "List changes of agreements", Access::us, Permission::read));
  routes.push_back(
      get_one<AgreementChange>("/v1/admin/agreement_changes/{id}", "Get a change of an agreement", Access::us, Permission::read));
  routes.push_back(write<AgreementChange, NoInput>(
      "/v1/admin/agreement_changes/{id}/take_up", "Propose what a client asked for, for somebody else to decide", "P3.3",
      Access::us, Permission::propose_terms, IdempotencyRule::optional,
      {not_found, state_conflict, client_terminated, sector_prohibited, plan_not_for_risk, time_not_in_future, time_too_far},
      about_change<kernel::TakeUpAgreement>));
  routes.back().output_example = example_of_ask_taken_up;
  routes.push_back(decision(write<AgreementChange, NoInput>(
                                "/v1/admin/agreement_changes/{id}/approve", "Approve a change of an agreement", "P3.3",
                                Access::us, Permission::decide_terms, IdempotencyRule::optional, {}, decide_agreement<true>),
                            {client_terminated, sector_prohibited, plan_not_for_risk, time_not_in_future}));
  leaves<AgreementChange, AgreementChangeStatus::approved>(routes.back());
  routes.push_back(decision(write<AgreementChange, NoInput>(
                                "/v1/admin/agreement_changes/{id}/reject", "Reject a change of an agreement", "P3.3", Access::us,
                                Permission::decide_terms, IdempotencyRule::optional, {}, decide_agreement<false>),
                            {}));
  leaves<AgreementChange, AgreementChangeStatus::rejected>(routes.back());
  return routes;
}

}  // namespace mohur::gateway
