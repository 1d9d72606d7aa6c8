#include "crypto/encoding.hpp"

#include <algorithm>
#include <array>

namespace mohur::crypto {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// For each character its value in an alphabet, or -1.
using Values = std::array<std::int8_t, 256>;
constexpr Values values_of(std::string_view alphabet) {
  Values values{};
  values.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) values[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::int8_t>(i);
  return values;
}
constexpr Values hex_values = values_of(hex_digits);
constexpr Values base64_values = values_of(base64_alphabet);
constexpr Values base64url_values = values_of(base64url_alphabet);
constexpr Values base62_values = values_of(base62_alphabet);

constexpr std::uint32_t value_of(const Values& values, char c) {
  return static_cast<std::uint32_t>(static_cast<std::int32_t>(values[static_cast<std::uint8_t>(c)]));
}
constexpr std::uint32_t byte_at(std::string_view bytes, std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); }

// Digits only; the caller pads.
std::string encode_base64(std::string_view bytes, std::string_view alphabet) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<std::uint8_t>(c);
    held += 8;
    while (held >= 6) out += alphabet[bits >> (held -= 6) & 63];
  }
  if (held > 0) out += alphabet[bits << (6 - held) & 63];
  return out;
}

std::optional<std::string> decode_base64(std::string_view text, const Values& values) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out(text.size() * 3 / 4, '\0');
  char* to = out.data();
  std::uint32_t bits = 0, seen = 0;
  int held = 0;
  for (const char c : text) {
    const std::uint32_t value = value_of(values, c);
    seen |= value;
    bits = bits << 6 | (value & 63);
    held += 6;
    if (held >= 8) *to++ = static_cast<char>(bits >> (held -= 8) & 0xff);
  }
  if (seen > 63) return std::nullopt;
  // What is left over is padding of the last byte; an encoder leaves zeros there.
  if ((bits & ((1U << held) - 1)) != 0) return std::nullopt;
  return out;
}

constexpr std::array<std::array<std::uint32_t, 256>, 8> crc_tables() {
  std::array<std::array<std::uint32_t, 256>, 8> tables{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
    tables[0][i] = crc;
  }
  for (std::size_t t = 1; t < 8; ++t)
    for (std::size_t i = 0; i < 256; ++i) tables[t][i] = tables[t - 1][i] >> 8 ^ tables[0][tables[t - 1][i] & 0xff];
  return tables;
}
constexpr auto crc_table = crc_tables();

}  // namespace

std::string hex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out += hex_digits[byte_at(bytes, i) >> 4];
    out += hex_digits[byte_at(bytes, i) & 15];
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const std::uint32_t high = value_of(hex_values, text[i]);
    const std::uint32_t low = value_of(hex_values, text[i + 1]);
    if ((high | low) > 15) return std::nullopt;
    out += static_cast<char>(high << 4 | low);
  }
  return out;
}

std::string base64_encode(std::string_view bytes) {
  std::string out = encode_base64(bytes, base64_alphabet);
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  if (text.ends_with("==")) return decode_base64(text.substr(0, text.size() - 2), base64_values);
  if (text.ends_with('=')) return decode_base64(text.substr(0, text.size() - 1), base64_values);
  return decode_base64(text, base64_values);
}

std::string base64url_encode(std::string_view bytes) { return encode_base64(bytes, base64url_alphabet); }

std::optional<std::string> base64url_decode(std::string_view text) { return decode_base64(text, base64url_values); }

bool is_base62(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return value_of(base62_values, c) < 62; });
}

// Eight bytes a step, each looked up in its own table, so that a key's check costs a few tens of nanoseconds.
std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xffffffffU;
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    const std::uint32_t low =
        crc ^ (byte_at(bytes, i) | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2) << 16 | byte_at(bytes, i + 3) << 24);
    crc = crc_table[7][low & 0xff] ^ crc_table[6][low >> 8 & 0xff] ^ crc_table[5][low >> 16 & 0xff] ^ crc_table[4][low >> 24] ^
          crc_table[3][byte_at(bytes, i + 4)] ^ crc_table[2][byte_at(bytes, i + 5)] ^ crc_table[1][byte_at(bytes, i + 6)] ^
          crc_table[0][byte_at(bytes, i + 7)];
  }
  for (; i < bytes.size(); ++i) crc = crc >> 8 ^ crc_table[0][(crc ^ byte_at(bytes, i)) & 0xff];
  return crc ^ 0xffffffffU;
}

std::string base62_crc32(std::string_view bytes) {
  std::string out(base62_crc32_size, '0');
  std::uint32_t value = crc32(bytes);
  for (std::size_t i = base62_crc32_size; value != 0; value /= 62) out[--i] = base62_alphabet[value % 62];
  return out;
}

}  // namespace mohur::crypto
