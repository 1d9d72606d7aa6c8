// A type per kind of id: `Id<"payout">` is a 128-bit time-ordered value that reads `payout_01j...`.
//
// Form     <prefix>_<26 characters>, Crockford base32 in lower case, most significant first; sorts as the value sorts.
// Value    48 bits of Unix milliseconds, then 80 bits that the maker of the id chose.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mohur {

// The bytes of a Key128: what a look-up takes, without an allocation. Views of it live as long as it does.
class KeyBytes {
 public:
  static constexpr std::size_t size = 16;
  KeyBytes(std::uint64_t high, std::uint64_t low) {
    static_assert(std::endian::native == std::endian::little);
    const std::uint64_t words[] = {__builtin_bswap64(high), __builtin_bswap64(low)};
    bytes_ = std::bit_cast<std::array<char, size>>(words);
  }
  operator std::string_view() const { return {bytes_.data(), size}; }
  operator std::string() const { return {bytes_.data(), size}; }

 private:
  std::array<char, size> bytes_;
};

// 128 bits with an order: the value of an id, or of a look-up key made by hashing.
struct Key128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  constexpr auto operator<=>(const Key128&) const = default;
  constexpr bool is_zero() const { return high == 0 && low == 0; }

  // 16 bytes, most significant first, so that byte order is value order.
  KeyBytes to_bytes() const { return {high, low}; }
  static std::optional<Key128> from_bytes(std::string_view bytes);
};

// 26 characters of Crockford base32; only the form that base32 writes is read back.
void append_base32(std::string& out, Key128 value);
std::optional<Key128> parse_base32(std::string_view text);

template <std::size_t N>
struct FixedString {
  char text[N]{};
  consteval FixedString(const char (&from)[N]) { std::copy_n(from, N, text); }
  constexpr std::string_view view() const { return {text, N - 1}; }
};

template <FixedString Prefix>
struct Id {
  Key128 value;
  constexpr auto operator<=>(const Id&) const = default;
  constexpr bool is_zero() const { return value.is_zero(); }
  static constexpr std::string_view prefix() { return Prefix.view(); }

  std::string to_string() const {
    std::string out;
    out.reserve(prefix().size() + 27);
    out.append(prefix()).append(1, '_');
    append_base32(out, value);
    return out;
  }

  static std::optional<Id> parse(std::string_view text) {
    if (!text.starts_with(prefix()) || text.size() != prefix().size() + 27 || text[prefix().size()] != '_') return std::nullopt;
    const auto value = parse_base32(text.substr(prefix().size() + 1));
    if (!value) return std::nullopt;
    return Id{*value};
  }
};

// Ids and keys carry enough random bits that folding them is a hash.
inline std::size_t hash_value(Key128 key) noexcept {
  return static_cast<std::size_t>((key.high ^ key.low * 0x9e3779b97f4a7c15ULL) * 0xff51afd7ed558ccdULL);
}
template <FixedString Prefix>
std::size_t hash_value(Id<Prefix> id) noexcept {
  return hash_value(id.value);
}

}  // namespace mohur

template <>
struct std::hash<mohur::Key128> {
  std::size_t operator()(mohur::Key128 key) const noexcept { return hash_value(key); }
};
template <mohur::FixedString Prefix>
struct std::hash<mohur::Id<Prefix>> {
  std::size_t operator()(mohur::Id<Prefix> id) const noexcept { return hash_value(id); }
};
