#include "base/ids.hpp"

#include <array>
#include <cstring>

namespace mohur {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

constexpr auto kDigits = [] {
  std::array<std::int8_t, 256> digits{};
  digits.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  return digits;
}();

__extension__ using Wide = unsigned __int128;

}  // namespace

std::optional<Key128> Key128::from_bytes(std::string_view bytes) {
  if (bytes.size() != KeyBytes::size) return std::nullopt;
  std::uint64_t words[2];
  std::memcpy(words, bytes.data(), sizeof words);
  return Key128{__builtin_bswap64(words[0]), __builtin_bswap64(words[1])};
}

// Five bits a digit, from the last one up. 64 is no multiple of five: four bits of each word go with the next one's.
void append_base32(std::string& out, Key128 value) {
  char text[26];
  std::size_t at = sizeof text;
  std::uint64_t rest = value.low;
  const auto put = [&](std::size_t digits) {
    for (; digits > 0; --digits, rest >>= 5) text[--at] = kAlphabet[rest & 31];
  };
  put(12);
  rest |= value.high << 4;
  put(12);
  rest |= value.high >> 60 << 4;
  put(2);
  out.append(text, sizeof text);
}

// The first of 26 digits holds only the top three bits, so it is at most 7.
std::optional<Key128> parse_base32(std::string_view text) {
  if (text.size() != 26 || text[0] > '7') return std::nullopt;
  Wide value = 0;
  for (const char c : text) {
    const int digit = kDigits[static_cast<unsigned char>(c)];
    if (digit < 0) return std::nullopt;
    value = value << 5 | static_cast<Wide>(digit);
  }
  return Key128{static_cast<std::uint64_t>(value >> 64), static_cast<std::uint64_t>(value)};
}

}  // namespace mohur
