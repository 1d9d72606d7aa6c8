#include "gateway/gate.hpp"

#include "crypto/api_key.hpp"
#include "crypto/encoding.hpp"
#include "crypto/key256.hpp"
#include "engine/claims.hpp"
#include "gateway/advice.hpp"
#include "gateway/signature_check.hpp"
#include "gateway/token_holder.hpp"

namespace mohur::gateway {
namespace {

constexpr std::size_t kUsualAnswer = 1'024;  // bytes that most objects fit as JSON

// What the client calls its request, if it is fit to be written into a header again.
std::string client_request_id(const net::Request& request) {
  const auto given = request.find("request-id");
  if (!given || given->size() > 64) return {};
  for (const char c : *given)
    if (c < 0x21 || c > 0x7e) return {};
  return std::string{*given};
}

// The caller's address; the transport has the text of its own peer's.
std::string from_of(const Call& call) {
  const net::Peer& peer = call.request.peer;
  return call.origin.address == peer.endpoint.address ? std::string{peer.text} : call.origin.address.to_string();
}

std::string_view method_of(const net::Request& request) { return request.method_text.substr(0, 8); }

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

// Whether the call becomes a command of the shard.
bool is_command(const Route& route) { return static_cast<bool>(route.prepare); }

// Whether it may change anything: a command, or what is asked of the sandbox's bank or of a delivery.
bool is_write(const Route& route) { return route.method != net::Method::get; }

}  // namespace

// One call from its request to its answer.
struct Gate::Pending {
  Call call;
  net::Responder responder;
  std::string client_request_id;
  bool replayed = false;
};

Gate::Gate(Services& services, std::vector<Route> routes)
    : services_(services), router_(std::move(routes)), signatures_(std::make_unique<SignatureCheck>()) {}

Gate::~Gate() = default;

// Later ids are greater ones.
registry::RequestId Gate::new_request_id(Time now) {
  const std::uint64_t random = services_.random.next_u64();
  return {{static_cast<std::uint64_t>(now.unix_ms()) << 16 | (random & 0xffff), services_.random.next_u64()}};
}

// Asked for bodies only: those of a usual size need no look at the route.
net::BodyLimit Gate::on_head(const net::RequestHead& head) {
  const net::BodyLimit usual;
  if (head.content_length && *head.content_length <= usual.bytes) return usual;
  std::vector<std::string> values;
  const auto found = router_.find(head.method, head.path, values);
  return found ? net::BodyLimit{(*found)->body_limit.value_or(usual.bytes)} : usual;
}

void Gate::on_request(net::Request& request, net::Responder responder) {
  Call call{.services = services_, .request = request};
  call.request_id = new_request_id(request.arrived);
  call.origin.address = request.peer.endpoint.address;
  run(std::make_shared<Pending>(Pending{std::move(call), std::move(responder), client_request_id(request)}));
}

void Gate::run(std::shared_ptr<Pending> pending) {
  // The stages, in the order in which every call passes them.
  static constexpr Stage kStages[] = {
      &Gate::check_headers,      // does it say each thing once
      &Gate::find_origin,        // from which address does it come                    P4.2
      &Gate::route,              // is there such an endpoint
      &Gate::authenticate,       // who is it                                          P4.2, P1.2, P1.3, P3.1
      &Gate::check_network,      // may this key be used from there                    P4.2, P3.4
      &Gate::check_certificate,  // does the connection show what the key is bound to  P4.1
      &Gate::check_signature,    // is it as it was signed; and was it, if it must be  P3.1
      &Gate::admit,              // may this kind of caller come here, and for whom    P1.1, P3.4
      &Gate::check_scope,        // does the key carry the scope                       P4.2
      &Gate::check_client,       // does the client's state allow it                   P8.1
      &Gate::check_conduct,      // is the client blocked for a time                   P6.3
      &Gate::check_rate,         // does the client's plan allow one more now          P6.1, P6.2
      &Gate::use_signature,      // from here on its signature is used up              P3.1
      &Gate::check_idempotency,  // was it asked before
  };
  Call& call = pending->call;
  for (const Stage stage : kStages)
    if (const Result<void> passed = (this->*stage)(call); !passed) return refuse_with(*pending, std::span{&passed.error(), 1});
  const Time arrived = call.request.arrived;  // once it is answered, the request is gone
  is_command(*call.route) ? submit(pending) : read(*pending);
  note_use(call, arrived);
}

void Gate::read(Pending& pending) {
  Call& call = pending.call;
  Result<net::Response> response = call.route->read(call);
  if (!response && response.error().outcome == Outcome::filter_unknown) response.error().detail = advice_on_filter(*call.route);
  if (!response) return refuse_with(pending, std::span{&response.error(), 1});
  finish(pending, std::move(*response), "ok", {});
}

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
  if (!header) return refuse(Outcome::credential_missing, "Authorization", "Send your key as `Authorization: Bearer mohur_...`.");
  constexpr std::string_view kScheme = "bearer ";
  if (header->size() < kScheme.size() || !net::equals_ignoring_case(header->substr(0, kScheme.size()), kScheme))
    return refuse(Outcome::credential_malformed, "Authorization", "The scheme must be Bearer.");
  const std::string_view text = header->substr(kScheme.size());
  if (tokens::is_token(text)) return take_token(call, text);
  const auto key = crypto::parse_api_key(text);
  if (!key) return refuse(Outcome::credential_malformed, "Authorization", advice_on_key(text));
  return take_key(call, {key->kid, key->secret, key->mode});
}

Result<void> Gate::take_key(Call& call, const ShownKey& shown) {
  // What is done, and told, for a kid that nobody has is what is done for a wrong secret.
  static const KnownKey kNobodys{.secret_hash = std::string(32, '\0')};
  const KnownKey* found = services_.directory.find(shown.kid);
  const KnownKey* known = found != nullptr ? found : &kNobodys;
  const crypto::Hash256 hash = services_.vault.secret_hash(shown.secret);
  const bool right = known->accepts(hash.view(), services_.clock.now());
  const bool same_mode = !shown.mode || to_token(*shown.mode) == to_token(known->mode);
  if (found == nullptr || !right || !same_mode) return wrong_credential(call);
  if (known->revoked) return refuse(Outcome::credential_revoked, "Authorization");
  if (known->expires_at && *known->expires_at <= services_.clock.now())
    return refuse(Outcome::credential_expired, "Authorization");
  call.kid = shown.kid;
  call.secret_mark = mark_of(hash.view());
  take(call, *known);
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
  call.caller = known.person ? registry::by_person(*known.person, known.id) : registry::by_credential(known.id);
  call.client = known.client.value_or(registry::ClientId{});
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
  if (!call.key->may_come_from(from))
    return refuse(Outcome::network_not_allowed, {}, "This key is not used from " + from.to_string() + ".");
  const bool is_live_money =
      call.key->client && call.mode == Mode::live && call.route->route_class == policy::RouteClass::money_out;
  if (is_live_money && call.key->networks.empty())
    return refuse(Outcome::networks_required, {}, "Have the networks set from which this key is used.");
  return {};
}

// A key, or a token, that is bound to certificates is taken on a connection that shows one of them (RFC 8705).
Result<void> Gate::check_certificate(Call& call) {
  if (call.key == nullptr) return {};
  const bool token_is_bound = call.token && call.token->certificate;
  if (call.key->certificates.empty() && !token_is_bound) return {};
  const auto& certificate = call.request.tls.client_certificate;
  if (!certificate) return refuse(Outcome::certificate_required);
  const std::string_view shown{reinterpret_cast<const char*>(certificate->sha256.data()), certificate->sha256.size()};
  const bool is_keys = call.key->certificates.empty() || registry::approves(call.key->certificates, std::string{shown});
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

// A person with admin_read may read whatever a client's key could.
Result<void> Gate::check_scope(Call& call) {
  const auto& wanted = call.route->scope;
  if (!wanted || call.has(*wanted)) return {};
  const bool reads_as_us =
      call.caller.kind == registry::CallerKind::person && !is_write(*call.route) && call.has(registry::Scope::admin_read);
  if (reads_as_us) return {};
  return refuse(Outcome::scope_missing, {}, "This call needs the scope " + std::string{to_token(*wanted)} + ".");
}

Result<void> Gate::check_client(Call& call) {
  if (call.key == nullptr || !call.key->client) return {};
  const KnownClient* client = services_.directory.find(call.client);
  if (client == nullptr) return refuse(Outcome::client_not_approved);
  call.known_client = client;
  if (client->status == registry::ClientStatus::terminated) return refuse(Outcome::client_terminated);
  if (!registry::may_read(client->status)) return refuse(Outcome::client_not_approved);
  if (is_write(*call.route) && !call.route->also_when_suspended && client->status == registry::ClientStatus::suspended)
    return refuse(Outcome::client_suspended);
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
  const Limiter::Asked asked{.pool = {call.client, call.mode},
                             .allowance = services_.directory.allowance_of(*call.known_client, at),
                             .route_class = call.route->route_class,
                             .now = services_.steady.now(),
                             .at = at,
                             .notices_at = services_.directory.ladders().at(at).rules->notices_at_percent};
  Limiter::Told& told = call.limits.emplace();
  auto ticket = services_.limiter.admit(asked, told);
  if (told.notice) services_.throttling.give(*told.notice);
  const auto note = [&](bool shadow, std::string_view limit, Duration retry_after) {
    services_.throttling.refused({asked.pool, shadow, limit, retry_after, asked.now, at});
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

void Gate::report_throttling() {
  const policy::LadderRules& rules = *services_.directory.ladders().at(services_.clock.now()).rules;
  services_.throttling.report(rules, services_.steady.now(), [this](kernel::Command command) {
    return services_.shard.submit(std::move(command), [](const Result<engine::Done>&) {}).has_value();
  });
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
  const std::string owner =
      call.caller.kind == registry::CallerKind::person ? registry::PersonId{call.caller.id}.to_string() : call.client.to_string();
  call.idempotency = kernel::Idempotency{engine::idempotency_claim(services_.vault, owner, call.mode, text), 0};
  return {};
}

// Whoever goes on calling after a version of the policy is in force accepts it (P9.2). The call goes first, and does not wait.
void Gate::note_use(const Call& call, Time arrived) {
  if (call.known_client == nullptr) return;
  const PolicyBook::Entry* due = services_.policy.due_acceptance(call.client, arrived);
  if (due == nullptr) return;
  kernel::Command command{
      .caller = call.caller,
      .client = call.client,
      .mode = call.mode,
      .intent = kernel::AcceptPolicy{.version = due->id,
                                     .manner = policy::AcceptanceManner::continued_use,
                                     .claim = engine::acceptance_claim(services_.vault, call.client, due->number)}};
  const auto fails = [this, client = call.client, number = due->number] { services_.policy.not_accepted(client, number); };
  const Result<void> queued = services_.shard.submit(std::move(command), [fails](const Result<engine::Done>& done) {
    if (!done) fails();
  });
  if (!queued) fails();
}

void Gate::submit(std::shared_ptr<Pending> pending) {
  Call& call = pending->call;
  Checked<Prepared> prepared = call.route->prepare(call);
  if (!prepared) return refuse_with(*pending, prepared.error());
  if (prepared->at_once) return finish(*pending, std::move(*prepared->at_once), "ok", {});
  if (call.idempotency) call.idempotency->fingerprint = prepared->fingerprint;
  kernel::Command command{.caller = call.caller,
                          .client = call.client,
                          .mode = call.mode,
                          .idempotency = call.idempotency,
                          .nonce = call.nonce,
                          .intent = std::move(prepared->intent)};
  const Result<void> queued = services_.shard.submit(std::move(command), [this, pending](const Result<engine::Done>& done) {
    if (!done) return refuse_with(*pending, std::span{&done.error(), 1});
    pending->replayed = done->replay_of.has_value();
    Result<net::Response> response = answer(pending->call, *done);
    if (!response) return refuse_with(*pending, std::span{&response.error(), 1});
    finish(*pending, std::move(*response), "ok", {});
  });
  if (!queued) refuse_with(*pending, std::span{&queued.error(), 1});
}

// The object of the first event is the answer; a replay shows it as it was then, without what is shown once.
Result<net::Response> Gate::answer(Call& call, const engine::Done& done) {
  net::Response response;
  response.status = call.route->status;
  response.body.reserve(kUsualAnswer);
  if (done.replay_of) {
    call.secret.reset();
    MOHUR_TRY_SET(first, services_.archive.event_at(*done.replay_of));
    MOHUR_TRY(call.route->render(call, first.event.object, response.body));
    if (engine::sequence_of(first.event.object) > 1) response.status = 200;  // it was there before
    response.add("Idempotent-Replayed", "true");
  } else if (done.existing) {
    MOHUR_TRY_SET(object, call.route->load(call, *done.existing));
    MOHUR_TRY(call.route->render(call, object, response.body));
    response.status = 200;
  } else {
    MOHUR_TRY(call.route->render(call, done.events.front().object, response.body));
  }
  return response;
}

void Gate::refuse_with(Pending& pending, std::span<const Refusal> refusals) {
  const OutcomeRow& row = row_of(refusals.front().outcome);
  const bool by_oauth = pending.call.route != nullptr && pending.call.route->takes_form;
  net::Response response = problem(refusals, pending.call.request_id.to_string(), pending.call.request.path,
                                   by_oauth ? ProblemForm::oauth : ProblemForm::plain);
  if (row.outcome == Outcome::method_not_allowed) response.add("Allow", router_.allowed(pending.call.request.path));
  finish(pending, std::move(response), row.token, row.clause);
}

void Gate::finish(Pending& pending, net::Response response, std::string_view outcome, std::string_view clause) {
  const Call& call = pending.call;
  const std::string request_id = call.request_id.to_string();
  CallRecord record{.at = call.request.arrived,
                    .duration_us = (services_.clock.now() - call.request.arrived).ns / 1'000,
                    .caller = call.caller,
                    .client = call.client,
                    .mode = call.mode,
                    .id = call.request_id,
                    .client_request_id = pending.client_request_id,
                    .from = from_of(call),
                    .method = std::string{method_of(call.request)},
                    .route = std::string{call.route != nullptr ? call.route->path : std::string_view{"-"}},
                    .status = static_cast<std::uint16_t>(response.status),
                    .outcome = std::string{outcome},
                    .clause = std::string{clause},
                    .replayed = pending.replayed,
                    .until = {},
                    .counted = call.counted,
                    .forwarding_ignored = call.origin.forwarding_ignored};
  if (const Result<void> logged = services_.calls.append(std::move(record));
      !logged && response.status < 400 && !is_command(*call.route))
    response = problem(logged.error(), request_id, call.request.path);  // what cannot be recorded is not shown
  if (call.limits && !call.limits->policy.empty()) {
    response.add("RateLimit-Policy", call.limits->policy);
    response.add("RateLimit", call.limits->limit);
  }
  if (call.retry_after) response.add("Retry-After", std::to_string(whole_seconds(*call.retry_after)));
  response.add("Request-Id", request_id);
  if (!pending.client_request_id.empty()) response.add("Client-Request-Id", pending.client_request_id);
  response.add("Mohur-Version", kApiVersion);
  if (call.route == nullptr || call.route->access != Access::everybody) response.add("Cache-Control", "no-store");
  pending.responder.send(std::move(response));
}

net::Response Gate::on_protocol_error(Outcome outcome, std::string_view detail) {
  const std::string request_id = new_request_id(services_.clock.now()).to_string();
  net::Response response = problem(Refusal{outcome, {}, std::string{detail}}, request_id, "/");
  response.add("Request-Id", request_id);
  response.add("Mohur-Version", kApiVersion);
  return response;
}

}  // namespace mohur::gateway
