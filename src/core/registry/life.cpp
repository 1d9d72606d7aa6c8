#include "registry/life.hpp"

namespace mohur::registry {
namespace {

// What comes after the approval, and an end before it, is a measure's.
bool is_of_application(ClientStatus from, ClientStatus to) {
  return from == ClientStatus::under_review && to != ClientStatus::terminated && may_become(from, to);
}

std::string_view way_on(ClientStatus from) {
  if (from == ClientStatus::applied) return " Review it first.";
  if (from == ClientStatus::under_review || from == ClientStatus::declined || from == ClientStatus::terminated) return "";
  return " Its access is narrowed and given back by measures.";
}

// How long what was right before stays so.
Result<void> check_overlap(Duration overlap) {
  if (overlap >= Duration{} && overlap <= days(7)) return {};
  return refuse(Outcome::field_out_of_range, "overlap_s", "Expected 0 to 604800 seconds, which is 7 days.");
}

}  // namespace

Result<Client> review_client(const Client& client, const Review& review, const std::optional<PlanId>& plan, Time now) {
  if (client.status != ClientStatus::applied && client.status != ClientStatus::under_review)
    return refuse(Outcome::state_conflict, {},
                  "The client is " + std::string{to_token(client.status)} + ": it was decided about.");
  if (review.approver == client.applied_by)
    return refuse(Outcome::four_eyes_required, "approver", "Whoever applied for this client does not decide about it.");
  Client after = client;
  after.status = ClientStatus::under_review;
  after.risk_grade = review.grade;
  if (plan) after.agreement.plan = plan;
  after.reviewed_by = review.by;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

Result<Client> decide_client(const Client& client, const Decision& decision, Time now) {
  if (decision.by == client.applied_by || decision.by == client.reviewed_by)
    return refuse(Outcome::four_eyes_required, {}, "Whoever applied for or reviewed this client cannot take this decision.");
  if (decision.to == ClientStatus::declined && !decision.reason)
    return refuse(Outcome::field_missing, "ground", "Name the ground and the policy clause.");
  if (!is_of_application(client.status, decision.to))
    return refuse(Outcome::state_conflict, {},
                  "A client that is " + std::string{to_token(client.status)} + " cannot become " +
                      std::string{to_token(decision.to)} + " by this." + std::string{way_on(client.status)});

  // After this point, the decision stands.
  Client after = client;
  after.status = decision.to;
  after.updated_at = now;
  after.sequence += 1;
  if (decision.to == ClientStatus::declined) {
    after.ground = decision.reason->ground;
    after.clause = to_token(decision.reason->clause);
  }
  after.decided_by = decision.by;
  return after;
}

namespace {

std::unexpected<Refusal> is_already(const AgreementChange& change) {
  return refuse(Outcome::state_conflict, {}, "The change is " + std::string{to_token(change.status)} + " already.");
}

AgreementChange changed_to(AgreementChangeStatus to, const AgreementChange& change, Time now) {
  AgreementChange after = change;
  after.status = to;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

}  // namespace

Result<AgreementChange> take_up(const AgreementChange& change, PersonId by, Time now) {
  if (change.status != AgreementChangeStatus::asked) return is_already(change);
  AgreementChange after = changed_to(AgreementChangeStatus::proposed, change, now);
  after.proposed_by = by;
  return after;
}

Result<AgreementChange> withdraw_change(const AgreementChange& change, Time now) {
  if (change.status != AgreementChangeStatus::asked && change.status != AgreementChangeStatus::proposed)
    return is_already(change);
  return changed_to(AgreementChangeStatus::withdrawn, change, now);
}

Result<AgreementChange> decide_change(const AgreementChange& change, bool approve, PersonId by, Time now) {
  if (by == change.proposed_by) return refuse(Outcome::four_eyes_required, {}, "Whoever proposed this change cannot decide it.");
  if (approve && change.status == AgreementChangeStatus::asked)
    return refuse(Outcome::state_conflict, {},
                  "The client asks for it, and nobody has taken it up: that comes first, by one of us.");
  if (change.status != AgreementChangeStatus::proposed && change.status != AgreementChangeStatus::asked)
    return is_already(change);
  if (approve && change.proposed.ends_at && *change.proposed.ends_at <= now)
    return refuse(Outcome::time_not_in_future, "ends_at", "The time for which the change was asked is over: propose it again.");

  // After this point, the decision stands.
  AgreementChange after = changed_to(approve ? AgreementChangeStatus::approved : AgreementChangeStatus::rejected, change, now);
  after.decided_by = by;
  if (after.proposed.effective_at < now) after.proposed.effective_at = now;  // never into the past
  return after;
}

Result<Client> with_change(const Client& client, const AgreementChange& change, Time now) {
  const auto& next = client.next_agreement;
  if (client.status == ClientStatus::terminated) return refuse(Outcome::client_terminated);
  if (next && now < next->effective_at)
    return refuse(Outcome::state_conflict, {},
                  "Another change was approved and begins at " + to_rfc3339(next->effective_at) + ".");
  if (next && next->ends_at && now < *next->ends_at)
    return refuse(Outcome::state_conflict, {}, "A change for a time is in force until " + to_rfc3339(*next->ends_at) + ".");
  if (const std::uint32_t holds = lasting_agreement(client).version; change.proposed.agreement.version != holds)
    return refuse(Outcome::state_conflict, {},
                  "The change was made from version " + std::to_string(change.proposed.agreement.version) +
                      " of the agreement, and version " + std::to_string(holds) + " holds by now: propose it again.");

  // After this point, the change is made.
  Client after = client;
  after.agreement = lasting_agreement(client);
  after.next_agreement = change.proposed;
  after.counts_payouts = client.counts_payouts || !change.proposed.agreement.payout_limits.empty();
  after.next_agreement->agreement.version = std::max(client.agreement.version, next ? next->agreement.version : 0) + 1;
  after.updated_at = now;
  after.sequence += 1;
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

Result<Credential> rotate(const Credential& credential, NewSecret secret, Time now) {
  if (credential.status == CredentialStatus::revoked) return refuse(Outcome::state_conflict, {}, "The credential is revoked.");
  MOHUR_TRY(check_overlap(secret.overlap));
  Credential after = credential;
  const Time end = now + secret.overlap;
  after.previous_secret_hash = std::exchange(after.secret_hash, std::move(secret.secret_hash));
  after.previous_secret_expires_at = credential.expires_at ? std::min(end, *credential.expires_at) : end;
  if (secret.overlap == Duration{}) after.previous_secret_hash = std::nullopt;
  after.last_four = std::move(secret.last_four);
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

Result<Credential> set_signing_key(const Credential& credential, SigningKeyId id, NewSigningKey key, Time now) {
  if (credential.status == CredentialStatus::revoked) return refuse(Outcome::state_conflict, {}, "The credential is revoked.");
  MOHUR_TRY(check_overlap(key.overlap));
  Credential after = credential;
  after.signing_keys = {{.id = id,
                         .algorithm = key.algorithm,
                         .created_at = now,
                         .expires_at = std::nullopt,
                         .public_key = std::move(key.public_key),
                         .secret = std::move(key.secret)}};
  if (!credential.signing_keys.empty() && key.overlap > Duration{}) {
    after.signing_keys.push_back(credential.signing_keys.front());
    after.signing_keys.back().expires_at = now + key.overlap;
  }
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

Result<Credential> set_networks(const Credential& credential, std::vector<Network> networks, Time now) {
  if (credential.status == CredentialStatus::revoked) return refuse(Outcome::state_conflict, {}, "The credential is revoked.");
  if (networks.size() > kMostNetworks)
    return refuse(Outcome::field_out_of_range, "networks", "A key has at most " + std::to_string(kMostNetworks) + " networks.");
  Credential after = credential;
  after.networks = std::move(networks);
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

Result<Credential> add_certificate(const Credential& credential, BoundCertificate certificate, Time now) {
  if (credential.status == CredentialStatus::revoked) return refuse(Outcome::state_conflict, {}, "The credential is revoked.");
  const auto is_it = [&](const BoundCertificate& each) { return each.thumbprint == certificate.thumbprint; };
  if (std::ranges::any_of(credential.certificates, is_it))
    return refuse(Outcome::state_conflict, "thumbprint", "The key has this certificate already.");
  if (credential.certificates.size() == kMostCertificates)
    return refuse(Outcome::field_out_of_range, "thumbprint",
                  "A key has at most " + std::to_string(kMostCertificates) + " certificates: remove one first.");
  Credential after = credential;
  certificate.added_at = now;
  after.certificates.push_back(std::move(certificate));
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

Result<Credential> remove_certificate(const Credential& credential, const Thumbprint& thumbprint, Time now) {
  if (credential.status == CredentialStatus::revoked) return refuse(Outcome::state_conflict, {}, "The credential is revoked.");
  Credential after = credential;
  if (std::erase_if(after.certificates, [&](const BoundCertificate& each) { return each.thumbprint == thumbprint; }) == 0)
    return refuse(Outcome::not_found, "thumbprint", "The key has no such certificate.");
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

Result<Incident> close_incident(const Incident& incident, PersonId by, std::string finding, Time now) {
  if (incident.status == IncidentStatus::closed) return refuse(Outcome::state_conflict, {}, "The incident is closed already.");
  Incident after = incident;
  after.status = IncidentStatus::closed;
  after.closed_by = by;
  after.finding = std::move(finding);
  after.updated_at = now;
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
