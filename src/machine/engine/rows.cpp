#include "engine/rows.hpp"

#include <algorithm>
#include <array>

#include "codec/binary.hpp"

namespace mohur::engine {
namespace {

using kernel::Table;
using store::KeyOrder;
using store::TableSpec;

// Ids are time-ordered; clients and keys of people are few; claims and answers are hashes; lists begin with a client.
constexpr std::array kSpecs = {
    TableSpec{number_of(Table::clients), "clients", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::credentials), "credentials", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::persons), "persons", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::webhook_endpoints), "webhook_endpoints", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::ledger_accounts), "ledger_accounts", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::beneficiaries), "beneficiaries", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::payins), "payins", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::attempts), "attempts", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::payouts), "payouts", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::refunds), "refunds", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::virtual_accounts), "virtual_accounts", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::bank_credits), "bank_credits", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::fundings), "fundings", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::sandbox_clocks), "sandbox_clocks", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::exceptions), "exceptions", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::claims), "claims", false, 10, KeyOrder::scattered},
    TableSpec{number_of(Table::answers), "answers", false, 10, KeyOrder::scattered},
    TableSpec{number_of(Table::pending_transfers), "pending_transfers", false, 0, KeyOrder::by_time},
    TableSpec{number_of(Table::open_objects), "open_objects", false, 0, KeyOrder::by_time},
    TableSpec{number_of(Table::objects_by_client), "objects_by_client", true, 0, KeyOrder::scattered},
    TableSpec{number_of(Table::events_by_client), "events_by_client", true, 0, KeyOrder::scattered},
    TableSpec{number_of(Table::balances_by_position), "balances_by_position", true, 0, KeyOrder::scattered},
};

std::string_view encoded(const auto& value, std::string& scratch) {
  scratch.clear();
  codec::encode(value, scratch);
  return scratch;
}

}  // namespace

std::span<const store::TableSpec> table_specs() { return kSpecs; }

void append_u32(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

void append_u64(std::string& out, std::uint64_t value) {
  append_u32(out, static_cast<std::uint32_t>(value >> 32));
  append_u32(out, static_cast<std::uint32_t>(value));
}

std::uint64_t read_big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

std::string list_key(kernel::ClientId client, Mode mode, Table table, std::uint64_t first_position) {
  std::string key = client.value.to_bytes();
  key += static_cast<char>(mode);
  key += static_cast<char>(table);
  append_u64(key, first_position);
  return key;
}

std::string event_list_key(kernel::ClientId client, Mode mode, std::uint64_t first_position) {
  std::string key = client.value.to_bytes();
  key += static_cast<char>(mode);
  append_u64(key, first_position);
  return key;
}

std::string balance_key(ledger::AccountId account, std::uint64_t position) {
  std::string key = account.value.to_bytes();
  append_u64(key, position);
  return key;
}

std::uint32_t sequence_of(const kernel::Object& object) {
  return std::visit(
      [](const auto& alternative) -> std::uint32_t {
        if constexpr (requires { alternative.sequence; })
          return alternative.sequence;
        else
          return 1;  // an account has no life of its own: its one event opens it
      },
      object);
}

Table table_of(const kernel::Object& object) { return static_cast<Table>(object.index()); }

void RowWriter::begin_frame(std::uint64_t first_position) { first_position_ = first_position; }

void RowWriter::add(const kernel::Event& event, std::uint64_t position) {
  const Key128 key = kernel::key_of(event.object);
  const std::string key_bytes = key.to_bytes();
  const Table table = table_of(event.object);
  if (table != Table::ledger_accounts)  // its row carries balances: see finish_frame
    std::visit(
        [&](const auto& object) {
          if constexpr (Described<std::decay_t<decltype(object)>>) put(table, key_bytes, encoded(object, scratch_));
        },
        event.object);
  for (const Key128 claim : event.claims) put(Table::claims, claim.to_bytes(), encoded(kernel::Claim{key}, scratch_));
  if (event.idempotency)
    put(Table::answers, event.idempotency->key.to_bytes(),
        encoded(kernel::Answer{position, event.idempotency->fingerprint}, scratch_));
  if (sequence_of(event.object) == 1) {
    lists_[list_key(event.client, event.mode, table, first_position_)] += key_bytes;
    // Clients themselves are listed for the operator too.
    if (table == Table::clients) lists_[list_key({}, Mode::live, table, first_position_)] += key_bytes;
  }
  if (kernel::audience_of(event.type) == kernel::Audience::client_too)
    append_u32(event_lists_[event_list_key(event.client, event.mode, first_position_)],
               static_cast<std::uint32_t>(position - first_position_));
}

void RowWriter::finish_frame(std::uint64_t last_position, store::Batch& out) {
  std::vector<ledger::AccountId> moved;
  for (const auto& [id, account] : accounts_) moved.push_back(id);
  std::sort(moved.begin(), moved.end());
  for (const ledger::AccountId id : moved) {
    const std::string_view bytes = encoded(accounts_.at(id), scratch_);
    put(Table::ledger_accounts, id.value.to_bytes(), bytes);
    put(Table::balances_by_position, balance_key(id, last_position), bytes);
  }
  for (const auto& [key, ids] : lists_) put(Table::objects_by_client, key, ids);
  for (const auto& [key, positions] : event_lists_) put(Table::events_by_client, key, positions);
  accounts_.clear();
  lists_.clear();
  event_lists_.clear();
  std::swap(out, rows_);
  rows_.clear();
}

void RowWriter::account_moved(const ledger::Account&, const ledger::Account& after) { accounts_[after.id] = after; }

void RowWriter::pending_opened(const ledger::Pending& pending) {
  put(Table::pending_transfers, pending.id.value.to_bytes(), encoded(pending, scratch_));
}

void RowWriter::pending_closed(ledger::TransferId id) { rows_.erase(number_of(Table::pending_transfers), id.value.to_bytes()); }

void RowWriter::open_object_changed(Key128 key, const std::optional<kernel::OpenObject>& entry) {
  if (entry)
    put(Table::open_objects, key.to_bytes(), encoded(*entry, scratch_));
  else
    rows_.erase(number_of(Table::open_objects), key.to_bytes());
}

}  // namespace mohur::engine
