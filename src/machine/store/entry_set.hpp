// The entries of a table by their keys: a hash set whose places can be asked for ahead of time.
//
// Why      A look at memory that no cache has costs more than all else that storing an entry does. Whoever knows the next keys
//          asks for their places while it works on others, and the looks overlap. No set of a library lets one do so.
// Never    An entry is never taken out: an erased key stays as an entry that says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace mohur::store {

struct Entry {
  char* bytes = nullptr;  // the key, then the value
  std::uint32_t value_size = 0;
  std::uint32_t value_capacity = 0;
  std::uint16_t key_size = 0;
  bool erased = false;

  std::string_view key() const { return {bytes, key_size}; }
  std::string_view value() const { return {bytes + key_size, value_size}; }
};

class EntrySet {
 public:
  static std::uint64_t hash_of(std::string_view key);

  Entry* find(std::string_view key, std::uint64_t hash) const;
  // Answers the entry that has the key now, and whether that is the new one.
  std::pair<Entry*, bool> insert(Entry* entry, std::uint64_t hash);
  void reserve(std::size_t entries);
  std::size_t size() const { return size_; }

  // Asks for the place where the key is looked for; a while later, for the entry that stands there.
  void prefetch_place(std::uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[home_of(hash)]);
  }
  void prefetch_entry(std::uint64_t hash) const {
    if (slots_.empty()) return;
    const Slot& slot = slots_[home_of(hash)];
    if (slot.hash == hash) __builtin_prefetch(slot.entry);
  }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    Entry* entry = nullptr;  // free
  };
  std::size_t home_of(std::uint64_t hash) const { return static_cast<std::size_t>(hash >> shift_); }
  std::size_t next_of(std::size_t place) const { return (place + 1) & (slots_.size() - 1); }
  void grow(std::size_t slots);

  std::vector<Slot> slots_;  // a power of two of them, or none; at most three quarters are taken
  unsigned shift_ = 64;
  std::size_t size_ = 0;
};

}  // namespace mohur::store
