#include "registry/life.hpp"

namespace mohur::registry {
namespace {

bool needs_reason(ClientStatus to) {
  return to == ClientStatus::declined || to == ClientStatus::restricted || to == ClientStatus::suspended ||
         to == ClientStatus::terminated;
}

// Restricting and suspending protect at once and may be done by anyone entitled; all else is weighed by a second person.
bool needs_second_person(ClientStatus to) {
  return to == ClientStatus::approved || to == ClientStatus::declined || to == ClientStatus::terminated;
}

}  // namespace

Result<Client> decide_client(const Client& client, const Decision& decision, Time now) {
  if (needs_second_person(decision.to) && (decision.by == client.applied_by || decision.by == client.reviewed_by))
    return refuse(Outcome::four_eyes_required, {}, "Whoever applied for or reviewed this client cannot take this decision.");
  if (needs_reason(decision.to) && !decision.reason)
    return refuse(Outcome::field_missing, "ground", "Name the ground and the policy clause.");
  if (!may_become(client.status, decision.to))
    return refuse(Outcome::state_conflict, {},
                  "A client that is " + std::string{to_token(client.status)} + " cannot become " +
                      std::string{to_token(decision.to)} + "." +
                      (client.status == ClientStatus::applied ? " Review it first." : ""));

  // After this point, the decision stands.
  Client after = client;
  after.status = decision.to;
  after.updated_at = now;
  after.sequence += 1;
  after.ground.reset();
  after.clause.reset();
  if (needs_reason(decision.to)) {
    after.ground = decision.reason->ground;
    after.clause = to_token(decision.reason->clause);
  }
  if (decision.to == ClientStatus::under_review)
    after.reviewed_by = decision.by;
  else
    after.decided_by = decision.by;
  return after;
}

Result<void> check_may_write(const Client& client) {
  switch (client.status) {
    case ClientStatus::approved:
    case ClientStatus::restricted: return {};
    case ClientStatus::suspended: return refuse(Outcome::client_suspended);
    case ClientStatus::terminated: return refuse(Outcome::client_terminated);
    default: return refuse(Outcome::client_not_approved);
  }
}

Result<void> check_may_send_money(const Client& client) {
  MOHUR_TRY(check_may_write(client));
  if (!may_send_money(client.status)) return refuse(Outcome::client_restricted);
  return {};
}

Result<void> check_issue(const Client& client) {
  if (client.status == ClientStatus::terminated) return refuse(Outcome::client_terminated);
  if (client.status != ClientStatus::approved)
    return refuse(Outcome::client_not_approved, {}, "Keys are issued to approved clients only.");
  return {};
}

Result<Credential> revoke(const Credential& credential, Time now) {
  if (credential.status == CredentialStatus::revoked)
    return refuse(Outcome::state_conflict, {}, "The credential is revoked already.");
  Credential after = credential;
  after.status = CredentialStatus::revoked;
  after.updated_at = now;
  after.revoked_at = now;
  after.sequence += 1;
  return after;
}

Result<WebhookEndpoint> set_status(const WebhookEndpoint& endpoint, WebhookEndpointStatus to, Time now) {
  if (endpoint.status == to)
    return refuse(Outcome::state_conflict, {}, "The endpoint is " + std::string{to_token(to)} + " already.");
  WebhookEndpoint after = endpoint;
  after.status = to;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

WebhookEndpoint rotate_secret(const WebhookEndpoint& endpoint, std::string sealed_secret, Duration overlap, Time now) {
  WebhookEndpoint after = endpoint;
  after.previous_secret = std::move(after.secret);
  after.previous_secret_expires_at = now + overlap;
  after.secret = std::move(sealed_secret);
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

}  // namespace mohur::registry
