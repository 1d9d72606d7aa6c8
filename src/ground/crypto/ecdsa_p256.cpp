#include "crypto/ecdsa_p256.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>

#include "base/assert.hpp"
#include "crypto/x509_parts.hpp"

namespace mohur::crypto {
namespace {

const unsigned char* octets(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 32> group{};
  std::size_t size = 0;
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC && EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) == 1 &&
         std::string_view{group.data(), size} == "prime256v1";
}

}  // namespace

std::optional<EcdsaP256PublicKey> EcdsaP256PublicKey::from_pem(std::string_view pem) {
  Key key{PEM_read_bio_PUBKEY(text_bio(pem).get(), nullptr, nullptr, nullptr)};
  if (key == nullptr) ERR_clear_error();
  if (key == nullptr || !is_p256(key.get())) return std::nullopt;
  return EcdsaP256PublicKey{std::move(key)};
}

bool EcdsaP256PublicKey::verify(std::string_view message, std::string_view signature) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  MOHUR_ASSERT(context != nullptr);
  MOHUR_ASSERT(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1);
  const bool is_right =
      EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(message), message.size()) == 1;
  if (!is_right) ERR_clear_error();  // a signature of no form leaves a complaint behind
  return is_right;
}

}  // namespace mohur::crypto
