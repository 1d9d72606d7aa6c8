// A segment: one file of the journal, full of zeros when it was made, filled with frames from the front.
//
// The grammar stands at the top of segment.cpp and in docs/formats/journal.md.
// Units    Offsets and sizes in bytes. Frames begin at first_frame_offset, so that the header's sector is written only once.
// Errors   data_damaged: something is not as it was written. io_failed: the disk does not answer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "journal/files.hpp"
#include "journal/frame.hpp"
#include "journal/frame_format.hpp"
#include "journal/place.hpp"

namespace mohur::journal {

inline constexpr std::uint64_t first_frame_offset = sector_size;

struct SegmentHeader {
  std::uint16_t shard = 0;
  std::uint64_t size = 0;          // of the whole file
  JournalPosition first;           // of its first record; also the file's name
  JournalPosition previous_first;  // the segment before; 0 where there is none
  crypto::Hash256 previous_hash;   // of the frame before
  std::string name;                // of the journal
};

std::string write_segment_header(const SegmentHeader& header);  // one sector
std::optional<SegmentHeader> read_segment_header(std::string_view sector);

// An open segment whose header was checked against its name, its length and the journal that it should belong to.
struct Segment {
  std::unique_ptr<File> file;
  std::string path;
  SegmentHeader header;
};

// not_found where there is no such file.
Result<Segment> open_segment(FileLayer& files, const Place& place, JournalPosition first, OpenMode mode);

// The first positions of all segments, in order, by the names of the files.
Result<std::vector<JournalPosition>> list_segments(FileLayer& files, const Place& place);

// data_damaged where the headers of the listed segments show that one is missing.
Result<void> check_succession(FileLayer& files, const Place& place, const std::vector<JournalPosition>& firsts);

// Where in a segment the next frame should be, and what it must say.
struct Cursor {
  std::uint64_t offset = first_frame_offset;
  Link expected;
};

Cursor start_of(const Segment& segment);

// What is at a cursor.
struct Found {
  enum class What : std::uint8_t { frame, nothing, bad } what = What::nothing;
  FrameHeader header;        // of a frame
  std::string_view payload;  // of a frame: its records, in the memory that the caller gave
  crypto::Hash256 hash;      // of a frame
  std::string_view problem;  // of what is bad

  FrameView view() const { return {header.first, header.count, payload, hash}; }
};

// Reads and checks the frame at the cursor into `memory`; moves the cursor behind it where it is good. `nothing` means that
// only zeros stand where a header would.
Result<Found> read_frame(const Segment& segment, Cursor& cursor, std::string& memory);

// To find one's way: the header alone, checked with its place in the chain; then the step over its frame, whose records
// stay unread.
Result<Found> read_header(const Segment& segment, const Cursor& cursor, std::string& memory);
Result<void> skip_frame(const Segment& segment, const FrameHeader& header, Cursor& cursor, std::string& memory);

// The offset behind the last byte that is not zero, searched from `offset` to the end; `offset` where all are zero.
Result<std::uint64_t> end_of_data(const Segment& segment, std::uint64_t offset, std::string& memory);

}  // namespace mohur::journal
