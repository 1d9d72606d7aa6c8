#include "crypto/password.hpp"

#include <argon2.h>

#include <array>
#include <charconv>

#include "base/assert.hpp"
#include "base/random.hpp"

namespace mohur::crypto {
namespace {

constexpr std::size_t kSaltSize = 16, kHashSize = 32;

// The number behind `m=`; nothing where there is none.
std::uint32_t memory_of(std::string_view hash) {
  const std::size_t at = hash.find("$m=");
  std::uint32_t memory = kMostMemoryKib + 1;
  if (at != std::string_view::npos) std::from_chars(hash.data() + at + 3, hash.data() + hash.size(), memory);
  return memory;
}

}  // namespace

std::string hash_password(std::string_view password, Random& random, const PasswordCost& cost) {
  std::array<std::uint8_t, kSaltSize> salt;
  random.fill(salt);
  std::string text(argon2_encodedlen(cost.passes, cost.memory_kib, cost.lanes, kSaltSize, kHashSize, Argon2_id), '\0');
  const int outcome = argon2id_hash_encoded(cost.passes, cost.memory_kib, cost.lanes, password.data(), password.size(),
                                            salt.data(), salt.size(), kHashSize, text.data(), text.size());
  MOHUR_ASSERT(outcome == ARGON2_OK);  // else there was no memory
  text.resize(text.find('\0'));
  return text;
}

bool matches_password(std::string_view password, const std::string& hash) {
  if (!hash.starts_with("$argon2id$") || memory_of(hash) > kMostMemoryKib) return false;
  return argon2id_verify(hash.c_str(), password.data(), password.size()) == ARGON2_OK;
}

}  // namespace mohur::crypto
