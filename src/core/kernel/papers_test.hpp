// For tests and benches: what brings the application of a proprietor to where a second person may approve it.
#pragma once

#include "kernel/command.hpp"

namespace mohur::kernel {

inline ReviewClient good_review(ClientId client, registry::RiskGrade grade = registry::RiskGrade::low) {
  ReviewClient review{.client = client, .grade = grade};
  for (const auto check : registry::requirements_of(registry::BusinessType::proprietorship).checks)
    review.checks.push_back({check, true});
  return review;
}

inline std::vector<Intent> documents_of_a_proprietor(ClientId client) {
  std::vector<Intent> steps;
  for (const auto kind : registry::requirements_of(registry::BusinessType::proprietorship).documents)
    steps.emplace_back(AddDocument{client, {.kind = kind}});
  return steps;
}

inline std::vector<Intent> papers_of_a_proprietor(ClientId client) {
  std::vector<Intent> steps = documents_of_a_proprietor(client);
  steps.emplace_back(good_review(client));
  return steps;
}

}  // namespace mohur::kernel
