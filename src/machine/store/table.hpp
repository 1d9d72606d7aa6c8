// A table of the store: opaque keys and values under a permanent name, and how its keys arrive.
#pragma once

#include <cstdint>
#include <string_view>

namespace mohur::store {

// Names a table inside the running program; any value may be used, each once. It is not written to the disk.
using TableNumber = std::uint8_t;

// by_time   most new keys are greater than all before, such as time-ordered ids: their runs go to the bottom at once.
// scattered keys have no such order, such as composite keys: their runs are merged lazily, many at a time.
// hashed    scattered keys that are mostly looked up to learn that they are not there, such as idempotency keys: memory knows
//           which ones may be, see key_filter.hpp.
enum class KeyOrder : std::uint8_t { by_time, scattered, hashed };

struct TableSpec {
  TableNumber number = 0;
  std::string_view name;         // permanent; letters, digits and `_`; must outlive the store
  bool ordered = false;          // scans by key range are quick; otherwise they sort what is in memory first
  std::uint8_t bloom_bits = 10;  // of the filter that each run has, per key: 10 let 1 missing key in 100 through. 0, for none,
                                 // where missing keys are hardly asked for, or keys are hashed
  KeyOrder keys = KeyOrder::scattered;
};

// forward: ascending by bytes, as memcmp orders them.
enum class Direction : std::uint8_t { forward, backward };

}  // namespace mohur::store
