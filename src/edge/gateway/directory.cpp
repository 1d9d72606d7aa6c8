#include "gateway/directory.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "crypto/encoding.hpp"
#include "crypto/key256.hpp"

namespace mohur::gateway {
namespace {

// Reads each row of a table as T and hands it over.
template <class T, class Take>
Result<void> load_table(const engine::Archive& archive, kernel::Table table, Take take, std::string_view first = {}) {
  Result<void> outcome;
  MOHUR_TRY(archive.scan(
      table,
      [&](std::string_view, std::string_view value) {
        T row;
        if (codec::decode(value, row)) {
          take(row);
          return true;
        }
        outcome = refuse(Outcome::data_damaged, {}, "A row of table " + std::string{to_token(table)} + " cannot be read.");
        return false;
      },
      first));
  return outcome;
}

// What is no hash is that of no secret, as nobody's is.
crypto::Hash256 hash_of(std::string_view bytes) { return crypto::Hash256::from_bytes(bytes).value_or(crypto::Hash256{}); }

std::unique_ptr<const KnownKey::More> more_of(const registry::Credential& credential) {
  if (!credential.person && !credential.sublicence && !credential.previous_secret_hash && credential.certificates.empty())
    return nullptr;
  KnownKey::More more{.person = credential.person,
                      .sublicence = credential.sublicence,
                      .previous_secret_hash = {},
                      .previous_secret_expires_at = credential.previous_secret_expires_at,
                      .certificates = {}};
  if (credential.previous_secret_hash) more.previous_secret_hash = hash_of(*credential.previous_secret_hash);
  for (const registry::BoundCertificate& certificate : credential.certificates) {
    const auto digest = crypto::base64url_decode(certificate.thumbprint.str());
    MOHUR_ASSERT(digest);  // left out, it would open the key to every connection
    more.certificates.push_back(*digest);
  }
  return std::make_unique<const KnownKey::More>(std::move(more));
}

}  // namespace

// The id of a token holds its time: those that are over by now are passed over unread.
Result<void> Directory::load(const engine::Archive& archive, Time now) {
  const auto earliest = static_cast<std::uint64_t>((now - registry::kLongestToken).unix_ms());
  MOHUR_TRY((load_table<registry::RevokedToken>(
      archive, kernel::Table::revoked_tokens, [&](const auto& row) { put(row); }, Key128{earliest << 16, 0}.to_bytes())));
  MOHUR_TRY((load_table<registry::Credential>(archive, kernel::Table::credentials, [&](const auto& row) { put(row); })));
  MOHUR_TRY((load_table<registry::Sublicence>(archive, kernel::Table::sublicences, [&](const auto& row) { put(row); })));
  MOHUR_TRY((load_table<registry::Person>(archive, kernel::Table::persons, [&](const auto& row) { put(row); })));
  MOHUR_TRY((load_table<policy::Plan>(archive, kernel::Table::plans, [&](const auto& row) { put(row); })));
  MOHUR_TRY((load_table<policy::Conduct>(archive, kernel::Table::conducts, [&](const auto& row) { put(row); })));
  MOHUR_TRY((load_table<policy::Ladder>(archive, kernel::Table::ladders, [&](const auto& row) { put(row); })));
  return load_table<registry::Client>(archive, kernel::Table::clients, [&](const auto& row) { put(row); });
}

void Directory::on_durable(std::uint64_t, std::span<const kernel::Event> events) {
  for (const kernel::Event& event : events) {
    if (const auto* credential = std::get_if<registry::Credential>(&event.object)) put(*credential);
    if (const auto* client = std::get_if<registry::Client>(&event.object)) put(*client);
    if (const auto* person = std::get_if<registry::Person>(&event.object)) put(*person);
    if (const auto* sublicence = std::get_if<registry::Sublicence>(&event.object)) put(*sublicence);
    if (const auto* plan = std::get_if<policy::Plan>(&event.object)) put(*plan);
    if (const auto* token = std::get_if<registry::RevokedToken>(&event.object)) put(*token);
    if (const auto* conduct = std::get_if<policy::Conduct>(&event.object)) put(*conduct);
    if (const auto* ladder = std::get_if<policy::Ladder>(&event.object)) put(*ladder);
  }
}

void Directory::put(const registry::Credential& credential) {
  KnownKey known{.secret_hash = hash_of(credential.secret_hash),
                 .id = credential.id,
                 .client = credential.client,
                 .expires_at = credential.expires_at,
                 .mode = credential.mode,
                 .revoked = credential.status == registry::CredentialStatus::revoked,
                 .networks = {},
                 .held_apart = more_of(credential),
                 .signing_keys = credential.signing_keys};
  if (credential.client) known.client_number = number_of(*credential.client);
  for (const registry::Scope scope : credential.scopes) known.scopes |= bit_of(scope);
  for (const registry::Network& network : credential.networks) {
    const auto parsed = IpNetwork::parse(network.str());
    MOHUR_ASSERT(parsed);  // left out, it would open the key to everywhere
    known.networks.push_back(*parsed);
  }
  key_of(credential) = std::move(known);
}

void Directory::put(const registry::Client& client) {
  const auto& next = client.next_agreement;
  const ClientNumber number = number_of(client.id);
  clients_[number] = {number,
                      client.status,
                      client.legal_name.subject,
                      client.agreement.plan,
                      std::make_unique<const registry::Agreement>(client.agreement),
                      next ? std::make_unique<const registry::DatedAgreement>(*next) : nullptr};
}

void Directory::put(const registry::Person& person) {
  people_[person.id] = {person.status == registry::PersonStatus::disabled, registry::roles_of(person)};
}

void Directory::put(const registry::Sublicence& sublicence) {
  if (sublicence.status == registry::SublicenceStatus::active)
    active_sublicences_.insert(sublicence.id);
  else
    active_sublicences_.erase(sublicence.id);
}

const KnownKey::More& KnownKey::more() const {
  static const More kNothing;
  return held_apart ? *held_apart : kNothing;
}

// Both hashes are compared, whichever is right: how long it takes tells nothing.
bool KnownKey::accepts(const crypto::Hash256& hash, Time now) const {
  const bool is_current = crypto::constant_time_equal(hash.view(), secret_hash.view());
  const auto& previous = more().previous_secret_hash;
  const auto& ends_at = more().previous_secret_expires_at;
  const bool has_previous = previous && ends_at && now < *ends_at;
  return (crypto::constant_time_equal(hash.view(), (has_previous ? *previous : secret_hash).view()) && has_previous) ||
         is_current;
}

bool KnownKey::may_come_from(const IpAddress& address) const {
  return networks.empty() || std::ranges::any_of(networks, [&](const IpNetwork& network) { return network.contains(address); });
}

const registry::Agreement& KnownClient::agreement_at(Time now) const {
  return next_agreement && next_agreement->is_in_force(now) ? next_agreement->agreement : *agreement;
}

const std::optional<registry::PlanId>& KnownClient::plan_at(Time now) const {
  return next_agreement && next_agreement->is_in_force(now) ? next_agreement->agreement.plan : plan;
}

const policy::Allowance& Directory::allowance_of(const KnownClient& client, Time now) const {
  const auto& plan = client.plan_at(now);
  const auto found = plan ? plans_.find(*plan) : plans_.end();
  return found == plans_.end() ? policy::standard_allowance() : found->second;
}

const policy::Standing* Directory::standing_of(registry::ClientId client, Mode mode) const {
  const auto found = standings_.find(client);
  if (found == standings_.end()) return nullptr;
  const auto standing = std::ranges::find(found->second, mode, &policy::Standing::mode);
  return standing == found->second.end() ? nullptr : &*standing;
}

const KnownKey* Directory::find(std::string_view kid) const {
  const auto found = numbers_of_keys_.find(kid);
  return found ? &at(found->number) : nullptr;
}

Directory::Sighted Directory::sight(std::string_view kid) const {
  const auto found = numbers_of_keys_.find(kid);
  if (!found) return {};
  const KnownKey& key = at(found->number);
  prefetch(&key, sizeof key);
  if (found->pool) prefetch(&clients_[gateway::client_number(*found->pool)], sizeof(KnownClient));
  return {&key, found->pool};
}

KnownKey& Directory::key_of(const registry::Credential& credential) {
  if (const auto found = numbers_of_keys_.find(credential.kid)) return at(found->number);
  const auto number = static_cast<KeyIndex::Number>(numbers_of_keys_.size());
  if (number % kKeysTogether == 0) keys_.push_back(std::make_unique<KnownKey[]>(kKeysTogether));
  std::optional<PoolNumber> pool;
  if (credential.client) pool = pool_number(number_of(*credential.client), credential.mode);
  numbers_of_keys_.add(credential.kid, {number, pool});
  return at(number);
}

const KnownPerson* Directory::find(registry::PersonId person) const {
  const auto found = people_.find(person);
  return found == people_.end() ? nullptr : &found->second;
}

const KnownClient* Directory::find(registry::ClientId client) const {
  const auto found = numbers_.find(client);
  return found == numbers_.end() ? nullptr : known(found->second);
}

const KnownClient* Directory::known(ClientNumber number) const {
  return clients_[number].agreement ? &clients_[number] : nullptr;
}

ClientNumber Directory::number_of(registry::ClientId client) {
  const auto [found, is_new] = numbers_.emplace(client, static_cast<ClientNumber>(clients_.size()));
  if (is_new) clients_.push_back({.number = found->second, .subject = {}, .plan = {}, .agreement = {}, .next_agreement = {}});
  return found->second;
}

}  // namespace mohur::gateway
