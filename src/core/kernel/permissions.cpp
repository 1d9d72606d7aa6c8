#include "kernel/permissions.hpp"

#include <variant>

namespace mohur::kernel {
namespace {

using registry::Permission;

struct Nobody {};       // not for people
struct OwnBusiness {};  // a person's own, whatever the roles
using Needed = std::variant<Nobody, OwnBusiness, Permission>;

// Whose it is, seen by who calls.
Needed own(registry::PersonId person, const registry::Caller& caller) {
  return person == caller.person() ? Needed{OwnBusiness{}} : Needed{Nobody{}};
}

// A key of the operator's own people is the business of those who appoint them.
Permission about_key(const State& state, registry::CredentialId id, Permission usual) {
  const auto* key = state.find<registry::Credential>(id.value);
  return key != nullptr && key->person ? Permission::appoint_people : usual;
}

// What a person needs, to bring each command. One that has no row here is not for people.
template <class T>
Needed needed(const State&, const registry::Caller&, const T&) {
  return Nobody{};
}
Needed needed(const State&, const registry::Caller&, const ApplyForClient&) { return Permission::file_clients; }
Needed needed(const State&, const registry::Caller&, const AddDocument&) { return Permission::file_clients; }
Needed needed(const State&, const registry::Caller&, const ReviewClient&) { return Permission::file_clients; }
Needed needed(const State&, const registry::Caller&, const DecideClient&) { return Permission::decide_clients; }
Needed needed(const State&, const registry::Caller&, const ProposePlan&) { return Permission::propose_terms; }
Needed needed(const State&, const registry::Caller&, const ProposeAgreement&) { return Permission::propose_terms; }
Needed needed(const State&, const registry::Caller&, const TakeUpAgreement&) { return Permission::propose_terms; }
Needed needed(const State&, const registry::Caller&, const ProposeLadder&) { return Permission::propose_terms; }
Needed needed(const State&, const registry::Caller&, const DecidePlan&) { return Permission::decide_terms; }
Needed needed(const State&, const registry::Caller&, const DecideAgreement&) { return Permission::decide_terms; }
Needed needed(const State&, const registry::Caller&, const DecideLadder&) { return Permission::decide_terms; }
Needed needed(const State&, const registry::Caller&, const ProposeSublicence&) { return Permission::file_clients; }
Needed needed(const State&, const registry::Caller&, const DecideSublicence&) { return Permission::decide_clients; }
Needed needed(const State&, const registry::Caller&, const EndSublicence&) { return Permission::end_keys; }
Needed needed(const State&, const registry::Caller&, const IssueCredential&) { return Permission::issue_keys; }
Needed needed(const State& state, const registry::Caller&, const RotateCredential& intent) {
  return about_key(state, intent.credential, Permission::issue_keys);
}
Needed needed(const State& state, const registry::Caller&, const SetNetworks& intent) {
  return about_key(state, intent.credential, Permission::issue_keys);
}
Needed needed(const State& state, const registry::Caller&, const SetSigningKey& intent) {
  return about_key(state, intent.credential, Permission::issue_keys);
}
Needed needed(const State& state, const registry::Caller&, const AddCertificate& intent) {
  return about_key(state, intent.credential, Permission::issue_keys);
}
Needed needed(const State& state, const registry::Caller&, const RemoveCertificate& intent) {
  return about_key(state, intent.credential, Permission::issue_keys);
}
Needed needed(const State&, const registry::Caller&, const RevokeToken&) { return Permission::end_keys; }
Needed needed(const State& state, const registry::Caller& caller, const RevokeCredential& intent) {
  const auto* key = state.find<registry::Credential>(intent.credential.value);
  if (key != nullptr && key->person && key->person == caller.person()) return OwnBusiness{};
  return about_key(state, intent.credential, Permission::end_keys);
}
Needed needed(const State& state, const registry::Caller&, const ReportCompromise& intent) {
  return about_key(state, intent.credential, Permission::end_keys);
}
Needed needed(const State&, const registry::Caller&, const ProposePersonChange&) { return Permission::appoint_people; }
Needed needed(const State&, const registry::Caller&, const DecidePersonChange&) { return Permission::appoint_people; }
Needed needed(const State&, const registry::Caller&, const CloseIncident&) { return Permission::close_incidents; }
Needed needed(const State&, const registry::Caller&, const CloseAlert&) { return Permission::close_incidents; }
Needed needed(const State&, const registry::Caller&, const ProposeWatchRules&) { return Permission::propose_terms; }
Needed needed(const State&, const registry::Caller&, const DecideWatchRules&) { return Permission::decide_terms; }
Needed needed(const State&, const registry::Caller&, const TakeMeasure&) { return Permission::take_measures; }
Needed needed(const State&, const registry::Caller&, const WithdrawMeasure&) { return Permission::take_measures; }
Needed needed(const State&, const registry::Caller&, const ConfirmMeasure&) { return Permission::confirm_measures; }
Needed needed(const State&, const registry::Caller&, const RejectMeasure&) { return Permission::confirm_measures; }
Needed needed(const State&, const registry::Caller&, const ProposePolicyVersion&) { return Permission::propose_policy; }
Needed needed(const State&, const registry::Caller&, const PublishPolicyVersion&) { return Permission::publish_policy; }
Needed needed(const State&, const registry::Caller&, const RejectPolicyVersion&) { return Permission::publish_policy; }
Needed needed(const State&, const registry::Caller&, const FundBalance&) { return Permission::record_funds; }
Needed needed(const State&, const registry::Caller&, const ReplyToTicket&) { return Permission::answer_tickets; }
Needed needed(const State&, const registry::Caller&, const CloseTicket&) { return Permission::answer_tickets; }
Needed needed(const State&, const registry::Caller&, const CloseTierReview&) { return Permission::close_reviews; }

Needed needed(const State&, const registry::Caller& caller, const IssueOperatorCredential& intent) {
  return own(intent.person, caller);
}
Needed needed(const State&, const registry::Caller& caller, const AcceptInvitation& intent) { return own(intent.person, caller); }
Needed needed(const State&, const registry::Caller& caller, const EnrolSignIn& intent) { return own(intent.person, caller); }
Needed needed(const State&, const registry::Caller& caller, const ChangePassword& intent) { return own(intent.person, caller); }
Needed needed(const State&, const registry::Caller& caller, const OpenSession& intent) { return own(intent.person, caller); }
Needed needed(const State&, const registry::Caller& caller, const TouchSession& intent) { return own(intent.person, caller); }
Needed needed(const State& state, const registry::Caller& caller, const EndSession& intent) {
  const auto* session = state.find<registry::Session>(intent.session.value);
  return session != nullptr && session->person == caller.person() ? Needed{OwnBusiness{}} : Needed{Permission::appoint_people};
}

// Whoever holds a key may end it, whatever else the key's person may do.
bool ends_own_key(const Command& command) {
  const auto* report = std::get_if<ReportCompromise>(&command.intent);
  return report != nullptr && report->credential.value == command.caller.credential;
}

// A key is its person's as long as nobody has ended it, and nobody else made it: who made it saw it.
Result<void> check_key(const State& state, const registry::Caller& caller) {
  if (caller.credential.is_zero()) return {};
  const auto* key = state.find<registry::Credential>(caller.credential);
  if (key == nullptr) return refuse(Outcome::role_missing, {}, "Nobody knows this key.");
  if (key->status == registry::CredentialStatus::revoked) return refuse(Outcome::credential_revoked, "Authorization");
  if (key->issued_by && key->issued_by != caller.person())
    return refuse(Outcome::role_missing, {}, "Somebody else made this key, and saw it: sign in, and make one of your own.");
  return {};
}

}  // namespace

Result<void> check_permission(const State& state, const Command& command) {
  const auto caller = command.caller.person();
  if (!caller || ends_own_key(command)) return {};
  const auto* person = state.find<registry::Person>(caller->value);
  if (person == nullptr) return refuse(Outcome::role_missing, {}, "Nobody knows this person.");
  if (person->status == registry::PersonStatus::disabled) return refuse(Outcome::role_missing, {}, "The person is disabled.");
  MOHUR_TRY(check_key(state, command.caller));
  const Needed need = std::visit([&](const auto& intent) { return needed(state, command.caller, intent); }, command.intent);
  if (std::holds_alternative<OwnBusiness>(need)) return {};
  const auto* permission = std::get_if<Permission>(&need);
  if (permission == nullptr) return refuse(Outcome::role_missing, {}, "This is not for the operator's people.");
  return registry::check_permitted(registry::roles_of(*person), *permission);
}

}  // namespace mohur::kernel
