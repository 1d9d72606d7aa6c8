// Examples of the policy's versions and of their acceptance.
#include "crypto/sha256.hpp"
#include "gateway/example_parts.hpp"
#include "gateway/terms_inputs.hpp"

namespace mohur::gateway {
namespace {

const auto kVersion = id_of<policy::PolicyVersionId>(21);
constexpr std::string_view kText = "# Usage policy\n\n## P3.4 No sharing\n\nKeys stay with the client.\n";

}  // namespace

std::string example_of(Of<PolicyVersionInput>) {
  return R"({"text":"# Usage policy\n\n## P3.4 No sharing\n\nKeys stay with the client.\n",)"
         R"("effective_at":"2030-01-01T00:00:00.000Z","reason":"A first version","change_summary":"Everything is new"})";
}
std::string example_of(Of<AcceptanceInput>) { return R"({"number":1})"; }

std::string example_of(Of<policy::PolicyVersion>, std::optional<policy::PolicyVersionStatus> asked) {
  const auto status = asked.value_or(policy::PolicyVersionStatus::published);
  policy::PolicyVersion version{.id = kVersion,
                                .created_at = kMade,
                                .updated_at = kMade,
                                .sequence = 1,
                                .status = status,
                                .text = std::string{kText},
                                .hash = crypto::sha256(kText).hex(),
                                .effective_at = kMoved,
                                .reason = "A first version",
                                .change_summary = "Everything is new",
                                .proposed_by = kPerson};
  if (status == policy::PolicyVersionStatus::proposed) return to_json(version);
  version.updated_at = kDone;
  version.sequence = 2;
  version.decided_by = id_of<registry::PersonId>(7);
  if (status == policy::PolicyVersionStatus::published) version.number = 1;
  return to_json(version);
}

std::string example_of(Of<policy::PolicyAcceptance>, Always) {
  return to_json(policy::PolicyAcceptance{.id = id_of<policy::PolicyAcceptanceId>(22),
                                          .client = kClient,
                                          .created_at = kMade,
                                          .updated_at = kMade,
                                          .sequence = 1,
                                          .version = kVersion,
                                          .number = 1,
                                          .hash = crypto::sha256(kText).hex(),
                                          .credential = id_of<registry::CredentialId>(8)});
}

std::string example_of(Of<PolicyCoverage>, Always) {
  return to_json(
      PolicyCoverage{.version = 1,
                     .since = kMade,
                     .clauses = {{.clause = registry::Clause::P6_2,
                                  .says = "Throttling.",
                                  .extent = Extent::enforced,
                                  .enforced_by = "Exact rates; a refused call uses nothing up and is told when to come again.",
                                  .outcomes = {"rate_exceeded"},
                                  .refusals = 12}}});
}

}  // namespace mohur::gateway
