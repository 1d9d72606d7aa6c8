// The directory: who holds which key, and in what state their client is; always as durable, never as only decided.
//
// It follows the shard's durable events, so a revoked key is refused from the moment its revocation is acknowledged.
// Cost     one look-up per call, and one keyed hash of the secret. What a call will look at can be asked for beforehand.
#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <memory>

#include "crypto/sha256.hpp"
#include "engine/archive.hpp"
#include "engine/shard.hpp"
#include "gateway/key_index.hpp"
#include "gateway/pool.hpp"
#include "gateway/revoked_tokens.hpp"

namespace mohur::gateway {

using ScopeSet = std::uint64_t;
constexpr ScopeSet bit_of(registry::Scope scope) { return ScopeSet{1} << (static_cast<unsigned>(scope) - 1); }

// What a call looks at comes first and in one piece; what few have lies apart. With a million keys, what a call costs is how many
// lines of memory it touches.
struct alignas(64) KnownKey {
  // What few keys have.
  struct More {
    std::optional<registry::PersonId> person;
    std::optional<registry::SublicenceId> sublicence;
    std::optional<crypto::Hash256> previous_secret_hash;  // right as well, until it expires
    std::optional<Time> previous_secret_expires_at;
    std::vector<std::string> certificates;  // the SHA-256 of each, 32 bytes; none: on any connection
  };

  crypto::Hash256 secret_hash;
  registry::CredentialId id;
  std::optional<registry::ClientId> client;
  ScopeSet scopes = 0;
  std::optional<Time> expires_at;
  Mode mode = Mode::test;
  bool revoked = false;
  ClientNumber client_number = 0;                         // of `client`
  boost::container::small_vector<IpNetwork, 1> networks;  // none: from anywhere
  std::unique_ptr<const More> held_apart;                 // absent: it has nothing of it
  std::vector<registry::SigningKey> signing_keys;

  const More& more() const;
  // Whether a secret of this keyed hash is right.
  bool accepts(const crypto::Hash256& hash, Time now) const;
  bool may_come_from(const IpAddress& address) const;
};

struct KnownClient {
  ClientNumber number = 0;
  registry::ClientStatus status = registry::ClientStatus::applied;
  SubjectId subject;  // under whose key the client's own texts are sealed
  std::optional<registry::PlanId> plan;
  std::unique_ptr<const registry::Agreement> agreement;  // absent: only its number is known
  std::unique_ptr<const registry::DatedAgreement> next_agreement;

  const registry::Agreement& agreement_at(Time now) const;
  const std::optional<registry::PlanId>& plan_at(Time now) const;
};

struct KnownPerson {
  bool is_disabled = false;
  std::vector<registry::Role> roles;
};

class Directory final : public engine::Subscriber {
 public:
  Result<void> load(const engine::Archive& archive, Time now);
  void on_durable(std::uint64_t first_position, std::span<const kernel::Event> events) override;

  const KnownKey* find(std::string_view kid) const;
  const KnownClient* find(registry::ClientId client) const;
  // Of a key that has a client.
  const KnownClient* client_of(const KnownKey& key) const { return known(key.client_number); }
  // A call with a key of this kid has come.
  void expect(std::string_view kid) const { numbers_of_keys_.prefetch(kid); }
  // The same as find, and asks for what such a call looks at, without a look at it.
  struct Sighted {
    const KnownKey* key = nullptr;
    std::optional<PoolNumber> pool;
  };
  Sighted sight(std::string_view kid) const;
  const KnownPerson* find(registry::PersonId person) const;
  bool is_active(registry::SublicenceId sublicence) const { return active_sublicences_.contains(sublicence); }
  // How often the client may call.
  const policy::Allowance& allowance_of(const KnownClient& client, Time now) const;
  // Where the client stands on the escalation ladder; nullptr for one that was never struck.
  const policy::Standing* standing_of(registry::ClientId client, Mode mode) const;
  bool is_revoked(registry::TokenId token) const { return revoked_tokens_.holds(token); }
  const policy::Ladders& ladders() const { return ladders_; }
  std::size_t keys() const { return numbers_of_keys_.size(); }
  std::size_t revoked_tokens() const { return revoked_tokens_.size(); }

 private:
  ClientNumber number_of(registry::ClientId client);
  const KnownClient* known(ClientNumber number) const;
  KnownKey& key_of(const registry::Credential& credential);
  KnownKey& at(KeyIndex::Number number) const { return keys_[number / kKeysTogether][number % kKeysTogether]; }
  void put(const registry::Credential& credential);
  void put(const registry::Client& client);
  void put(const registry::Person& person);
  void put(const policy::Conduct& conduct) { standings_[conduct.client] = conduct.standings; }
  void put(const policy::Ladder& ladder) { ladders_.put(ladder); }
  void put(const registry::RevokedToken& token) { revoked_tokens_.put(token); }
  void put(const registry::Sublicence& sublicence);
  void put(const policy::Plan& plan) { plans_[plan.id] = plan.allowance; }

  static constexpr std::size_t kKeysTogether = 1'024;
  KeyIndex numbers_of_keys_;
  std::vector<std::unique_ptr<KnownKey[]>> keys_;  // by number, so many together; they stay where they are
  boost::unordered_flat_map<registry::ClientId, ClientNumber> numbers_;
  std::vector<KnownClient> clients_;  // by number
  boost::unordered_flat_map<registry::PersonId, KnownPerson> people_;
  boost::unordered_flat_set<registry::SublicenceId> active_sublicences_;
  boost::unordered_flat_map<registry::PlanId, policy::Allowance> plans_;
  boost::unordered_flat_map<registry::ClientId, std::vector<policy::Standing>> standings_;
  policy::Ladders ladders_;
  RevokedTokens revoked_tokens_;
};

}  // namespace mohur::gateway
