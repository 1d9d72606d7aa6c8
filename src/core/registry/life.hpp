// The life of clients, credentials and webhook endpoints: who may move them from one state to the next, and when.
//
// Each function answers with the object as it stands afterwards, or refuses and changes nothing.
// Errors   state_conflict where the table of transitions has no such arrow; four_eyes_required where the maker would be the
//          checker.
// Source   docs/ARCHITECTURE.md#states; policy clauses P1.1, P1.3, P8.1
#pragma once

#include <algorithm>

#include "base/result.hpp"
#include "registry/application.hpp"
#include "registry/credential.hpp"
#include "registry/incident.hpp"
#include "registry/webhook_endpoint.hpp"

namespace mohur::registry {

// The table of transitions.
constexpr bool may_become(ClientStatus from, ClientStatus to) {
  using enum ClientStatus;
  switch (to) {
    case applied: return false;
    case under_review: return from == applied;
    case approved: return from == under_review || from == restricted || from == suspended;
    case declined: return from == under_review;
    case restricted: return from == approved || from == suspended;
    case suspended: return from == approved || from == restricted;
    case terminated: return from != terminated;
  }
  return false;
}

// Why a client's access is narrowed or ended (P8.1).
struct Reason {
  Ground ground = Ground::policy_breach;
  Clause clause = Clause::P8_1;
};

// A decision about an application: to approve or decline it. Access that was given is narrowed, ended and given back by
// measures (measure.hpp).
struct Decision {
  ClientStatus to = ClientStatus::approved;
  PersonId by;
  std::optional<Reason> reason;  // required for a decline
};

// The client as its review leaves it: with a grade, and on another plan where the review names one. It may be reviewed again
// until somebody decides.
Result<Client> review_client(const Client& client, const Review& review, const std::optional<PlanId>& plan, Time now);

// Four eyes: approval and decline need somebody who neither applied nor reviewed.
Result<Client> decide_client(const Client& client, const Decision& decision, Time now);

// What a client asked for is proposed by whoever takes it up, and vouches for it.
Result<AgreementChange> take_up(const AgreementChange& change, PersonId by, Time now);
// By the client, as long as nobody has decided it.
Result<AgreementChange> withdraw_change(const AgreementChange& change, Time now);

// A change of agreement is decided by somebody who did not propose it; what was only asked for can be rejected.
Result<AgreementChange> decide_change(const AgreementChange& change, bool approve, PersonId by, Time now);

// The client with an approved change. What is in force for good by now becomes its agreement.
// Errors: state_conflict while another change has not begun, or has not ended by itself; and when the change was made from a
// version that does not hold any more, since it would undo what was agreed meanwhile.
Result<Client> with_change(const Client& client, const AgreementChange& change, Time now);

// Whether a client in its present state may do such a thing at all.
// Errors: client_not_approved, client_terminated, client_suspended, client_restricted.
Result<void> check_may_write(const Client& client);
Result<void> check_may_send_money(const Client& client);

template <class T>
bool approves(const std::vector<T>& list, T value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// A refusal that names what the agreement approves, and which version of it says so.
template <class T>
std::unexpected<Refusal> not_approved(Outcome outcome, const char* field, const std::vector<T>& approved,
                                      const Agreement& agreement) {
  std::string detail = "Version " + std::to_string(agreement.version) + " of the agreement approves ";
  if (approved.empty()) detail += "none";
  for (std::size_t i = 0; i < approved.size(); ++i) detail.append(i == 0 ? "" : ", ").append(to_token(approved[i]));
  return refuse(outcome, field, detail + ".");
}

// Keys come only after approval (P1.1).
Result<void> check_issue(const Client& client);
Result<Credential> revoke(const Credential& credential, Time now);

// A new secret under the same kid. The old one stays right for `overlap`, but never beyond the key's own end; one that was
// still right from the rotation before is so no longer: two at most.
struct NewSecret {
  std::string secret_hash;
  std::string last_four;
  Duration overlap;  // 0 to 7 days
};
// Errors: state_conflict for a revoked key; field_out_of_range.
Result<Credential> rotate(const Credential& credential, NewSecret secret, Time now);

// A key to sign calls with. The one before stays right for `overlap`, and one before that no longer: two at most.
struct NewSigningKey {
  SignatureAlgorithm algorithm = SignatureAlgorithm::hmac_sha256;
  std::optional<std::string> public_key;
  std::string secret;  // sealed
  Duration overlap;    // 0 to 7 days
};
// Errors: state_conflict for a revoked key; field_out_of_range.
Result<Credential> set_signing_key(const Credential& credential, SigningKeyId id, NewSigningKey key, Time now);

// What people made of an incident. Errors: state_conflict for a closed one.
Result<Incident> close_incident(const Incident& incident, PersonId by, std::string finding, Time now);

// Errors: state_conflict for a revoked key; field_out_of_range for too many.
Result<Credential> set_networks(const Credential& credential, std::vector<Network> networks, Time now);

// Errors: state_conflict for a revoked key, and for a certificate that it has; field_out_of_range for too many.
Result<Credential> add_certificate(const Credential& credential, BoundCertificate certificate, Time now);
// Errors: state_conflict for a revoked key; not_found. Without its last certificate a key is taken on any connection.
Result<Credential> remove_certificate(const Credential& credential, const Thumbprint& thumbprint, Time now);

Result<WebhookEndpoint> set_status(const WebhookEndpoint& endpoint, WebhookEndpointStatus to, Time now);

// Gives a new signing secret; the old one signs along for `overlap`.
WebhookEndpoint rotate_secret(const WebhookEndpoint& endpoint, std::string sealed_secret, Duration overlap, Time now);

}  // namespace mohur::registry
