#include "engine/rows.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"
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
    TableSpec{number_of(Table::plans), "plans", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::agreement_changes), "agreement_changes", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::incidents), "incidents", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::policy_versions), "policy_versions", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::policy_acceptances), "policy_acceptances", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::notices), "notices", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::measures), "measures", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::tickets), "tickets", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::revoked_tokens), "revoked_tokens", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::applications), "applications", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::throttle_episodes), "throttle_episodes", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::usage_notices), "usage_notices", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::conducts), "conducts", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::tier_reviews), "tier_reviews", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::ladders), "ladders", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::person_changes), "person_changes", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::sign_ins), "sign_ins", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::sessions), "sessions", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::sublicences), "sublicences", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::approval_workflows), "approval_workflows", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::batches), "batches", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::watch_rules), "watch_rules", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::alerts), "alerts", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::payout_schedules), "payout_schedules", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::balance_thresholds), "balance_thresholds", false, 10, KeyOrder::by_time},
    TableSpec{number_of(Table::usages), "usages", false, 0, KeyOrder::by_time},
    TableSpec{number_of(Table::claims), "claims", false, 0, KeyOrder::hashed},
    TableSpec{number_of(Table::answers), "answers", false, 0, KeyOrder::hashed},
    TableSpec{number_of(Table::open_objects), "open_objects", false, 0, KeyOrder::by_time},
    TableSpec{number_of(Table::objects_by_client), "objects_by_client", true, 0, KeyOrder::scattered},
    TableSpec{number_of(Table::events_by_client), "events_by_client", true, 0, KeyOrder::scattered},
    TableSpec{number_of(Table::nonces), "nonces", false, 0, KeyOrder::by_time},
    TableSpec{number_of(Table::balances_by_position), "balances_by_position", true, 0, KeyOrder::scattered},
};

// Besides the client that they belong to.
bool is_listed_for_operator(Table table) {
  return table == Table::clients || table == Table::agreement_changes || table == Table::incidents ||
         table == Table::policy_acceptances || table == Table::notices || table == Table::measures || table == Table::tickets ||
         table == Table::tier_reviews || table == Table::sublicences || table == Table::alerts;
}

std::optional<registry::SublicenceId> sublicence_of(const kernel::Object& object) {
  return std::visit(
      [](const auto& alternative) -> std::optional<registry::SublicenceId> {
        if constexpr (requires { alternative.sublicence; })
          return alternative.sublicence;
        else
          return std::nullopt;
      },
      object);
}

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

std::string nonce_key(const kernel::Nonce& nonce) {
  std::string key;
  append_u64(key, static_cast<std::uint64_t>(nonce.until.ns));
  return key += nonce.key.to_bytes();
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

// So the number of each object's table is its place in the list of objects.
template <std::size_t... Places>
consteval bool tables_are_in_place(std::index_sequence<Places...>) {
  return ((!kernel::is_shelved<std::variant_alternative_t<Places, kernel::ObjectVariant>> ||
           kernel::table_of<std::variant_alternative_t<Places, kernel::ObjectVariant>> == static_cast<Table>(Places)) &&
          ...);
}
static_assert(tables_are_in_place(std::make_index_sequence<std::variant_size_v<kernel::ObjectVariant>>{}));

// The last field: found by passing over those before it.
std::string_view object_bytes(const kernel::Event& event, std::string_view record) {
  const auto number = static_cast<std::uint32_t>(kernel::kObjectField + event.object.index() - 1);
  codec::WireReader in{record};
  std::uint32_t tag = 0;
  std::string_view bytes;
  while (in.take_tag(tag) && tag != codec::make_tag(number, codec::WireType::bytes)) MOHUR_ASSERT(in.skip(tag));
  MOHUR_ASSERT(in.take_bytes(bytes));
  return bytes;
}

void RowWriter::begin_frame(std::uint64_t first_position) { first_position_ = first_position; }

void RowWriter::add(const kernel::Event& event, std::string_view record, std::uint64_t position) {
  const Key128 key = kernel::key_of(event.object);
  const KeyBytes key_bytes = key.to_bytes();
  const Table table = table_of(event.object);
  if (event.object.index() != 0 && table != Table::ledger_accounts)  // an account's row carries balances: see finish_frame
    put(table, key_bytes, object_bytes(event, record));
  for (const policy::Usage& usage : event.usages) put(Table::usages, usage.owner.to_bytes(), encoded(usage, scratch_));
  for (const Key128 claim : event.claims) put(Table::claims, claim.to_bytes(), encoded(kernel::Claim{key}, scratch_));
  if (event.idempotency)
    put(Table::answers, event.idempotency->key.to_bytes(),
        encoded(kernel::Answer{position, event.idempotency->fingerprint}, scratch_));
  if (event.nonce) put(Table::nonces, nonce_key(*event.nonce), encoded(*event.nonce, scratch_));
  if (event.object.index() != 0 && sequence_of(event.object) == 1) {
    lists_[{event.client, event.mode, table}] += key_bytes;
    if (const auto sublicence = sublicence_of(event.object)) lists_[{listed_under(*sublicence), event.mode, table}] += key_bytes;
    if (is_listed_for_operator(table) && !event.client.is_zero()) lists_[{{}, Mode::live, table}] += key_bytes;
  }
  if (kernel::audience_of(event.type) == kernel::Audience::client_too)
    append_u32(lists_[{event.client, event.mode, {}}], static_cast<std::uint32_t>(position - first_position_));
}

void RowWriter::finish_frame(const kernel::State& state, store::Batch& out) {
  std::vector<ledger::AccountId> moved{accounts_.begin(), accounts_.end()};
  std::sort(moved.begin(), moved.end());
  for (const ledger::AccountId id : moved) {
    const std::string_view bytes = encoded(*state.ledger.find(id), scratch_);
    put(Table::ledger_accounts, id.value.to_bytes(), bytes);
    put(Table::balances_by_position, balance_key(id, state.position), bytes);
  }
  for (const auto& [list, entries] : lists_) {
    if (list.table == Table{})
      put(Table::events_by_client, event_list_key(list.client, list.mode, first_position_), entries);
    else
      put(Table::objects_by_client, list_key(list.client, list.mode, list.table, first_position_), entries);
  }
  accounts_.clear();
  lists_.clear();
  std::swap(out, rows_);
  rows_.clear();
}

void RowWriter::open_object_changed(Key128 key, const std::optional<kernel::OpenObject>& entry,
                                    std::span<const ledger::Pending> reserved) {
  if (!entry) return rows_.erase(number_of(Table::open_objects), key.to_bytes());
  open_row_.object = *entry;
  open_row_.reserved.assign(reserved.begin(), reserved.end());
  put(Table::open_objects, key.to_bytes(), encoded(open_row_, scratch_));
}

}  // namespace mohur::engine
