// A plan: how often and how much at once the clients on it may call, by class of route. Data, changed by two people.
//
// Pools    A client's calls count together, whichever key they come with; test and live mode count apart.
// Quotas   Calls of a day and of a month, by the calendar of India. What is used is kept, never what remains.
// Total    Every call counts against `total` and the rate of its class, but for the class `reserved`: what must work while
//          everything else is throttled, such as asking for a payout's state or approving one, has a budget of its own.
// Source   policy clauses P6.1, P6.2
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "policy/rate.hpp"
#include "registry/agreement.hpp"

namespace mohur::policy {

using registry::PersonId;
using registry::PlanId;

// What a call is, to its rate.
MOHUR_ENUM(RouteClass, (1, read), (2, write), (3, money_out), (5, reserved))

struct ClassRate {
  RouteClass route_class = RouteClass::read;
  Rate rate;

  bool operator==(const ClassRate&) const = default;
  MOHUR_DESCRIBE(ClassRate, (1, route_class), (2, rate))
};

// The span over which a quota counts calls: a day or a month of India.
MOHUR_ENUM(CallWindow, (1, day), (2, month))

struct CallQuota {
  std::uint64_t calls = 0;  // 1 to 1,000,000,000,000
  std::optional<bool> shadow = std::nullopt;

  bool is_shadow() const { return shadow.value_or(false); }
  bool operator==(const CallQuota&) const = default;
  MOHUR_DESCRIBE(CallQuota, (1, calls, "Calls in a window; reserved ones do not count."),
                 (2, shadow, "Whether it is only tried out: it counts and refuses nothing."))
};

// When the window of a moment began, and when it ends.
struct CallSpan {
  std::int64_t number = 0;  // of the window, since the first in 1970
  Time ends_at;
  Duration length;
};
CallSpan span_of(CallWindow window, Time at);

// The numbers of a plan.
struct Allowance {
  Rate total;
  std::vector<ClassRate> rates;         // one for each class at most; without one, a class has the total only
  std::uint32_t concurrent_calls = 20;  // 1 to 10,000
  std::optional<CallQuota> daily_quota = std::nullopt;
  std::optional<CallQuota> monthly_quota = std::nullopt;

  const CallQuota* quota_of(CallWindow window) const {
    const auto& quota = window == CallWindow::day ? daily_quota : monthly_quota;
    return quota ? &*quota : nullptr;
  }
  const Rate* rate_of(RouteClass route_class) const;
  bool operator==(const Allowance&) const = default;
  MOHUR_DESCRIBE(Allowance, (1, total, "All calls together, but for reserved ones."),
                 (2, rates, "By class of route; each class once at most. `reserved` is required: it has no other limit."),
                 (3, concurrent_calls, "Calls that are under way at one time, 1 to 10,000."),
                 (4, daily_quota, "Of a day of India; as many as come when absent."),
                 (5, monthly_quota, "Of a month of India; as many as come when absent."))
};

// Errors: field_out_of_range, field_repeated, field_missing, each with the field.
Result<void> check_allowance(const Allowance& allowance);

MOHUR_ENUM(PlanStatus, (1, proposed), (2, active), (3, rejected), (4, retired))

struct Plan {
  static constexpr std::string_view object_name = "plan";

  PlanId id;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  PlanStatus status = PlanStatus::proposed;
  std::string name;
  Allowance allowance;
  PersonId proposed_by;
  std::optional<PersonId> decided_by;
  bool for_high_risk = false;

  bool operator==(const Plan&) const = default;
  MOHUR_DESCRIBE(Plan, (1, id), (2, created_at), (3, updated_at), (4, sequence),
                 (5, status, "A retired plan takes no new clients; those on it stay."), (6, name), (7, allowance),
                 (8, proposed_by), (9, decided_by, "Never the one who proposed it."),
                 (10, for_high_risk, "Whether it is low enough for clients of high risk, who are on no other."))
};

// What holds for a client whose agreement names no plan.
const Allowance& standard_allowance();

// proposed → active | rejected, by somebody who did not propose it; active → retired, by anybody.
// Errors: four_eyes_required, state_conflict.
Result<Plan> decide_plan(const Plan& plan, PlanStatus to, PersonId by, Time now);

}  // namespace mohur::policy
