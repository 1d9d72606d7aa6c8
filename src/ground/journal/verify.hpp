// Walks a whole journal from its first byte to its last, and checks everything that can be checked.
//
// Errors   data_damaged: names file, offset and position of the first thing that is not as it was written. io_failed.
// Blind    Whole frames or segments missing at the end cannot be seen from the files alone: compare `last` with a position and
//          hash that were noted elsewhere.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.hpp"
#include "journal/files.hpp"
#include "journal/place.hpp"
#include "journal/recovery.hpp"
#include "journal/watermark.hpp"

namespace mohur::journal {

struct Verified {
  std::uint64_t segments = 0;
  std::uint64_t frames = 0;
  std::uint64_t records = 0;
  Head last;
  std::optional<Cut> interrupted;  // the remains of a write that the next opening will cut off
};

// Reads only; the journal may be open elsewhere.
Result<Verified> verify(const Place& place, FileLayer& files = posix_files());

}  // namespace mohur::journal
