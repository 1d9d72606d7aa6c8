#include "tokens/access_token.hpp"

#include "codec/binary.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hmac.hpp"

namespace mohur::tokens {
namespace {

// All of these are part of the format: to change one is to refuse the tokens that are out.
constexpr std::string_view kTest = "mohur_test_at_", kLive = "mohur_live_at_";
constexpr char kVersion = 1;
constexpr std::string_view kKeyPurpose = "mohur access tokens of day ";
constexpr std::size_t kHead = 1 + 4;  // version and key number
constexpr std::size_t kLeast = kHead + crypto::Aead::nonce_size + crypto::Aead::tag_size;
constexpr std::size_t kLongest = 1'024;  // characters

std::string_view prefix_of(Mode mode) { return mode == Mode::test ? kTest : kLive; }

std::uint32_t key_number_at(Time at) { return static_cast<std::uint32_t>(at.unix_s() / 86'400); }

std::unexpected<Refusal> malformed(std::string detail) {
  return refuse(Outcome::credential_malformed, "Authorization", std::move(detail));
}

std::unexpected<Refusal> not_ours() {
  return refuse(Outcome::credential_invalid, "Authorization", "This server did not give this token, or it was changed.");
}

}  // namespace

bool is_token(std::string_view text) { return text.starts_with(kTest) || text.starts_with(kLive); }

Result<TokenText> read_token(std::string_view text) {
  if (!is_token(text)) return malformed("A token begins with " + std::string{kTest} + " or " + std::string{kLive} + ".");
  if (text.size() > kLongest) return malformed("A token is not that long.");
  if (text.size() < kTest.size() + crypto::base62_crc32_size) return malformed("The token is cut off.");
  const std::string_view before = text.substr(0, text.size() - crypto::base62_crc32_size);
  if (text.substr(before.size()) != crypto::base62_crc32(before))
    return malformed("The token is cut off or mistyped: its checksum does not fit.");
  auto bytes = crypto::base64url_decode(before.substr(kTest.size()));
  if (!bytes || bytes->size() < kLeast || bytes->front() != kVersion) return malformed("The token is not of this server's form.");
  TokenText read{.mode = text.starts_with(kTest) ? Mode::test : Mode::live, .prefix = text.substr(0, kTest.size()), .bytes = {}};
  for (std::size_t i = 1; i < kHead; ++i) read.key_number = read.key_number << 8 | static_cast<unsigned char>((*bytes)[i]);
  read.bytes = std::move(*bytes);
  return read;
}

std::string TokenSealer::seal(const TokenClaims& claims) {
  std::string plain;
  codec::encode(claims, plain);
  std::string text{prefix_of(claims.mode)};
  const std::uint32_t number = key_number_at(claims.issued_at);
  std::string bytes{kVersion};
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift);
  const std::string associated = text + bytes;
  std::array<std::uint8_t, crypto::Aead::nonce_size> nonce;
  random_.fill(nonce);
  bytes.append(nonce.begin(), nonce.end());
  const std::string drawn{nonce.begin(), nonce.end()};
  aead_of(number).seal_onto(bytes, drawn, associated, plain);
  text += crypto::base64url_encode(bytes);
  return text += crypto::base62_crc32(text);
}

Result<TokenClaims> TokenSealer::open(std::string_view text) {
  MOHUR_TRY_SET(read, read_token(text));
  const std::string_view bytes = read.bytes;
  const std::string associated = std::string{read.prefix} + std::string{bytes.substr(0, kHead)};
  const auto plain =
      aead_of(read.key_number)
          .open(bytes.substr(kHead, crypto::Aead::nonce_size), associated, bytes.substr(kHead + crypto::Aead::nonce_size));
  TokenClaims claims;
  if (!plain || !codec::decode(*plain, claims)) return not_ours();
  return claims;
}

// The older of the two makes room.
crypto::Aead& TokenSealer::aead_of(std::uint32_t number) {
  for (auto& key : keys_)
    if (key && key->number == number) return key->aead;
  auto& place = !keys_[0] || (keys_[1] && keys_[0]->number < keys_[1]->number) ? keys_[0] : keys_[1];
  place.emplace(number, crypto::Aead{crypto::derive_key(root_, std::string{kKeyPurpose} + std::to_string(number))});
  return place->aead;
}

}  // namespace mohur::tokens
