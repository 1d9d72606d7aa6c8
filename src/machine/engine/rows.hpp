// The tables of the durable state and their keys: what a frame of events becomes on disk.
//
// Objects are stored under their 16-byte id as the bytes that the journal has. Lists are kept per client and frame, so that
// a busy frame costs one row and not one per event.
//
//   objects_by_client     client 16, mode 1, table 1, first position of the frame 8  ->  ids of objects created, 16 each
//   events_by_client      client 16, mode 1, first position of the frame 8           ->  positions less the first, 4 each
//   balances_by_position  account 16, last position of the frame 8                   ->  ledger::Account
//
// All numbers are big-endian, so that byte order is order of time.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <span>

#include "kernel/apply.hpp"
#include "store/batch.hpp"
#include "store/table.hpp"

namespace mohur::engine {

std::span<const store::TableSpec> table_specs();
constexpr store::TableNumber number_of(kernel::Table table) { return static_cast<store::TableNumber>(table); }

std::string list_key(kernel::ClientId client, Mode mode, kernel::Table table, std::uint64_t first_position);
std::string event_list_key(kernel::ClientId client, Mode mode, std::uint64_t first_position);
std::string balance_key(ledger::AccountId account, std::uint64_t position);
void append_u32(std::string& out, std::uint32_t value);
void append_u64(std::string& out, std::uint64_t value);
std::uint64_t read_big_endian(std::string_view bytes);

// The how-manieth event of its object an event is; the first, 1, creates it.
std::uint32_t sequence_of(const kernel::Object& object);

// Which table an object belongs to.
kernel::Table table_of(const kernel::Object& object);

// Collects the rows of one frame while its events are applied. Live and replayed events go through the same code.
class RowWriter final : public kernel::Observer {
 public:
  void begin_frame(std::uint64_t first_position);
  // After the event was applied to the state.
  void add(const kernel::Event& event, std::uint64_t position);
  // All rows of the frame; begins anew.
  void finish_frame(std::uint64_t last_position, store::Batch& out);

  void account_moved(const ledger::Account& before, const ledger::Account& after) override;
  void pending_opened(const ledger::Pending& pending) override;
  void pending_closed(ledger::TransferId id) override;
  void open_object_changed(Key128 key, const std::optional<kernel::OpenObject>& entry) override;

 private:
  void put(kernel::Table table, std::string_view key, std::string_view value) { rows_.put(number_of(table), key, value); }

  store::Batch rows_;
  std::uint64_t first_position_ = 0;
  boost::unordered_flat_map<ledger::AccountId, ledger::Account> accounts_;
  std::map<std::string, std::string> lists_;        // key to ids
  std::map<std::string, std::string> event_lists_;  // key to positions
  std::string scratch_;
};

}  // namespace mohur::engine
