// Whose token it is, while it is good: what a sealed token says is true, and may be over meanwhile.
#pragma once

#include "gateway/call.hpp"
#include "tokens/access_token.hpp"

namespace mohur::gateway {

// The key that the token was got with. Errors, in order: credential_invalid, for a key that is not known; credential_revoked,
// credential_expired, token_expired; token_revoked, also when the secret that it was got with is right no more.
Result<const KnownKey*> holder_of(const Services& services, const tokens::TokenClaims& claims);

// What the hash of a secret leaves in the tokens that are got with it.
std::uint64_t mark_of(const crypto::Hash256& secret_hash);

}  // namespace mohur::gateway
