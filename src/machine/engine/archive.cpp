#include "engine/archive.hpp"

namespace mohur::engine {
namespace {

using kernel::Table;

void add(ledger::Account& account, const ledger::Movement& move) {
  if (move.debit == account.id) {
    account.debits_pending += move.pending_minor;
    account.debits_posted += move.posted_minor;
  }
  if (move.credit == account.id) {
    account.credits_pending += move.pending_minor;
    account.credits_posted += move.posted_minor;
  }
}

}  // namespace

Archive::Archive(const store::Store& store, journal::Place place, std::shared_ptr<const journal::Watermark> live)
    : store_(store), place_(std::move(place)), live_(std::move(live)), lookup_(place_, live_) {}

Result<std::uint64_t> Archive::position_before(Time at) const {
  std::uint64_t low = 0, high = position();
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2 + 1;
    MOHUR_TRY_SET(stored, event_at(middle));
    if (stored.event.at < at)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

Result<void> Archive::walk(Table table, std::string prefix, std::size_t entry_size, std::optional<Cursor> from,
                           const Visit& visit) const {
  std::string first = prefix;
  append_u64(first, 0);
  std::string last = prefix;
  append_u64(last, from ? from->frame + 1 : ~std::uint64_t{0});
  Result<void> outcome;
  MOHUR_TRY(
      store_.scan(number_of(table), first, last, store::Direction::backward, [&](std::string_view key, std::string_view value) {
        const std::uint64_t frame = read_big_endian(key.substr(prefix.size()));
        auto count = static_cast<std::uint32_t>(value.size() / entry_size);
        if (from && frame == from->frame) count = std::min(count, from->index);
        for (std::uint32_t index = count; index-- > 0;) {
          const Result<bool> go_on = visit({frame, index + 1}, value.substr(index * entry_size, entry_size));
          if (!go_on) outcome = std::unexpected(go_on.error());
          if (!go_on || !*go_on) return false;
        }
        return true;
      }));
  return outcome;
}

Result<void> Archive::walk_forward(Table table, const std::string& prefix, std::size_t entry_size, Cursor from,
                                   const Visit& visit) const {
  std::string first = prefix;
  append_u64(first, from.frame);
  std::string last = prefix;
  append_u64(last, ~std::uint64_t{0});
  Result<void> outcome;
  MOHUR_TRY(
      store_.scan(number_of(table), first, last, store::Direction::forward, [&](std::string_view key, std::string_view value) {
        const std::uint64_t frame = read_big_endian(key.substr(prefix.size()));
        const auto count = static_cast<std::uint32_t>(value.size() / entry_size);
        for (std::uint32_t index = frame == from.frame ? from.index : 0; index < count; ++index) {
          const Result<bool> go_on = visit({frame, index}, value.substr(index * entry_size, entry_size));
          if (!go_on) outcome = std::unexpected(go_on.error());
          if (!go_on || !*go_on) return false;
        }
        return true;
      }));
  return outcome;
}

Result<StoredEvent> Archive::event_at(std::uint64_t position) const {
  MOHUR_TRY_SET(record, lookup_.record({position}));
  StoredEvent stored{position, {}};
  if (!codec::decode(record, stored.event))
    return refuse(Outcome::data_damaged, {}, "The event at position " + std::to_string(position) + " cannot be read.");
  return stored;
}

Result<Page<StoredEvent>> Archive::events(kernel::ClientId client, Mode mode, std::optional<Cursor> from, std::size_t limit,
                                          const std::function<bool(const StoredEvent&)>& wanted) const {
  Page<StoredEvent> page;
  std::string prefix = event_list_key(client, mode, 0);
  prefix.resize(prefix.size() - 8);
  MOHUR_TRY(walk(Table::events_by_client, prefix, 4, from, [&](Cursor here, std::string_view entry) -> Result<bool> {
    MOHUR_TRY_SET(stored, event_at(here.frame + read_big_endian(entry)));
    return page.take(here, limit, wanted, std::move(stored));
  }));
  return page;
}

// The frame that holds the position, or else the client's last one before it, is where looking begins.
Result<Page<StoredEvent>> Archive::events_after(kernel::ClientId client, Mode mode, std::uint64_t position,
                                                std::optional<Cursor> from, std::size_t limit,
                                                const std::function<bool(const StoredEvent&)>& wanted) const {
  Page<StoredEvent> page;
  std::string prefix = event_list_key(client, mode, 0);
  prefix.resize(prefix.size() - 8);
  position = std::min(position, store_.position());
  Cursor begin;
  std::string end = prefix;
  append_u64(end, position + 1);
  MOHUR_TRY(store_.scan(number_of(Table::events_by_client), event_list_key(client, mode, 0), end, store::Direction::backward,
                        [&](std::string_view key, std::string_view) {
                          begin.frame = read_big_endian(key.substr(prefix.size()));
                          return false;
                        }));
  if (from && from->frame >= begin.frame) begin = *from;
  MOHUR_TRY(walk_forward(Table::events_by_client, prefix, 4, begin, [&](Cursor here, std::string_view entry) -> Result<bool> {
    const std::uint64_t at = here.frame + read_big_endian(entry);
    if (at <= position) return true;
    MOHUR_TRY_SET(stored, event_at(at));
    return page.take(here, limit, wanted, std::move(stored));
  }));
  return page;
}

// Rows hold the account after each frame that moved it. The last row before the position is taken, and then what the frame
// that holds the position did up to there.
Result<std::optional<ledger::Account>> Archive::account_as_of(ledger::AccountId id, std::uint64_t position) const {
  if (position > store_.position()) return refuse(Outcome::position_unknown, "as_of");
  std::optional<ledger::Account> account;
  std::uint64_t row_position = 0;
  bool damaged = false;
  MOHUR_TRY(store_.scan(number_of(Table::balances_by_position), balance_key(id, 0), balance_key(id, position + 1),
                        store::Direction::backward, [&](std::string_view key, std::string_view value) {
                          row_position = read_big_endian(key.substr(16));
                          damaged = !codec::decode(value, account.emplace());
                          return false;
                        }));
  if (damaged) return refuse(Outcome::data_damaged, {}, "A stored balance cannot be read.");
  if (position == 0 || row_position == position) return account;
  MOHUR_TRY_SET(reader, journal::Reader::open(place_, {position}, live_));
  MOHUR_TRY_SET(frame, reader.next());
  for (std::uint64_t at = frame ? frame->first().value : position + 1; at <= position; ++at) {
    MOHUR_TRY_SET(stored, event_at(at));
    if (const auto* opened = std::get_if<ledger::Account>(&stored.event.object); opened != nullptr && opened->id == id)
      account = *opened;
    for (const ledger::Transfer& transfer : stored.event.transfers) {
      MOHUR_TRY_SET(move, movement_of(transfer));
      if (account) add(*account, move);
    }
  }
  return account;
}

// A resolved pending transfer is found in the journal, where its id says that it lies.
Result<ledger::Movement> Archive::movement_of(const ledger::Transfer& transfer) const {
  if (!transfer.pending) return ledger::movement_of(transfer, nullptr);
  MOHUR_TRY_SET(origin, event_at(kernel::position_of(transfer.pending->value)));
  const ledger::Transfer& reserved = origin.event.transfers.at(kernel::transfer_index(*transfer.pending));
  const ledger::Pending pending{*transfer.pending, reserved.debit, reserved.credit, reserved.amount, reserved.expires_at};
  return ledger::movement_of(transfer, &pending);
}

Result<std::vector<ledger::Account>> Archive::accounts(kernel::ClientId owner, Mode mode) const {
  MOHUR_TRY_SET(page, list<ledger::Account>(owner, mode, std::nullopt, 1'000));
  return std::move(page.items);
}

Result<void> Archive::scan(Table table, const std::function<bool(std::string_view key, std::string_view value)>& visit,
                           std::string_view first) const {
  return store_.scan(number_of(table), first, {}, store::Direction::forward, visit);
}

}  // namespace mohur::engine
