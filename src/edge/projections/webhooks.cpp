#include "projections/webhooks.hpp"

#include <pthread.h>

#include <algorithm>

#include "codec/binary.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hmac.hpp"
#include "engine/event_json.hpp"
#include "journal/reader.hpp"

namespace mohur::projections {
namespace {

constexpr Duration kDelays[] = {seconds(5), minutes(5), minutes(30), hours(2), hours(5),
                                hours(10),  hours(14),  hours(20),   hours(24)};
constexpr std::size_t kMostRunning = 256;
constexpr std::size_t kMostRunningOfOne = 8;

// Names that lead to the inside of a network, whatever they resolve to.
constexpr std::string_view kRefusedNames[] = {"localhost", ".localhost", ".local",     ".internal",
                                              ".corp",     ".lan",       ".home.arpa", ".onion"};

std::string_view host_of(std::string_view url) {
  std::string_view rest = url.substr(url.find("://") + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (rest.starts_with('[')) return rest.substr(0, rest.find(']') + 1);
  return rest.substr(0, rest.find(':'));
}

bool wants(const registry::WebhookEndpoint& endpoint, const kernel::Event& event) {
  const bool is_theirs = endpoint.client == event.client && endpoint.mode == event.mode &&
                         endpoint.status == registry::WebhookEndpointStatus::enabled;
  const auto& types = endpoint.event_types;
  return is_theirs && (types.empty() || std::find(types.begin(), types.end(), to_token(event.type)) != types.end());
}

// Deterministic, so that reading the same event again after a crash makes the same delivery.
DeliveryId delivery_id(kernel::EventId event, WebhookEndpointId endpoint) {
  return {{event.value.high, event.value.low ^ (endpoint.value.low * 0x9e3779b97f4a7c15ULL)}};
}

}  // namespace

Webhooks::Webhooks(std::unique_ptr<Deliveries> deliveries, journal::Reader reader, std::shared_ptr<const journal::Watermark> live,
                   const engine::Archive& archive, vault::Vault& vault, Clock& clock, Random& random, WebhookOptions options,
                   Disable disable, std::function<void(const Refusal&)> failed)
    : deliveries_(std::move(deliveries)),
      reader_(std::move(reader)),
      live_(std::move(live)),
      archive_(archive),
      vault_(vault),
      clock_(clock),
      random_(random),
      options_(options),
      disable_(std::move(disable)),
      failed_(std::move(failed)),
      client_(std::make_unique<net::HttpClient>(net::ClientOptions{
          .user_agent = "Mohur-Webhooks/1", .plain_http = options.private_targets, .running_requests = kMostRunning})) {}

Result<std::unique_ptr<Webhooks>> Webhooks::open(const std::string& folder, const journal::Place& events,
                                                 std::shared_ptr<const journal::Watermark> live, const engine::Archive& archive,
                                                 vault::Vault& vault, Clock& clock, Random& random, WebhookOptions options,
                                                 Disable disable, std::function<void(const Refusal&)> failed) {
  MOHUR_TRY_SET(deliveries, Deliveries::open(folder));
  MOHUR_TRY_SET(reader, journal::Reader::open(events, {deliveries->cursor() + 1}, live));
  std::unique_ptr<Webhooks> webhooks{new Webhooks{std::move(deliveries), std::move(reader), std::move(live), archive, vault,
                                                  clock, random, options, std::move(disable), std::move(failed)}};
  MOHUR_TRY(archive.scan(kernel::Table::webhook_endpoints, [&](std::string_view, std::string_view value) {
    registry::WebhookEndpoint endpoint;
    if (codec::decode(value, endpoint)) webhooks->endpoints_[endpoint.id] = std::move(endpoint);
    return true;
  }));
  return webhooks;
}

Webhooks::~Webhooks() {
  {
    const std::lock_guard hold{mutex_};
    stopping_ = true;
  }
  woken_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Webhooks::start() {
  thread_ = std::thread([this] { run(); });
}

void Webhooks::notify() {
  {
    const std::lock_guard hold{mutex_};
    notified_ = true;
  }
  woken_.notify_one();
}

void Webhooks::run() {
  pthread_setname_np(pthread_self(), "webhooks");
  std::unique_lock hold{mutex_};
  while (!stopping_) {
    notified_ = false;
    hold.unlock();
    Duration wait = seconds(60);
    {
      const std::lock_guard guard{deliveries_mutex_};
      Result<void> done = take_finished();
      if (done) done = make_deliveries();
      if (done) done = begin_due();
      if (!done) return failed_(done.error());
      for (const auto& [at, id] : deliveries_->pending()) {
        if (running_.contains(id)) continue;
        wait = std::clamp(at - clock_.now(), milliseconds(20), seconds(60));
        break;
      }
    }
    hold.lock();
    woken_.wait_for(hold, std::chrono::nanoseconds{wait.ns}, [this] { return notified_ || stopping_; });
  }
}

// Reads the events that are new, and makes a delivery for each endpoint that wants one.
Result<void> Webhooks::make_deliveries() {
  while (true) {
    MOHUR_TRY_SET(frame, reader_.next());
    if (!frame) return {};
    std::vector<Delivery> made;
    for (const journal::RecordView record : *frame) {
      if (record.position.value <= deliveries_->cursor()) continue;
      kernel::Event event;
      if (!codec::decode(record.bytes, event))
        return refuse(Outcome::data_damaged, {},
                      "The event at position " + std::to_string(record.position.value) + " cannot be read.");
      if (const auto* endpoint = std::get_if<registry::WebhookEndpoint>(&event.object)) endpoints_[endpoint->id] = *endpoint;
      if (kernel::audience_of(event.type) != kernel::Audience::client_too) continue;
      const kernel::EventId id = kernel::event_id(event.at, record.position.value);
      for (const auto& [endpoint_id, endpoint] : endpoints_)
        if (wants(endpoint, event))
          made.push_back({.id = delivery_id(id, endpoint_id),
                          .client = event.client,
                          .mode = event.mode,
                          .created_at = clock_.now(),
                          .updated_at = clock_.now(),
                          .webhook_endpoint = endpoint_id,
                          .event = id,
                          .type = event.type,
                          .next_attempt_at = clock_.now()});
    }
    if (!made.empty()) MOHUR_TRY(deliveries_->record(made, frame->last().value));
  }
}

Result<void> Webhooks::begin_due() {
  const Time now = clock_.now();
  std::vector<DeliveryId> due;
  for (const auto& [at, id] : deliveries_->pending()) {
    if (at > now || running_.size() + due.size() >= kMostRunning) break;
    if (!running_.contains(id)) due.push_back(id);
  }
  for (const DeliveryId id : due) {
    MOHUR_TRY_SET(delivery, deliveries_->get(id));
    if (delivery && running_of_[delivery->webhook_endpoint] < kMostRunningOfOne) MOHUR_TRY(begin(*delivery));
  }
  return {};
}

// Answers false when there is nothing to send to any more.
Result<bool> Webhooks::begin(const Delivery& delivery) {
  const auto found = endpoints_.find(delivery.webhook_endpoint);
  if (found == endpoints_.end() || found->second.status == registry::WebhookEndpointStatus::disabled) {
    Delivery ended = delivery;
    ended.status = DeliveryStatus::failed;
    ended.next_attempt_at = std::nullopt;
    ended.attempts.push_back({.at = clock_.now(), .error = "endpoint_disabled"});
    MOHUR_TRY(deliveries_->record(std::span{&ended, 1}, deliveries_->cursor()));
    return false;
  }
  MOHUR_TRY_SET(stored, archive_.event_at(kernel::position_of(delivery.event.value)));
  std::string body;
  codec::MaskingRevealer masks;
  engine::append_event_json(body, stored, masks);
  const std::string id = delivery.event.to_string();
  const std::string timestamp = std::to_string(clock_.now().unix_s());
  net::ClientRequest request{.method = "POST", .url = found->second.url, .timeout = seconds(15), .response_bytes = 64 * 1024};
  request.headers = {{"Content-Type", "application/json"},
                     {"webhook-id", id},
                     {"webhook-timestamp", timestamp},
                     {"webhook-signature", signatures(found->second, id + "." + timestamp + "." + body)}};
  request.body = std::move(body);
  if (options_.private_targets) request.policy = [](const net::Endpoint&) { return true; };
  running_.insert(delivery.id);
  running_of_[delivery.webhook_endpoint] += 1;
  client_->send(std::move(request), [this, delivery_id = delivery.id, began = clock_.now()](net::ClientResponse response) {
    {
      const std::lock_guard hold{mutex_};
      finished_.push_back({delivery_id, began, std::move(response)});
    }
    notify();
  });
  return true;
}

// While a rotation runs, the old secret signs as well.
std::string Webhooks::signatures(const registry::WebhookEndpoint& endpoint, std::string_view signed_text) const {
  std::string all;
  const auto sign_with = [&](const std::string& box) {
    const auto secret = vault_.unseal_secret("webhook-secret", box);
    const auto key = secret ? crypto::base64_decode(std::string_view{*secret}.substr(6)) : std::nullopt;  // after `whsec_`
    if (!key) return;
    const crypto::HmacSha256 hmac{std::string_view{*key}};
    all += (all.empty() ? "v1," : " v1,") + crypto::base64_encode(hmac.of(signed_text).view());
  };
  sign_with(endpoint.secret);
  if (endpoint.previous_secret && endpoint.previous_secret_expires_at && *endpoint.previous_secret_expires_at > clock_.now())
    sign_with(*endpoint.previous_secret);
  return all;
}

Result<void> Webhooks::take_finished() {
  std::vector<Finished> finished;
  {
    const std::lock_guard hold{mutex_};
    std::swap(finished, finished_);
  }
  std::vector<Delivery> changed;
  for (const Finished& one : finished) {
    MOHUR_TRY_SET(delivery, deliveries_->get(one.id));
    running_.erase(one.id);
    if (!delivery) continue;
    running_of_[delivery->webhook_endpoint] -= 1;
    judge(*delivery, one);
    changed.push_back(std::move(*delivery));
  }
  if (changed.empty()) return {};
  return deliveries_->record(changed, deliveries_->cursor());
}

void Webhooks::judge(Delivery& delivery, const Finished& finished) {
  const net::ClientResponse& response = finished.response;
  delivery.attempts.push_back(
      {.at = finished.began,
       .duration_ms = (clock_.now() - finished.began).ns / 1'000'000,
       .status = static_cast<std::uint16_t>(response.status),
       .error = response.error == net::ClientError::none ? std::string{} : std::string{net::to_token(response.error)}});
  delivery.updated_at = clock_.now();
  delivery.next_attempt_at = std::nullopt;
  const bool taken = response.error == net::ClientError::none && response.status >= 200 && response.status < 300;
  const bool gone = response.error == net::ClientError::none && response.status == 410;
  const auto delay = delay_after(delivery.attempts.size());
  if (taken) {
    delivery.status = DeliveryStatus::succeeded;
  } else if (gone || !delay) {
    delivery.status = DeliveryStatus::failed;
    if (gone) disable_(endpoints_.at(delivery.webhook_endpoint));
  } else {
    delivery.next_attempt_at = clock_.now() + *delay;
  }
}

std::optional<Duration> Webhooks::delay_after(std::size_t attempts) {
  if (attempts > std::size(kDelays)) return std::nullopt;
  const Duration delay = kDelays[attempts - 1];
  return delay + Duration{static_cast<std::int64_t>(random_.next_u64() % static_cast<std::uint64_t>(delay.ns / 10))};
}

Result<void> Webhooks::check_target(std::string_view url) const {
  if (options_.private_targets) return {};
  if (!url.starts_with("https://")) return refuse(Outcome::webhook_target_refused, "url", "Webhooks are sent over HTTPS.");
  const std::string_view authority = url.substr(8, url.find_first_of("/?#", 8) - 8);
  if (authority.find('@') != std::string_view::npos)
    return refuse(Outcome::webhook_target_refused, "url", "The address must not carry credentials.");
  const std::string_view host = host_of(url);
  for (const std::string_view name : kRefusedNames)
    if (host == name || (name.starts_with('.') && host.ends_with(name)))
      return refuse(Outcome::webhook_target_refused, "url", "This name leads inside a private network.");
  const std::string_view bare = host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
  const auto address = net::IpAddress::parse(bare);
  if (address && !net::is_public_address(*address))
    return refuse(Outcome::webhook_target_refused, "url", "This address is not public.");
  return {};
}

Result<Deliveries::Page> Webhooks::list(ClientId client, Mode mode, std::optional<WebhookEndpointId> endpoint,
                                        std::optional<Key128> from, std::size_t limit) {
  const std::lock_guard guard{deliveries_mutex_};
  return deliveries_->list(client, mode, endpoint, from, limit);
}

Result<std::optional<Delivery>> Webhooks::get(DeliveryId id) {
  const std::lock_guard guard{deliveries_mutex_};
  return deliveries_->get(id);
}

Result<Delivery> Webhooks::redeliver(Delivery delivery) {
  {
    const std::lock_guard guard{deliveries_mutex_};
    if (delivery.status == DeliveryStatus::pending)
      return refuse(Outcome::state_conflict, {}, "The delivery is still being tried.");
    delivery.status = DeliveryStatus::pending;
    delivery.next_attempt_at = delivery.updated_at = clock_.now();
    MOHUR_TRY(deliveries_->record(std::span{&delivery, 1}, deliveries_->cursor()));
  }
  notify();
  return delivery;
}

std::uint64_t Webhooks::lag() const { return live_->position().value + 1 - reader_.position().value; }

}  // namespace mohur::projections
