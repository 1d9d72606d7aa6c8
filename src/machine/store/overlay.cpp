#include "store/overlay.hpp"

#include <algorithm>
#include <array>
#include <boost/sort/pdqsort/pdqsort.hpp>
#include <cstring>
#include <new>
#include <utility>

#include "base/assert.hpp"

namespace mohur::store {
namespace {

// What a slot of the hash set, at the load that it reaches on average, and the place in `arrived_` cost.
constexpr std::size_t slot_bytes = 30 + sizeof(Entry*);

// A change is begun so many before it is made, so that what memory it needs has come by then.
constexpr std::size_t ahead = 16;

// The first eight bytes as a number that orders as they do: most comparisons of a sort need no more.
std::uint64_t prefix_of(std::string_view key) {
  std::uint64_t prefix = 0;
  std::memcpy(&prefix, key.data(), std::min(key.size(), sizeof prefix));
  return __builtin_bswap64(prefix);
}

struct Prefixed {
  std::uint64_t prefix;
  const Entry* entry;
};

// Sorts by the prefixes alone, which is quick, and then puts right those that are equal.
void sort_by_key(std::vector<Prefixed>& items) {
  const auto by_prefix = [](const Prefixed& a, const Prefixed& b) { return a.prefix < b.prefix; };
  const auto by_key = [](const Prefixed& a, const Prefixed& b) { return a.entry->key() < b.entry->key(); };
  boost::sort::pdqsort_branchless(items.begin(), items.end(), by_prefix);
  for (auto at = items.begin(); at != items.end();) {
    const auto end = std::find_if(at + 1, items.end(), [&](const Prefixed& other) { return other.prefix != at->prefix; });
    if (end - at > 1) std::sort(at, end, by_key);
    at = end;
  }
}

}  // namespace

// The new entry is written first and offered to the set, so that a key that is new is hashed and looked for once.
void OverlayTable::apply(const Batch::Change& change, std::uint64_t hash, Arena& arena) {
  const std::size_t head = ordered_ ? sizeof(OrderedEntry) : sizeof(Entry);
  const std::size_t size = head + change.key.size() + change.value.size();
  char* const place = arena.allocate(size);
  Entry* const entry = ordered_ ? new (place) OrderedEntry : new (place) Entry;
  entry->bytes = place + head;
  entry->key_size = static_cast<std::uint16_t>(change.key.size());
  entry->value_size = entry->value_capacity = static_cast<std::uint32_t>(change.value.size());
  entry->erased = change.erased;
  std::memcpy(entry->bytes, change.key.data(), change.key.size());
  if (!change.value.empty()) std::memcpy(entry->bytes + change.key.size(), change.value.data(), change.value.size());

  const auto [found, is_new] = entries_.insert(entry, hash);
  if (is_new) {
    arrived_.push_back(entry);
    if (ordered_) tree_.insert(tree_.end(), static_cast<OrderedEntry&>(*entry));
    return;
  }
  Entry& old = *found;
  old.erased = change.erased;
  old.value_size = entry->value_size;
  if (change.value.size() <= old.value_capacity) {
    if (!change.value.empty()) std::memcpy(old.bytes + old.key_size, change.value.data(), change.value.size());
    arena.forget(size);
  } else {
    old.bytes = entry->bytes;
    old.value_capacity = entry->value_capacity;
  }
}

void OverlayTable::reserve(std::size_t entries) {
  entries_.reserve(entries);
  arrived_.reserve(entries);
}

const Entry* OverlayTable::find(std::string_view key) const { return entries_.find(key, EntrySet::hash_of(key)); }

std::vector<const Entry*> OverlayTable::sorted(std::string_view from, std::string_view to) const {
  std::vector<const Entry*> result;
  if (ordered_) {
    for (auto at = tree_.lower_bound(from); at != tree_.end() && (to.empty() || at->key() < to); ++at) result.push_back(&*at);
    return result;
  }
  std::vector<Prefixed> found;
  found.reserve(arrived_.size());
  for (const Entry* entry : arrived_)
    if (entry->key() >= from && (to.empty() || entry->key() < to)) found.push_back({prefix_of(entry->key()), entry});
  sort_by_key(found);
  result.reserve(found.size());
  for (const Prefixed& item : found) result.push_back(item.entry);
  return result;
}

Overlay::Overlay(std::span<const TableSpec> tables, std::shared_ptr<ChunkPool> pool, const Overlay* like)
    : arena_(std::move(pool)) {
  for (const TableSpec& spec : tables) {
    if (tables_.size() <= spec.number) tables_.resize(std::size_t{spec.number} + 1);
    tables_[spec.number] = std::make_unique<OverlayTable>(spec.ordered);
    if (like) tables_[spec.number]->reserve(like->table(spec.number).size());
  }
}

void Overlay::apply(const Batch& batch) {
  struct Begun {
    Batch::Change change;
    OverlayTable* table;
    std::uint64_t hash;
  };
  std::array<Begun, ahead> ring;
  std::size_t begun = 0;
  const auto finish = [&](const Begun& it) { it.table->apply(it.change, it.hash, arena_); };
  batch.for_each([&](const Batch::Change& change) {
    Begun& it = ring[begun % ahead];
    if (begun >= ahead) finish(it);
    it = {change, &writable(change.table), EntrySet::hash_of(change.key)};
    it.table->entries().prefetch_place(it.hash);
    const Begun& half_way = ring[(begun + ahead / 2) % ahead];
    if (begun >= ahead / 2) half_way.table->entries().prefetch_entry(half_way.hash);
    ++begun;
  });
  for (std::size_t i = begun - std::min(begun, ahead); i < begun; ++i) finish(ring[i % ahead]);
}

OverlayTable& Overlay::writable(TableNumber number) {
  MOHUR_ASSERT(number < tables_.size() && tables_[number]);
  return *tables_[number];
}

const OverlayTable& Overlay::table(TableNumber number) const {
  MOHUR_ASSERT(number < tables_.size() && tables_[number]);
  return *tables_[number];
}

std::size_t Overlay::entries() const {
  std::size_t sum = 0;
  for (const auto& table : tables_)
    if (table) sum += table->size();
  return sum;
}

std::size_t Overlay::bytes() const { return arena_.bytes() + entries() * slot_bytes; }

}  // namespace mohur::store
