// Decisions about the versions of the usage policy, and about who has accepted them.
#include "kernel/decision.hpp"

namespace mohur::kernel {
namespace {

using policy::PolicyAcceptance;
using policy::PolicyVersion;
using policy::PolicyVersionStatus;

const PolicyVersion* by_number(const Decision& decision, std::uint32_t number) {
  const Claim* claim = decision.state().find<Claim>(policy::number_key(number));
  return claim == nullptr ? nullptr : decision.state().find<PolicyVersion>(claim->object);
}

Result<const PolicyVersion*> version_of(const Decision& decision, policy::PolicyVersionId id) {
  const PolicyVersion* version = decision.state().find<PolicyVersion>(id.value);
  if (version == nullptr) return refuse(Outcome::not_found, "version");
  return version;
}

// A version is accepted from its publication on, until the next one is in force; by use, once it is in force itself.
Result<void> check_acceptable(const Decision& decision, const PolicyVersion& version, policy::AcceptanceManner manner) {
  if (version.status != PolicyVersionStatus::published) return refuse(Outcome::not_found, "version");
  const Time now = decision.command().at;
  if (manner == policy::AcceptanceManner::continued_use && version.effective_at > now)
    return refuse(Outcome::state_conflict, "version", "The version is not in force yet.");
  const PolicyVersion* next = by_number(decision, *version.number + 1);
  if (next == nullptr || next->effective_at > now) return {};
  return refuse(Outcome::state_conflict, "version",
                "Version " + std::to_string(*next->number) + " is in force: version " + std::to_string(*version.number) +
                    " is accepted no more.");
}

}  // namespace

Added decide(Decision& decision, const ProposePolicyVersion& intent) {
  MOHUR_TRY_SET(person, decision.person());
  const Time now = decision.command().at;
  const bool is_first = decision.state().find<Claim>(policy::number_key(1)) == nullptr;
  MOHUR_TRY(policy::check_effective_at(intent.effective_at, is_first, intent.least_notice, now));
  const PolicyVersion version{.id = decision.next_id<policy::PolicyVersionId>(),
                              .created_at = now,
                              .updated_at = now,
                              .sequence = 1,
                              .text = intent.text,
                              .hash = intent.hash,
                              .effective_at = intent.effective_at,
                              .reason = intent.reason,
                              .change_summary = intent.change_summary,
                              .proposed_by = person};
  decision.add(EventType::policy_version_proposed, Object{version}, {}, Mode::live);
  return {};
}

Added decide(Decision& decision, const PublishPolicyVersion& intent) {
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY_SET(version, version_of(decision, intent.version));
  policy::Publication publication{.number = intent.number, .least_notice = intent.least_notice};
  if (intent.number > 1) {
    const PolicyVersion* previous = by_number(decision, intent.number - 1);
    if (previous == nullptr) return refuse(Outcome::state_conflict, {}, "There is no version before this number.");
    publication.previous_begins = previous->effective_at;
  }
  if (by_number(decision, intent.number) != nullptr && version->status == PolicyVersionStatus::proposed)
    return refuse(Outcome::state_conflict, {}, "Another version was published at the same moment: look at it first.");
  MOHUR_TRY_SET(after, policy::publish(*version, person, publication, decision.command().at));
  claim(decision.add(EventType::policy_version_published, Object{after}, {}, Mode::live), policy::number_key(intent.number));
  return {};
}

Added decide(Decision& decision, const RejectPolicyVersion& intent) {
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY_SET(version, version_of(decision, intent.version));
  MOHUR_TRY_SET(after, policy::reject(*version, person, decision.command().at));
  decision.add(EventType::policy_version_rejected, Object{after}, {}, Mode::live);
  return {};
}

// Once for each client and version, however often and however it is said.
Added decide(Decision& decision, const AcceptPolicy& intent) {
  const Command& command = decision.command();
  if (command.caller.kind != registry::CallerKind::credential)
    return refuse(Outcome::scope_missing, {}, "Only a client's key accepts for the client.");
  MOHUR_TRY_SET(client, decision.client(command.client));
  if (client->status == registry::ClientStatus::terminated) return refuse(Outcome::client_terminated);
  MOHUR_TRY_SET(version, version_of(decision, intent.version));
  if (const Claim* claim = decision.state().find<Claim>(intent.claim); claim != nullptr) {
    decision.hand_out(claim->object);
    return {};
  }
  MOHUR_TRY(check_acceptable(decision, *version, intent.manner));
  const PolicyAcceptance acceptance{.id = decision.next_id<policy::PolicyAcceptanceId>(),
                                    .client = client->id,
                                    .created_at = command.at,
                                    .updated_at = command.at,
                                    .sequence = 1,
                                    .version = version->id,
                                    .number = *version->number,
                                    .hash = version->hash,
                                    .manner = intent.manner,
                                    .credential = registry::CredentialId{command.caller.credential}};
  claim(decision.add(EventType::policy_accepted, Object{acceptance}, client->id, Mode::live), intent.claim);
  return {};
}

}  // namespace mohur::kernel
