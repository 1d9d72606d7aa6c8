#include "gateway/directory.hpp"

namespace mohur::gateway {
namespace {

// Reads each row of a table as T and hands it over.
template <class T, class Take>
Result<void> load_table(const engine::Archive& archive, kernel::Table table, Take take) {
  Result<void> outcome;
  MOHUR_TRY(archive.scan(table, [&](std::string_view, std::string_view value) {
    T row;
    if (codec::decode(value, row)) {
      take(row);
      return true;
    }
    outcome = refuse(Outcome::data_damaged, {}, "A row of table " + std::string{to_token(table)} + " cannot be read.");
    return false;
  }));
  return outcome;
}

}  // namespace

Result<void> Directory::load(const engine::Archive& archive) {
  MOHUR_TRY((load_table<registry::Credential>(archive, kernel::Table::credentials, [&](const auto& row) { put(row); })));
  return load_table<registry::Client>(archive, kernel::Table::clients,
                                      [&](const auto& row) { clients_[row.id] = {row.status, row.legal_name.subject}; });
}

void Directory::on_durable(std::uint64_t, std::span<const kernel::Event> events) {
  for (const kernel::Event& event : events) {
    if (const auto* credential = std::get_if<registry::Credential>(&event.object)) put(*credential);
    if (const auto* client = std::get_if<registry::Client>(&event.object))
      clients_[client->id] = {client->status, client->legal_name.subject};
  }
}

void Directory::put(const registry::Credential& credential) {
  ScopeSet scopes = 0;
  for (const registry::Scope scope : credential.scopes) scopes |= bit_of(scope);
  keys_[credential.kid] = KnownKey{credential.id,
                                   credential.client,
                                   credential.person,
                                   credential.mode,
                                   credential.status == registry::CredentialStatus::revoked,
                                   credential.expires_at,
                                   scopes,
                                   credential.secret_hash};
}

const KnownKey* Directory::find(std::string_view kid) const {
  const auto found = keys_.find(kid);
  return found == keys_.end() ? nullptr : &found->second;
}

const KnownClient* Directory::find(registry::ClientId client) const {
  const auto found = clients_.find(client);
  return found == clients_.end() ? nullptr : &found->second;
}

}  // namespace mohur::gateway
