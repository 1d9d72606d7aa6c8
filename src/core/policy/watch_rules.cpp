#include "policy/watch_rules.hpp"

#include "policy/ranges.hpp"

namespace mohur::policy {
namespace {

constexpr std::uint32_t kDay = 86'400;

}  // namespace

Result<void> check_detectors(const std::vector<Detector>& detectors) {
  for (std::size_t i = 0; i < detectors.size(); ++i) {
    const std::string field = "detectors[" + std::to_string(i) + "]";
    MOHUR_TRY(check_between(detectors[i].count, 2, 1'000, field + ".count"));
    MOHUR_TRY(check_between(detectors[i].window_s, 60, kDay, field + ".window_s"));
    for (std::size_t before = 0; before < i; ++before)
      if (detectors[before].kind == detectors[i].kind)
        return refuse(Outcome::field_repeated, field + ".kind", "Each kind is named once.");
  }
  return {};
}

const std::vector<Detector>& standard_detectors() {
  static const std::vector<Detector> detectors{{.kind = AlertKind::probing, .count = 60, .window_s = 600},
                                               {.kind = AlertKind::key_sharing, .count = 5, .window_s = 3'600},
                                               {.kind = AlertKind::shared_destination, .count = 3, .window_s = kDay},
                                               {.kind = AlertKind::failing_payouts, .count = 20, .window_s = kDay}};
  return detectors;
}

}  // namespace mohur::policy
