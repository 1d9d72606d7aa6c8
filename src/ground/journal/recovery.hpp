// Finds the end of a journal after whatever happened to the process before: a clean stop, a kill, a power loss.
//
// A write that was interrupted is cut off, and what remains is made durable before anybody may rely on it: the last write is
// written again, since its flush may have failed. Nothing else is ever changed: damage is named and refused.
// Errors   data_damaged, io_failed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "journal/files.hpp"
#include "journal/segment.hpp"

namespace mohur::journal {

// What was left of a write that nobody was told of.
struct Cut {
  std::string file;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;   // up to the last that was not zero
  JournalPosition position;  // that the frame's first record would have had

  bool operator==(const Cut&) const = default;
};

struct Recovered {
  Segment segment;         // the last one, to write on
  Cursor end;              // where its next frame goes
  std::optional<Cut> cut;  // what was cut off
};

// Nothing where the folder holds no segment: a new journal. Checks the succession of all segments and every frame of the last.
Result<std::optional<Recovered>> recover(FileLayer& files, const Place& place);

// The end of the last segment: the cursor behind its last good frame, and the remains of an interrupted write there, if any.
// `each` sees the header of every frame on the way. A frame that another process finishes meanwhile is seen as well.
struct End {
  Cursor cursor;
  std::optional<Cut> interrupted;
};
Result<End> walk_to_end(const Segment& segment, std::string& memory, const std::function<void(const FrameHeader&)>& each);

// For the last segment, at a cursor where no good frame is: nothing where only zeros follow, the remains of an interrupted
// write, or data_damaged. Changes nothing.
Result<std::optional<Cut>> look_behind_the_end(const Segment& segment, const Cursor& end, std::string& memory);

}  // namespace mohur::journal
