// A token that was revoked: what is remembered of it until it would have expired by itself.
//
// Tokens themselves are kept nowhere: each is sealed, and says all about itself to the server alone (docs/formats/tokens.md).
// Source   RFC 7009; policy clauses P1.3, P4.2
#pragma once

#include "registry/credential.hpp"

namespace mohur::registry {

// Holds the time at which its token was given.
using TokenId = Id<"token">;

// None lives longer: what was revoked before that is of no more interest.
inline constexpr Duration kLongestToken = hours(1);

struct RevokedToken {
  static constexpr std::string_view object_name = "revoked_token";

  TokenId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  CredentialId credential;
  Time expires_at;

  bool operator==(const RevokedToken&) const = default;
  MOHUR_DESCRIBE(RevokedToken, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence),
                 (7, credential, "With which the token was got."), (8, expires_at, "When it would have expired by itself."))
};

}  // namespace mohur::registry
