#include "crypto/api_key.hpp"

#include <array>
#include <cstdint>

#include "base/assert.hpp"
#include "base/random.hpp"
#include "crypto/encoding.hpp"
#include "crypto/key256.hpp"

namespace mohur::crypto {
namespace {

constexpr std::string_view brand = "mohur_";
constexpr std::size_t mode_at = brand.size();
constexpr std::size_t kind_at = mode_at + 5;
constexpr std::size_t kid_at = kind_at + 3;
constexpr std::size_t secret_at = kid_at + api_key_kid_size + 1;
constexpr std::size_t crc_at = secret_at + api_key_secret_size;
static_assert(crc_at + base62_crc32_size == api_key_size);

}  // namespace

std::optional<ApiKeyView> parse_api_key(std::string_view text) {
  if (text.size() != api_key_size || !text.starts_with(brand)) return std::nullopt;
  if (text[kind_at - 1] != '_' || text[kid_at - 1] != '_' || text[secret_at - 1] != '_') return std::nullopt;
  const auto mode = from_token<KeyMode>(text.substr(mode_at, 4));
  const auto kind = from_token<KeyKind>(text.substr(kind_at, 2));
  if (!mode || !kind) return std::nullopt;
  const std::string_view kid = text.substr(kid_at, api_key_kid_size);
  const std::string_view secret = text.substr(secret_at, api_key_secret_size);
  if (!is_base62(kid) || !is_base62(secret)) return std::nullopt;
  // Six digits fit a string's own room: no allocation.
  if (text.substr(crc_at) != base62_crc32(text.substr(0, crc_at))) return std::nullopt;
  return ApiKeyView{*mode, *kind, kid, secret};
}

std::string_view kid_by_sight(std::string_view text) {
  if (text.size() < api_key_size) return {};
  return text.substr(text.size() - api_key_size + kid_at, api_key_kid_size);
}

ApiKey make_api_key(KeyMode mode, KeyKind kind, Random& random) {
  return {mode, kind, random_base62(api_key_kid_size, random), random_base62(api_key_secret_size, random)};
}

std::string to_text(const ApiKey& key) {
  MOHUR_ASSERT(key.kid.size() == api_key_kid_size && key.secret.size() == api_key_secret_size);
  std::string text;
  text.reserve(api_key_size);
  text.append(brand).append(to_token(key.mode)).append("_").append(to_token(key.kind)).append("_");
  text.append(key.kid).append("_").append(key.secret);
  text.append(base62_crc32(text));
  return text;
}

std::string random_base62(std::size_t size, Random& random) {
  // Bytes from here up are drawn again: 256 is not a multiple of 62.
  constexpr std::uint8_t limit = 256 / 62 * 62;
  std::string out;
  out.reserve(size);
  std::array<std::uint8_t, 48> drawn;
  while (out.size() < size) {
    random.fill(drawn);
    for (const std::uint8_t byte : drawn)
      if (byte < limit && out.size() < size) out += base62_alphabet[byte % 62];
  }
  wipe(drawn.data(), drawn.size());
  return out;
}

}  // namespace mohur::crypto
