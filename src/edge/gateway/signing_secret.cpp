#include "gateway/signing_secret.hpp"

#include "crypto/encoding.hpp"
#include "crypto/key256.hpp"

namespace mohur::gateway {
namespace {

constexpr std::string_view kPrefix = "mohur_sign_";
constexpr std::string_view kLabel = "signing-secret";

std::unexpected<Refusal> damaged(const registry::SigningKey& key) {
  return refuse(Outcome::data_damaged, {}, "The signing key " + key.id.to_string() + " cannot be read.");
}

}  // namespace

std::string make_signing_secret(Random& random) {
  return std::string{kPrefix} + crypto::base64_encode(crypto::Key256::from_random(random).view());
}

std::string seal_signing_secret(vault::Vault& vault, std::string_view secret) { return vault.seal_secret(kLabel, secret); }

Result<signatures::VerifyingKey> make_verifying_key(vault::Vault& vault, const registry::SigningKey& key) {
  if (key.public_key) {
    auto public_key = crypto::Ed25519PublicKey::from_text(*key.public_key);
    if (!public_key) return damaged(key);
    return signatures::VerifyingKey{std::move(*public_key)};
  }
  MOHUR_TRY_SET(secret, vault.unseal_secret(kLabel, key.secret));
  auto bytes =
      secret.starts_with(kPrefix) ? crypto::base64_decode(std::string_view{secret}.substr(kPrefix.size())) : std::nullopt;
  crypto::wipe(secret.data(), secret.size());
  if (!bytes) return damaged(key);
  signatures::VerifyingKey verifying{crypto::HmacSha256{*bytes}};
  crypto::wipe(bytes->data(), bytes->size());
  return verifying;
}

}  // namespace mohur::gateway
