// OAuth 2.0: a key for the next minutes instead of the key itself (RFC 6749, section 4.4), what it is (RFC 7662), and its end
// before its time (RFC 7009).
#include "crypto/api_key.hpp"
#include "gateway/oauth_shapes.hpp"
#include "gateway/token_holder.hpp"

namespace mohur::gateway {
namespace {

using registry::Scope;

// The scopes that were asked for: some of those that the key has. Errors: field_malformed, scope_missing.
Result<ScopeSet> asked_scopes(const Call& call) {
  const std::string* text = call.form.find("scope");
  if (text == nullptr) return call.scopes;
  ScopeSet asked = 0;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto scope = from_token<Scope>(word);
    if (!scope) return refuse(Outcome::field_malformed, "scope", "Expected names of scopes, with one space between them.");
    if (!call.has(*scope))
      return refuse(Outcome::scope_missing, "scope", "The key does not have the scope " + std::string{word} + ".");
    asked |= bit_of(*scope);
  }
  return asked;
}

// A token that could get another one would never end.
Result<void> check_may_have_tokens(const Call& call) {
  if (call.token) return refuse(Outcome::scope_missing, "Authorization", "A token gets no other token: show the key.");
  if (call.caller.kind != registry::CallerKind::credential)
    return refuse(Outcome::scope_missing, {}, "Tokens are given to clients; the operator's people use their keys.");
  return {};
}

tokens::TokenClaims new_claims(const Call& call, ScopeSet scopes) {
  const Time now = call.services.clock.now();
  const Time end = now + call.services.settings.token_lifetime;
  tokens::TokenClaims claims{.id = new_id<registry::TokenId>(now, call.services.random),
                             .credential = call.key->id,
                             .kid = call.kid,
                             .client = call.client,
                             .mode = call.mode,
                             .scopes = scopes,
                             .issued_at = now,
                             .expires_at = call.key->expires_at ? std::min(end, *call.key->expires_at) : end,
                             .secret = call.secret_mark,
                             .certificate = {}};
  if (const auto& shown = call.request.tls.client_certificate) claims.certificate = {shown->sha256.begin(), shown->sha256.end()};
  return claims;
}

// What a key was shown on with a certificate is bound to it: nobody else can use the token (RFC 8705, section 3).
Result<net::Response> give(Call& call) {
  MOHUR_TRY(check_may_have_tokens(call));
  MOHUR_TRY_SET(grant, call.form.need("grant_type"));
  if (grant != "client_credentials") return refuse(Outcome::grant_type_unsupported, "grant_type", "Expected client_credentials.");
  MOHUR_TRY_SET(scopes, asked_scopes(call));
  const tokens::TokenClaims claims = new_claims(call, scopes);
  return answer_with(call, IssuedToken{.access_token = call.services.tokens.seal(claims),
                                       .expires_in = (claims.expires_at - claims.issued_at).ns / seconds(1).ns,
                                       .scope = scope_text(scopes)});
}

// Tokens of others are as good as none: nobody learns of them here.
bool may_know(const Call& call, const tokens::TokenClaims& claims, const KnownKey& holder) {
  if (call.person != nullptr) return registry::permits(call.person->roles, registry::Permission::read);
  const bool is_of_its_own = !call.sublicence || call.sublicence == holder.more().sublicence;
  return claims.client == call.client && claims.mode == call.mode && is_of_its_own;
}

bool is_good(const Call& call, const KnownKey& holder, registry::ClientId of) {
  const KnownClient* client = call.services.directory.find(of);
  const auto& sublicence = holder.more().sublicence;
  return client != nullptr && registry::may_read(client->status) &&
         (!sublicence || call.services.directory.is_active(*sublicence));
}

Result<net::Response> introspect(Call& call) {
  MOHUR_TRY_SET(text, call.form.need("token"));
  net::Response response;
  const auto claims = call.services.tokens.open(text);
  const auto holder = claims ? holder_of(call.services, *claims) : std::unexpected(claims.error());
  const bool is_active = holder && is_good(call, **holder, claims->client) && may_know(call, *claims, **holder);
  write_introspection(is_active ? &*claims : nullptr, is_active ? claims->scopes & (*holder)->scopes : 0, response.body);
  return response;
}

Result<void> check_may_end_others(const Call& call) {
  if (call.person != nullptr) return registry::check_permitted(call.person->roles, registry::Permission::end_keys);
  return refuse(Outcome::scope_missing, "token", "The token was got with another key, which ends it.");
}

Prepared nothing_to_do() {
  net::Response response;
  response.body = "{}";
  return {.intent = {}, .at_once = std::move(response)};
}

Result<Prepared> revoke(const Call& call) {
  MOHUR_TRY_SET(text, call.form.need("token"));
  if (crypto::parse_api_key(text))
    return refuse(Outcome::field_malformed, "token",
                  "This is a key and no token: POST /v1/credentials/report_compromise ends one.");
  const auto claims = call.services.tokens.open(text);
  if (!claims || !holder_of(call.services, *claims)) return nothing_to_do();  // it is none, or over
  const bool is_own = call.caller.credential == claims->credential.value;
  if (!is_own) MOHUR_TRY(check_may_end_others(call));
  return Prepared{.intent = kernel::RevokeToken{claims->id, claims->credential, claims->expires_at}};
}

Route form_route(std::string_view path, std::string_view summary, policy::RouteClass route_class) {
  Route route{.method = net::Method::post, .path = path, .summary = summary, .clause = "P4.2", .access = Access::oauth};
  route.route_class = route_class;
  route.also_when_suspended = true;
  route.takes_form = true;
  return route;
}

Route revoke_route() {
  Route route = form_route("/oauth/revoke", "End an access token at once", policy::RouteClass::reserved);
  route.clause = "P1.3";
  route.outcomes = {Outcome::field_malformed};
  route.prepare = [](Call& call) -> Checked<Prepared> {
    auto prepared = revoke(call);
    if (!prepared) return std::unexpected(Refusals{std::move(prepared).error()});
    return std::move(*prepared);
  };
  route.render = [](Call&, const kernel::Object&, std::string& out) -> Result<void> {
    out += "{}";
    return {};
  };
  route.load = [](Call&, Key128) -> Result<kernel::Object> { return kernel::Object{}; };
  takes<TokenQuestion>(route);
  route.output = [](codec::SchemaSet& set) {
    return set.refer("Nothing", [](codec::JsonWriter& writer, codec::SchemaSet&) {
      writer.begin_object().member("type", "object").key("properties").begin_object().end_object().end_object();
    });
  };
  route.output_example = [] { return std::string{"{}"}; };
  return route;
}

}  // namespace

std::vector<Route> oauth_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(form_route("/oauth/token", "Get an access token for the next minutes", policy::RouteClass::write));
  routes.back().outcomes = {grant_type_unsupported, field_malformed};
  routes.back().read = give;
  takes<TokenRequest>(routes.back());
  gives<IssuedToken>(routes.back());
  routes.push_back(form_route("/oauth/introspect", "See what an access token is", policy::RouteClass::read));
  routes.back().read = introspect;
  takes<TokenQuestion>(routes.back());
  routes.back().output = [](codec::SchemaSet& set) {
    return set.refer("Introspection", [](codec::JsonWriter& writer, codec::SchemaSet&) { write_introspection_schema(writer); });
  };
  routes.back().output_example = [] {
    std::string out;
    const tokens::TokenClaims claims = example_claims();
    write_introspection(&claims, claims.scopes, out);
    return out;
  };
  routes.push_back(revoke_route());
  return routes;
}

}  // namespace mohur::gateway
