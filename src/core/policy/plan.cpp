#include "policy/plan.hpp"

#include <algorithm>

#include "base/india.hpp"

namespace mohur::policy {
namespace {

constexpr std::uint32_t kMostConcurrent = 10'000;

bool may_become(PlanStatus from, PlanStatus to) {
  switch (to) {
    case PlanStatus::proposed: return false;
    case PlanStatus::active:
    case PlanStatus::rejected: return from == PlanStatus::proposed;
    case PlanStatus::retired: return from == PlanStatus::active;
  }
  return false;
}

Result<void> check_rate(const Rate& rate, const std::string& field) {
  if (is_valid(rate)) return {};
  return refuse(Outcome::field_out_of_range, field,
                "A rate is of 1 to 1,000,000 calls in 1 second to 31 days, and its burst of one call to its quota.");
}

constexpr std::uint64_t kMostCalls = 1'000'000'000'000;

Result<void> check_quota(const CallQuota* quota, const std::string& field) {
  if (quota == nullptr || (quota->calls >= 1 && quota->calls <= kMostCalls)) return {};
  return refuse(Outcome::field_out_of_range, field + ".calls", "Expected 1 to 1,000,000,000,000.");
}

}  // namespace

CallSpan span_of(CallWindow window, Time at) {
  const bool is_day = window == CallWindow::day;
  const std::int64_t number = is_day ? india::day_of(at) : india::month_of(at);
  const auto start = [&](std::int64_t n) {
    return is_day ? india::start_of_day(n) : india::start_of_month(static_cast<std::int32_t>(n));
  };
  return {number, start(number + 1), start(number + 1) - start(number)};
}

const Rate* Allowance::rate_of(RouteClass route_class) const {
  const auto found = std::ranges::find(rates, route_class, &ClassRate::route_class);
  return found == rates.end() ? nullptr : &found->rate;
}

Result<void> check_allowance(const Allowance& allowance) {
  MOHUR_TRY(check_rate(allowance.total, "total"));
  for (std::size_t i = 0; i < allowance.rates.size(); ++i) {
    const std::string field = "rates[" + std::to_string(i) + "]";
    const auto is_same = [&](const ClassRate& other) { return other.route_class == allowance.rates[i].route_class; };
    if (std::any_of(allowance.rates.begin(), allowance.rates.begin() + static_cast<std::ptrdiff_t>(i), is_same))
      return refuse(Outcome::field_repeated, field, "A class of routes has one rate.");
    MOHUR_TRY(check_rate(allowance.rates[i].rate, field + ".rate"));
  }
  if (allowance.rate_of(RouteClass::reserved) == nullptr)
    return refuse(Outcome::field_missing, "rates", "The class reserved needs a rate: it has no other limit.");
  if (allowance.concurrent_calls < 1 || allowance.concurrent_calls > kMostConcurrent)
    return refuse(Outcome::field_out_of_range, "concurrent_calls", "Expected 1 to 10,000.");
  MOHUR_TRY(check_quota(allowance.quota_of(CallWindow::day), "daily_quota"));
  return check_quota(allowance.quota_of(CallWindow::month), "monthly_quota");
}

const Allowance& standard_allowance() {
  static const Allowance allowance{.total = {.quota = 60'000, .window_s = 60, .burst = 2'000},
                                   .rates = {{RouteClass::money_out, {.quota = 30'000, .window_s = 60, .burst = 1'000}},
                                             {RouteClass::reserved, {.quota = 30'000, .window_s = 60, .burst = 1'000}}},
                                   .concurrent_calls = 1'000};
  return allowance;
}

Result<Plan> decide_plan(const Plan& plan, PlanStatus to, PersonId by, Time now) {
  if (to != PlanStatus::retired && by == plan.proposed_by)
    return refuse(Outcome::four_eyes_required, {}, "Whoever proposed this plan cannot decide about it.");
  if (!may_become(plan.status, to))
    return refuse(Outcome::state_conflict, {},
                  "A plan that is " + std::string{to_token(plan.status)} + " cannot become " + std::string{to_token(to)} + ".");

  // After this point, the decision stands.
  Plan after = plan;
  after.status = to;
  after.decided_by = by;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

}  // namespace mohur::policy
