#include "store/entry_set.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>

#include "base/ids.hpp"

namespace mohur::store {
namespace {

constexpr std::size_t fewest_slots = 16;

constexpr std::size_t slots_for(std::size_t entries) { return std::bit_ceil(std::max(fewest_slots, entries + entries / 3 + 1)); }

}  // namespace

// The places are chosen by the upper bits: of these, all bits of the key are a part.
std::uint64_t EntrySet::hash_of(std::string_view key) {
  if (key.size() != sizeof(Key128)) return std::hash<std::string_view>{}(key);
  Key128 halves;
  std::memcpy(&halves, key.data(), sizeof halves);
  return hash_value(halves);
}

Entry* EntrySet::find(std::string_view key, std::uint64_t hash) const {
  if (slots_.empty()) return nullptr;
  for (std::size_t place = home_of(hash); slots_[place].entry != nullptr; place = next_of(place))
    if (slots_[place].hash == hash && slots_[place].entry->key() == key) return slots_[place].entry;
  return nullptr;
}

std::pair<Entry*, bool> EntrySet::insert(Entry* entry, std::uint64_t hash) {
  if (slots_for(size_ + 1) > slots_.size()) grow(slots_for(size_ + 1));
  std::size_t place = home_of(hash);
  for (; slots_[place].entry != nullptr; place = next_of(place))
    if (slots_[place].hash == hash && slots_[place].entry->key() == entry->key()) return {slots_[place].entry, false};
  slots_[place] = {hash, entry};
  size_ += 1;
  return {entry, true};
}

void EntrySet::reserve(std::size_t entries) {
  if (entries > 0 && slots_for(entries) > slots_.size()) grow(slots_for(entries));
}

void EntrySet::grow(std::size_t slots) {
  const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots));
  shift_ = 64 - static_cast<unsigned>(std::countr_zero(slots));
  for (const Slot& slot : old) {
    if (slot.entry == nullptr) continue;
    std::size_t place = home_of(slot.hash);
    while (slots_[place].entry != nullptr) place = next_of(place);
    slots_[place] = slot;
  }
}

}  // namespace mohur::store
