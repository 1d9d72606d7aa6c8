// Signing in at the operator's OpenID provider: the browser is sent there, and comes back with a code.
//
// Kept     Nothing is: the browser keeps the attempt in a cookie that only this server can read and make, for ten minutes. It
//          must come back with the answer, so that nobody signs somebody else in.
// Who      Whoever was appointed with the address that the provider has verified; from then on the same account of it.
#include "crypto/encoding.hpp"
#include "crypto/key256.hpp"
#include "engine/claims.hpp"
#include "gateway/cookies.hpp"
#include "gateway/query.hpp"
#include "gateway/signing_in.hpp"

namespace mohur::gateway {
namespace {

using registry::Session;

constexpr std::string_view kLabel = "openid attempt";
constexpr Duration kAttemptLasts = minutes(10);
constexpr std::size_t kTextSize = 43;  // of 32 bytes

std::string sealed_attempt(const Call& call, const openid::Attempt& attempt) {
  const std::string plain =
      attempt.state + attempt.nonce + attempt.verifier + std::to_string(call.services.clock.now().unix_ms());
  return crypto::base64url_encode(call.services.vault.seal_secret(kLabel, plain));
}

// What this browser was sent away with. Nothing where it was not, or long ago.
std::optional<openid::Attempt> attempt_of(const Call& call) {
  const auto cookie = find_cookie(call.request, kAttemptCookie);
  const auto box = cookie ? crypto::base64url_decode(*cookie) : std::nullopt;
  if (!box) return std::nullopt;
  const auto plain = call.services.vault.unseal_secret(kLabel, *box);
  if (!plain || plain->size() <= 3 * kTextSize) return std::nullopt;
  const Time begun{std::stoll(plain->substr(3 * kTextSize)) * milliseconds(1).ns};
  if (begun + kAttemptLasts <= call.services.clock.now()) return std::nullopt;
  return openid::Attempt{plain->substr(0, kTextSize), plain->substr(kTextSize, kTextSize),
                         plain->substr(2 * kTextSize, kTextSize)};
}

Result<openid::Provider*> provider_of(const Call& call) {
  if (call.services.staff.provider == nullptr) return refuse(Outcome::not_found, {}, "No OpenID provider is configured here.");
  return call.services.staff.provider;
}

void begin(Call& call, GoOn go_on) {
  const auto provider = provider_of(call);
  if (!provider) return go_on(all_of(provider.error()));
  const auto attempt = openid::Attempt::make(call.services.random);
  (*provider)->begin(attempt, [&call, attempt, go_on = std::move(go_on)](Result<std::string> address) {
    if (!address) return go_on(all_of(address.error()));
    call.address = std::move(*address);
    call.cookies.push_back(attempt_cookie(sealed_attempt(call, attempt), kAttemptLasts));
    go_on({});
  });
}

Result<net::Response> send_away(Call& call) {
  net::Response response;
  response.status = 303;
  response.content_type = "text/html; charset=utf-8";
  response.body = "<!doctype html><title>Sign in</title><p>Sign in at the provider that this server is configured with.</p>";
  response.add("Location", call.address);
  return response;
}

// What the provider has the browser say. Errors: sign_in_failed.
Result<std::string> returned_code(const Call& call, const openid::Attempt& attempt, const openid::Provider& provider) {
  MOHUR_TRY_SET(pairs, query_pairs(call.request));
  const auto value = [&pairs](std::string_view name) -> std::string_view {
    const auto found = std::ranges::find(pairs, name, &QueryPair::name);
    return found == pairs.end() ? std::string_view{} : found->value;
  };
  if (!crypto::constant_time_equal(value("state"), attempt.state))
    return refuse(Outcome::sign_in_failed, "state", "This browser has begun another attempt: begin again.");
  if (!value("iss").empty() && value("iss") != provider.issuer())
    return refuse(Outcome::sign_in_failed, "iss", "This is the answer of another provider.");
  if (value("code").empty()) return refuse(Outcome::sign_in_failed, "code", "The provider has let nobody in.");
  return std::string{value("code")};
}

Key128 tries_of(const Call& call) { return account_here(call, call.services.vault.blind_index("provider", "codes")); }

void redeem(Call& call, GoOn go_on) {
  const auto provider = provider_of(call);
  if (!provider) return go_on(all_of(provider.error()));
  const auto attempt = attempt_of(call);
  if (!attempt)
    return go_on(all_of({Outcome::sign_in_failed, "Cookie", "This browser has not begun to sign in, or too long ago."}));
  const auto code = returned_code(call, *attempt, **provider);
  if (!code) return go_on(all_of(code.error()));
  if (const auto begun = begin_try(call, tries_of(call)); !begun) return go_on(all_of(begun.error()));
  (*provider)->redeem(*code, *attempt, [&call, go_on = std::move(go_on)](Result<openid::Identity> identity) {
    if (!identity && identity.error().outcome != Outcome::sign_in_failed) call.services.staff.waits.not_looked_at(*call.attempt);
    if (!identity) return go_on(all_of(identity.error()));
    call.identity = std::move(*identity);
    go_on({});
  });
}

Result<kernel::Intent> sign_in(Call& call, const NoInput&) {
  const registry::Person* person =
      call.services.staff.book.person_with(engine::email_claim(call.services.vault, call.identity->email));
  if (person == nullptr || person->status == registry::PersonStatus::disabled)
    return refuse(Outcome::sign_in_failed, {}, "Nobody with the address that the provider tells is appointed here.");
  succeeded(call, tries_of(call));
  kernel::OpenSession intent = open_session(call, person->id, registry::SessionKind::cookie);
  intent.manner = registry::SignInManner::provider;
  const std::string& issuer = call.services.staff.provider->issuer();
  intent.subject = call.services.vault.secret_hash("subject " + call.identity->subject + " of " + issuer).view();
  intent.subject_key = engine::account_of_provider_claim(call.services.vault, issuer, call.identity->subject);
  call.cookies.push_back(attempt_cookie("", {}));
  return kernel::Intent{std::move(intent)};
}

}  // namespace

std::vector<Route> openid_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  Route start = read("/v1/staff/openid/start", "Go and sign in at the operator's OpenID provider", Access::everybody,
                     std::nullopt, {not_found, provider_unavailable}, send_away);
  start.status = 303;
  start.media = "text/html";
  start.clause = "P4.2";
  start.beside = begin;
  routes.push_back(std::move(start));
  Route back = write<Session, NoInput>(
      "/v1/staff/openid/callback", "Come back from it, signed in", "P4.2", Access::everybody, {}, IdempotencyRule::none,
      {not_found, sign_in_failed, sign_in_blocked, role_missing, provider_unavailable}, sign_in, 201);
  back.method = net::Method::get;  // the provider sends the browser here
  back.beside = redeem;
  gives_with<Session, WithTokens>(back, example_of_signing_in);
  routes.push_back(std::move(back));
  return routes;
}

}  // namespace mohur::gateway
