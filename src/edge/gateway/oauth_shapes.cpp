#include "gateway/oauth_shapes.hpp"

#include "crypto/encoding.hpp"
#include "gateway/example_parts.hpp"

namespace mohur::gateway {

using codec::JsonWriter;

std::string scope_text(ScopeSet scopes) {
  std::string text;
  for (const auto& row : described_enumerators(registry::Scope{}))
    if ((scopes & bit_of(row.value)) != 0) text.append(text.empty() ? "" : " ").append(row.token);
  return text;
}

void write_introspection(const tokens::TokenClaims* claims, ScopeSet scopes, std::string& out) {
  JsonWriter writer{out};
  writer.begin_object().member("active", claims != nullptr);
  if (claims != nullptr) {
    writer.member("scope", scope_text(scopes)).member("client_id", claims->kid).member("token_type", "Bearer");
    writer.member("exp", claims->expires_at.unix_s()).member("iat", claims->issued_at.unix_s());
    writer.member("sub", claims->client.to_string()).member("jti", claims->id.to_string());
    writer.member("mode", to_token(claims->mode)).member("credential", claims->credential.to_string());
    if (claims->certificate)
      writer.key("cnf").begin_object().member("x5t#S256", crypto::base64url_encode(*claims->certificate)).end_object();
  }
  writer.end_object();
}

void write_introspection_schema(JsonWriter& writer) {
  const auto member = [&](std::string_view name, std::string_view type, std::string_view description) {
    writer.key(name).begin_object().member("type", type).member("description", description).end_object();
  };
  writer.begin_object().member("type", "object").key("properties").begin_object();
  member("active", "boolean", "Whether it is a token of yours that is good now; if not, nothing else is told.");
  member("scope", "string", "What it may do now.");
  member("client_id", "string", "The kid of the key with which it was got.");
  member("token_type", "string", "Bearer.");
  member("exp", "integer", "When it ends, in seconds since 1970.");
  member("iat", "integer", "When it was given.");
  member("sub", "string", "The client.");
  member("jti", "string", "The token's own id.");
  member("mode", "string", "test or live.");
  member("credential", "string", "The key with which it was got.");
  writer.key("cnf").begin_object().member("type", "object").key("properties").begin_object();
  member("x5t#S256", "string", "SHA-256 of the certificate that a connection must show, in base64url.");
  writer.end_object().member("description", "To which certificate it is bound.").end_object();
  writer.end_object().key("required").begin_array().value("active").end_array().end_object();
}

namespace {

constexpr std::string_view kToken =
    "mohur_test_at_AQAAUSsBAgMEBQYHCAkKCwyRHQxszHnxQi6LmKKf98JS293Xc_19WzwCuYUhuOTnmrP4De1aBoRoAgP_";

}  // namespace

std::string example_of(Of<TokenRequest>) { return R"({"grant_type":"client_credentials","scope":"read_payins write_payins"})"; }
std::string example_of(Of<TokenQuestion>) { return R"({"token":")" + std::string{kToken} + R"("})"; }
std::string example_of(Of<IssuedToken>, Always) {
  return to_json(IssuedToken{.access_token = std::string{kToken}, .expires_in = 900, .scope = "read_payins write_payins"});
}

tokens::TokenClaims example_claims() {
  return {.id = id_of<registry::TokenId>(22),
          .credential = id_of<registry::CredentialId>(8),
          .kid = "0123456789AB",
          .client = kClient,
          .mode = Mode::test,
          .scopes = bit_of(registry::Scope::read_payins) | bit_of(registry::Scope::write_payins),
          .issued_at = kMade,
          .expires_at = kMade + minutes(15),
          .certificate = {}};
}

}  // namespace mohur::gateway
