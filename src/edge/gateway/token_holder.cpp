#include "gateway/token_holder.hpp"

namespace mohur::gateway {
namespace {

bool is_right(const KnownKey& key, std::uint64_t mark, Time now) {
  if (mark_of(key.secret_hash) == mark) return true;
  const auto& previous = key.more().previous_secret_hash;
  const auto& ends_at = key.more().previous_secret_expires_at;
  return previous && ends_at && now < *ends_at && mark_of(*previous) == mark;
}

}  // namespace

std::uint64_t mark_of(const crypto::Hash256& secret_hash) { return engine::read_big_endian(secret_hash.view().substr(0, 8)); }

Result<const KnownKey*> holder_of(const Services& services, const tokens::TokenClaims& claims) {
  const Time now = services.clock.now();
  const KnownKey* key = services.directory.find(claims.kid);
  if (key == nullptr || key->id != claims.credential) return refuse(Outcome::credential_invalid, "Authorization");
  if (key->revoked) return refuse(Outcome::credential_revoked, "Authorization");
  if (key->expires_at && *key->expires_at <= now) return refuse(Outcome::credential_expired, "Authorization");
  if (claims.expires_at <= now)
    return refuse(Outcome::token_expired, "Authorization",
                  "The token was good until " + to_rfc3339(claims.expires_at) + ". Ask for another one.");
  if (services.directory.is_revoked(claims.id)) return refuse(Outcome::token_revoked, "Authorization");
  if (!is_right(*key, claims.secret, now))
    return refuse(Outcome::token_revoked, "Authorization", "The secret that the token was got with is right no more.");
  return key;
}

}  // namespace mohur::gateway
