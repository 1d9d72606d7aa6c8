// What OAuth's endpoints take and answer: names are the standard's own (RFC 6749, 7009, 7662, 8705).
#pragma once

#include "gateway/route.hpp"

namespace mohur::gateway {

struct TokenRequest {
  std::string grant_type;
  std::optional<std::string> scope;
  std::optional<std::string> client_id;
  std::optional<std::string> client_secret;
  MOHUR_DESCRIBE(TokenRequest, (1, grant_type, "client_credentials."),
                 (2, scope, "With spaces between them; all that the key has when absent."),
                 (3, client_id, "The kid of the key, where it is not shown by HTTP Basic."),
                 (4, client_secret, "The key as it was shown, or its secret part."))
};

struct TokenQuestion {
  std::string token;
  std::optional<std::string> token_type_hint;
  std::optional<std::string> client_id;
  std::optional<std::string> client_secret;
  MOHUR_DESCRIBE(TokenQuestion, (1, token), (2, token_type_hint, "Not needed: a token tells what it is."),
                 (3, client_id, "The kid of the key, where it is not shown by HTTP Basic."),
                 (4, client_secret, "The key as it was shown, or its secret part."))
};

struct IssuedToken {
  std::string access_token;
  std::string token_type = "Bearer";
  std::int64_t expires_in = 0;
  std::string scope;
  MOHUR_DESCRIBE(IssuedToken, (1, access_token, "Send it as `Authorization: Bearer`, as you would the key."), (2, token_type),
                 (3, expires_in, "Seconds from now."), (4, scope, "What it may do."))
};

std::string example_of(Of<TokenRequest>);
std::string example_of(Of<TokenQuestion>);
std::string example_of(Of<IssuedToken>, Always);

// `{"active":false}` and nothing else, or what the token says.
void write_introspection(const tokens::TokenClaims* claims, ScopeSet scopes, std::string& out);
void write_introspection_schema(codec::JsonWriter& writer);
// The claims of the example.
tokens::TokenClaims example_claims();

// `read_payins write_payins`: the names of scopes, with spaces between them.
std::string scope_text(ScopeSet scopes);

}  // namespace mohur::gateway
