// Decisions about the operator's house, its funds, clients' credentials and their webhook endpoints.
#include <set>

#include "kernel/telling.hpp"
#include "policy/sectors.hpp"

namespace mohur::kernel {
namespace {

using ledger::AccountCode;

// More is a slip of the hand: totals must stay far from what an account can hold.
constexpr Amount kMostFunded{10'000'00'00'000LL * 100};  // Rs 10,000 crore

// A decision's events lie in one frame.
constexpr std::size_t kMostReplaced = 100;

// A key as it begins, of what whoever made it brings.
registry::Credential new_key(Decision& decision, const auto& made, std::string label) {
  const Time now = decision.command().at;
  return {.id = decision.next_id<registry::CredentialId>(),
          .mode = Mode::live,
          .created_at = now,
          .updated_at = now,
          .sequence = 1,
          .label = std::move(label),
          .kid = made.kid,
          .secret_hash = made.secret_hash,
          .last_four = made.last_four};
}

// A credential of the client that the call is for, or any when the operator's people call.
Result<const registry::Credential*> own_credential(const Decision& decision, registry::CredentialId id) {
  const auto* key = decision.state().find<registry::Credential>(id.value);
  const ClientId client = decision.command().client;
  if (key == nullptr || (!client.is_zero() && key->client != client)) return refuse(Outcome::not_found, "credential");
  return key;
}

void end_token(Decision& decision, const registry::Credential& key, const RevokeToken& token) {
  const Time now = decision.command().at;
  decision.add(EventType::token_revoked, registry::RevokedToken{.id = token.token,
                                                                .client = *key.client,
                                                                .mode = key.mode,
                                                                .created_at = now,
                                                                .updated_at = now,
                                                                .sequence = 1,
                                                                .credential = key.id,
                                                                .expires_at = token.expires_at});
}

// Of a key that is revoked with it, and of which its client is told; `told` says by whom and what.
void open_incident(Decision& decision, const registry::Credential& revoked, registry::Incident told) {
  const Time now = decision.command().at;
  told.id = decision.next_id<registry::IncidentId>();
  told.client = revoked.client;
  told.mode = revoked.mode;
  told.created_at = told.updated_at = now;
  told.sequence = 1;
  told.credential = revoked.id;
  const ClientId owner = revoked.client.value_or(ClientId{});
  const auto* client = revoked.client ? decision.state().find<registry::Client>(owner.value) : nullptr;
  decision.add(EventType::incident_opened, Object{told}, owner, revoked.mode);
  decision.add(EventType::credential_revoked, Object{revoked}, owner, revoked.mode);
  if (client != nullptr)
    tell(decision, *client, decision.next_id<registry::NoticeId>(), registry::NoticeKind::incident, told.id.to_string(),
         notice_text(told, revoked));
}

// A key for somebody for whom the client sends money does that, and nothing else.
Result<void> check_key_of_sublicence(const Decision& decision, const IssueCredential& intent) {
  const auto* sublicence = decision.state().find<registry::Sublicence>(intent.sublicence->value);
  if (sublicence == nullptr || sublicence->client != intent.client) return refuse(Outcome::not_found, "sublicence");
  MOHUR_TRY(registry::check_active(*sublicence));
  for (const registry::Scope scope : intent.scopes)
    if (!registry::is_for_sublicences(scope))
      return refuse(
          Outcome::field_out_of_range, "scopes",
          std::string{to_token(scope)} + " is not for the keys of a sublicence, which send money and see what they sent.");
  return {};
}

Result<void> check_approver_roles(const std::vector<registry::ApproverRole>& roles) {
  if (roles.size() > registry::kMostApproverRoles)
    return refuse(Outcome::field_out_of_range, "approver_roles", "At most 5 roles.");
  for (const registry::ApproverRole& role : roles)
    if (std::ranges::count(roles, role) > 1) return refuse(Outcome::field_repeated, "approver_roles", "Each role stands once.");
  return {};
}

// A key that somebody has found makes no other key, and ends none.
Result<void> check_signed_in(const Decision& decision) {
  if (decision.command().caller.credential.is_zero()) return {};
  return refuse(Outcome::session_required, "Authorization");
}

bool is_own(const Decision& decision, const registry::Credential& key) {
  return key.person && key.person == decision.command().caller.person();
}

// A key of the operator's people is bound, and let loose, by another of them.
Result<const registry::Credential*> key_of_another(const Decision& decision, registry::CredentialId id) {
  MOHUR_TRY_SET(key, own_credential(decision, id));
  if (is_own(decision, *key))
    return refuse(Outcome::four_eyes_required, {},
                  "Nobody binds their own key, or lets it loose: another person of the operator does.");
  return key;
}

constexpr AccountCode kHouseAccounts[] = {AccountCode::bank_escrow,       AccountCode::bank_payout,
                                          AccountCode::rail_receivable,   AccountCode::in_flight_payout,
                                          AccountCode::in_flight_refund,  AccountCode::in_flight_settlement,
                                          AccountCode::platform_fees,     AccountCode::platform_tax_payable,
                                          AccountCode::platform_suspense, AccountCode::platform_compensation};

}  // namespace

Added decide(Decision& decision, const FoundHouse& intent) {
  if (decision.state().position != 0) return refuse(Outcome::state_conflict, {}, "The house is founded already.");
  const Time now = decision.command().at;
  for (std::size_t i = 0; i < intent.founders.size(); ++i) {
    const FoundHouse::Founder& founder = intent.founders[i];
    const registry::Person person{.id = decision.next_id<registry::PersonId>(),
                                  .created_at = now,
                                  .updated_at = now,
                                  .sequence = 1,
                                  .name = founder.name,
                                  .roles = {registry::Role::owner},
                                  .email = {},
                                  .email_key = {},
                                  .enabled_at = {}};
    decision.add(EventType::person_appointed, Object{person}, {}, Mode::live);
    registry::Credential key = new_key(decision, founder, "first start");
    key.person = person.id;
    claim(decision.add(EventType::credential_issued, Object{key}, {}, Mode::live), intent.claims[i]);
  }
  for (const Mode mode : {Mode::test, Mode::live})
    for (const AccountCode code : kHouseAccounts) open_account(decision, mode, code, {});
  return {};
}

Added decide(Decision& decision, const IssueCredential& intent) {
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY_SET(client, decision.client(intent.client));
  MOHUR_TRY(registry::check_issue(*client));
  if (intent.sublicence) MOHUR_TRY(check_key_of_sublicence(decision, intent));
  if (intent.networks.size() > registry::kMostNetworks) return refuse(Outcome::field_out_of_range, "networks");
  MOHUR_TRY(check_approver_roles(intent.approver_roles));
  const Time now = decision.command().at;
  if (intent.expires_at && *intent.expires_at <= now) return refuse(Outcome::time_not_in_future, "expires_at");
  registry::Credential key = new_key(decision, intent, intent.label);
  key.client = intent.client;
  key.mode = intent.mode;
  key.scopes = intent.scopes;
  key.expires_at = intent.expires_at;
  key.issued_by = person;
  key.networks = intent.networks;
  key.sublicence = intent.sublicence;
  key.approver_roles = intent.approver_roles;
  claim(decision.add(EventType::credential_issued, Object{key}, intent.client, intent.mode), intent.claim);
  return {};
}

// Nobody sees another one's key: people make their own. The system does for who holds the machine and its key-encryption key.
Added decide(Decision& decision, const IssueOperatorCredential& intent) {
  const Time now = decision.command().at;
  std::optional<registry::PersonId> issuer;
  if (decision.command().caller.kind != registry::CallerKind::system) {
    MOHUR_TRY_SET(person, decision.person());
    MOHUR_TRY(check_signed_in(decision));
    issuer = person;
  }
  if (decision.state().find<registry::Person>(intent.person.value) == nullptr) return refuse(Outcome::not_found, "person");
  if (intent.replaced.size() > kMostReplaced)
    return refuse(Outcome::state_conflict, {}, "The person has too many keys to end them all at once: revoke some first.");
  registry::Credential key = new_key(decision, intent, intent.label);
  key.person = intent.person;
  key.issued_by = issuer;
  claim(decision.add(EventType::credential_issued, Object{key}, {}, Mode::live), intent.claim);
  for (const registry::CredentialId id : intent.replaced) {
    const auto* old = decision.state().find<registry::Credential>(id.value);
    if (old == nullptr || old->person != intent.person) return refuse(Outcome::not_found, "credential");
    if (old->status == registry::CredentialStatus::revoked) continue;
    MOHUR_TRY_SET(after, registry::revoke(*old, now));
    decision.add(EventType::credential_revoked, Object{after}, {}, Mode::live);
  }
  return {};
}

Added decide(Decision& decision, const RotateCredential& intent) {
  MOHUR_TRY_SET(key, own_credential(decision, intent.credential));
  if (key->person)
    return refuse(
        Outcome::state_conflict, {},
        "A person's key gets no new secret: its person makes another key, POST /v1/staff/credentials, and ends this one.");
  MOHUR_TRY_SET(after, registry::rotate(*key, intent.secret, decision.command().at));
  decision.add(EventType::credential_rotated, Object{after}, after.client.value_or(ClientId{}), after.mode);
  return {};
}

Added decide(Decision& decision, const SetNetworks& intent) {
  MOHUR_TRY_SET(key, key_of_another(decision, intent.credential));
  MOHUR_TRY_SET(after, registry::set_networks(*key, intent.networks, decision.command().at));
  decision.add(EventType::credential_networks_set, Object{after}, after.client.value_or(ClientId{}), after.mode);
  return {};
}

Added decide(Decision& decision, const SetSigningKey& intent) {
  MOHUR_TRY_SET(key, own_credential(decision, intent.credential));
  if (is_own(decision, *key))
    return refuse(Outcome::four_eyes_required, {}, "Nobody sets their own signing key: another person of the operator does.");
  if (key->person && intent.key.algorithm == registry::SignatureAlgorithm::hmac_sha256)
    return refuse(Outcome::state_conflict, "algorithm",
                  "Another one would see the secret: take a pair, of which a person keeps half.");
  MOHUR_TRY_SET(after,
                registry::set_signing_key(*key, decision.next_id<registry::SigningKeyId>(), intent.key, decision.command().at));
  decision.add(EventType::credential_signing_key_set, Object{after}, after.client.value_or(ClientId{}), after.mode);
  return {};
}

Added decide(Decision& decision, const AddCertificate& intent) {
  MOHUR_TRY_SET(key, key_of_another(decision, intent.credential));
  MOHUR_TRY_SET(after, registry::add_certificate(*key, intent.certificate, decision.command().at));
  decision.add(EventType::credential_certificate_added, Object{after}, after.client.value_or(ClientId{}), after.mode);
  return {};
}

Added decide(Decision& decision, const RemoveCertificate& intent) {
  MOHUR_TRY_SET(key, key_of_another(decision, intent.credential));
  MOHUR_TRY_SET(after, registry::remove_certificate(*key, intent.thumbprint, decision.command().at));
  decision.add(EventType::credential_certificate_removed, Object{after}, after.client.value_or(ClientId{}), after.mode);
  return {};
}

// Whoever revokes what is revoked is told that it is.
Added decide(Decision& decision, const RevokeToken& intent) {
  MOHUR_TRY_SET(key, own_credential(decision, intent.credential));
  if (!key->client) return refuse(Outcome::not_found, "credential");  // tokens are of clients' keys
  if (decision.state().find<registry::RevokedToken>(intent.token.value) != nullptr)
    decision.hand_out(intent.token.value);
  else
    end_token(decision, *key, intent);
  return {};
}

// The incident and the end of its key are one command. Whoever holds a key may end it, whatever else it may do.
Added decide(Decision& decision, const ReportCompromise& intent) {
  MOHUR_TRY_SET(key, own_credential(decision, intent.credential));
  MOHUR_TRY_SET(after, registry::revoke(*key, decision.command().at));
  const bool is_holder = decision.command().caller.credential == intent.credential.value;
  open_incident(decision, after,
                {.source = is_holder ? registry::IncidentSource::holder : registry::IncidentSource::person,
                 .reported_by = is_holder ? std::nullopt : decision.command().caller.person(),
                 .note = intent.note,
                 .closed_by = {},
                 .finding = {},
                 .scanner = {}});
  return {};
}

// What is over already is passed over: a partner tells of all that it finds, and of some of it twice.
Added decide(Decision& decision, const ReportLeaks& intent) {
  const Time now = decision.command().at;
  std::set<Key128> seen;
  for (const ReportLeaks::LeakedKey& leaked : intent.keys) {
    if (!seen.insert(leaked.credential.value).second) continue;
    const auto* key = decision.state().find<registry::Credential>(leaked.credential.value);
    const auto after = key != nullptr ? registry::revoke(*key, now) : refuse(Outcome::not_found);
    if (after)
      open_incident(decision, *after,
                    {.source = registry::IncidentSource::scanner,
                     .reported_by = {},
                     .note = leaked.note,
                     .closed_by = {},
                     .finding = {},
                     .scanner = intent.scanner});
  }
  for (const RevokeToken& token : intent.tokens) {
    if (!seen.insert(token.token.value).second) continue;
    const auto* key = decision.state().find<registry::Credential>(token.credential.value);
    const bool is_known = decision.state().find<registry::RevokedToken>(token.token.value) != nullptr;
    if (key != nullptr && key->client && !is_known) end_token(decision, *key, token);
  }
  for (const registry::SessionId id : intent.sessions) {
    if (!seen.insert(id.value).second) continue;
    const auto* session = decision.state().find<registry::Session>(id.value);
    if (session != nullptr && session->status == registry::SessionStatus::active)
      decision.add(EventType::session_ended, Object{registry::ended(*session, {}, now)}, {}, Mode::live);
  }
  if (decision.added() == 0) decision.hand_out(intent.any_object());
  return {};
}

Added decide(Decision& decision, const CloseIncident& intent) {
  MOHUR_TRY_SET(person, decision.person());
  const auto* incident = decision.state().find<registry::Incident>(intent.incident.value);
  if (incident == nullptr) return refuse(Outcome::not_found, "incident");
  MOHUR_TRY_SET(after, registry::close_incident(*incident, person, intent.finding, decision.command().at));
  decision.add(EventType::incident_closed, Object{after}, after.client.value_or(ClientId{}), after.mode);
  return {};
}

Added decide(Decision& decision, const RevokeCredential& intent) {
  MOHUR_TRY_SET(key, own_credential(decision, intent.credential));
  if (is_own(decision, *key)) MOHUR_TRY(check_signed_in(decision));
  MOHUR_TRY_SET(after, registry::revoke(*key, decision.command().at));
  decision.add(EventType::credential_revoked, Object{after}, after.client.value_or(ClientId{}), after.mode);
  return {};
}

Added decide(Decision& decision, const CreateWebhookEndpoint& intent) {
  const Command& command = decision.command();
  const registry::WebhookEndpoint endpoint{.id = decision.next_id<registry::WebhookEndpointId>(),
                                           .client = command.client,
                                           .mode = command.mode,
                                           .created_at = command.at,
                                           .updated_at = command.at,
                                           .sequence = 1,
                                           .url = intent.url,
                                           .secret = intent.secret,
                                           .event_types = intent.event_types};
  decision.add(EventType::webhook_endpoint_created, endpoint);
  return {};
}

Added decide(Decision& decision, const SetWebhookEndpoint& intent) {
  MOHUR_TRY_SET(endpoint, decision.own<registry::WebhookEndpoint>(intent.endpoint.value, "webhook_endpoint"));
  MOHUR_TRY_SET(after, registry::set_status(*endpoint, intent.to, decision.command().at));
  decision.add(intent.to == registry::WebhookEndpointStatus::enabled ? EventType::webhook_endpoint_enabled
                                                                     : EventType::webhook_endpoint_disabled,
               after);
  return {};
}

Added decide(Decision& decision, const RotateWebhookSecret& intent) {
  MOHUR_TRY_SET(endpoint, decision.own<registry::WebhookEndpoint>(intent.endpoint.value, "webhook_endpoint"));
  decision.add(EventType::webhook_endpoint_rotated,
               registry::rotate_secret(*endpoint, intent.secret, intent.overlap, decision.command().at));
  return {};
}

Added decide(Decision& decision, const AdvanceSandboxClock& intent) {
  const Command& command = decision.command();
  if (command.mode != Mode::test) return refuse(Outcome::mode_mismatch, {}, "Only test mode has a clock that can be moved.");
  const payments::SandboxClock* clock = decision.state().find<payments::SandboxClock>(command.client.value);
  if (intent.to <= decision.now()) return refuse(Outcome::clock_backwards, "now");
  if (intent.to > command.at + days(3'660))
    return refuse(Outcome::time_too_far, "now", "The sandbox clock can run up to ten years ahead.");
  const payments::SandboxClock after{
      .client = command.client,
      .updated_at = command.at,
      .sequence = (clock == nullptr ? 0 : clock->sequence) + 1,
      .ahead = intent.to - command.at,
      .caught_up_to = clock != nullptr && clock->caught_up_to ? clock->caught_up_to : decision.now()};
  decision.add(EventType::sandbox_clock_advanced, Object{after}, command.client, Mode::test);
  return {};
}

// A step of catching up: on to the bank's next report or to the timer that comes before it, whichever is first. The bank, which
// is told of each step, says what is due then and asks again.
Added decide(Decision& decision, const CatchUpSandboxClock& intent) {
  const auto* clock = decision.state().find<payments::SandboxClock>(intent.client.value);
  if (clock == nullptr || !clock->caught_up_to) return {};
  payments::SandboxClock after = *clock;
  after.sequence += 1;
  const Time now = decision.now(intent.client, Mode::test);
  after.caught_up_to = decision.state().open.next_step(intent.client, *clock->caught_up_to, intent.next_report, now);
  decision.add(EventType::sandbox_clock_caught_up, Object{after}, intent.client, Mode::test);
  return {};
}

Added decide(Decision& decision, const FundBalance& intent) {
  MOHUR_TRY_SET(client, decision.client(intent.client));
  MOHUR_TRY(registry::check_may_write(*client));
  if (decision.state().find<Claim>(intent.claim) != nullptr)
    return refuse(Outcome::state_conflict, "utr", "This bank reference was credited already.");
  if (!intent.amount.is_positive()) return refuse(Outcome::amount_not_positive, "amount");
  if (intent.amount > kMostFunded)
    return refuse(Outcome::amount_above_maximum, "amount",
                  "A funding is of " + to_display(kMostFunded, Currency::INR) + " or less: look at the amount again.");
  const payments::Books books = payments::books_of(decision.state().ledger, intent.mode, intent.client);
  ledger::Chain chain{ledger::single(books.bank_payout, books.payout, intent.amount)};
  MOHUR_TRY(decision.state().ledger.check(chain));
  const Time now = decision.now(intent.client, intent.mode);
  const payments::Funding funding{.id = decision.next_id<payments::FundingId>(),
                                  .client = intent.client,
                                  .mode = intent.mode,
                                  .created_at = now,
                                  .updated_at = now,
                                  .sequence = 1,
                                  .amount = intent.amount,
                                  .currency = intent.currency,
                                  .utr = intent.utr};
  claim(decision.add(EventType::balance_funded, funding, std::move(chain)), intent.claim);
  return {};
}

}  // namespace mohur::kernel
