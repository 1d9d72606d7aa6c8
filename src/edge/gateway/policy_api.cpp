// The usage policy: its versions, who accepted which, and its public pages.
#include "crypto/sha256.hpp"
#include "engine/claims.hpp"
#include "gateway/of_a_client.hpp"
#include "gateway/policy_coverage.hpp"
#include "gateway/policy_page.hpp"
#include "gateway/terms_inputs.hpp"

namespace mohur::gateway {
namespace {

using policy::PolicyAcceptance;
using policy::PolicyVersion;
using policy::PolicyVersionStatus;
using registry::Permission;
using registry::Scope;

bool is_person(const Call& call) { return call.caller.kind == registry::CallerKind::person; }

Result<kernel::Intent> propose(Call& call, const PolicyVersionInput& input) {
  return kernel::Intent{kernel::ProposePolicyVersion{.text = input.text.str(),
                                                     .hash = crypto::sha256(input.text.str()).hex(),
                                                     .effective_at = input.effective_at,
                                                     .reason = input.reason.str(),
                                                     .change_summary = input.change_summary.str(),
                                                     .least_notice = call.services.settings.policy_notice}};
}

Result<kernel::Intent> publish(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<policy::PolicyVersionId>());
  const auto next = static_cast<std::uint32_t>(call.services.policy.published().size() + 1);
  return kernel::Intent{kernel::PublishPolicyVersion{id, next, call.services.settings.policy_notice}};
}

Result<kernel::Intent> reject(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<policy::PolicyVersionId>());
  return kernel::Intent{kernel::RejectPolicyVersion{id}};
}

Result<kernel::Intent> accept(Call& call, const AcceptanceInput& input) {
  const PolicyBook::Entry* entry = call.services.policy.find(input.number);
  if (entry == nullptr) return refuse(Outcome::not_found, "number", "No version of this number is published.");
  return kernel::Intent{kernel::AcceptPolicy{.version = entry->id,
                                             .manner = policy::AcceptanceManner::explicit_call,
                                             .claim = engine::acceptance_claim(call.services.vault, call.client, entry->number)}};
}

// Those that are published: what is only proposed is the operator's business.
Result<net::Response> versions(Call& call) {
  MOHUR_TRY_SET(query, (parse_query<PolicyVersion>(call)));
  const auto wanted = [&](const PolicyVersion& version) {
    return version.status == PolicyVersionStatus::published && (!query.wanted || query.wanted(version));
  };
  MOHUR_TRY_SET(page, (call.services.archive.list<PolicyVersion>({}, Mode::live, query.after, query.limit, wanted)));
  return ListWriter{call}.append(page.items).finish(page.next);
}

Result<net::Response> coverage(Call& call) {
  static const std::vector<ClauseCoverage> clauses = policy_coverage(all_routes());
  MOHUR_TRY_SET(refusals, call.services.calls.refusals_by_clause(call.client));
  const PolicyBook::Entry* in_force = call.services.policy.in_force(call.services.clock.now());
  PolicyCoverage answer{.version = in_force == nullptr ? std::nullopt : std::optional{in_force->number},
                        .since = call.services.tally.since(),
                        .clauses = clauses};
  for (ClauseCoverage& clause : answer.clauses) {
    if (const auto found = refusals.find(std::string{to_token(clause.clause)}); found != refusals.end())
      clause.refusals = found->second;
    if (!is_person(call)) continue;
    clause.events = 0;
    for (const kernel::EventType type : clause.evidence) *clause.events += call.services.tally.of(type);
  }
  return answer_with(call, answer);
}

// ---- the public pages

Result<PolicyVersion> published_version(const Call& call, const PolicyBook::Entry* entry) {
  if (entry == nullptr) return refuse(Outcome::not_found, {}, "No such version of the policy is published.");
  MOHUR_TRY_SET(found, call.services.archive.get<PolicyVersion>(entry->id.value));
  if (!found) return refuse(Outcome::data_damaged, {}, "A published version of the policy is not in the state.");
  return std::move(*found);
}

// As a person writes it: digits, not too many.
const PolicyBook::Entry* numbered(const Call& call, std::size_t index) {
  std::uint32_t number = 0;
  for (const char digit : call.path_values[index]) {
    if (!is_digit(digit) || number > 1'000'000) return nullptr;
    number = number * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  return call.services.policy.find(number);
}

// The version in force; before the first one is, the one that will be.
Result<net::Response> current_page(Call& call) {
  const PolicyBook& book = call.services.policy;
  const Time now = call.services.clock.now();
  const PolicyBook::Entry* in_force = book.in_force(now);
  MOHUR_TRY_SET(shown, published_version(call, in_force != nullptr ? in_force : book.find(1)));
  return policy_page(shown, book, now);
}

Result<net::Response> version_page(Call& call) {
  MOHUR_TRY_SET(shown, published_version(call, numbered(call, 0)));
  return policy_page(shown, call.services.policy, call.services.clock.now());
}

Result<net::Response> difference_page(Call& call) {
  MOHUR_TRY_SET(before, published_version(call, numbered(call, 0)));
  MOHUR_TRY_SET(after, published_version(call, numbered(call, 1)));
  return policy_difference_page(before, after);
}

std::vector<Route> public_pages() {
  std::vector<Route> pages;
  const auto add = [&](std::string_view path, std::string_view summary, Result<net::Response> (*function)(Call&)) {
    pages.push_back(read(path, summary, Access::everybody, std::nullopt, {Outcome::not_found}, function));
    pages.back().clause = "P9.1";
    pages.back().media = "text/html";
  };
  add("/policy", "The usage policy that is in force", current_page);
  add("/policy/versions/{number}", "A version of the usage policy", version_page);
  add("/policy/versions/{number}/difference/{other}", "What changed between two versions of the usage policy", difference_page);
  return pages;
}

}  // namespace

std::vector<Route> policy_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(write<PolicyVersion, PolicyVersionInput>(
      "/v1/admin/policy/versions", "Propose a version of the usage policy", "P9.1", Access::us, Permission::propose_policy,
      IdempotencyRule::optional, {time_too_far, notice_too_short}, propose, 201));
  leaves<PolicyVersion, PolicyVersionStatus::proposed>(routes.back());
  routes.push_back(
      list_all<PolicyVersion>("/v1/admin/policy/versions", "List versions, also proposed ones", Access::us, Permission::read));
  routes.push_back(get_one<PolicyVersion>("/v1/admin/policy/versions/{id}", "Get a version, also a proposed one", Access::us,
                                          Permission::read));
  routes.push_back(write<PolicyVersion, NoInput>(
      "/v1/admin/policy/versions/{id}/publish", "Publish a proposed version", "P9.1", Access::us, Permission::publish_policy,
      IdempotencyRule::optional,
      {not_found, four_eyes_required, state_conflict, field_out_of_range, time_too_far, notice_too_short}, publish));
  leaves<PolicyVersion, PolicyVersionStatus::published>(routes.back());
  routes.push_back(write<PolicyVersion, NoInput>("/v1/admin/policy/versions/{id}/reject", "Reject a proposed version", "P9.1",
                                                 Access::us, Permission::publish_policy, IdempotencyRule::optional,
                                                 {not_found, four_eyes_required, state_conflict}, reject));
  leaves<PolicyVersion, PolicyVersionStatus::rejected>(routes.back());
  Route all = read("/v1/policy/versions", "List the published versions of the usage policy", Access::client_or_us, std::nullopt,
                   {}, versions);
  gives<PolicyVersion>(all);
  all.is_list = true;
  all.filters = filters_of<PolicyVersion>();
  all.clause = "P9.1";
  routes.push_back(std::move(all));
  routes.push_back(write<PolicyAcceptance, AcceptanceInput>("/v1/policy/acceptances", "Accept a version of the usage policy",
                                                            "P9.2", Access::client, Scope::read_events, IdempotencyRule::optional,
                                                            {not_found, state_conflict}, accept, 201));
  routes.back().scope.reset();
  routes.back().also_when_suspended = true;
  routes.push_back(list_of_a_client<PolicyAcceptance>("/v1/policy/acceptances", "List what was accepted, and how", "P9.2"));
  Route covered = read("/v1/policy/coverage", "See what holds the server to each clause, and how often it did",
                       Access::client_or_us, std::nullopt, {}, coverage);
  gives<PolicyCoverage>(covered);
  routes.push_back(std::move(covered));
  for (Route& page : public_pages()) routes.push_back(std::move(page));
  return routes;
}

}  // namespace mohur::gateway
