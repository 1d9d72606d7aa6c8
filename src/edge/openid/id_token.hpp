// The token by which an OpenID provider says who has signed in: a signed statement, for this server and for one attempt.
//
// Signed   By a key that the provider publishes, with RS256, PS256 or ES256, or their longer kin. A token without a signature, or
//          with one by a secret, is never right; nor is an RSA key of less than 2048 bits.
// Checked  The issuer, the audience, and the authorized party where there is one; the nonce of the attempt; the times, with a
//          minute of tolerance; that the provider has verified the e-mail address; and that a second factor was shown there.
// Errors   sign_in_failed, and the sentence says what is missing.
// Source   OpenID Connect Core 1.0, sections 2 and 3.1.3.7; RFC 7515, RFC 7517; RFC 8176 for the names of factors
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

struct _cjose_jwk_int;  // NOLINT(readability-identifier-naming): cjose calls it so

namespace mohur::openid {

// What the provider publishes at its `jwks_uri`.
class ProviderKeys {
 public:
  // Keys of other kinds, and for other uses, are passed over. Nothing where no key is left.
  static std::optional<ProviderKeys> read(std::string_view text);

  // Whether one of them may have signed the token.
  bool know(std::string_view token) const;
  // What the token says, where one of them has signed it.
  std::optional<std::string> signed_by_one(std::string_view token) const;

 private:
  struct Release {
    void operator()(_cjose_jwk_int* key) const noexcept;
  };
  struct Key {
    std::string id;  // may be empty
    std::unique_ptr<_cjose_jwk_int, Release> key;
  };
  std::vector<Key> keys_;
};

struct ExpectedToken {
  std::string_view issuer;
  std::string_view client;
  std::string_view nonce;
  std::vector<std::string> factors;  // of which the token names one; empty: the provider is trusted to have asked for it
  Time now;
};

// Who has signed in, as the provider knows the person.
struct Identity {
  std::string subject;  // never another one's, at this issuer
  std::string email;    // verified
};

Result<Identity> read_id_token(std::string_view token, const ProviderKeys& keys, const ExpectedToken& expected);

}  // namespace mohur::openid
