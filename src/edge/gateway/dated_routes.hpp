// The five routes of rules with a date: proposed by one person, decided by another, and looked at.
#pragma once

#include "gateway/route.hpp"

namespace mohur::gateway {

struct DatedPaths {
  std::string_view all, one, approve, reject;
};
// What each route does, in a sentence.
struct DatedSummaries {
  std::string_view propose, list, get, approve, reject;
};

template <class T, class Decide, bool Approve>
Result<kernel::Intent> decide_dated(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<decltype(T::id)>());
  return kernel::Intent{Decide{id, Approve}};
}

template <class T, class Input, class Decide>
void add_dated(std::vector<Route>& routes, const DatedPaths& paths, const DatedSummaries& says, std::string_view clause,
               Result<kernel::Intent> (*propose)(Call&, const Input&)) {
  using enum Outcome;
  using policy::ProposalStatus;
  using registry::Permission;
  routes.push_back(write<T, Input>(paths.all, says.propose, clause, Access::us, Permission::propose_terms,
                                   IdempotencyRule::optional, {time_too_far}, propose, 201));
  routes.push_back(list_all<T>(paths.all, says.list, Access::us, Permission::read));
  routes.push_back(get_one<T>(paths.one, says.get, Access::us, Permission::read));
  const auto decides = [&]<bool Approve, ProposalStatus To>(std::string_view path, std::string_view summary) {
    routes.push_back(write<T, NoInput>(path, summary, clause, Access::us, Permission::decide_terms, IdempotencyRule::optional,
                                       {not_found, four_eyes_required, state_conflict}, decide_dated<T, Decide, Approve>));
    leaves<T, To>(routes.back());
  };
  decides.template operator()<true, ProposalStatus::approved>(paths.approve, says.approve);
  decides.template operator()<false, ProposalStatus::rejected>(paths.reject, says.reject);
}

}  // namespace mohur::gateway
