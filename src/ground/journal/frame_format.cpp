// frame        = header payload padding chain-hash end-mark        ; a multiple of 8 bytes
// header       = "MJF1" version:u16 shard:u16 flags:u32 first-position:u64 count:u32 payload-size:u32
//                previous-hash:32 header-crc:u32 payload-crc:u32   ; 68 bytes
// payload      = 1*record                                          ; `count` of them, payload-size bytes in all
// record       = size:u32 *byte
// padding      = 0*7 %x00                                          ; up to a multiple of 8
// chain-hash   = SHA-256(header payload)                           ; 32 bytes
// end-mark     = "MohurEnd" / "MohurTie"                           ; 8 bytes, none of them zero
//
// version        1
// flags          bit 0: the payload is masked, that is XORed with previous-hash, repeated; both checksums and the hash are
//                over the masked bytes. All other bits are zero.
// header-crc     CRC-32C of the 60 bytes before it
// payload-crc    CRC-32C of the payload
// previous-hash  the chain-hash of the frame before; of the first frame, the SHA-256 of the genesis text
// genesis text   "Mohur journal, format 1" LF "name " name LF "shard " decimal LF
// end-mark       "MohurTie": made durable by the same flush as the frame before it. It is chosen when the frame is written,
//                and therefore not under the hash.
#include "journal/frame_format.hpp"

#include <isa-l/crc.h>

#include <algorithm>

#include "base/assert.hpp"
#include "journal/little_endian.hpp"

namespace mohur::journal {
namespace {

constexpr std::size_t version_at = 4;
constexpr std::size_t shard_at = 6;
constexpr std::size_t flags_at = 8;
constexpr std::size_t first_at = 12;
constexpr std::size_t count_at = 20;
constexpr std::size_t payload_size_at = 24;
constexpr std::size_t previous_hash_at = 28;
constexpr std::size_t header_crc_at = 60;
constexpr std::size_t payload_crc_at = 64;
constexpr std::size_t end_mark_size = 8;

constexpr std::size_t padded(std::size_t size) { return (size + 7) / 8 * 8; }

bool all_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == bytes.npos; }

// The records must fill the payload exactly.
bool records_fit(const FrameHeader& header, std::string_view payload) {
  for (std::uint32_t i = 0; i < header.count; ++i) {
    if (payload.size() < record_length_size) return false;
    const auto size = get<std::uint32_t>(payload, 0);
    payload.remove_prefix(record_length_size);
    if (payload.size() < size) return false;
    payload.remove_prefix(size);
  }
  return payload.empty();
}

}  // namespace

std::uint64_t FrameHeader::frame_size() const { return padded(frame_header_size + payload_size) + frame_trailer_size; }

void write_frame_header(char* at, const FrameHeader& header) {
  std::ranges::copy(frame_magic, at);
  put(at + version_at, header.version);
  put(at + shard_at, header.shard);
  put(at + flags_at, header.flags);
  put(at + first_at, header.first.value);
  put(at + count_at, header.count);
  put(at + payload_size_at, header.payload_size);
  std::ranges::copy(header.previous_hash.view(), at + previous_hash_at);
  put(at + header_crc_at, crc32c({at, header_crc_at}));
  put(at + payload_crc_at, header.payload_crc);
}

std::optional<FrameHeader> read_frame_header(std::string_view bytes) {
  MOHUR_ASSERT(bytes.size() >= frame_header_size);
  if (!bytes.starts_with(frame_magic)) return std::nullopt;
  if (get<std::uint32_t>(bytes, header_crc_at) != crc32c(bytes.substr(0, header_crc_at))) return std::nullopt;
  FrameHeader header;
  header.version = get<std::uint16_t>(bytes, version_at);
  header.shard = get<std::uint16_t>(bytes, shard_at);
  header.flags = get<std::uint32_t>(bytes, flags_at);
  header.first.value = get<std::uint64_t>(bytes, first_at);
  header.count = get<std::uint32_t>(bytes, count_at);
  header.payload_size = get<std::uint32_t>(bytes, payload_size_at);
  header.previous_hash = *crypto::Hash256::from_bytes(bytes.substr(previous_hash_at, 32));
  header.payload_crc = get<std::uint32_t>(bytes, payload_crc_at);
  return header;
}

std::string_view mismatch(const FrameHeader& header, const Link& expected) {
  if (header.version != format_version || (header.flags & ~flag_masked) != 0)
    return "its format is one that this program does not know";
  if (header.shard != expected.shard) return "it belongs to another shard";
  if (header.first != expected.position) return "its position does not follow the frame before";
  if (header.previous_hash != expected.previous_hash) return "its previous hash is not the hash of the frame before";
  if (header.count == 0 || header.payload_size > max_payload_size) return "its sizes are out of range";
  return {};
}

std::string_view problem_in_frame(const FrameHeader& header, std::string_view frame) {
  MOHUR_ASSERT(frame.size() == header.frame_size());
  const std::size_t payload_end = frame_header_size + header.payload_size;
  const std::string_view payload = frame.substr(frame_header_size, header.payload_size);
  if (crc32c(payload) != header.payload_crc) return "the payload's checksum is wrong";
  if (!all_zero(frame.substr(payload_end, padded(payload_end) - payload_end))) return "its padding is not zero";
  if (crypto::sha256(frame.substr(0, payload_end)) != chain_hash_in(header, frame)) return "its chain hash is wrong";
  if (!mark_at_end(frame)) return "its end mark is wrong";
  if ((header.flags & flag_masked) == 0) return records_fit(header, payload) ? "" : "its records do not fill its payload";
  std::string clear{payload};
  apply_mask(clear.data(), clear.size(), header.previous_hash);
  return records_fit(header, clear) ? "" : "its records do not fill its payload";
}

bool could_begin(std::string_view bytes, std::size_t size, const Link& expected) {
  char like[frame_header_size];
  write_frame_header(like, {.shard = expected.shard, .first = expected.position, .previous_hash = expected.previous_hash});
  for (std::size_t i = 0; i < std::min(size, header_crc_at); ++i) {
    const bool known = i < count_at || i >= previous_hash_at;
    if (known && i != flags_at && bytes[i] != like[i]) return false;
  }
  return true;
}

crypto::Hash256 seal_frame(std::string& frame) {
  const crypto::Hash256 hash = crypto::sha256(frame);
  frame.resize(padded(frame.size()), '\0');
  frame += hash.view();
  frame += end_mark(WriteMark::first_of_write);
  return hash;
}

crypto::Hash256 chain_hash_in(const FrameHeader& header, std::string_view frame) {
  return *crypto::Hash256::from_bytes(frame.substr(padded(frame_header_size + header.payload_size), 32));
}

std::string_view end_mark(WriteMark mark) { return mark == WriteMark::first_of_write ? "MohurEnd" : "MohurTie"; }

std::optional<WriteMark> mark_at_end(std::string_view frame) {
  if (frame.size() < end_mark_size) return std::nullopt;
  const std::string_view mark = frame.substr(frame.size() - end_mark_size);
  for (const WriteMark one : {WriteMark::first_of_write, WriteMark::more_of_write})
    if (mark == end_mark(one)) return one;
  return std::nullopt;
}

// Looks at one byte in `length`, and around it only where that is zero.
bool has_zero_run(std::string_view bytes, std::size_t length) {
  for (std::size_t probe = length - 1; probe < bytes.size(); probe += length) {
    if (bytes[probe] != '\0') continue;
    const std::size_t before = bytes.find_last_not_of('\0', probe);
    const std::size_t begin = before == bytes.npos ? 0 : before + 1;
    const std::size_t end = std::min(bytes.find_first_not_of('\0', probe), bytes.size());
    if (end - begin >= length) return true;
  }
  return false;
}

void apply_mask(char* payload, std::size_t size, const crypto::Hash256& mask) {
  const std::string_view bytes = mask.view();
  for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(payload[i] ^ bytes[i % bytes.size()]);
}

// The library starts from the value given and does not invert the end; iSCSI's convention does both.
std::uint32_t crc32c(std::string_view bytes) {
  auto* const data = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(bytes.data()));
  return ~crc32_iscsi(data, static_cast<int>(bytes.size()), ~0u);
}

crypto::Hash256 genesis_hash(std::string_view name, std::uint16_t shard) {
  std::string text = "Mohur journal, format 1\nname ";
  text += name;
  text += "\nshard " + std::to_string(shard) + '\n';
  return crypto::sha256(text);
}

}  // namespace mohur::journal
