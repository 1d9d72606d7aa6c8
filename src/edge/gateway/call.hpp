// A call: one HTTP request on its way through the gate, and the services that endpoints work with.
#pragma once

#include "base/random.hpp"
#include "engine/shard.hpp"
#include "gateway/desk.hpp"
#include "gateway/directory.hpp"
#include "gateway/guesses.hpp"
#include "gateway/leak_report.hpp"
#include "gateway/limiter.hpp"
#include "gateway/oauth_form.hpp"
#include "gateway/origin.hpp"
#include "gateway/policy_book.hpp"
#include "gateway/policy_coverage.hpp"
#include "gateway/ports.hpp"
#include "gateway/staff.hpp"
#include "gateway/throttling.hpp"
#include "net/request.hpp"
#include "net/response.hpp"
#include "tokens/access_token.hpp"
#include "vault/sealed_files.hpp"
#include "watch/watch.hpp"

namespace mohur::gateway {

struct Route;

// What the operator sets. Defaults are those of the sandbox.
struct Settings {
  std::string collection_vpa = "collect@mohurbank";  // where UPI pay-ins are paid to
  std::string payee_name = "Mohur Sandbox";
  std::string collection_ifsc = "MOHR0000001";  // of virtual accounts
  std::vector<IpNetwork> trusted_proxies;       // whose word on a caller's address is believed
  Duration session_idle = minutes(30);          // after which a session is over that is not used
  Duration session_lifetime = hours(12);        // after which it is over in any case
  Duration policy_notice = days(30);            // from the publication of a version of the policy to its time
  Duration token_lifetime = minutes(15);        // of an access token; kLongestToken at most
  std::string scanner_name = "github";          // the partner that finds leaked secrets
  ScannerKeys scanner_keys;                     // with which it signs; none: it does not report here
  std::string security_contact;                 // of security.txt; empty: there is none
  std::string security_policy;
  std::string security_languages = "en";
};

// Everything outlives the gate.
struct Services {
  engine::Shard& shard;
  const engine::Archive& archive;
  vault::Vault& vault;
  vault::SealedFiles& documents;
  const Directory& directory;
  Clock& clock;
  Clock& steady;  // never goes backwards
  Random& random;
  SandboxWorld& sandbox;
  DeliveryDesk& deliveries;
  CallLog& calls;
  Limiter& limiter;
  Guesses& guesses;
  PolicyBook& policy;
  EventTally& tally;
  Throttling& throttling;
  watch::Watch& watch;
  Desk& trials;
  Desk& uploads;
  BatchDesk& batches;
  tokens::TokenSealer& tokens;
  Staff staff;
  Settings settings;
};

// Refusals in order of precedence; never empty where it is an error.
using Refusals = std::vector<Refusal>;
template <class T>
using Checked = std::expected<T, Refusals>;
inline std::unexpected<Refusals> all_of(Refusal refusal) { return std::unexpected(Refusals{std::move(refusal)}); }

// Notes that this call has sealed, so that its answer need not open them again.
struct SealedHere {
  std::string opening;  // the front of their box, which holds its nonce: no other box begins like it
  std::string canonical;

  static constexpr std::size_t opening_size = 13;
};

// An id for what the shard does not name: later ones are greater.
template <class AnyId>
AnyId new_id(Time now, Random& random) {
  const std::uint64_t chance = random.next_u64();
  return {{static_cast<std::uint64_t>(now.unix_ms()) << 16 | (chance & 0xffff), random.next_u64()}};
}

struct Call {
  Services& services;
  const net::Request& request;
  const Route* route = nullptr;
  std::vector<std::string> path_values;  // of the `{...}` segments, in order
  registry::RequestId request_id;
  Origin origin;
  registry::Caller caller;
  ScopeSet scopes = 0;
  registry::ClientId client;                         // for whom the call is; zero for the operator's own
  std::optional<registry::SublicenceId> sublicence;  // whose key it is, of those for whom the client sends money
  Mode mode = Mode::test;
  // Whose rules the stages hold the call to: none where anybody may call, or whoever holds a key. They are the directory's, which
  // moves with the next durable event: for the stages only.
  const KnownKey* key = nullptr;
  const KnownClient* known_client = nullptr;
  std::optional<tokens::TokenClaims> token;  // when it came instead of the key
  std::string kid;                           // of the key that the call showed
  std::uint64_t secret_mark = 0;             // of its secret; see mark_of
  OAuthForm form;                            // of OAuth's endpoints
  const KnownPerson* person = nullptr;
  Limiter::Ticket ticket;
  std::optional<Limiter::Told> limits;
  bool counted = false;                 // against the quotas of its client
  std::optional<Duration> retry_after;  // of a refusal; rounded up to whole seconds in Retry-After
  std::optional<kernel::Idempotency> idempotency;
  std::optional<kernel::Nonce> nonce;  // of its signature
  std::optional<SealedHere> notes;
  std::string labels;                          // of a scanner's findings: what it is answered
  std::optional<std::string> secret;           // made by this call; only its first answer shows it
  std::optional<registry::SessionId> session;  // of whoever signed in
  std::string session_kid;
  bool by_cookie = false;
  std::optional<SignInTry> attempt;          // that counts against who signs in
  PasswordResult password;                   // what was found out beside the reactor
  std::optional<WithTokens> tokens;          // as with the secret
  std::optional<WithFactors> factors;        // as with the secret
  std::vector<std::string> cookies;          // that the answer sets
  std::string address;                       // to which the answer sends the browser
  std::optional<payments::BatchPart> part;   // that this call has handed in
  std::vector<payments::PayoutId> payouts;   // that this call decides about
  std::string page;                          // of a file, made beside the reactor
  std::string next_page;                     // where the file goes on
  std::optional<LimitTrial> trial;           // worked out beside the reactor
  std::optional<openid::Identity> identity;  // as whom the provider knows who signs in

  // What the watch looks at. A key that was not right, and people's, are none.
  watch::CallSeen seen() const {
    const bool is_key = caller.kind == registry::CallerKind::credential;
    return {.request = request_id.value,
            .at = request.arrived,
            .from = origin.address,
            .credential = is_key ? std::optional{registry::CredentialId{caller.credential}} : std::nullopt,
            .client = client,
            .mode = mode};
  }
  // Who owns what the call makes, and names it.
  std::string owner() const { return sublicence ? sublicence->to_string() : client.to_string(); }
  // Under whom it finds its lists.
  registry::ClientId listed_under() const { return sublicence ? engine::listed_under(*sublicence) : client; }
  bool has(registry::Scope scope) const { return (scopes & bit_of(scope)) != 0; }

  // The id in the path. Errors: not_found, since an id of another form names nothing.
  template <class AnyId>
  Result<AnyId> path_id(std::size_t index = 0) const {
    const auto id = AnyId::parse(path_values.at(index));
    if (!id) return refuse(Outcome::not_found, "id");
    return *id;
  }
};

// No connector serves live mode: what nobody would carry is not taken up. Errors: rail_unavailable.
inline Result<void> check_connector(const Call& call) {
  if (call.mode == Mode::live) return refuse(Outcome::rail_unavailable, "rail", "No bank is connected in live mode.");
  return {};
}

}  // namespace mohur::gateway
