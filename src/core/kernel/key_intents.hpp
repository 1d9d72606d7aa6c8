// Keys, webhook endpoints, and what the gate and the watch have seen of calls.
#pragma once

#include "kernel/event.hpp"
#include "registry/life.hpp"

namespace mohur::kernel {

struct IssueCredential {
  ClientId client;
  Mode mode = Mode::test;
  std::string label, kid, secret_hash, last_four;
  std::vector<registry::Scope> scopes;
  std::optional<Time> expires_at;
  Key128 claim;  // look-up key of the kid
  std::vector<registry::Network> networks;
  std::optional<registry::SublicenceId> sublicence;
  std::vector<registry::ApproverRole> approver_roles;
};
struct RotateCredential {
  registry::CredentialId credential;
  registry::NewSecret secret;
};
struct SetNetworks {
  registry::CredentialId credential;
  std::vector<registry::Network> networks;
};
struct SetSigningKey {
  registry::CredentialId credential;
  registry::NewSigningKey key;
};
struct AddCertificate {  // without its time
  registry::CredentialId credential;
  registry::BoundCertificate certificate;
};
struct RemoveCertificate {
  registry::CredentialId credential;
  registry::Thumbprint thumbprint;
};
struct RevokeToken {
  registry::TokenId token;
  registry::CredentialId credential;  // with which it was got
  Time expires_at;
};
struct IssueOperatorCredential {  // a key for one of the operator's people, who is signed in; or by who has the machine
  registry::PersonId person;
  std::string label, kid, secret_hash, last_four;
  Key128 claim;                                  // look-up key of the kid
  std::vector<registry::CredentialId> replaced;  // the person's keys that end with it
};
struct ReportCompromise {  // by whoever holds the key, or by one of the operator's people
  registry::CredentialId credential;
  std::optional<std::string> note;
};
struct ReportLeaks {  // by a partner that looks for keys in public places
  struct LeakedKey {
    registry::CredentialId credential;
    std::optional<std::string> note;
  };
  std::string scanner;
  std::vector<LeakedKey> keys;  // together 1 to kMostLeaks
  std::vector<RevokeToken> tokens;
  std::vector<registry::SessionId> sessions;

  std::size_t size() const { return keys.size() + tokens.size() + sessions.size(); }
  Key128 any_object() const {
    if (!keys.empty()) return keys.front().credential.value;
    return tokens.empty() ? sessions.at(0).value : tokens.front().credential.value;
  }
};
inline constexpr std::size_t kMostLeaks = 100;
struct CloseIncident {
  registry::IncidentId incident;
  std::string finding;
};
struct ReportThrottling {  // by the gate: an episode of the command's client
  std::vector<std::string> limits;
  Time began_at, ended_at;
  std::uint64_t refused = 0, ignored = 0;
  bool shadow = false;
};
struct GiveUsageNotice {  // by the gate
  policy::CallWindow window = policy::CallWindow::day;
  std::uint32_t percent = 0;
  std::uint64_t calls = 0, used = 0;
  Time window_ends_at;
};
struct ProposeLadder {
  policy::LadderRules rules;
  Time effective_at;
  std::string reason;
};
struct DecideLadder {
  policy::LadderId ladder;
  bool approve = false;
};
struct CloseTierReview {
  policy::TierReviewId review;
  policy::TierDecision decision = policy::TierDecision::keep_plan;
  std::string finding;
};
struct RaiseAlert {  // by the watch; of the command's client, if it is one's
  policy::Sighting sighting;
  Key128 claim;  // of its kind, subject and day
};
struct CloseAlert {
  policy::AlertId alert;
  policy::AlertDecision decision = policy::AlertDecision::harmless;
  std::string finding;
  std::optional<registry::MeasureId> measure;
};
struct ProposeWatchRules {
  std::vector<policy::Detector> detectors;
  Time effective_at;
  std::string reason;
};
struct DecideWatchRules {
  policy::WatchRulesId rules;
  bool approve = false;
};
struct RevokeCredential {
  registry::CredentialId credential;
};
struct CreateWebhookEndpoint {
  std::string url, secret;
  std::vector<std::string> event_types;
};
struct SetWebhookEndpoint {
  registry::WebhookEndpointId endpoint;
  registry::WebhookEndpointStatus to = registry::WebhookEndpointStatus::disabled;
};
struct RotateWebhookSecret {
  registry::WebhookEndpointId endpoint;
  std::string secret;
  Duration overlap = hours(24);
};

}  // namespace mohur::kernel
