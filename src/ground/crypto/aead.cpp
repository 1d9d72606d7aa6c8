#include "crypto/aead.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <limits>

#include "base/assert.hpp"

namespace mohur::crypto {
namespace {

// Never freed: threads may still seal while the process ends.
const EVP_CIPHER* fetched_aes_256_gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  MOHUR_ASSERT(cipher != nullptr);
  return cipher;
}

const unsigned char* octets(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* octets(char* bytes) { return reinterpret_cast<unsigned char*>(bytes); }

int length_of(std::string_view bytes) {
  MOHUR_ASSERT(bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
  return static_cast<int>(bytes.size());
}

}  // namespace

void Aead::Free::operator()(evp_cipher_ctx_st* context) const noexcept { EVP_CIPHER_CTX_free(context); }

Aead::Aead(const Key256& key) : context_(EVP_CIPHER_CTX_new()) {
  MOHUR_ASSERT(context_ != nullptr);
  MOHUR_ASSERT(EVP_CipherInit_ex2(context_.get(), fetched_aes_256_gcm(), octets(key.view()), nullptr, 1, nullptr) == 1);
}

void Aead::rekey(const Key256& key) {
  MOHUR_ASSERT(EVP_CipherInit_ex2(context_.get(), nullptr, octets(key.view()), nullptr, 1, nullptr) == 1);
}

// One context serves both directions: GCM runs the cipher forwards to seal and to open, so its expanded key stays good.
void Aead::begin(std::string_view nonce, std::string_view associated, bool sealing) {
  MOHUR_ASSERT(nonce.size() == nonce_size);
  MOHUR_ASSERT(EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, octets(nonce), sealing ? 1 : 0, nullptr) == 1);
  if (associated.empty()) return;
  int taken = 0;
  MOHUR_ASSERT(EVP_CipherUpdate(context_.get(), nullptr, &taken, octets(associated), length_of(associated)) == 1);
}

std::string Aead::seal(std::string_view nonce, std::string_view associated, std::string_view plain) {
  std::string box;
  seal_onto(box, nonce, associated, plain);
  return box;
}

void Aead::seal_onto(std::string& out, std::string_view nonce, std::string_view associated, std::string_view plain) {
  begin(nonce, associated, true);
  const std::size_t start = out.size();
  out.resize(start + plain.size() + tag_size);
  unsigned char* const to = octets(out.data() + start);
  int taken = 0;
  if (!plain.empty()) MOHUR_ASSERT(EVP_CipherUpdate(context_.get(), to, &taken, octets(plain), length_of(plain)) == 1);
  MOHUR_ASSERT(static_cast<std::size_t>(taken) == plain.size());
  MOHUR_ASSERT(EVP_CipherFinal_ex(context_.get(), to + taken, &taken) == 1);
  OSSL_PARAM tag[] = {OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, to + plain.size(), tag_size),
                      OSSL_PARAM_construct_end()};
  MOHUR_ASSERT(EVP_CIPHER_CTX_get_params(context_.get(), tag) == 1);
}

std::optional<std::string> Aead::open(std::string_view nonce, std::string_view associated, std::string_view box) {
  if (nonce.size() != nonce_size || box.size() < tag_size) return std::nullopt;
  const std::string_view sealed = box.substr(0, box.size() - tag_size);
  char tag_bytes[tag_size];
  box.copy(tag_bytes, tag_size, sealed.size());
  begin(nonce, associated, false);
  std::string plain(sealed.size(), '\0');
  int taken = 0;
  if (!sealed.empty())
    MOHUR_ASSERT(EVP_CipherUpdate(context_.get(), octets(plain.data()), &taken, octets(sealed), length_of(sealed)) == 1);
  const OSSL_PARAM tag[] = {OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag_bytes, tag_size),
                            OSSL_PARAM_construct_end()};
  MOHUR_ASSERT(EVP_CIPHER_CTX_set_params(context_.get(), tag) == 1);
  if (EVP_CipherFinal_ex(context_.get(), octets(plain.data()) + taken, &taken) == 1) return plain;
  // What was decrypted was never proven; it must not be seen.
  wipe(plain.data(), plain.size());
  return std::nullopt;
}

}  // namespace mohur::crypto
