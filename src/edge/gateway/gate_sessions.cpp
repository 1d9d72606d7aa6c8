// The stages of the gate that are about sessions: who signed in, with what right, and whose hand moves a browser.
#include "crypto/api_key.hpp"
#include "crypto/key256.hpp"
#include "gateway/cookies.hpp"
#include "gateway/gate.hpp"
#include "gateway/staff.hpp"

namespace mohur::gateway {
namespace {

// A page of another origin knows no token of the session, and a browser tells its origin.
Result<void> check_own_page(const Call& call, std::string_view kid) {
  const auto token = call.request.find("mohur-csrf-token");
  if (!token || !crypto::constant_time_equal(*token, csrf_token(call.services.vault, kid)))
    return refuse(Outcome::csrf_token_missing, "Mohur-Csrf-Token");
  const auto origin = call.request.find("origin");
  if (origin && *origin != "https://" + std::string{call.request.host})
    return refuse(Outcome::csrf_token_missing, "Origin", "The call comes from a page of another origin.");
  return {};
}

}  // namespace

Result<bool> Gate::take_cookie(Call& call) {
  if (call.route->access != Access::us && call.route->access != Access::client_or_us && call.route->access != Access::own)
    return false;
  const auto cookie = find_cookie(call.request, kSessionCookie);
  if (!cookie) return false;
  const auto token = crypto::parse_api_key(*cookie);
  if (!token || token->kind != crypto::KeyKind::st) return refuse(Outcome::session_ended, "Cookie");
  MOHUR_TRY(take_session(call, *token, registry::SessionKind::cookie));
  if (call.route->method != net::Method::get) MOHUR_TRY(check_own_page(call, token->kid));
  return true;
}

Result<void> Gate::take_session(Call& call, const crypto::ApiKeyView& token, registry::SessionKind kind) {
  const Time now = services_.clock.now();
  const KnownSession* session = services_.staff.book.session(token.kid);
  const crypto::Hash256 hash = services_.vault.secret_hash(token.secret);
  const std::string nobodys(32, '\0');
  const bool right = crypto::constant_time_equal(hash.view(), session != nullptr ? session->token_hash : nobodys);
  if (session == nullptr || !right || session->kind != kind ||
      !services_.staff.book.is_live(*session, now, services_.settings.session_idle))
    return refuse(Outcome::session_ended, kind == registry::SessionKind::cookie ? "Cookie" : "Authorization");
  call.caller = registry::by_person(session->person, {});
  call.mode = Mode::live;
  call.session = session->id;
  call.session_kid = token.kid;
  call.by_cookie = kind == registry::SessionKind::cookie;
  if (services_.staff.book.use(token.kid, now, services_.settings.session_idle)) touch(*session);
  return find_person(call);
}

// The call does not wait for it. Where it fails, the use is known until a restart all the same.
void Gate::touch(const KnownSession& session) {
  kernel::Command command{.caller = registry::by_person(session.person, {}),
                          .mode = Mode::live,
                          .intent = kernel::TouchSession{session.person, session.id}};
  std::ignore = services_.shard.submit(std::move(command), [](const Result<engine::Done>&) {});
}

}  // namespace mohur::gateway
