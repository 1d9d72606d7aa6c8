// The dry run of a call or a payout.
#include <algorithm>

#include "gateway/evaluation.hpp"
#include "gateway/route.hpp"

namespace mohur::gateway {
namespace {

using policy::CallWindow;
using policy::RouteClass;
using registry::PayoutLimit;

std::size_t precedence(std::string_view token) {
  const auto table = outcome_table();
  return static_cast<std::size_t>(std::ranges::find(table, token, &OutcomeRow::token) - table.begin());
}

// What a dry run looks at; all of it copies.
struct Facts {
  registry::Client client;
  registry::Agreement agreement;
  std::vector<Verdict> verdicts;
  std::vector<payments::ApprovalStep> approval_steps;

  // Where its precedence is, behind those of the same.
  Verdict& add(Outcome outcome, bool refuses) {
    const OutcomeRow& row = row_of(outcome);
    const auto place = std::ranges::upper_bound(verdicts, precedence(row.token), {},
                                                [](const Verdict& verdict) { return precedence(verdict.outcome); });
    return *verdicts.insert(place, {.outcome = std::string{row.token},
                                    .clause = row.clause.empty() ? std::nullopt : std::optional{std::string{row.clause}},
                                    .refuses = refuses,
                                    .detail = {},
                                    .limit = {},
                                    .most_count = {},
                                    .used_count = {},
                                    .remaining_count = {},
                                    .most_amount = {},
                                    .used_amount = {},
                                    .remaining_amount = {},
                                    .passes_at = {}});
  }
  void add(const Result<void>& checked) {
    if (!checked) add(checked.error().outcome, true).detail = checked.error().detail;
  }
};

void count(Verdict& verdict, std::uint64_t most, std::uint64_t used) {
  verdict.most_count = most;
  verdict.used_count = used;
  verdict.remaining_count = most - std::min(most, used);
}

void look_at_conduct(const Call& call, Facts& facts, Time now) {
  const policy::Standing* standing = call.services.directory.standing_of(call.client, call.mode);
  const auto until = standing != nullptr ? policy::blocked_until(*standing, now) : std::nullopt;
  if (until) facts.add(Outcome::temporarily_blocked, true).passes_at = until;
}

void look_at_quotas(const Quotas& quotas, Facts& facts, const policy::Allowance& allowance, Time now) {
  for (const CallWindow window : {CallWindow::day, CallWindow::month}) {
    const policy::CallQuota* quota = allowance.quota_of(window);
    if (quota == nullptr) continue;
    const Quotas::Reading reading = quotas.read(window, now);
    Verdict& verdict = facts.add(Outcome::quota_exceeded, reading.used >= quota->calls && !quota->is_shadow());
    verdict.shadow = quota->is_shadow();
    verdict.limit = to_token(window);
    count(verdict, quota->calls, reading.used);
    if (reading.used >= quota->calls) verdict.passes_at = reading.span.ends_at;
  }
}

void look_at_rates(std::span<const Limiter::Left> rates, Facts& facts, RouteClass route_class, Time now) {
  for (const Limiter::Left& left : rates) {
    const bool applies = left.name == "total" ? route_class != RouteClass::reserved : left.name == to_token(route_class);
    if (!applies) continue;
    Verdict& verdict = facts.add(Outcome::rate_exceeded, left.retry_in.has_value() && !left.rate.is_shadow());
    verdict.shadow = left.rate.is_shadow();
    verdict.limit = left.name;
    verdict.most_count = left.rate.burst;
    verdict.remaining_count = left.remaining;
    if (left.retry_in) verdict.passes_at = now + *left.retry_in;
  }
}

// The books as they are durable: the client's and the house's accounts.
Result<ledger::Ledger> books(const Call& call) {
  ledger::Ledger ledger;
  for (const registry::ClientId owner : {call.client, registry::ClientId{}}) {
    MOHUR_TRY_SET(accounts, call.services.archive.accounts(owner, call.mode));
    for (const ledger::Account& account : accounts) ledger.restore(account);
  }
  return ledger;
}

// The order as it is, then without what it was refused for, as long as the next reason can be known. Answers the rail that it
// would take, where that can be known.
std::optional<registry::Rail> look_at_order(Facts& facts, const payments::PayoutOrder& order, payments::Beneficiary beneficiary,
                                            const ledger::Ledger& ledger, Mode mode, Time now,
                                            const std::optional<payments::ApprovalState>& approval) {
  registry::Agreement relaxed = facts.agreement;
  if (const auto checked = payments::check_order(order, relaxed); !checked) {
    facts.add(checked);
    if (checked.error().outcome == Outcome::purpose_not_approved) {
      relaxed.purposes.push_back(order.purpose);
      facts.add(payments::check_order(order, relaxed));
    }
  }
  if (order.rail) relaxed.rails.push_back(*order.rail);
  for (int reasons = 0; reasons < 8; ++reasons) {
    const payments::PayoutFacts known{facts.client, relaxed, beneficiary, ledger, now, ledger::TransferId{{0, 1}},
                                      false,        approval};
    const auto step = payments::create_payout({}, mode, order, known);
    if (step) return step->after.rail;
    facts.add(Result<void>{std::unexpected(step.error())});
    if (step.error().outcome == Outcome::rail_not_approved)
      for (const auto& rail : described_enumerators(registry::Rail{})) relaxed.rails.push_back(rail.value);
    else if (step.error().outcome == Outcome::beneficiary_inactive)
      beneficiary.status = payments::BeneficiaryStatus::active;
    else
      return order.rail;
  }
  return order.rail;
}

bool covers(const PayoutLimit& limit, registry::Purpose purpose, const std::optional<registry::Rail>& rail) {
  return (!limit.purpose || *limit.purpose == purpose) && (!limit.rail || limit.rail == rail);
}

void look_at_limit(Facts& facts, PayoutLimit limit, const policy::Spending& spending, policy::Usage of_client,
                   policy::Usage of_beneficiary) {
  const bool is_shadow = limit.is_shadow();
  const policy::Used used =
      policy::used(limit, limit.is_of_each_beneficiary() ? of_beneficiary : of_client, spending.mode, spending.at);
  limit.shadow.reset();
  const policy::LimitSet alone{{&limit, 1}, of_client, facts.agreement.version};
  const auto kept_to = policy::count({&alone, 1}, spending, of_beneficiary);
  Verdict& verdict = facts.add(Outcome::payout_limit_exceeded, !kept_to && !is_shadow);
  verdict.shadow = is_shadow;
  verdict.limit = to_token(limit.window);
  if (limit.count) count(verdict, *limit.count, used.count);
  if (limit.amount) {
    verdict.most_amount = limit.amount;
    verdict.used_amount = used.amount;
    verdict.remaining_amount = Amount{limit.amount->minor - std::min(limit.amount->minor, used.amount.minor)};
  }
  if (kept_to) return;
  verdict.detail = kept_to.error().detail;
  verdict.passes_at = used.until;
}

Result<std::optional<payments::ApprovalState>> look_at_workflow(const Call& call, Facts& facts,
                                                                const payments::PayoutOrder& order,
                                                                const payments::Beneficiary& beneficiary, Time at) {
  const auto& id = facts.client.workflow(call.mode);
  if (!id) return std::nullopt;
  MOHUR_TRY_SET(workflow, call.services.archive.get<payments::ApprovalWorkflow>(id->value));
  if (!workflow) return std::nullopt;
  auto approval = payments::needed(*workflow, payments::to_approve(order, beneficiary, {}, at));
  if (approval) facts.approval_steps = approval->steps;
  return approval;
}

Result<void> look_at_payout(const Call& call, Facts& facts, const EvaluatedPayout& asked) {
  facts.add(registry::check_may_send_money(facts.client));
  MOHUR_TRY_SET(beneficiary, call.services.archive.get<payments::Beneficiary>(asked.beneficiary.value));
  const bool is_own = beneficiary && beneficiary->client == call.client && beneficiary->mode == call.mode;
  if (!is_own || beneficiary->sublicence != call.sublicence) {
    facts.add(Outcome::not_found, true).detail = "There is no such beneficiary.";
    return {};
  }
  MOHUR_TRY_SET(clock, call.services.archive.get<payments::SandboxClock>(call.client.value));
  const Time now = call.services.clock.now();
  const Time at = call.mode == Mode::test && clock ? now + clock->ahead : now;
  payments::PayoutOrder order{.amount = asked.amount,
                              .currency = asked.currency,
                              .purpose = asked.purpose,
                              .rail = asked.rail,
                              .reference_id = {},
                              .narration = {},
                              .metadata = {},
                              .scheduled_at = asked.scheduled_at};
  MOHUR_TRY_SET(ledger, books(call));
  MOHUR_TRY_SET(approval, look_at_workflow(call, facts, order, *beneficiary, at));
  const auto rail = look_at_order(facts, order, *beneficiary, ledger, call.mode, at, approval);
  MOHUR_TRY_SET(of_client, call.services.archive.get<policy::Usage>(call.client.value));
  MOHUR_TRY_SET(of_beneficiary, call.services.archive.get<policy::Usage>(asked.beneficiary.value));
  const policy::Spending spending{call.mode, asked.purpose, rail.value_or(registry::Rail::imps), asked.amount, at};
  for (const PayoutLimit& limit : facts.agreement.payout_limits)
    if (covers(limit, asked.purpose, rail))
      look_at_limit(facts, limit, spending, of_client.value_or(policy::Usage{.owner = call.client.value, .counters = {}}),
                    of_beneficiary.value_or(policy::Usage{.owner = asked.beneficiary.value, .counters = {}}));
  return {};
}

Result<Evaluation> evaluate(const Call& call, const EvaluationInput& input) {
  if (!input.call && !input.payout) return refuse(Outcome::field_missing, "payout", "Name a call, a payout, or both.");
  MOHUR_TRY_SET(client, call.services.archive.get<registry::Client>(call.client.value));
  const KnownClient* known = call.services.directory.find(call.client);
  if (!client || known == nullptr) return refuse(Outcome::not_found, "client");
  const Time now = call.services.clock.now();
  Facts facts{*client, registry::agreement_of(*client, now), {}, {}};
  const RouteClass route_class = input.call.value_or(RouteClass::money_out);
  const policy::Allowance& allowance = call.services.directory.allowance_of(*known, now);
  const Limiter& limiter = call.services.limiter;
  const PoolNumber pool = pool_number(known->number, call.mode);
  if (route_class != RouteClass::reserved) {
    look_at_conduct(call, facts, now);
    look_at_quotas(limiter.quotas_of(pool), facts, allowance, now);
  }
  look_at_rates(limiter.left(pool, allowance, call.services.steady.now()), facts, route_class, now);
  if (input.payout) MOHUR_TRY(look_at_payout(call, facts, *input.payout));
  const auto first = std::ranges::find(facts.verdicts, true, &Verdict::refuses);
  return Evaluation{first == facts.verdicts.end() ? "ok" : first->outcome, facts.agreement.version, std::move(facts.verdicts),
                    std::move(facts.approval_steps)};
}

Result<net::Response> answer(Call& call) {
  const auto body = checked_body(call);
  if (!body) return std::unexpected(body.error().front());
  auto input = codec::read_json_all<EvaluationInput>(*body);
  if (!input) return std::unexpected(input.error().front());
  MOHUR_TRY_SET(evaluation, evaluate(call, *input));
  return answer_with(call, evaluation);
}

}  // namespace

std::vector<Route> evaluation_routes() {
  Route route = read("/v1/policy/evaluate", "See what the policy would say to a call or a payout, without doing it",
                     Access::client_or_us, registry::Scope::read_balances, {Outcome::not_found, Outcome::field_missing}, answer);
  route.method = net::Method::post;
  route.clause = "P3.3";
  route.route_class = RouteClass::reserved;
  takes<EvaluationInput>(route);
  gives<Evaluation>(route);
  return {route};
}

}  // namespace mohur::gateway
