// Examples of sublicences.
#include "gateway/example_parts.hpp"
#include "gateway/onboarding_inputs.hpp"

namespace mohur::gateway {
namespace {

const auto kSublicence = id_of<registry::SublicenceId>(46);
const auto kApproval = id_of<registry::DocumentId>(47);
const registry::PayoutLimit kDailyLimit{.window = registry::LimitWindow::day, .amount = Amount{50'000'00}};

registry::Document approval() {
  return {.id = kApproval,
          .kind = registry::DocumentKind::authority,
          .media = registry::DocumentMedia::pdf,
          .file_name = masked("•••"),
          .size = 84'213,
          .hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
          .added_at = kMade,
          .added_by = kPerson};
}

}  // namespace

std::string example_of(Of<SublicenceInput>) {
  return R"({"name":"Kaveri Logistics","reason":"Pays its drivers through us","approval":")" + kApproval.to_string() +
         R"(","payout_limits":[{"window":"day","amount":5000000}]})";
}

std::string example_of(Of<registry::Sublicence>, std::optional<registry::SublicenceStatus> asked) {
  using enum registry::SublicenceStatus;
  registry::Sublicence shown{.id = kSublicence,
                             .client = kClient,
                             .created_at = kMade,
                             .updated_at = kMade,
                             .sequence = 1,
                             .status = asked.value_or(active),
                             .name = masked("K••••• L••••••••"),
                             .reason = "Pays its drivers through us",
                             .approval = approval(),
                             .payout_limits = {kDailyLimit},
                             .proposed_by = kPerson,
                             .decided_by = {},
                             .ended_at = {}};
  if (shown.status == proposed) return to_json(shown);
  shown.updated_at = kDone;
  shown.sequence = shown.status == ended ? 3 : 2;
  shown.decided_by = id_of<registry::PersonId>(7);
  if (shown.status == ended) shown.ended_at = kDone;
  return to_json(shown);
}

std::string example_of(Of<SublicenceUsage>, Always) {
  const Time midnight = kMade + hours(12), next_month = kMade + days(8) + hours(12);
  return to_json(SublicenceUsage{.sublicence = kSublicence,
                                 .mode = Mode::test,
                                 .sent = {{policy::kReported[0], Amount{12'400'00}, 31, midnight, {}},
                                          {policy::kReported[1], Amount{3'10'250'00}, 902, next_month, {}}},
                                 .payout_limits = {{kDailyLimit, Amount{12'400'00}, 31, midnight, {}}}});
}

}  // namespace mohur::gateway
