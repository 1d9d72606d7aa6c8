// The stages of the gate, in the order in which gate.cpp lists them.
#include "crypto/api_key.hpp"
#include "crypto/encoding.hpp"
#include "engine/claims.hpp"
#include "gateway/advice.hpp"
#include "gateway/gate.hpp"
#include "gateway/signature_check.hpp"
#include "gateway/token_holder.hpp"

namespace mohur::gateway {
namespace {

// A client's key sees one client and one mode. Whoever names another is told so, instead of being shown their own.
Result<void> check_own(const Call& call, const std::vector<QueryPair>& pairs) {
  for (const QueryPair& pair : pairs) {
    if (pair.name == "client" && pair.value != call.client.to_string())
      return refuse(Outcome::scope_missing, "client", "A client's key sees its own client's objects only.");
    if (pair.name == "mode" && pair.value != to_token(call.mode))
      return refuse(Outcome::mode_mismatch, "mode", "This is a " + std::string{to_token(call.mode)} + " key.");
  }
  return {};
}

}  // namespace

Result<void> Gate::check_headers(Call& call) {
  for (const std::string_view name : {"authorization", "content-type", "idempotency-key"}) {
    const auto is_it = [&](const net::Header& header) { return net::equals_ignoring_case(header.name, name); };
    if (std::ranges::count_if(call.request.headers, is_it) > 1)
      return refuse(Outcome::malformed_request, std::string{name}, "This header may stand once.");
  }
  return {};
}

Result<void> Gate::find_origin(Call& call) {
  MOHUR_TRY_SET(origin, origin_of(call.request, services_.settings.trusted_proxies));
  call.origin = origin;
  return {};
}

Result<void> Gate::route(Call& call) {
  auto found = router_.find(call.request.method, call.request.path, call.path_values);
  if (!found && found.error().outcome == Outcome::route_not_found)
    found.error().detail = advice_on_path(router_.routes(), call.request.path);
  MOHUR_TRY_SET(route, std::move(found));
  call.route = route;
  return {};
}

// What a call shows of a key; a mode only where the whole key is shown.
struct Gate::ShownKey {
  std::string_view kid, secret;
  std::optional<crypto::KeyMode> mode;
};

Result<void> Gate::authenticate(Call& call) {
  if (call.route->access == Access::everybody) return {};
  if (call.route->access == Access::oauth) {
    MOHUR_TRY_SET(form, OAuthForm::read(call.request));
    call.form = std::move(form);
    MOHUR_TRY_SET(client, client_of(call.request, call.form));
    if (client) return take_key(call, {client->kid, client->secret, {}});
  }
  const auto header = call.request.find("authorization");
  if (!header) {
    MOHUR_TRY_SET(is_taken, take_cookie(call));
    if (is_taken) return {};
  }
  if (!header) return refuse(Outcome::credential_missing, "Authorization", "Send your key as `Authorization: Bearer mohur_...`.");
  constexpr std::string_view kScheme = "bearer ";
  if (header->size() < kScheme.size() || !net::equals_ignoring_case(header->substr(0, kScheme.size()), kScheme))
    return refuse(Outcome::credential_malformed, "Authorization", "The scheme must be Bearer.");
  const std::string_view text = header->substr(kScheme.size());
  if (tokens::is_token(text)) return take_token(call, text);
  const auto key = crypto::parse_api_key(text);
  if (!key) return refuse(Outcome::credential_malformed, "Authorization", advice_on_key(text));
  if (key->kind == crypto::KeyKind::st) return take_session(call, *key, registry::SessionKind::bearer);
  return take_key(call, {key->kid, key->secret, key->mode});
}

Result<void> Gate::take_key(Call& call, const ShownKey& shown) {
  // What is done, and told, for a kid that nobody has is what is done for a wrong secret.
  static const KnownKey kNobodys;
  const auto [found, pool] = services_.directory.sight(shown.kid);
  if (pool) services_.limiter.expect(*pool);
  const KnownKey* known = found != nullptr ? found : &kNobodys;
  const crypto::Hash256 hash = services_.vault.secret_hash(shown.secret);
  const bool right = known->accepts(hash, services_.clock.now());
  const bool same_mode = !shown.mode || to_token(*shown.mode) == to_token(known->mode);
  if (found == nullptr || !right || !same_mode) return wrong_credential(call);
  if (known->revoked) return refuse(Outcome::credential_revoked, "Authorization");
  if (known->expires_at && *known->expires_at <= services_.clock.now())
    return refuse(Outcome::credential_expired, "Authorization");
  call.kid = shown.kid;
  call.secret_mark = mark_of(hash);
  take(call, *known);
  return call.key != nullptr && known->more().person ? find_person(call) : Result<void>{};
}

Result<void> Gate::find_person(Call& call) {
  call.person = services_.directory.find(registry::PersonId{call.caller.id});
  if (call.person == nullptr || call.person->is_disabled)
    return refuse(Outcome::credential_revoked, "Authorization", "The person is disabled.");
  return {};
}

// Who holds a token may do what it says and the key may still do, and no more: it ends nothing but itself.
Result<void> Gate::take_token(Call& call, std::string_view text) {
  auto claims = services_.tokens.open(text);
  if (!claims && claims.error().outcome == Outcome::credential_invalid) return wrong_credential(call, std::move(claims).error());
  if (!claims) return std::unexpected(std::move(claims).error());
  MOHUR_TRY_SET(holder, holder_of(services_, *claims));
  if (call.route->access == Access::any_key)
    return refuse(Outcome::scope_missing, "Authorization",
                  "A token does not end its key: send the key itself; POST /oauth/revoke ends a token.");
  take(call, *holder);
  call.scopes &= claims->scopes;
  call.token = std::move(*claims);
  return {};
}

void Gate::take(Call& call, const KnownKey& known) {
  const KnownKey::More& more = known.more();
  call.caller = more.person ? registry::by_person(*more.person, known.id) : registry::by_credential(known.id);
  call.client = known.client.value_or(registry::ClientId{});
  call.sublicence = more.sublicence;
  call.mode = known.mode;
  call.scopes = known.scopes;
  if (call.route->access != Access::any_key) call.key = &known;
}

// Counts against the address: a key's owner has no part in what others try.
std::unexpected<Refusal> Gate::wrong_credential(Call& call, Refusal told) {
  call.retry_after = services_.guesses.wrong(call.origin.address, services_.steady.now());
  if (!call.retry_after) return std::unexpected(std::move(told));
  return refuse(
      Outcome::address_blocked, "Authorization",
      "Wrong credentials from this address are not looked into for " + std::to_string(whole_seconds(*call.retry_after)) + " s.");
}

Result<void> Gate::check_network(Call& call) {
  if (call.key == nullptr) return {};
  const IpAddress& from = call.origin.address;
  const bool may_come = call.key->may_come_from(from);
  if (call.key->client && (call.key->networks.empty() || !may_come)) services_.watch.key_came(call.seen());
  if (!may_come) return refuse(Outcome::network_not_allowed, {}, "This key is not used from " + from.to_string() + ".");
  const bool is_live_money = call.key->client && call.mode == Mode::live && call.route->sends_money;
  if (is_live_money && call.key->networks.empty())
    return refuse(Outcome::networks_required, {}, "Have the networks set from which this key is used.");
  return {};
}

// A key, or a token, that is bound to certificates is taken on a connection that shows one of them (RFC 8705).
Result<void> Gate::check_certificate(Call& call) {
  if (call.key == nullptr) return {};
  const std::vector<std::string>& certificates = call.key->more().certificates;
  const bool token_is_bound = call.token && call.token->certificate;
  if (certificates.empty() && !token_is_bound) return {};
  const auto& certificate = call.request.tls.client_certificate;
  if (!certificate) return refuse(Outcome::certificate_required);
  const std::string_view shown{reinterpret_cast<const char*>(certificate->sha256.data()), certificate->sha256.size()};
  const bool is_keys = certificates.empty() || registry::approves(certificates, std::string{shown});
  const bool is_tokens = !token_is_bound || *call.token->certificate == shown;
  if (is_keys && is_tokens && services_.clock.now() < certificate->ends_at) return {};
  return refuse(Outcome::certificate_unknown, {},
                "The connection's certificate has the thumbprint " + crypto::base64url_encode(shown) + ", and is good until " +
                    to_rfc3339(certificate->ends_at) + ".");
}

Result<void> Gate::check_signature(Call& call) {
  if (call.key == nullptr) return {};
  MOHUR_TRY_SET(nonce, signatures_->check(call));
  call.nonce = nonce;
  return {};
}

// The operator's people act for themselves, or look at a client's things when they name it in the query.
Result<void> Gate::admit(Call& call) {
  const bool is_person = call.caller.kind == registry::CallerKind::person;
  switch (call.route->access) {
    case Access::everybody:
    case Access::oauth:
    case Access::any_key: return {};
    case Access::us:
    case Access::own:
      if (!is_person) return refuse(Outcome::scope_missing, {}, "Only the operator's people may do this.");
      return {};
    case Access::client:
      if (is_person) return refuse(Outcome::scope_missing, {}, "Only a client's key may do this.");
      return {};
    case Access::client_or_us: break;
  }
  if (call.request.query.empty() && !is_person) return {};
  MOHUR_TRY_SET(pairs, query_pairs(call.request));
  if (!is_person) return check_own(call, pairs);
  call.mode = Mode::test;
  for (const QueryPair& pair : pairs) {
    if (pair.name == "client") {
      const auto client = registry::ClientId::parse(pair.value);
      if (!client) return refuse(Outcome::field_malformed, "client", "Expected an id that begins with client_.");
      call.client = *client;
    }
    if (pair.name == "mode") {
      const auto mode = from_token<Mode>(pair.value);
      if (!mode) return refuse(Outcome::field_malformed, "mode", "Expected test or live.");
      call.mode = *mode;
    }
  }
  return {};
}

// A person who may read may read whatever a client's key could.
Result<void> Gate::check_rights(Call& call) {
  if (call.route->access == Access::own || call.route->access == Access::oauth) return {};
  if (call.person != nullptr) {
    if (!call.route->permission && is_write(*call.route))
      return refuse(Outcome::scope_missing, {}, "Only a client's key may do this.");
    return registry::check_permitted(call.person->roles, call.route->permission.value_or(registry::Permission::read));
  }
  const auto& wanted = call.route->scope;
  if (call.key != nullptr && call.sublicence && (!wanted || !registry::is_for_sublicences(*wanted)))
    return refuse(Outcome::scope_missing, {}, "A key of a sublicence sends money, and sees what it sent: ask the client.");
  if (!wanted || call.has(*wanted)) return {};
  return refuse(Outcome::scope_missing, {}, "This call needs the scope " + std::string{to_token(*wanted)} + ".");
}

Result<void> Gate::check_client(Call& call) {
  if (call.key == nullptr || !call.key->client) return {};
  const KnownClient* client = services_.directory.client_of(*call.key);
  if (client == nullptr) return refuse(Outcome::client_not_approved);
  call.known_client = client;
  if (client->status == registry::ClientStatus::terminated) return refuse(Outcome::client_terminated);
  if (!registry::may_read(client->status)) return refuse(Outcome::client_not_approved);
  if (is_write(*call.route) && !call.route->also_when_suspended && client->status == registry::ClientStatus::suspended)
    return refuse(Outcome::client_suspended);
  if (call.sublicence && !services_.directory.is_active(*call.sublicence)) return refuse(Outcome::sublicence_ended);
  return {};
}

// What is reserved goes on, as it does while a client is throttled: who cannot see what became of their money sends it again.
Result<void> Gate::check_conduct(Call& call) {
  if (call.known_client == nullptr || call.route->route_class == policy::RouteClass::reserved) return {};
  const Time now = call.request.arrived;
  const policy::Standing* standing = services_.directory.standing_of(call.client, call.mode);
  const auto until = standing != nullptr ? policy::blocked_until(*standing, now) : std::nullopt;
  if (!until) return {};
  call.retry_after = *until - now;
  services_.throttling.refused(
      {{call.client, call.mode}, false, "block", *call.retry_after, services_.steady.now(), call.request.arrived});
  return refuse(Outcome::temporarily_blocked, {},
                "After " + std::to_string(standing->strikes) + " strikes, version " + std::to_string(standing->ladder_version) +
                    " of the escalation ladder blocks calls for a time. Send the call again in " +
                    std::to_string(whole_seconds(*call.retry_after)) + " s.");
}

// The operator's people are not limited: their calls are what mends things.
Result<void> Gate::check_rate(Call& call) {
  if (call.known_client == nullptr) return {};
  const Time at = call.request.arrived;
  const Pool pool{call.client, call.mode};
  const Limiter::Asked asked{.pool = pool_number(call.known_client->number, call.mode),
                             .allowance = services_.directory.allowance_of(*call.known_client, at),
                             .route_class = call.route->route_class,
                             .now = services_.steady.now(),
                             .at = at,
                             .notices_at = services_.directory.ladders().at(at).rules->notices_at_percent};
  Limiter::Told& told = call.limits.emplace();
  auto ticket = services_.limiter.admit(asked, told);
  if (told.notice) services_.throttling.give(pool, *told.notice);
  const auto note = [&](bool shadow, std::string_view limit, Duration retry_after) {
    services_.throttling.refused({pool, shadow, limit, retry_after, asked.now, at});
  };
  if (!told.would_refuse.empty()) note(true, told.would_refuse, {});
  if (!ticket) {
    call.retry_after = told.retry_after;
    note(false, told.refused_by, *told.retry_after);
    return std::unexpected(std::move(ticket).error());
  }
  call.ticket = std::move(*ticket);
  call.counted = call.route->route_class != policy::RouteClass::reserved;
  return {};
}

// What the stages before refuse, for want of a scope or by a rate, may be sent again as it is.
Result<void> Gate::use_signature(Call& call) {
  if (call.nonce) signatures_->use(*call.nonce, services_.clock.now());
  return {};
}

// Accepts the key bare or, as the draft standard has it, as a quoted string.
Result<void> Gate::check_idempotency(Call& call) {
  auto key = call.request.find("idempotency-key");
  if (call.route->idempotency == IdempotencyRule::none) {
    if (!key || !is_write(*call.route)) return {};
    return refuse(Outcome::field_unknown, "Idempotency-Key", "This call takes none: it does its work again each time.");
  }
  if (!key) {
    if (call.route->idempotency == IdempotencyRule::optional) return {};
    return refuse(Outcome::idempotency_key_missing, "Idempotency-Key",
                  "Send a key of your own, such as a UUID, and the same one when you retry.");
  }
  std::string_view text = *key;
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  const bool well_formed =
      !text.empty() && text.size() <= 255 && payments::all_of_text(text, [](char c) { return c > 0x20 && c < 0x7f && c != '"'; });
  if (!well_formed)
    return refuse(Outcome::idempotency_key_malformed, "Idempotency-Key",
                  "Expected 1 to 255 printable characters without spaces.");
  const std::string owner = call.caller.kind == registry::CallerKind::person ? registry::PersonId{call.caller.id}.to_string()
                            : call.route->is_of_each_key                     ? registry::CredentialId{call.caller.id}.to_string()
                                                                             : call.owner();
  call.idempotency = kernel::Idempotency{engine::idempotency_claim(services_.vault, owner, call.mode, text), 0};
  return {};
}

}  // namespace mohur::gateway
