// The changes that one durable frame of the journal makes to the tables, in order, in one growing buffer.
//
// Limits   Keys of 1 to 65,535 bytes, values below 4 GiB.
// Cost     No allocation per change; clear() keeps the buffer, so that one Batch serves frame after frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "store/table.hpp"

namespace mohur::store {

class Batch {
 public:
  struct Change {
    TableNumber table;
    bool erased;  // then `value` is empty
    std::string_view key;
    std::string_view value;
  };

  void put(TableNumber table, std::string_view key, std::string_view value) { append(table, false, key, value); }
  void erase(TableNumber table, std::string_view key) { append(table, true, key, {}); }
  void clear() { buffer_.clear(); }
  bool empty() const { return buffer_.empty(); }
  std::size_t bytes() const { return buffer_.size(); }

  // Calls `f(change)` for each change, in the order in which they were made.
  template <class F>
  void for_each(F&& f) const;

 private:
  struct Head {
    std::uint32_t value_size;
    std::uint16_t key_size;
    TableNumber table;
    std::uint8_t erased;
  };

  void append(TableNumber table, bool erased, std::string_view key, std::string_view value);

  std::string buffer_;  // Head, key, value; Head, key, value; ...
};

template <class F>
void Batch::for_each(F&& f) const {
  for (const char *at = buffer_.data(), *const end = at + buffer_.size(); at != end;) {
    Head head;
    std::memcpy(&head, at, sizeof head);
    const std::string_view key{at + sizeof head, head.key_size};
    const std::string_view value{key.data() + key.size(), head.value_size};
    f(Change{head.table, head.erased != 0, key, value});
    at = value.data() + value.size();
  }
}

}  // namespace mohur::store
