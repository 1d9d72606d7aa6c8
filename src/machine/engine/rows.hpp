// The tables of the durable state and their keys: what a frame of events becomes on disk.
//
// Objects are stored under their 16-byte id as the bytes that the journal has. Lists are kept per client and frame, so that
// a busy frame costs one row and not one per event.
//
//   claims                claim 16                                                   ->  kernel::Claim
//   answers               idempotency key 16                                         ->  kernel::Answer
//   open_objects          id of the object 16                                        ->  OpenRow
//   objects_by_client     client 16, mode 1, table 1, first position of the frame 8  ->  ids of objects created, 16 each;
//                         those of a sublicence are listed under it as well
//   events_by_client      client 16, mode 1, first position of the frame 8           ->  positions less the first, 4 each
//   balances_by_position  account 16, last position of the frame 8                   ->  ledger::Account
//   nonces                end 8, nonce 16                                            ->  kernel::Nonce; none that is over
//
// All numbers are big-endian, so that byte order is order of time.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <span>

#include "codec/binary.hpp"
#include "kernel/apply.hpp"
#include "store/batch.hpp"
#include "store/table.hpp"

namespace mohur::engine {

// An open object and the pending transfers that are its own.
struct OpenRow {
  kernel::OpenObject object;
  std::vector<ledger::Pending> reserved;
  MOHUR_DESCRIBE(OpenRow, (1, object), (2, reserved))
};

std::span<const store::TableSpec> table_specs();
constexpr store::TableNumber number_of(kernel::Table table) { return static_cast<store::TableNumber>(table); }

// Where lists name a client, what belongs to a sublicence is found under this.
inline kernel::ClientId listed_under(registry::SublicenceId sublicence) { return {sublicence.value}; }

std::string list_key(kernel::ClientId client, Mode mode, kernel::Table table, std::uint64_t first_position);
std::string event_list_key(kernel::ClientId client, Mode mode, std::uint64_t first_position);
std::string balance_key(ledger::AccountId account, std::uint64_t position);
std::string nonce_key(const kernel::Nonce& nonce);
void append_u32(std::string& out, std::uint32_t value);
void append_u64(std::string& out, std::uint64_t value);
std::uint64_t read_big_endian(std::string_view bytes);

// The how-manieth event of its object an event is; the first, 1, creates it.
std::uint32_t sequence_of(const kernel::Object& object);

// Which table an object belongs to.
kernel::Table table_of(const kernel::Object& object);

// Where the object's bytes lie in an event's.
std::string_view object_bytes(const kernel::Event& event, std::string_view record);

// Collects the rows of one frame while its events are applied. Live and replayed events go through the same code.
class RowWriter {
 public:
  void begin_frame(std::uint64_t first_position);
  // After the event, whose bytes are `record`, was applied to the state.
  void add(const kernel::Event& event, std::string_view record, std::uint64_t position);
  // All rows of the frame that ends with this state; begins anew.
  void finish_frame(const kernel::State& state, store::Batch& out);

  void account_moved(const ledger::Account& account) { accounts_.insert(account.id); }
  void open_object_changed(Key128 key, const std::optional<kernel::OpenObject>& entry, std::span<const ledger::Pending> reserved);
  void nonce_let_go(const kernel::Nonce& nonce) { rows_.erase(number_of(kernel::Table::nonces), nonce_key(nonce)); }

 private:
  // A client's list in a table; no table for that of its events.
  struct List {
    kernel::ClientId client;
    Mode mode;
    kernel::Table table;
    auto operator<=>(const List&) const = default;
    friend std::size_t hash_value(const List& list) {
      return mohur::hash_value(list.client) + static_cast<std::size_t>(list.mode) * 64 + static_cast<std::size_t>(list.table);
    }
  };

  void put(kernel::Table table, std::string_view key, std::string_view value) { rows_.put(number_of(table), key, value); }

  store::Batch rows_;
  std::uint64_t first_position_ = 0;
  boost::unordered_flat_set<ledger::AccountId> accounts_;  // that moved
  boost::unordered_flat_map<List, std::string> lists_;     // what they grow by
  std::string scratch_;
  OpenRow open_row_;
};

}  // namespace mohur::engine
