#include "crypto/ed25519.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "base/assert.hpp"
#include "crypto/encoding.hpp"

namespace mohur::crypto {
namespace {

// All of a SubjectPublicKeyInfo that comes before the key itself.
constexpr std::string_view kInfoHead{"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12};
constexpr std::string_view kPemBegin = "-----BEGIN PUBLIC KEY-----";
constexpr std::string_view kPemEnd = "-----END PUBLIC KEY-----";

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

const unsigned char* octets(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

std::string_view without_line_ends_around(std::string_view text) {
  while (!text.empty() && is_line_end(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_line_end(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

void Ed25519PublicKey::Free::operator()(evp_pkey_st* key) const noexcept { EVP_PKEY_free(key); }

std::optional<Ed25519PublicKey> Ed25519PublicKey::from_bytes(std::string_view bytes) {
  if (bytes.size() != size) return std::nullopt;
  Key key{EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(bytes), bytes.size())};
  MOHUR_ASSERT(key != nullptr);
  return Ed25519PublicKey{std::move(key), std::string{bytes}};
}

std::optional<Ed25519PublicKey> Ed25519PublicKey::from_text(std::string_view text) {
  text = without_line_ends_around(text);
  if (text.starts_with(kPemBegin) && text.ends_with(kPemEnd) && text.size() > kPemBegin.size() + kPemEnd.size())
    text = text.substr(kPemBegin.size(), text.size() - kPemBegin.size() - kPemEnd.size());
  std::string base64{text};
  std::erase_if(base64, is_line_end);
  const auto decoded = base64_decode(base64);
  if (!decoded) return std::nullopt;
  const std::string_view bytes = *decoded;
  return from_bytes(bytes.starts_with(kInfoHead) ? bytes.substr(kInfoHead.size()) : bytes);
}

bool Ed25519PublicKey::verify(std::string_view message, std::string_view signature) const {
  if (signature.size() != signature_size) return false;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  MOHUR_ASSERT(context != nullptr);
  MOHUR_ASSERT(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
  return EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(message), message.size()) == 1;
}

}  // namespace mohur::crypto
