// Conduct: what throttling came to, notices of quotas, reviews of plans, and the escalation ladder.
#include "gateway/conduct_inputs.hpp"
#include "gateway/dated_routes.hpp"

namespace mohur::gateway {
namespace {

using policy::Ladder;
using policy::ThrottleEpisode;
using policy::TierReview;
using policy::TierReviewStatus;
using policy::UsageNotice;
using registry::Permission;
using registry::Scope;

Result<kernel::Intent> propose_ladder(Call& call, const LadderInput& input) {
  return kernel::Intent{
      kernel::ProposeLadder{input.rules, input.effective_at.value_or(call.services.clock.now()), input.reason.str()}};
}

Result<kernel::Intent> close_review(Call& call, const TierReviewInput& input) {
  MOHUR_TRY_SET(id, call.path_id<policy::TierReviewId>());
  return kernel::Intent{kernel::CloseTierReview{id, input.decision, input.finding.str()}};
}

Result<net::Response> review(Call& call) {
  MOHUR_TRY_SET(id, call.path_id<policy::TierReviewId>());
  MOHUR_TRY_SET(found, call.services.archive.get<TierReview>(id.value));
  if (!found) return refuse(Outcome::not_found, "id");
  return answer_with(call, *found);
}

void add_reviews(std::vector<Route>& routes) {
  using enum Outcome;
  routes.push_back(
      list_all<TierReview>("/v1/admin/tier_reviews", "List reviews of clients' plans", Access::us, Permission::read));
  routes.push_back(
      read("/v1/admin/tier_reviews/{id}", "Get a review of a client's plan", Access::us, Permission::read, {not_found}, review));
  gives<TierReview>(routes.back());
  routes.push_back(write<TierReview, TierReviewInput>("/v1/admin/tier_reviews/{id}/close", "Close a review with what was decided",
                                                      "P6.3", Access::us, Permission::close_reviews, IdempotencyRule::optional,
                                                      {not_found, state_conflict}, close_review));
  leaves<TierReview, TierReviewStatus::closed>(routes.back());
}

constexpr DatedPaths kLadderPaths{"/v1/admin/ladders", "/v1/admin/ladders/{id}", "/v1/admin/ladders/{id}/approve",
                                  "/v1/admin/ladders/{id}/reject"};
constexpr DatedSummaries kLadderSummaries{"Propose an escalation ladder", "List escalation ladders", "Get an escalation ladder",
                                          "Put a proposed ladder into force", "Reject a proposed ladder"};

}  // namespace

std::vector<Route> conduct_routes() {
  std::vector<Route> routes;
  routes.push_back(list_all<ThrottleEpisode>("/v1/throttle_episodes", "List episodes in which your calls were refused",
                                             Access::client_or_us, Scope::read_requests));
  routes.push_back(
      get_one<ThrottleEpisode>("/v1/throttle_episodes/{id}", "Get an episode", Access::client_or_us, Scope::read_requests));
  routes.push_back(list_all<UsageNotice>("/v1/usage_notices", "List notices of how much of your quotas is used",
                                         Access::client_or_us, Scope::read_requests));
  routes.push_back(
      get_one<UsageNotice>("/v1/usage_notices/{id}", "Get a notice of use", Access::client_or_us, Scope::read_requests));
  // Who is throttled must be able to see why.
  for (Route& route : routes) route.route_class = policy::RouteClass::reserved;
  add_reviews(routes);
  add_dated<Ladder, LadderInput, kernel::DecideLadder>(routes, kLadderPaths, kLadderSummaries, "P6.3", propose_ladder);
  return routes;
}

}  // namespace mohur::gateway
