// Which journal is meant: its folder, and what every file in that folder must say about itself.
//
// Errors   field_malformed: a name that is not 1 to 32 of a-z, 0-9, '-' and '_'.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "journal/position.hpp"

namespace mohur::journal {

struct Place {
  std::string folder;  // holds this journal and nothing else
  std::string name;    // what kind of records, such as "events"
  std::uint16_t shard = 0;
};

Result<void> check_place(const Place& place);

// `<folder>/<first position, 20 digits>.seg`
std::string segment_path(const Place& place, JournalPosition first);

// The refusal of bytes that are not what was written: names the file, the offset in it and the position of the frame.
std::unexpected<Refusal> damaged(const std::string& file, std::uint64_t offset, JournalPosition position, std::string_view what);

}  // namespace mohur::journal
