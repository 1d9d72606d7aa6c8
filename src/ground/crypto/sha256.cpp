#include "crypto/sha256.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "base/assert.hpp"
#include "crypto/digest.hpp"
#include "crypto/encoding.hpp"

namespace mohur::crypto {

const EVP_MD* fetched_sha256() {
  static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  MOHUR_ASSERT(digest != nullptr);
  return digest;
}

std::string_view Hash256::view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::string Hash256::hex() const { return crypto::hex(view()); }

std::optional<Hash256> Hash256::from_bytes(std::string_view from) {
  Hash256 hash;
  if (from.size() != hash.bytes.size()) return std::nullopt;
  std::ranges::copy(from, hash.bytes.begin());
  return hash;
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const noexcept { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  MOHUR_ASSERT(context_ != nullptr);
  MOHUR_ASSERT(EVP_DigestInit_ex2(context_.get(), fetched_sha256(), nullptr) == 1);
}

Sha256& Sha256::update(std::string_view bytes) {
  MOHUR_ASSERT(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  return *this;
}

Hash256 Sha256::finish() {
  Hash256 hash;
  MOHUR_ASSERT(EVP_DigestFinal_ex(context_.get(), hash.bytes.data(), nullptr) == 1);
  // With no digest named, the context starts again with the one it has, without a new allocation.
  MOHUR_ASSERT(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1);
  return hash;
}

Hash256 sha256(std::string_view bytes) {
  thread_local Sha256 hasher;
  return hasher.update(bytes).finish();
}

}  // namespace mohur::crypto
