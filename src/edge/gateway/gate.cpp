#include "gateway/gate.hpp"

#include "engine/claims.hpp"
#include "gateway/advice.hpp"
#include "gateway/signature_check.hpp"

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

// The watch looks at what a call asks for. A signature is left out: it is another one each time.
void tell_watch(const Call& call, Outcome outcome) {
  if (call.person != nullptr) return;
  const net::Request& request = call.request;
  const auto header = [&](std::string_view name) { return request.find(name).value_or(std::string_view{}); };
  call.services.watch.was_refused(
      call.seen(), outcome,
      {request.method_text, request.path, request.query, header("authorization"), header("cookie"), request.body});
}

std::string_view method_of(const net::Request& request) { return request.method_text.substr(0, 8); }

// Whether the call becomes a command of the shard.
bool is_command(const Route& route) { return route.prepare || route.prepare_many; }

}  // namespace

// One call from its request to its answer.
struct Gate::Pending {
  Call call;
  net::Responder responder;
  std::string client_request_id;
  bool replayed = false;
};

// What became of each of many commands of one call.
struct Gate::Gathered {
  std::shared_ptr<Pending> pending;
  std::vector<Result<kernel::Object>> results;
  std::size_t left;
};

Gate::Gate(Services& services, std::vector<Route> routes)
    : services_(services), router_(std::move(routes)), signatures_(std::make_unique<SignatureCheck>()) {}

Gate::~Gate() = default;

// Asked for bodies only: those of a usual size need no look at the route.
net::BodyLimit Gate::on_head(const net::RequestHead& head) {
  const net::BodyLimit usual;
  if (head.content_length && *head.content_length <= usual.bytes) return usual;
  std::vector<std::string> values;
  const auto found = router_.find(head.method, head.path, values);
  return found ? net::BodyLimit{(*found)->body_limit.value_or(usual.bytes)} : usual;
}

void Gate::on_request(net::Request& request, net::Responder responder) {
  if (const auto header = request.find("authorization")) services_.directory.expect(crypto::kid_by_sight(*header));
  Call call{.services = services_, .request = request};
  call.request_id = new_id<registry::RequestId>(request.arrived, services_.random);
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
      &Gate::check_rights,       // does the key carry the scope, or the role permit it P4.2
      &Gate::check_client,       // does the client's state allow it                   P8.1, P3.4
      &Gate::check_conduct,      // is the client blocked for a time                   P6.3
      &Gate::check_rate,         // does the client's plan allow one more now          P6.1, P6.2
      &Gate::use_signature,      // from here on its signature is used up              P3.1
      &Gate::check_idempotency,  // was it asked before
  };
  Call& call = pending->call;
  for (const Stage stage : kStages)
    if (const Result<void> passed = (this->*stage)(call); !passed) return refuse_with(*pending, std::span{&passed.error(), 1});
  const Time arrived = call.request.arrived;  // once it is answered, the request is gone
  if (call.route->beside)
    call.route->beside(
        call, [this, pending](const Checked<void>& done) { done ? proceed(pending) : refuse_with(*pending, done.error()); });
  else
    proceed(pending);
  note_use(call, arrived);
}

void Gate::proceed(const std::shared_ptr<Pending>& pending) {
  const Route& route = *pending->call.route;
  if (route.prepare_many) return submit_many(pending);
  route.prepare ? submit(pending) : read(*pending);
}

void Gate::read(Pending& pending) {
  Call& call = pending.call;
  Result<net::Response> response = call.route->read(call);
  if (!response && response.error().outcome == Outcome::filter_unknown) response.error().detail = advice_on_filter(*call.route);
  if (!response) return refuse_with(pending, std::span{&response.error(), 1});
  finish(pending, std::move(*response), "ok", {});
}

// Whoever goes on calling after a version of the policy is in force accepts it (P9.2). The call goes first, and does not wait.
void Gate::note_use(const Call& call, Time arrived) {
  if (call.known_client == nullptr || call.sublicence) return;  // whoever sends money for a client accepts nothing for it
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
  kernel::Command command = command_of(call, std::move(prepared->intent));
  const Result<void> queued = services_.shard.submit(std::move(command), [this, pending](const Result<engine::Done>& done) {
    if (!done) return refuse_with(*pending, std::span{&done.error(), 1});
    pending->replayed = done->replay_of.has_value();
    Result<net::Response> response = answer(pending->call, *done);
    if (!response) return refuse_with(*pending, std::span{&response.error(), 1});
    finish(*pending, std::move(*response), "ok", {});
  });
  if (!queued) refuse_with(*pending, std::span{&queued.error(), 1});
}

kernel::Command Gate::command_of(const Call& call, kernel::Intent intent) const {
  return {.caller = call.caller,
          .client = call.client,
          .sublicence = call.sublicence,
          .mode = call.mode,
          .idempotency = call.idempotency,
          .nonce = call.nonce,
          .intent = std::move(intent)};
}

// All are queued together; the answer waits for the last. One signature stands for each of them: each has a nonce made of it.
void Gate::submit_many(std::shared_ptr<Pending> pending) {
  const Call& call = pending->call;
  Checked<std::vector<kernel::Intent>> intents = call.route->prepare_many(pending->call);
  if (!intents) return refuse_with(*pending, intents.error());
  const std::size_t count = intents->size();
  auto gathered = std::make_shared<Gathered>(Gathered{std::move(pending), {}, count});
  gathered->results.resize(count);
  const auto put = [this, gathered](std::size_t n, Result<kernel::Object> result) {
    gathered->results[n] = std::move(result);
    if (--gathered->left > 0) return;
    net::Response response;
    gathered->pending->call.route->render_many(gathered->pending->call, gathered->results, response.body);
    finish(*gathered->pending, std::move(response), "ok", {});
  };
  for (std::size_t n = 0; n < count; ++n) {
    kernel::Command command = command_of(call, std::move((*intents)[n]));
    if (command.nonce) command.nonce->key.low ^= n;
    const Result<void> queued = services_.shard.submit(std::move(command), [put, n](const Result<engine::Done>& done) {
      done ? put(n, done->events.front().object) : put(n, std::unexpected(done.error()));
    });
    if (!queued) put(n, std::unexpected(queued.error()));
  }
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
  const Route* route = pending.call.route;
  net::Response response = problem(refusals, pending.call.request_id.to_string(), pending.call.request.path,
                                   route != nullptr ? form_of(*route) : ProblemForm::plain);
  tell_watch(pending.call, row.outcome);
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
  if (response.status < 400)
    for (const std::string& cookie : call.cookies) response.add("Set-Cookie", cookie);
  // What a client's own plan refuses; a proxy's connection carries the calls of others as well.
  response.wait = response.status == 429 && call.known_client != nullptr && !call.origin.by_proxy;
  if (call.retry_after) response.add("Retry-After", std::to_string(whole_seconds(*call.retry_after)));
  response.add("Request-Id", request_id);
  if (!pending.client_request_id.empty()) response.add("Client-Request-Id", pending.client_request_id);
  response.add("Mohur-Version", kApiVersion);
  if (call.route == nullptr || call.route->access != Access::everybody || is_command(*call.route) || call.route->beside)
    response.add("Cache-Control", "no-store");
  pending.responder.send(std::move(response));
}

void Gate::report() {
  const Time now = services_.steady.now();
  services_.throttling.report(*services_.directory.ladders().at(services_.clock.now()).rules, now,
                              [this](kernel::Command command) {
                                return services_.shard.submit(std::move(command), [](const Result<engine::Done>&) {}).has_value();
                              });
  services_.watch.report(now, [this](const kernel::Command& alert) {
    const auto again = [this, alert](const Result<engine::Done>& done) {
      const Retry retry = done ? Retry::never : row_of(done.error().outcome).retry;
      if (retry == Retry::later || retry == Retry::same_key) services_.watch.wait_again(alert);
    };
    return services_.shard.submit(alert, again).has_value();
  });
}

net::Response Gate::on_protocol_error(Outcome outcome, std::string_view detail) {
  const std::string request_id = new_id<registry::RequestId>(services_.clock.now(), services_.random).to_string();
  net::Response response = problem(Refusal{outcome, {}, std::string{detail}}, request_id, "/");
  response.add("Request-Id", request_id);
  response.add("Mohur-Version", kApiVersion);
  return response;
}

}  // namespace mohur::gateway
