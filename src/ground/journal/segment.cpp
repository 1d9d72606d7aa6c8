// segment = header *frame *%x00                     ; as long as the header says; frames as in frame_format.cpp
// header  = "MJS1" version:u16 shard:u16 flags:u32 segment-size:u64 first-position:u64 previous-first:u64
//           previous-hash:32 name:32 crc:u32 *%x00  ; 104 bytes, then zeros up to 512
//
// version         1; flags 0
// first-position  of the first record; also, as 20 digits, the file's name
// previous-first  first-position of the segment before; 0 in the first segment
// previous-hash   the chain-hash of the last frame before; in the first segment, the genesis hash
// name            of the journal, filled up with zeros
// crc             CRC-32C of the 100 bytes before it
#include "journal/segment.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "journal/little_endian.hpp"

namespace mohur::journal {
namespace {

constexpr std::string_view magic = "MJS1";
constexpr std::size_t name_size = 32;
constexpr std::size_t crc_at = 100;
constexpr std::size_t header_size = 104;
constexpr std::string_view suffix = ".seg";
constexpr std::size_t digits = 20;

std::optional<JournalPosition> position_in_name(std::string_view file) {
  if (file.size() != digits + suffix.size()) return std::nullopt;
  JournalPosition position;
  for (const char c : file.substr(0, digits)) {
    std::uint64_t grown = 0;
    if (c < '0' || c > '9' || __builtin_mul_overflow(position.value, 10u, &grown) ||
        __builtin_add_overflow(grown, static_cast<std::uint64_t>(c - '0'), &position.value))
      return std::nullopt;
  }
  return position;
}

std::string_view mismatch(const SegmentHeader& header, const Place& place, JournalPosition first, std::uint64_t size) {
  if (header.name != place.name || header.shard != place.shard) return "the segment belongs to another journal or shard";
  if (header.first != first) return "the segment's first position is not the one in its name";
  if (first.value == 1 && (header.previous_first.value != 0 || header.previous_hash != genesis_hash(place.name, place.shard)))
    return "the first segment does not begin with the genesis hash";
  if (header.size != size) return "the file is not as long as its header says";
  return {};
}

bool all_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == bytes.npos; }

}  // namespace

Result<void> check_place(const Place& place) {
  const bool fits = !place.name.empty() && place.name.size() <= name_size &&
                    place.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == place.name.npos;
  if (!fits) return refuse(Outcome::field_malformed, "name", "A journal's name is 1 to 32 of a-z, 0-9, '-' and '_'.");
  return {};
}

std::string segment_path(const Place& place, JournalPosition first) {
  std::string number = std::to_string(first.value);
  number.insert(0, digits - number.size(), '0');
  return place.folder + '/' + number + std::string{suffix};
}

std::unexpected<Refusal> damaged(const std::string& file, std::uint64_t offset, JournalPosition position, std::string_view what) {
  return refuse(Outcome::data_damaged, {},
                file + ", offset " + std::to_string(offset) + ", position " + std::to_string(position.value) + ": " +
                    std::string{what} + ". Nothing was changed; restore the file or ask for help.");
}

std::string write_segment_header(const SegmentHeader& header) {
  std::string sector(first_frame_offset, '\0');
  char* const at = sector.data();
  std::ranges::copy(magic, at);
  put(at + 4, format_version);
  put(at + 6, header.shard);
  put(at + 12, header.size);
  put(at + 20, header.first.value);
  put(at + 28, header.previous_first.value);
  std::ranges::copy(header.previous_hash.view(), at + 36);
  std::ranges::copy(header.name, at + 68);
  put(at + crc_at, crc32c({at, crc_at}));
  return sector;
}

std::optional<SegmentHeader> read_segment_header(std::string_view sector) {
  if (sector.size() < first_frame_offset || !sector.starts_with(magic)) return std::nullopt;
  if (get<std::uint32_t>(sector, crc_at) != crc32c(sector.substr(0, crc_at))) return std::nullopt;
  if (get<std::uint16_t>(sector, 4) != format_version || get<std::uint32_t>(sector, 8) != 0) return std::nullopt;
  if (!all_zero(sector.substr(header_size, first_frame_offset - header_size))) return std::nullopt;
  const std::string_view name = sector.substr(68, name_size);
  return SegmentHeader{.shard = get<std::uint16_t>(sector, 6),
                       .size = get<std::uint64_t>(sector, 12),
                       .first = {get<std::uint64_t>(sector, 20)},
                       .previous_first = {get<std::uint64_t>(sector, 28)},
                       .previous_hash = *crypto::Hash256::from_bytes(sector.substr(36, 32)),
                       .name = std::string{name.substr(0, name.find('\0'))}};
}

Result<Segment> open_segment(FileLayer& files, const Place& place, JournalPosition first, OpenMode mode) {
  Segment segment{nullptr, segment_path(place, first), {}};
  MOHUR_TRY_SET(file, files.open(segment.path, mode));
  std::string sector;
  MOHUR_TRY(read_into(*file, sector, 0, first_frame_offset));
  MOHUR_TRY_SET(size, file->size());
  auto header = read_segment_header(sector);
  if (!header) return damaged(segment.path, 0, first, "the segment's header is not one of this format, or its checksum is wrong");
  if (const auto problem = mismatch(*header, place, first, size); !problem.empty())
    return damaged(segment.path, 0, first, problem);
  segment.file = std::move(file);
  segment.header = *std::move(header);
  return segment;
}

Result<std::vector<JournalPosition>> list_segments(FileLayer& files, const Place& place) {
  MOHUR_TRY_SET(names, files.list(place.folder));
  std::vector<JournalPosition> firsts;
  for (const std::string& name : names) {
    if (!name.ends_with(suffix)) continue;
    const auto first = position_in_name(name);
    if (!first) return damaged(place.folder + '/' + name, 0, {}, "this is not how a segment's file is called");
    firsts.push_back(*first);
  }
  std::ranges::sort(firsts);
  return firsts;
}

Result<void> check_succession(FileLayer& files, const Place& place, const std::vector<JournalPosition>& firsts) {
  JournalPosition before;
  for (const JournalPosition first : firsts) {
    MOHUR_TRY_SET(segment, open_segment(files, place, first, OpenMode::read));
    if (segment.header.previous_first != before || (before.value == 0 && first.value != 1))
      return damaged(segment.path, 0, first, "the segment before this one is missing");
    before = first;
  }
  return {};
}

Cursor start_of(const Segment& segment) {
  return {first_frame_offset, {segment.header.shard, segment.header.first, segment.header.previous_hash}};
}

Result<Found> read_header(const Segment& segment, const Cursor& cursor, std::string& memory) {
  const std::uint64_t room = segment.header.size - cursor.offset;
  MOHUR_TRY(read_into(*segment.file, memory, cursor.offset, std::min<std::uint64_t>(frame_header_size, room)));
  if (all_zero(memory)) return Found{};
  const auto header = memory.size() < frame_header_size ? std::nullopt : read_frame_header(memory);
  if (!header) return Found{.what = Found::What::bad, .problem = "the frame's header is not one, or its checksum is wrong"};
  std::string_view problem = mismatch(*header, cursor.expected);
  if (problem.empty() && header->frame_size() > room) problem = "the frame does not fit into its segment";
  return Found{.what = problem.empty() ? Found::What::frame : Found::What::bad, .header = *header, .problem = problem};
}

Result<Found> read_frame(const Segment& segment, Cursor& cursor, std::string& memory) {
  MOHUR_TRY_SET(found, read_header(segment, cursor, memory));
  if (found.what != Found::What::frame) return found;
  const FrameHeader& header = found.header;
  MOHUR_TRY(read_into(*segment.file, memory, cursor.offset, header.frame_size()));
  if (memory.size() < header.frame_size()) return damaged(segment.path, cursor.offset, header.first, "the file became shorter");
  found.problem = problem_in_frame(header, memory);
  if (!found.problem.empty()) {
    found.what = Found::What::bad;
    return found;
  }
  found.hash = chain_hash_in(header, memory);
  if (header.flags & flag_masked) apply_mask(memory.data() + frame_header_size, header.payload_size, header.previous_hash);
  found.payload = std::string_view{memory}.substr(frame_header_size, header.payload_size);
  cursor = {cursor.offset + header.frame_size(), {header.shard, header.last().next(), found.hash}};
  return found;
}

Result<void> skip_frame(const Segment& segment, const FrameHeader& header, Cursor& cursor, std::string& memory) {
  const std::uint64_t end = cursor.offset + header.frame_size();
  MOHUR_TRY(read_into(*segment.file, memory, end - frame_trailer_size, frame_trailer_size));
  const auto hash = crypto::Hash256::from_bytes(std::string_view{memory}.substr(0, 32));
  if (!hash) return damaged(segment.path, cursor.offset, header.first, "the file became shorter");
  cursor = {end, {header.shard, header.last().next(), *hash}};
  return {};
}

Result<std::uint64_t> end_of_data(const Segment& segment, std::uint64_t offset, std::string& memory) {
  constexpr std::uint64_t step = 1 << 20;
  std::uint64_t end = offset;
  for (std::uint64_t at = offset; at < segment.header.size; at += step) {
    MOHUR_TRY(read_into(*segment.file, memory, at, std::min(step, segment.header.size - at)));
    const std::size_t last = memory.find_last_not_of('\0');
    if (last != memory.npos) end = at + last + 1;
  }
  return end;
}

}  // namespace mohur::journal
