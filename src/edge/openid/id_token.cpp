#include "openid/id_token.hpp"

#include <cjose/cjose.h>

#include <algorithm>

#include "openid/json.hpp"

namespace mohur::openid {
namespace {

constexpr std::size_t kLongestToken = 16'384, kFewestRsaBits = 2'048;
constexpr Duration kTolerance = minutes(1);
constexpr std::string_view kAlgorithms[] = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"};

struct ReleaseJws {
  void operator()(cjose_jws_t* jws) const noexcept { cjose_jws_release(jws); }
};
using Jws = std::unique_ptr<cjose_jws_t, ReleaseJws>;

Jws import(std::string_view token) {
  if (token.size() > kLongestToken) return nullptr;
  cjose_err error{};
  return Jws{cjose_jws_import(token.data(), token.size(), &error)};
}

std::string header_text(const Jws& jws, const char* name) {
  cjose_err error{};
  const char* text = cjose_header_get(cjose_jws_get_protected(jws.get()), name, &error);
  return text != nullptr ? text : "";
}

bool has_a_usual_algorithm(const Jws& jws) {
  return std::ranges::find(kAlgorithms, header_text(jws, CJOSE_HDR_ALG)) != std::end(kAlgorithms);
}

bool is_strong(const cjose_jwk_t* key) {
  cjose_err error{};
  const cjose_jwk_kty_t kind = cjose_jwk_get_kty(key, &error);
  if (kind == CJOSE_JWK_KTY_RSA) return cjose_jwk_get_keysize(key, &error) >= kFewestRsaBits;
  return kind == CJOSE_JWK_KTY_EC;
}

std::unexpected<Refusal> refused(std::string why) { return refuse(Outcome::sign_in_failed, {}, std::move(why)); }

// Where several parties are meant, the token says for which of them it was made.
Result<void> check_audience(const Json& claims, std::string_view client) {
  const std::vector<std::string> meant = claims.texts("aud");
  const auto party = claims.text("azp");
  const bool is_for_us = std::ranges::find(meant, client) != meant.end() && (party ? *party == client : meant.size() == 1);
  if (!is_for_us) return refused("The provider's token is for somebody else.");
  return {};
}

Result<void> check_times(const Json& claims, Time now) {
  const auto expires = claims.whole("exp"), issued = claims.whole("iat"), begins = claims.whole("nbf");
  if (!expires || !issued) return refused("The provider's token does not say when it is good.");
  const std::int64_t second = now.unix_ms() / 1'000, tolerance = kTolerance.ns / seconds(1).ns;
  if (*expires <= second - tolerance) return refused("The provider's token is over.");
  if (std::max(*issued, begins.value_or(*issued)) > second + tolerance)
    return refused("The provider's token is of the future: one of the two clocks is wrong.");
  return {};
}

Result<void> check_factors(const Json& claims, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return {};
  for (const std::string& shown : claims.texts("amr"))
    if (std::ranges::find(wanted, shown) != wanted.end()) return {};
  return refused("The provider does not say that you have shown a second factor there: set one up, and sign in with it.");
}

}  // namespace

void ProviderKeys::Release::operator()(_cjose_jwk_int* key) const noexcept { cjose_jwk_release(key); }

std::optional<ProviderKeys> ProviderKeys::read(std::string_view text) {
  const auto published = Json::parse(text);
  if (!published) return std::nullopt;
  ProviderKeys keys;
  for (const Json& each : published->objects("keys")) {
    if (each.text("use").value_or("sig") != "sig") continue;
    cjose_err error{};
    Key key{each.text("kid").value_or(""), {}};
    key.key.reset(cjose_jwk_import_json(each.get(), &error));
    if (key.key != nullptr && is_strong(key.key.get())) keys.keys_.push_back(std::move(key));
  }
  if (keys.keys_.empty()) return std::nullopt;
  return keys;
}

bool ProviderKeys::know(std::string_view token) const {
  const Jws jws = import(token);
  if (jws == nullptr) return false;
  const std::string id = header_text(jws, CJOSE_HDR_KID);
  return id.empty() || std::ranges::any_of(keys_, [&](const Key& key) { return key.id == id; });
}

std::optional<std::string> ProviderKeys::signed_by_one(std::string_view token) const {
  for (const Key& each : keys_) {
    const Jws jws = import(token);  // one that was looked at once is not looked at again
    if (jws == nullptr || !has_a_usual_algorithm(jws)) return std::nullopt;
    const std::string id = header_text(jws, CJOSE_HDR_KID);
    if (!id.empty() && id != each.id) continue;
    cjose_err error{};
    std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    if (!cjose_jws_verify(jws.get(), each.key.get(), &error)) continue;
    if (!cjose_jws_get_plaintext(jws.get(), &bytes, &size, &error)) continue;
    return std::string{reinterpret_cast<const char*>(bytes), size};
  }
  return std::nullopt;
}

Result<Identity> read_id_token(std::string_view token, const ProviderKeys& keys, const ExpectedToken& expected) {
  const auto statement = keys.signed_by_one(token);
  const auto claims = statement ? Json::parse(*statement) : std::nullopt;
  if (!claims) return refused("The provider's token is not signed by one of its keys.");
  if (claims->text("iss") != expected.issuer) return refused("The provider's token is of another issuer.");
  MOHUR_TRY(check_audience(*claims, expected.client));
  if (claims->text("nonce") != expected.nonce) return refused("The provider's token is of another attempt.");
  MOHUR_TRY(check_times(*claims, expected.now));
  MOHUR_TRY(check_factors(*claims, expected.factors));
  Identity identity{claims->text("sub").value_or(""), claims->text("email").value_or("")};
  if (identity.subject.empty() || identity.email.empty() || !claims->is_true("email_verified"))
    return refused("The provider does not tell a verified e-mail address.");
  return identity;
}

}  // namespace mohur::openid
