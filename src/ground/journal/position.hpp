// Where a record stands in its journal: the first record has position 1, the next 2, without gaps.
//
// Range    1 to 2^64 - 1; 0 stands before the first record, as the end of an empty journal.
#pragma once

#include <compare>
#include <cstdint>

namespace mohur::journal {

struct JournalPosition {
  std::uint64_t value = 0;

  constexpr auto operator<=>(const JournalPosition&) const = default;
  constexpr JournalPosition& operator++() {
    ++value;
    return *this;
  }
  constexpr JournalPosition operator+(std::uint64_t records) const { return {value + records}; }
  constexpr JournalPosition next() const { return {value + 1}; }
};

}  // namespace mohur::journal
