// Examples of the operator's people, and of what is decided about them.
#include "gateway/example_parts.hpp"
#include "gateway/people_inputs.hpp"

namespace mohur::gateway {
namespace {

using registry::PersonChange;
using registry::PersonChangeKind;
using registry::PersonChangeStatus;

PersonChange change_of(PersonChangeKind kind) {
  return {.id = id_of<registry::PersonChangeId>(31),
          .created_at = kMade,
          .updated_at = kMade,
          .sequence = 1,
          .kind = kind,
          .person = id_of<registry::PersonId>(32),
          .name = {},
          .email = {},
          .email_key = {},
          .roles = {},
          .reason = "As agreed with the board",
          .proposed_by = kPerson,
          .decided_by = {},
          .half_hash = {}};
}

PersonChange appointment() {
  PersonChange change = change_of(PersonChangeKind::appoint);
  change.name = masked("A••• R••");
  change.email = masked("a•••@mohur.example");
  change.roles = {registry::Role::operations, registry::Role::support};
  return change;
}

registry::SignIn sign_in() {
  return {.person = kPerson,
          .created_at = kMade,
          .updated_at = kMade,
          .sequence = 1,
          .invitation = {},
          .factors = {},
          .enrolled_at = kMade,
          .signed_in_at = {},
          .blocked_until = {},
          .sessions_from = {},
          .networks = {}};
}

registry::Session session() {
  return {.id = id_of<registry::SessionId>(33),
          .person = kPerson,
          .created_at = kMade,
          .updated_at = kMade,
          .sequence = 1,
          .kid = {},
          .token_hash = {},
          .used_at = kMade,
          .expires_at = kMade + hours(12),
          .ended_by = {}};
}

}  // namespace

std::string example_of(Of<AppointInput>) {
  return R"({"name":"Asha Rao","email":"asha@mohur.example","roles":["operations","support"],"reason":"As agreed with the board"})";
}
std::string example_of(Of<RolesInput>) { return R"({"roles":["operations","risk"],"reason":"As agreed with the board"})"; }
std::string example_of(Of<ReasonInput>) { return R"({"reason":"As agreed with the board"})"; }

std::string example_of(Of<registry::Person>, std::optional<registry::PersonStatus> status) {
  return to_json(registry::Person{.id = kPerson,
                                  .created_at = kMade,
                                  .updated_at = kMade,
                                  .sequence = 1,
                                  .name = masked("F•••• O•••••••"),
                                  .status = status.value_or(registry::PersonStatus::active),
                                  .roles = {registry::Role::owner},
                                  .email = {},
                                  .email_key = {},
                                  .enabled_at = {}});
}

std::string example_of(Of<PersonChange>, std::optional<PersonChangeStatus> asked) {
  PersonChange change = appointment();
  change.status = asked.value_or(PersonChangeStatus::proposed);
  if (change.status == PersonChangeStatus::proposed) return to_json(change);
  change.updated_at = kDone;
  change.sequence = 2;
  change.decided_by = id_of<registry::PersonId>(7);
  return to_json(change);
}
std::string example_of_change_of_roles() {
  PersonChange change = change_of(PersonChangeKind::set_roles);
  change.roles = {registry::Role::operations, registry::Role::risk};
  return to_json(change);
}
std::string example_of_disabling(PersonChangeKind kind) { return to_json(change_of(kind)); }

std::string example_of_inviting() {
  return to_json(change_of(PersonChangeKind::invite), WithSecret{"4rWq0ZkN2dYp7sT9vXc1BmJh6G"});
}

std::string example_of(Of<SignInInput>) {
  return R"({"email":"asha@mohur.example","password":"seven lanterns on the lake","code":"492039"})";
}
std::string example_of(Of<AcceptInvitationInput>) {
  return R"({"email":"asha@mohur.example","first_half":"4rWq0ZkN2dYp7sT9vXc1BmJh6G","second_half":"Qz8LtV5nRb3Kx0Wd7Ye2FuCs9A",)"
         R"("password":"seven lanterns on the lake"})";
}
std::string example_of(Of<EnrolInput>) { return R"({"email":"asha@mohur.example","password":"seven lanterns on the lake"})"; }
std::string example_of(Of<PasswordInput>) {
  return R"({"current_password":"seven lanterns on the lake","password":"nine kites over the river"})";
}

std::string example_of(Of<registry::SignIn>, Always) {
  registry::SignIn used = sign_in();
  used.updated_at = kDone;
  used.sequence = 3;
  used.signed_in_at = kDone;
  return to_json(used);
}
std::string example_of_setting_up(std::uint32_t sequence) {
  registry::SignIn made = sign_in();
  made.sequence = sequence;
  return to_json(made, WithFactors{"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
                                   "otpauth://totp/Mohur:asha@mohur.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
                                   "&issuer=Mohur&algorithm=SHA1&digits=6&period=30",
                                   std::vector<std::string>{"MZXW-6YTB-OI3D-QN2A", "KRSX-G5BA-NFZW-43DF"}});
}
std::string example_of(Of<registry::Session>, std::optional<registry::SessionStatus> asked) {
  registry::Session shown = session();
  shown.status = asked.value_or(registry::SessionStatus::active);
  if (shown.status == registry::SessionStatus::active) return to_json(shown);
  shown.updated_at = kDone;
  shown.sequence = 2;
  shown.ended_by = kPerson;
  return to_json(shown);
}
std::string example_of_signing_in() { return to_json(session(), WithTokens{{}, "1c8ar7n9q2dk5w0xz3hv6t4e8y"}); }
std::string example_of(Of<Me>, Always) {
  return to_json(Me{kPerson,
                    {registry::Role::auditor},
                    {registry::Permission::read},
                    id_of<registry::SessionId>(33),
                    "1c8ar7n9q2dk5w0xz3hv6t4e8y"});
}

std::string example_of(Of<RoleTable>, Always) {
  return to_json(RoleTable{{{registry::Permission::record_funds,
                             "Record money received for clients.",
                             {registry::Role::owner, registry::Role::finance}}}});
}

}  // namespace mohur::gateway
