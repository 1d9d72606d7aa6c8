// The protobuf wire format's atoms: varints, zigzag, fixed 64-bit values and length-delimited bytes.
//
//   message  = { tag payload }
//   tag      = varint(number << 3 | wire type)         number 1 to 536,870,911
//   payload  = varint                                  wire type 0: 1 to 10 bytes, low seven bits first
//            | 8 bytes, little endian                  wire type 1
//            | varint(size) bytes                      wire type 2
//            | 4 bytes, little endian                  wire type 5: never written here, skipped when read
//
// Reading never looks past the end of its input; every take_... answers false where the bytes do not make sense.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace mohur::codec {

enum class WireType : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

constexpr std::uint32_t make_tag(std::uint32_t number, WireType type) { return number << 3 | static_cast<std::uint32_t>(type); }

// Maps numbers near zero, of either sign, to small unsigned ones: 0, -1, 1, -2 become 0, 1, 2, 3.
constexpr std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) { return static_cast<std::int64_t>(value >> 1 ^ (0 - (value & 1))); }

constexpr std::size_t varint_size(std::uint64_t value) {
  return (static_cast<std::size_t>(std::bit_width(value | 1)) * 9 + 64) / 64;
}

// The put_... functions write to memory that was sized for them, and answer the place after what they wrote.
inline char* put_varint(char* at, std::uint64_t value) {
  while (value >= 0x80) {
    *at++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *at++ = static_cast<char>(value);
  return at;
}

inline char* put_fixed64(char* at, std::uint64_t value) {
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
  std::memcpy(at, &value, sizeof value);
  return at + sizeof value;
}

inline char* put_big_endian(char* at, std::uint64_t value) {
  if constexpr (std::endian::native == std::endian::little) value = __builtin_bswap64(value);
  std::memcpy(at, &value, sizeof value);
  return at + sizeof value;
}

// Reads eight bytes, most significant first; they must be there.
inline std::uint64_t get_big_endian(const char* at) {
  std::uint64_t value;
  std::memcpy(&value, at, sizeof value);
  if constexpr (std::endian::native == std::endian::little) value = __builtin_bswap64(value);
  return value;
}

inline char* put_bytes(char* at, std::string_view bytes) {
  if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
  return at + bytes.size();
}

// A position in bytes that somebody else owns.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool done() const { return at_ == end_; }

  bool take_varint(std::uint64_t& value) {
    if (at_ != end_ && static_cast<signed char>(*at_) >= 0) [[likely]] {
      value = static_cast<unsigned char>(*at_++);
      return true;
    }
    return take_long_varint(value);
  }

  bool take_fixed64(std::uint64_t& value) {
    if (end_ - at_ < 8) return false;
    std::memcpy(&value, at_, sizeof value);
    if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
    at_ += 8;
    return true;
  }

  bool take_bytes(std::string_view& bytes) {
    std::uint64_t size = 0;
    if (!take_varint(size) || size > static_cast<std::uint64_t>(end_ - at_)) return false;
    bytes = {at_, static_cast<std::size_t>(size)};
    at_ += size;
    return true;
  }

  // Takes a tag; refuses number 0 and numbers beyond protobuf's range.
  bool take_tag(std::uint32_t& tag) {
    std::uint64_t value = 0;
    if (!take_varint(value) || value > 0xffff'ffffU || value < 8) return false;
    tag = static_cast<std::uint32_t>(value);
    return true;
  }

  // Passes over the payload of a field that this program does not know. Groups (types 3 and 4) are refused.
  bool skip(std::uint32_t tag);

 private:
  bool take_long_varint(std::uint64_t& value);

  const char* at_;
  const char* end_;
};

}  // namespace mohur::codec
