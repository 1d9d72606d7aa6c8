#include "crypto/hmac.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>

#include "base/assert.hpp"
#include "crypto/digest.hpp"

namespace mohur::crypto {
namespace {

constexpr std::size_t block_size = 64;
constexpr std::uint8_t inner_pad = 0x36;
constexpr std::uint8_t outer_pad = 0x5c;

// Never freed: threads may still derive while the process ends.
EVP_KDF* fetched_hkdf() {
  static EVP_KDF* const kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  MOHUR_ASSERT(kdf != nullptr);
  return kdf;
}

std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

OSSL_PARAM octets(const char* name, std::string_view bytes) {
  // OpenSSL takes inputs through a pointer to non-const and does not write to them; it refuses a null pointer.
  static char nothing[1] = {};
  return OSSL_PARAM_construct_octet_string(name, bytes.empty() ? nothing : const_cast<char*>(bytes.data()), bytes.size());
}

}  // namespace

void HmacSha256::Free::operator()(SHA256state_st* states) const noexcept {
  wipe(states, 2 * sizeof *states);
  delete[] states;
}

HmacSha256::HmacSha256(std::string_view key) : states_(new SHA256_CTX[2]{sha256_begin(), sha256_begin()}) {
  std::array<std::uint8_t, block_size> block{};
  if (key.size() > block_size) {
    std::ranges::copy(sha256(key).bytes, block.begin());
  } else {
    std::ranges::copy(key, block.begin());
  }
  for (std::uint8_t& byte : block) byte ^= inner_pad;
  sha256_add(states_[0], as_text(block));
  for (std::uint8_t& byte : block) byte ^= inner_pad ^ outer_pad;
  sha256_add(states_[1], as_text(block));
  wipe(block.data(), block.size());
}

// Copies of the states that have taken the key's blocks go on with the message; the states themselves stay as they are, so that
// threads can share them.
Hash256 HmacSha256::of(std::initializer_list<std::string_view> parts) const {
  SHA256_CTX inner = states_[0];
  for (const std::string_view part : parts) sha256_add(inner, part);
  const Hash256 hash = sha256_end(inner);
  SHA256_CTX outer = states_[1];
  sha256_add(outer, hash.view());
  return sha256_end(outer);
}

bool HmacSha256::verify(std::string_view message, std::string_view tag) const {
  return constant_time_equal(of(message).view(), tag);
}

void hkdf_sha256(std::string_view key, std::string_view salt, std::string_view info, std::span<std::uint8_t> out) {
  MOHUR_ASSERT(!out.empty() && out.size() <= 255 * 32);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context{EVP_KDF_CTX_new(fetched_hkdf()), &EVP_KDF_CTX_free};
  MOHUR_ASSERT(context != nullptr);
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                                   octets(OSSL_KDF_PARAM_KEY, key), octets(OSSL_KDF_PARAM_SALT, salt),
                                   octets(OSSL_KDF_PARAM_INFO, info), OSSL_PARAM_construct_end()};
  MOHUR_ASSERT(EVP_KDF_derive(context.get(), out.data(), out.size(), parameters) == 1);
}

Key256 derive_key(const Key256& key, std::string_view purpose) {
  std::array<std::uint8_t, Key256::size> out;
  hkdf_sha256(key.view(), {}, purpose, out);
  auto derived = Key256::from_bytes(as_text(out));
  wipe(out.data(), out.size());
  return std::move(*derived);
}

}  // namespace mohur::crypto
