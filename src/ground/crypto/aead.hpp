// Sealing bytes so that nobody without the key can read them or change them unnoticed: AES-256-GCM.
//
// Shape    seal() gives ciphertext and tag, 16 bytes longer than the plaintext. open() gives the plaintext, or nothing
//          when any bit of the box, the nonce, the associated data or the key is not the one it was sealed with.
// Nonce    12 bytes. A nonce used twice under one key breaks both boxes and the key's authenticity: draw it at random and
//          seal fewer than 2^32 boxes under one key.
// Cost     The key is expanded once, so that a short box costs a few tenths of a microsecond.
// Threads  One Aead belongs to one thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/key256.hpp"

struct evp_cipher_ctx_st;

namespace mohur::crypto {

class Aead {
 public:
  static constexpr std::size_t nonce_size = 12;
  static constexpr std::size_t tag_size = 16;

  explicit Aead(const Key256& key);

  // Forgets the key for another one, without a new allocation.
  void rekey(const Key256& key);

  // ciphertext ‖ tag. `associated` is proven but not stored: the opener has to know it.
  std::string seal(std::string_view nonce, std::string_view associated, std::string_view plain);
  // The same, put behind what `out` holds already.
  void seal_onto(std::string& out, std::string_view nonce, std::string_view associated, std::string_view plain);

  std::optional<std::string> open(std::string_view nonce, std::string_view associated, std::string_view box);

 private:
  struct Free {
    void operator()(evp_cipher_ctx_st* context) const noexcept;
  };
  void begin(std::string_view nonce, std::string_view associated, bool sealing);

  std::unique_ptr<evp_cipher_ctx_st, Free> context_;
};

}  // namespace mohur::crypto
