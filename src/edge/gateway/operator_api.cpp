// What the operator's people do: look at clients, issue their credentials, book their funds.
#include "crypto/api_key.hpp"
#include "crypto/certificate.hpp"
#include "crypto/encoding.hpp"
#include "gateway/key_inputs.hpp"
#include "gateway/payout_inputs.hpp"
#include "gateway/route.hpp"
#include "gateway/sealing.hpp"
#include "gateway/signing_secret.hpp"

namespace mohur::gateway {
namespace {

using registry::Client;
using registry::ClientStatus;
using registry::Credential;
using registry::Permission;
using registry::Scope;

std::vector<Scope> usual_scopes(const IssueInput& input) {
  std::vector<Scope> scopes;
  for (const auto& row : described_enumerators(Scope{}))
    if (row.value < Scope::read_personal && (!input.sublicence || registry::is_for_sublicences(row.value)))
      scopes.push_back(row.value);
  return scopes;
}

// The secret is made here, shown in this answer, and kept only as a keyed hash.
Result<kernel::Intent> issue(Call& call, const IssueInput& input) {
  MOHUR_TRY_SET(client, call.path_id<registry::ClientId>());
  const auto mode = input.mode == Mode::live ? crypto::KeyMode::live : crypto::KeyMode::test;
  const crypto::ApiKey key = crypto::make_api_key(mode, crypto::KeyKind::sk, call.services.random);
  kernel::IssueCredential intent{.client = client,
                                 .mode = input.mode,
                                 .label = input.label.str(),
                                 .kid = key.kid,
                                 .secret_hash = std::string{call.services.vault.secret_hash(key.secret).view()},
                                 .last_four = key.secret.substr(key.secret.size() - 4),
                                 .scopes = input.scopes.value_or(usual_scopes(input)),
                                 .expires_at = input.expires_at,
                                 .claim = engine::kid_claim(call.services.vault, key.kid),
                                 .networks = input.networks.value_or(std::vector<registry::Network>{}),
                                 .sublicence = input.sublicence,
                                 .approver_roles = input.approver_roles.value_or(std::vector<registry::ApproverRole>{})};
  for (const Scope scope : intent.scopes)
    if (scope >= Scope::admin_read)
      return refuse(Outcome::field_out_of_range, "scopes", "A client's key cannot carry the operator's scopes.");
  if (!intent.approver_roles.empty() && !registry::approves(intent.scopes, Scope::approve_payouts))
    return refuse(Outcome::field_missing, "scopes",
                  "A key with approver_roles needs the scope approve_payouts: name its scopes.");
  call.secret = crypto::to_text(key);
  return kernel::Intent{std::move(intent)};
}

// A new secret for the same kid: who looks for the key in a log finds its whole history under one name.
Result<kernel::Intent> rotate(Call& call, const RotateInput& input) {
  MOHUR_TRY_SET(id, call.path_id<registry::CredentialId>());
  MOHUR_TRY_SET(credential, call.services.archive.get<Credential>(id.value));
  if (!credential) return refuse(Outcome::not_found, "id");
  const auto mode = credential->mode == Mode::live ? crypto::KeyMode::live : crypto::KeyMode::test;
  crypto::ApiKey key = crypto::make_api_key(mode, crypto::KeyKind::sk, call.services.random);
  key.kid = credential->kid;
  call.secret = crypto::to_text(key);
  return kernel::Intent{
      kernel::RotateCredential{id,
                               {std::string{call.services.vault.secret_hash(key.secret).view()},
                                key.secret.substr(key.secret.size() - 4), seconds(input.overlap_s.value_or(86'400))}}};
}

Result<kernel::Intent> set_networks(Call& call, const NetworksInput& input) {
  MOHUR_TRY_SET(id, call.path_id<registry::CredentialId>());
  return kernel::Intent{kernel::SetNetworks{id, input.networks}};
}

// Of a pair the server has the public key alone. A secret is made here, shown in this answer, and kept sealed, since it is needed
// to check what was signed with it.
Result<kernel::Intent> set_signing_key(Call& call, const SigningKeyInput& input) {
  using registry::SignatureAlgorithm;
  MOHUR_TRY_SET(id, call.path_id<registry::CredentialId>());
  registry::NewSigningKey key{
      .algorithm = input.algorithm, .public_key = {}, .secret = {}, .overlap = seconds(input.overlap_s.value_or(86'400))};
  if (input.algorithm == SignatureAlgorithm::hmac_sha256) {
    if (input.public_key)
      return refuse(Outcome::field_unknown, "public_key",
                    "Of hmac_sha256 there is none: the server makes a secret and shows it.");
    call.secret = make_signing_secret(call.services.random);
    key.secret = seal_signing_secret(call.services.vault, *call.secret);
    return kernel::Intent{kernel::SetSigningKey{id, std::move(key)}};
  }
  if (!input.public_key) return refuse(Outcome::field_missing, "public_key", "Of ed25519 the server needs the public key.");
  const auto public_key = crypto::Ed25519PublicKey::from_text(input.public_key->str());
  if (!public_key)
    return refuse(Outcome::field_malformed, "public_key",
                  "Expected a public key of Ed25519: as `openssl pkey -pubout` writes it, or its 32 bytes in base64.");
  key.public_key = crypto::base64_encode(public_key->bytes());
  return kernel::Intent{kernel::SetSigningKey{id, std::move(key)}};
}

Result<kernel::Intent> add_certificate(Call& call, const CertificateInput& input) {
  MOHUR_TRY_SET(id, call.path_id<registry::CredentialId>());
  if (input.thumbprint.has_value() == input.certificate.has_value())
    return refuse(Outcome::field_missing, "thumbprint", "Name the certificate by its thumbprint, or send it: one of the two.");
  std::optional<registry::Thumbprint> thumbprint = input.thumbprint;
  if (input.certificate) {
    const auto fingerprint = crypto::certificate_fingerprint(input.certificate->str());
    if (!fingerprint) return refuse(Outcome::field_malformed, "certificate", "Expected a certificate in PEM.");
    thumbprint = registry::Thumbprint::trusted(crypto::base64url_encode(fingerprint->view()));
  }
  return kernel::Intent{kernel::AddCertificate{
      id, {*thumbprint, input.label ? std::optional{input.label->str()} : std::nullopt, call.services.clock.now()}}};
}

Result<kernel::Intent> remove_certificate(Call& call, const ThumbprintInput& input) {
  MOHUR_TRY_SET(id, call.path_id<registry::CredentialId>());
  return kernel::Intent{kernel::RemoveCertificate{id, input.thumbprint}};
}

Result<kernel::Intent> revoke(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<registry::CredentialId>());
  return kernel::Intent{kernel::RevokeCredential{id}};
}

Result<kernel::Intent> fund(Call& call, const FundInput& input) {
  MOHUR_TRY_SET(client, call.path_id<registry::ClientId>());
  return kernel::Intent{kernel::FundBalance{client, input.mode, input.amount, input.currency, input.utr,
                                            engine::utr_claim(call.services.vault, input.mode, input.utr.str())}};
}

// Where a page of credentials begins: `test.` or `live.` and a place in the list of that mode, or nothing for its newest.
struct CredentialCursor {
  Mode mode = Mode::test;
  std::optional<engine::Cursor> at;
};

Result<CredentialCursor> parse_credential_cursor(const std::optional<std::string>& text) {
  if (!text) return CredentialCursor{};
  const std::size_t dot = std::min(text->find('.'), text->size());
  const auto mode = from_token<Mode>(std::string_view{*text}.substr(0, dot));
  if (!mode || dot == text->size()) return refuse(Outcome::cursor_malformed, "after");
  if (dot + 1 == text->size()) return CredentialCursor{*mode, {}};
  MOHUR_TRY_SET(at, parse_cursor(std::string_view{*text}.substr(dot + 1)));
  return CredentialCursor{*mode, at};
}

// The credentials of one client: those in test mode, and then those in live mode.
Result<net::Response> credentials(Call& call) {
  MOHUR_TRY_SET(client, call.path_id<registry::ClientId>());
  if (call.services.directory.find(client) == nullptr) return refuse(Outcome::not_found, "id");
  MOHUR_TRY_SET(query, parse_page_query(call));
  MOHUR_TRY_SET(from, parse_credential_cursor(query.after));
  const auto page_of = [&](Mode mode, const std::optional<engine::Cursor>& at, std::size_t limit) {
    return call.services.archive.list<Credential>(client, mode, at, limit);
  };
  ListWriter list{call};
  MOHUR_TRY_SET(first, page_of(from.mode, from.at, query.limit));
  list.append(first.items);
  if (first.next) return list.finish_with(std::string{to_token(from.mode)} + "." + to_text(*first.next));
  if (from.mode == Mode::live) return list.finish(std::nullopt);
  const std::size_t room = query.limit - first.items.size();
  MOHUR_TRY_SET(live, page_of(Mode::live, {}, std::max<std::size_t>(room, 1)));
  if (room == 0) return list.finish_with(live.items.empty() ? std::nullopt : std::optional<std::string>{"live."});
  list.append(live.items);
  return list.finish_with(live.next ? std::optional{"live." + to_text(*live.next)} : std::nullopt);
}

}  // namespace

std::vector<Route> operator_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(list_all<Client>("/v1/admin/clients", "List clients", Access::us, Permission::read));
  routes.push_back(get_one<Client>("/v1/admin/clients/{id}", "Get a client", Access::us, Permission::read));
  routes.push_back(
      write<Credential, IssueInput>("/v1/admin/clients/{id}/credentials", "Issue an API key; its secret is shown once", "P1.1",
                                    Access::us, Permission::issue_keys, IdempotencyRule::optional,
                                    {not_found, client_not_approved, sublicence_ended, time_not_in_future}, issue, 201));
  gives_with<Credential, WithSecret>(routes.back(), [] { return example_with_secret(Of<Credential>{}); });
  Route listed = read("/v1/admin/clients/{id}/credentials", "List a client's credentials", Access::us, Permission::read,
                      {not_found}, credentials);
  gives<Credential>(listed);
  listed.is_list = true;
  routes.push_back(std::move(listed));
  routes.push_back(
      list_all<Credential>("/v1/admin/credentials", "List the keys of the operator's people", Access::us, Permission::read));
  routes.push_back(write<payments::Funding, FundInput>(
      "/v1/admin/clients/{id}/fundings", "Record money received for a client's payout balance", "", Access::us,
      Permission::record_funds, IdempotencyRule::required, {not_found, state_conflict, amount_not_positive, amount_above_maximum},
      fund, 201));
  routes.push_back(get_one<Credential>("/v1/admin/credentials/{id}", "Get a credential", Access::us, Permission::read));
  routes.push_back(write<Credential, RotateInput>(
      "/v1/admin/credentials/{id}/rotate", "Give a key a new secret; the old one stays right for a while", "P1.2", Access::us,
      Permission::issue_keys, IdempotencyRule::optional, {not_found, state_conflict}, rotate));
  gives_with<Credential, WithSecret>(routes.back(), example_of_rotated_credential);
  routes.push_back(write<Credential, NetworksInput>(
      "/v1/admin/credentials/{id}/networks", "Set the networks from which a key may be used", "P4.2", Access::us,
      Permission::issue_keys, IdempotencyRule::optional, {not_found, state_conflict}, set_networks));
  routes.back().output_example = example_of_bound_credential;
  routes.push_back(write<Credential, SigningKeyInput>(
      "/v1/admin/credentials/{id}/signing_key", "Set the key with which calls are signed; the one before stays right for a while",
      "P3.1", Access::us, Permission::issue_keys, IdempotencyRule::optional, {four_eyes_required, not_found, state_conflict},
      set_signing_key));
  gives_with<Credential, WithSecret>(routes.back(), example_of_signing_credential);
  routes.push_back(write<Credential, CertificateInput>("/v1/admin/credentials/{id}/certificates",
                                                       "Bind a key to a client certificate, of which connections must show one",
                                                       "P4.1", Access::us, Permission::issue_keys, IdempotencyRule::optional,
                                                       {four_eyes_required, not_found, state_conflict}, add_certificate));
  routes.back().output_example = example_of_certified_credential;
  routes.push_back(write<Credential, ThumbprintInput>(
      "/v1/admin/credentials/{id}/certificates/remove", "Take a client certificate off a key at once", "P4.1", Access::us,
      Permission::issue_keys, IdempotencyRule::optional, {four_eyes_required, not_found, state_conflict}, remove_certificate));
  routes.back().output_example = example_of_bound_credential;
  routes.push_back(write<Credential, NoInput>("/v1/admin/credentials/{id}/revoke", "Revoke a credential at once", "P1.3",
                                              Access::us, Permission::end_keys, IdempotencyRule::optional,
                                              {not_found, state_conflict}, revoke));
  leaves<Credential, registry::CredentialStatus::revoked>(routes.back());
  return routes;
}

}  // namespace mohur::gateway
