// Access tokens: what a key may do for the next minutes, sealed into one line that only this server can read.
//
// Form     mohur_test_at_<base64url of version, key number, nonce, box><crc>; docs/formats/tokens.md has the grammar.
// Meaning  A token is kept nowhere. What it says is inside it, encrypted and authenticated by AES-256-GCM: its holder can
//          neither read it nor change it, and a token of one mode is none of the other.
// Keys     Each day has its own, derived from one root by the day's number. So keys rotate by themselves, and no key seals
//          more than a day's tokens.
// Errors   open: credential_malformed for what cannot be a token, with the reason; credential_invalid for what this server did
//          not seal. Whether a token is still good is asked elsewhere.
// Threads  One TokenSealer belongs to one thread at a time.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "crypto/aead.hpp"
#include "registry/token.hpp"

namespace mohur::tokens {

struct TokenClaims {
  registry::TokenId id;
  registry::CredentialId credential;
  std::string kid;  // of the credential
  registry::ClientId client;
  Mode mode = Mode::test;
  std::uint64_t scopes = 0;  // bit n - 1 is the scope of number n
  Time issued_at;
  Time expires_at;
  std::uint64_t secret = 0;                // the first 8 bytes of the keyed hash of the secret that the token was got with
  std::optional<std::string> certificate;  // SHA-256 of the certificate whose connections the token is bound to

  bool operator==(const TokenClaims&) const = default;
  MOHUR_DESCRIBE(TokenClaims, (1, id), (2, credential), (3, kid), (4, client), (5, mode), (6, scopes), (7, issued_at),
                 (8, expires_at), (9, secret), (10, certificate))
};

// Whether the text begins as tokens do; says nothing about the rest.
bool is_token(std::string_view text);

// What stands in a token's text: nothing is proven yet.
struct TokenText {
  Mode mode = Mode::test;
  std::uint32_t key_number = 0;
  std::string_view prefix;  // of the text
  std::string bytes;        // version, key number, nonce and box
};
Result<TokenText> read_token(std::string_view text);

class TokenSealer {
 public:
  // `random` outlives the sealer.
  TokenSealer(crypto::Key256 root, Random& random) : root_(std::move(root)), random_(random) {}

  std::string seal(const TokenClaims& claims);
  Result<TokenClaims> open(std::string_view text);

 private:
  struct DayKey {
    std::uint32_t number;
    crypto::Aead aead;
  };
  crypto::Aead& aead_of(std::uint32_t number);

  const crypto::Key256 root_;
  Random& random_;
  std::array<std::optional<DayKey>, 2> keys_;  // of the last two days that were asked for
};

}  // namespace mohur::tokens
