#include "gateway/policy_coverage.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "gateway/route.hpp"

namespace mohur::gateway {
namespace {

struct CoverageRow {
  registry::Clause clause;
  std::string_view says;
  Extent extent;
  std::string_view enforced_by;
  std::string_view evidence;
};

constexpr std::array kRows = {
#define COVERAGE(clause, says, extent, enforced_by, evidence) \
  CoverageRow{registry::Clause::clause, says, Extent::extent, enforced_by, evidence},
#include "gateway/policy_coverage.def"
#undef COVERAGE
};

consteval bool has_every_clause_in_order() {
  const auto clauses = described_enumerators(registry::Clause{});
  return std::ranges::equal(kRows, clauses, {}, &CoverageRow::clause, [](const auto& row) { return row.value; });
}
static_assert(has_every_clause_in_order(), "policy_coverage.def has a row for each clause");

std::vector<kernel::EventType> events_in(std::string_view list) {
  std::vector<kernel::EventType> types;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    const auto type = from_token<kernel::EventType>(list.substr(0, end));
    MOHUR_ASSERT(type);
    types.push_back(*type);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return types;
}

}  // namespace

void EventTally::on_durable(std::uint64_t, std::span<const kernel::Event> events) {
  for (const kernel::Event& event : events) ++counts_[static_cast<std::size_t>(event.type)];
}

std::vector<ClauseCoverage> policy_coverage(std::span<const Route> routes) {
  std::vector<ClauseCoverage> clauses;
  for (const CoverageRow& row : kRows) {
    ClauseCoverage coverage{.clause = row.clause,
                            .says = std::string{row.says},
                            .extent = row.extent,
                            .enforced_by = std::string{row.enforced_by},
                            .outcomes = {},
                            .operations = {},
                            .evidence = events_in(row.evidence)};
    const std::string_view clause = to_token(row.clause);
    for (const OutcomeRow& outcome : outcome_table())
      if (outcome.clause == clause) coverage.outcomes.emplace_back(outcome.token);
    for (const Route& route : routes)
      if (route.clause == clause)
        coverage.operations.push_back((route.method == net::Method::get ? "GET " : "POST ") + std::string{route.path});
    clauses.push_back(std::move(coverage));
  }
  return clauses;
}

}  // namespace mohur::gateway
