// The archive: typed read access to everything that is durable. Any thread may ask; nobody waits for the writer.
//
// Lists     newest first, events also oldest first, a page at a time. A cursor says where the next page begins; it stays valid
//           for ever, for its order. However few
//           objects a filter accepts, a page looks at a bounded number: it may hold fewer than asked for, and go on.
// Errors    data_damaged, io_failed; position_unknown for a position that the journal does not have.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "codec/binary.hpp"
#include "engine/rows.hpp"
#include "journal/lookup.hpp"
#include "journal/reader.hpp"
#include "kernel/state.hpp"
#include "store/store.hpp"

namespace mohur::engine {

struct StoredEvent {
  std::uint64_t position = 0;
  kernel::Event event;
  kernel::EventId id() const { return kernel::event_id(event.at, position); }
};

// So many objects or events are looked at for one page.
inline constexpr std::size_t kMostLookedAt = 1'000;

// Where a page begins. Nothing: at the newest, or the oldest.
struct Cursor {
  std::uint64_t frame = 0;  // first position of a frame
  std::uint32_t index = 0;  // in that frame's list; entries below it are on the page, or from it on where the oldest comes first
};

template <class T>
struct Page {
  std::vector<T> items;
  std::optional<Cursor> next;  // nothing when the list ends here
  std::size_t looked_at = 0;

  // Adds an item that is wanted while there is room, and answers whether to go on; `here` is a page that begins with it.
  bool take(Cursor here, std::size_t limit, const std::function<bool(const T&)>& wanted, T&& item) {
    const bool is_wanted = !wanted || wanted(item);
    if ((is_wanted && items.size() == limit) || looked_at == std::max(kMostLookedAt, limit)) {
      next = here;
      return false;
    }
    looked_at += 1;
    if (is_wanted) items.push_back(std::move(item));
    return true;
  }
};

class Archive {
 public:
  Archive(const store::Store& store, journal::Place place, std::shared_ptr<const journal::Watermark> live);

  template <class T>
  Result<std::optional<T>> get(Key128 key) const {
    T value;
    std::string bytes;
    MOHUR_TRY_SET(found, store_.get(number_of(table_of_type<T>()), key.to_bytes(), bytes));
    if (!found) return std::nullopt;
    if (!codec::decode(bytes, value)) return refuse(Outcome::data_damaged, {}, "A stored object cannot be read.");
    return value;
  }

  // Objects of a client, newest first, that `wanted` accepts; an absent `wanted` accepts all. 1 ≤ limit.
  template <class T>
  Result<Page<T>> list(kernel::ClientId client, Mode mode, std::optional<Cursor> from, std::size_t limit,
                       const std::function<bool(const T&)>& wanted = {}) const;

  // Events of a client, newest first.
  Result<Page<StoredEvent>> events(kernel::ClientId client, Mode mode, std::optional<Cursor> from, std::size_t limit,
                                   const std::function<bool(const StoredEvent&)>& wanted = {}) const;
  // Events of a client behind a position, oldest first.
  Result<Page<StoredEvent>> events_after(kernel::ClientId client, Mode mode, std::uint64_t position, std::optional<Cursor> from,
                                         std::size_t limit, const std::function<bool(const StoredEvent&)>& wanted = {}) const;
  Result<StoredEvent> event_at(std::uint64_t position) const;

  // The account as it stood when this position was the last.
  Result<std::optional<ledger::Account>> account_as_of(ledger::AccountId id, std::uint64_t position) const;

  // All accounts of an owner in a mode: the operator's with a zero owner.
  Result<std::vector<ledger::Account>> accounts(kernel::ClientId owner, Mode mode) const;

  // What a journaled transfer did to its two accounts.
  Result<ledger::Movement> movement_of(const ledger::Transfer& transfer) const;

  std::uint64_t position() const { return store_.position(); }
  // Behind this position all events are of `at` or later.
  Result<std::uint64_t> position_before(Time at) const;
  // All rows from the key `first` on.
  Result<void> scan(kernel::Table table, const std::function<bool(std::string_view key, std::string_view value)>& visit,
                    std::string_view first = {}) const;

 private:
  template <class T>
  static constexpr kernel::Table table_of_type() {
    if constexpr (std::is_same_v<T, ledger::Account>)
      return kernel::Table::ledger_accounts;
    else
      return kernel::table_of<T>;
  }

  // Walks lists backward: calls `visit(page that begins here, entry)` for each entry until it answers false.
  using Visit = std::function<Result<bool>(Cursor here, std::string_view entry)>;
  Result<void> walk(kernel::Table table, std::string prefix, std::size_t entry_size, std::optional<Cursor> from,
                    const Visit& visit) const;
  Result<void> walk_forward(kernel::Table table, const std::string& prefix, std::size_t entry_size, Cursor from,
                            const Visit& visit) const;

  const store::Store& store_;
  const journal::Place place_;
  const std::shared_ptr<const journal::Watermark> live_;
  mutable journal::Lookup lookup_;
};

template <class T>
Result<Page<T>> Archive::list(kernel::ClientId client, Mode mode, std::optional<Cursor> from, std::size_t limit,
                              const std::function<bool(const T&)>& wanted) const {
  Page<T> page;
  std::string prefix = list_key(client, mode, table_of_type<T>(), 0);
  prefix.resize(prefix.size() - 8);
  MOHUR_TRY(walk(kernel::Table::objects_by_client, prefix, 16, from, [&](Cursor here, std::string_view entry) -> Result<bool> {
    MOHUR_TRY_SET(object, get<T>(*Key128::from_bytes(entry)));
    if (!object) return true;
    return page.take(here, limit, wanted, std::move(*object));
  }));
  return page;
}

}  // namespace mohur::engine
