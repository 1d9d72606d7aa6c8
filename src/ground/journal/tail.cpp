#include "journal/tail.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace mohur::journal {
namespace {

// The bytes from a segment's offset on, followed by zeros as far as anyone looks.
class Tail {
 public:
  Tail(std::string_view bytes, std::uint64_t offset) : bytes_(bytes), in_sector_(static_cast<std::size_t>(offset % sector_size)) {
    const std::size_t last = bytes.find_last_not_of('\0');
    end_ = last == bytes.npos ? 0 : last + 1;
  }

  std::size_t end() const { return end_; }  // behind the last byte that is not zero

  std::string part(std::size_t at, std::size_t size) const {
    std::string bytes{at < bytes_.size() ? bytes_.substr(at, size) : std::string_view{}};
    bytes.resize(size, '\0');
    return bytes;
  }

  bool zero(std::size_t at, std::size_t size) const {
    return at >= end_ || bytes_.substr(at, size).find_first_not_of('\0') == bytes_.npos;
  }

  bool begins_frame(std::size_t at) const { return bytes_.substr(at).starts_with(frame_magic); }

  // The first boundary between sectors at or behind `at`.
  std::size_t boundary(std::size_t at) const {
    return (at + in_sector_ + sector_size - 1) / sector_size * sector_size - in_sector_;
  }

 private:
  std::string_view bytes_;
  std::size_t in_sector_;
  std::size_t end_ = 0;
};

bool lacks_a_part(const Tail& tail, std::size_t frame_size) {
  if (tail.zero(frame_size - 1, 1)) return true;
  for (std::size_t at = tail.boundary(0); at + sector_size <= frame_size; at += sector_size)
    if (tail.zero(at, sector_size)) return true;
  return false;
}

// Where the part of the header that is there ends, with the zeros that must follow it; nothing where that is not so.
std::optional<std::size_t> end_of_torn_header(const Tail& tail, const Link& expected) {
  const std::size_t first_sector = tail.boundary(1);
  if (tail.zero(0, first_sector)) return first_sector;
  const std::string header = tail.part(0, frame_header_size);
  const std::size_t written = header.find_last_not_of('\0') + 1;
  if (!could_begin(header, written, expected)) return std::nullopt;
  if (tail.end() <= frame_header_size) return frame_header_size;
  const bool rest_missing = written <= first_sector && first_sector < frame_header_size && tail.zero(first_sector, sector_size);
  if (!rest_missing) return std::nullopt;
  return first_sector + sector_size;
}

// A sector may also be as it was between two writes: the end of one frame, and the next not there yet.
bool looks_like_sectors_of_frames(const Tail& tail, std::size_t from) {
  for (std::size_t at = tail.boundary(from); at < tail.end(); at += sector_size) {
    std::string sector = tail.part(at, sector_size);
    if (tail.zero(at, sector_size) || !has_zero_run(sector, zero_run_limit)) continue;
    sector.resize(sector.find_last_not_of('\0') + 1);
    if (!mark_at_end(sector) || has_zero_run(sector, zero_run_limit)) return false;
  }
  return true;
}

// Frames begin at multiples of 8.
bool later_write_begins(const Tail& tail, std::size_t from, std::uint64_t segment_offset) {
  for (std::size_t at = from + (8 - (segment_offset + from) % 8) % 8; at < tail.end(); at += 8) {
    if (!tail.begins_frame(at)) continue;
    const auto header = read_frame_header(tail.part(at, frame_header_size));
    if (!header || header->payload_size > max_payload_size) continue;
    if (mark_at_end(tail.part(at, header->frame_size())) == WriteMark::first_of_write) return true;
  }
  return false;
}

}  // namespace

std::string_view damage_in_tail(std::string_view bytes, std::uint64_t offset, std::uint64_t segment_size, const Link& expected) {
  const Tail tail{bytes, offset};
  std::size_t rest = 0;
  if (const auto header = read_frame_header(tail.part(0, frame_header_size))) {
    if (const auto problem = mismatch(*header, expected); !problem.empty()) return problem;
    if (header->frame_size() > segment_size - offset) return "the frame does not fit into its segment";
    rest = header->frame_size();
    if (!lacks_a_part(tail, rest)) {
      const auto problem = problem_in_frame(*header, tail.part(0, rest));
      return problem.empty() ? "the disk gives different bytes each time" : problem;
    }
  } else {
    const auto torn = end_of_torn_header(tail, expected);
    if (!torn) return "the frame's header is not one, or its checksum is wrong";
    rest = *torn;
  }
  if (!looks_like_sectors_of_frames(tail, rest)) return "bytes that no frame left stand behind the last frame";
  if (later_write_begins(tail, rest, offset))
    return "the frame was durable once, since a later one follows, and now it is not whole";
  return {};
}

}  // namespace mohur::journal
