// Examples of plans, agreements and limits.
#include "gateway/example_parts.hpp"
#include "gateway/key_inputs.hpp"
#include "gateway/terms_inputs.hpp"

namespace mohur::gateway {
namespace {

const auto kPlan = id_of<registry::PlanId>(18);
const auto kChange = id_of<registry::AgreementChangeId>(19);

const registry::PayoutLimit kDailyLimit{.window = registry::LimitWindow::day, .amount = Amount{1'00'000'00}};

// Raised for a season.
registry::DatedAgreement raised_agreement() {
  registry::Agreement raised = example_agreement();
  raised.version = 2;
  raised.plan = kPlan;
  return {raised, kMoved, kMoved + days(30)};
}

policy::Allowance allowance() {
  return {.total = {6'000, 60, 200},
          .rates = {{policy::RouteClass::money_out, {3'000, 60, 100}}, {policy::RouteClass::reserved, {600, 60, 60}}},
          .concurrent_calls = 50,
          .daily_quota = policy::CallQuota{100'000}};
}

}  // namespace

registry::Agreement example_agreement() {
  return {.purposes = {registry::Purpose::salary, registry::Purpose::vendor},
          .payer_types = {registry::PayerType::customer},
          .rails = {registry::Rail::imps, registry::Rail::neft, registry::Rail::upi},
          .methods = {registry::CollectionMethod::upi_qr, registry::CollectionMethod::bank_transfer},
          .fees = {{300}, 50}};
}

std::string example_of(Of<PlanInput>) { return R"({"name":"growth","allowance":)" + to_json(allowance()) + "}"; }
std::string example_of(Of<AgreementChangeInput>) {
  return R"({"reason":"Festival season","payout_limits":[{"window":"day","amount":10000000}]})";
}

std::string example_of(Of<LimitTrialInput>) {
  return R"({"mode":"test","from":"2026-11-22T00:00:00Z","to":"2026-11-29T00:00:00Z","payout_limits":[{"window":"day","amount":10000000}],)"
         R"("allowance":)" +
         to_json(allowance()) + "}";
}
std::string example_of(Of<LimitTrial>, Always) {
  const Time from = kMade - hours(6) - minutes(30);
  return to_json(
      LimitTrial{.client = kClient,
                 .mode = Mode::test,
                 .from = from,
                 .to = from + days(7),
                 .payouts = TriedPayouts{412, Amount{31'40'250'00}, 9, Amount{1'12'000'00}, {{kDailyLimit, 9, kMade + days(2)}}},
                 .calls = TriedCalls{18'403, 26, {{"money_out", 26, kMade + days(1)}}}});
}

std::string example_of(Of<AgreementAskInput>) {
  return R"({"reason":"Festival season","payout_limits":[{"window":"day","amount":10000000}]})";
}

std::string example_of(Of<CompromiseInput>) { return R"({"note":"Committed to a public repository"})"; }
std::string example_of(Of<FindingInput>) { return R"({"finding":"Nobody else used it; replaced everywhere"})"; }

std::string example_of(Of<registry::Incident>, std::optional<registry::IncidentStatus> asked) {
  registry::Incident incident{.id = id_of<registry::IncidentId>(20),
                              .client = kClient,
                              .created_at = kMade,
                              .updated_at = kMade,
                              .sequence = 1,
                              .status = asked.value_or(registry::IncidentStatus::open),
                              .credential = id_of<registry::CredentialId>(8),
                              .note = "Committed to a public repository"};
  if (incident.status == registry::IncidentStatus::open) return to_json(incident);
  incident.updated_at = kDone;
  incident.sequence = 2;
  incident.closed_by = kPerson;
  incident.finding = "Nobody else used it; replaced everywhere";
  return to_json(incident);
}

std::string example_of_reported_incident() {
  return to_json(registry::Incident{.id = id_of<registry::IncidentId>(20),
                                    .client = kClient,
                                    .created_at = kMade,
                                    .updated_at = kMade,
                                    .sequence = 1,
                                    .credential = id_of<registry::CredentialId>(8),
                                    .source = registry::IncidentSource::person,
                                    .reported_by = kPerson,
                                    .note = "Committed to a public repository"});
}

std::string example_of(Of<policy::Plan>, std::optional<policy::PlanStatus> asked) {
  const auto status = asked.value_or(policy::PlanStatus::proposed);
  policy::Plan plan{.id = kPlan,
                    .created_at = kMade,
                    .updated_at = kMade,
                    .sequence = 1,
                    .status = status,
                    .name = "growth",
                    .allowance = allowance(),
                    .proposed_by = kPerson};
  if (status == policy::PlanStatus::proposed) return to_json(plan);
  plan.updated_at = kDone;
  plan.sequence = status == policy::PlanStatus::retired ? 3 : 2;
  plan.decided_by = id_of<registry::PersonId>(7);
  return to_json(plan);
}
namespace {
registry::AgreementChange change_in(registry::AgreementChangeStatus status) {
  using enum registry::AgreementChangeStatus;
  registry::AgreementChange change{.id = kChange,
                                   .client = kClient,
                                   .created_at = kMade,
                                   .updated_at = status == proposed || status == asked ? kMade : kDone,
                                   .sequence = status == proposed || status == asked ? 1U : 2U,
                                   .status = status,
                                   .proposed = raised_agreement(),
                                   .reason = "Festival season",
                                   .proposed_by = kPerson,
                                   .decided_by = {},
                                   .asked_by = {}};
  if (status != approved) change.proposed.agreement.version = 1;  // that which it changes
  if (status == approved || status == rejected) change.decided_by = id_of<registry::PersonId>(7);
  if (status == asked || status == withdrawn) {
    change.proposed_by.reset();
    change.asked_by = id_of<registry::CredentialId>(8);
  }
  return change;
}
}  // namespace
std::string example_of(Of<registry::AgreementChange>, std::optional<registry::AgreementChangeStatus> status) {
  return to_json(change_in(status.value_or(registry::AgreementChangeStatus::proposed)));
}
std::string example_of_ask_taken_up() {
  registry::AgreementChange change = change_in(registry::AgreementChangeStatus::asked);
  change.status = registry::AgreementChangeStatus::proposed;
  change.proposed_by = kPerson;
  change.updated_at = kDone;
  change.sequence = 2;
  return to_json(change);
}
std::string example_of(Of<Limits>, Always) {
  Limits limits{.plan = kPlan, .rates = {{"total", allowance().total, 187}}, .concurrent_calls = allowance().concurrent_calls};
  for (const policy::ClassRate& each : allowance().rates)
    limits.rates.push_back({std::string{to_token(each.route_class)}, each.rate, each.rate.burst});
  limits.payout_limits.push_back({kDailyLimit, Amount{95'000'00}, 41, kMade + hours(12), {}});
  limits.quotas = {{policy::CallWindow::day, 100'000, false, 80'000, 0, kMade + hours(12)},
                   {policy::CallWindow::month, std::nullopt, false, 1'640'000, 0, kMade + days(6)}};
  limits.standing.ladder = policy::standard_ladder();
  return to_json(limits);
}
std::string example_of(Of<AgreementInForce>, Always) {
  return to_json(AgreementInForce{kClient, example_agreement(), raised_agreement()});
}

}  // namespace mohur::gateway
