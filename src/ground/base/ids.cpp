#include "base/ids.hpp"

#include <array>

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

std::string Key128::to_bytes() const {
  std::string out(16, '\0');
  for (std::size_t i = 0; i < 8; ++i) {
    out[i] = static_cast<char>(high >> (56 - 8 * i));
    out[8 + i] = static_cast<char>(low >> (56 - 8 * i));
  }
  return out;
}

std::optional<Key128> Key128::from_bytes(std::string_view bytes) {
  if (bytes.size() != 16) return std::nullopt;
  Key128 key;
  for (std::size_t i = 0; i < 8; ++i) {
    key.high = key.high << 8 | static_cast<unsigned char>(bytes[i]);
    key.low = key.low << 8 | static_cast<unsigned char>(bytes[8 + i]);
  }
  return key;
}

void append_base32(std::string& out, Key128 value) {
  Wide rest = static_cast<Wide>(value.high) << 64 | value.low;
  char text[26];
  for (int i = 25; i >= 0; --i, rest >>= 5) text[i] = kAlphabet[static_cast<std::size_t>(rest & 31)];
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
