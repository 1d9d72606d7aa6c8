// How one frame lies in bytes: a header, the records of one batch, a hash that chains it to the frame before, an end mark.
//
// The grammar stands at the top of frame_format.cpp and, with a worked example, in docs/formats/journal.md.
// Units    Sizes and offsets in bytes. All numbers are little endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/sha256.hpp"
#include "journal/position.hpp"

namespace mohur::journal {

inline constexpr std::string_view frame_magic = "MJF1";
inline constexpr std::uint16_t format_version = 1;
inline constexpr std::size_t frame_header_size = 68;
inline constexpr std::size_t frame_trailer_size = 40;  // chain hash and end mark
inline constexpr std::size_t record_length_size = 4;
inline constexpr std::uint32_t max_payload_size = 16u << 20;
inline constexpr std::size_t sector_size = 512;  // what a disk writes whole or not at all

// Set where the payload as given holds a run of zero bytes, which could be taken for a sector that was never written. The
// payload is then stored XORed with the previous hash, repeated.
inline constexpr std::uint32_t flag_masked = 1;

// No frame holds this many zero bytes in a row, so that a sector full of zeros inside a frame was never written.
inline constexpr std::size_t zero_run_limit = 256;

// Which of the frames that were handed over to be made durable by one flush this is. Only the bytes of the end mark tell.
enum class WriteMark : std::uint8_t { first_of_write, more_of_write };

struct FrameHeader {
  std::uint16_t version = format_version;
  std::uint16_t shard = 0;
  std::uint32_t flags = 0;
  JournalPosition first;
  std::uint32_t count = 0;
  std::uint32_t payload_size = 0;
  crypto::Hash256 previous_hash;
  std::uint32_t payload_crc = 0;

  std::uint64_t frame_size() const;
  JournalPosition last() const { return {first.value + count - 1}; }
};

// What the next frame of a journal must say.
struct Link {
  std::uint16_t shard = 0;
  JournalPosition position;  // of its first record
  crypto::Hash256 previous_hash;
};

// Writes the first 68 bytes, checksum of the header included.
void write_frame_header(char* at, const FrameHeader& header);

// Nothing where the magic or the header's checksum is wrong. `bytes` has at least 68.
std::optional<FrameHeader> read_frame_header(std::string_view bytes);

// One clause that says what is wrong, or empty. The first looks at the header alone, the second at the whole frame's bytes.
std::string_view mismatch(const FrameHeader& header, const Link& expected);
std::string_view problem_in_frame(const FrameHeader& header, std::string_view frame);

// Whether the first `size` bytes of a header, all that there is, could be the beginning of the expected frame's.
bool could_begin(std::string_view bytes, std::size_t size, const Link& expected);

// Appends padding, chain hash and end mark to a header and its payload.
crypto::Hash256 seal_frame(std::string& frame);
crypto::Hash256 chain_hash_in(const FrameHeader& header, std::string_view frame);

std::string_view end_mark(WriteMark mark);
std::optional<WriteMark> mark_at_end(std::string_view frame);

bool has_zero_run(std::string_view bytes, std::size_t length);
void apply_mask(char* payload, std::size_t size, const crypto::Hash256& mask);

std::uint32_t crc32c(std::string_view bytes);

// What the first frame of a journal has in the place of a previous hash.
crypto::Hash256 genesis_hash(std::string_view name, std::uint16_t shard);

}  // namespace mohur::journal
