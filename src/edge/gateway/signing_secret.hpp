// The secret that both sides of a signature know: made here, shown once, kept sealed, opened to check what was signed.
//
// Form     `mohur_sign_` and 32 random bytes in base64; the bytes are the key of the HMAC.
#pragma once

#include <string>

#include "base/random.hpp"
#include "registry/credential.hpp"
#include "signatures/verifying_key.hpp"
#include "vault/vault.hpp"

namespace mohur::gateway {

std::string make_signing_secret(Random& random);
std::string seal_signing_secret(vault::Vault& vault, std::string_view secret);

// What a signing key's signatures are checked with. Errors: data_damaged.
Result<signatures::VerifyingKey> make_verifying_key(vault::Vault& vault, const registry::SigningKey& key);

}  // namespace mohur::gateway
