#include "projections/webhooks.hpp"

#include <algorithm>

#include "base/thread.hpp"
#include "codec/binary.hpp"
#include "journal/reader.hpp"
#include "projections/webhook_request.hpp"
#include "projections/webhook_target.hpp"

namespace mohur::projections {
namespace {

constexpr Duration kDelays[] = {seconds(5), minutes(5), minutes(30), hours(2), hours(5),
                                hours(10),  hours(14),  hours(20),   hours(24)};

// So many events without a delivery are read again after a restart, at most.
constexpr std::uint64_t kMostReadAgain = 10'000;

// What is read of an event here: its other fields, such as the whole object, are passed over.
struct EventHead {
  kernel::EventType type{};
  Time at;
  registry::ClientId client;
  Mode mode = Mode::test;
  std::optional<registry::WebhookEndpoint> endpoint;  // where that is the event's object
  MOHUR_DESCRIBE(EventHead, (1, type), (2, at), (6, client), (7, mode),
                 (kernel::object_field<registry::WebhookEndpoint>(), endpoint))
};

Result<EventHead> head_of(const journal::RecordView& record) {
  EventHead event;
  if (!codec::decode(record.bytes, event))
    return refuse(Outcome::data_damaged, {},
                  "The event at position " + std::to_string(record.position.value) + " cannot be read.");
  return event;
}

// How the event's endpoint stood before it, as far as wants() asks: of that only the status ever changes.
std::optional<registry::WebhookEndpoint> endpoint_before(const EventHead& event) {
  if (event.type == kernel::EventType::webhook_endpoint_created) return std::nullopt;
  registry::WebhookEndpoint endpoint = *event.endpoint;
  if (event.type == kernel::EventType::webhook_endpoint_enabled) endpoint.status = registry::WebhookEndpointStatus::disabled;
  if (event.type == kernel::EventType::webhook_endpoint_disabled) endpoint.status = registry::WebhookEndpointStatus::enabled;
  return endpoint;
}

// Of an endpoint as it stood when the event happened.
bool wants(const registry::WebhookEndpoint& endpoint, const EventHead& event) {
  const bool is_theirs = endpoint.client == event.client && endpoint.mode == event.mode &&
                         endpoint.status == registry::WebhookEndpointStatus::enabled;
  const auto& types = endpoint.event_types;
  return is_theirs && (types.empty() || std::find(types.begin(), types.end(), to_token(event.type)) != types.end());
}

// Made of the event's time and position and then of the endpoint. So reading the same event again after a crash makes the same
// delivery, and deliveries sort as their events happened.
DeliveryId delivery_id(kernel::EventId event, std::uint64_t position, WebhookEndpointId endpoint) {
  const std::uint64_t mixed = (endpoint.value.low * 0x9e3779b97f4a7c15ULL ^ endpoint.value.high) * 0xff51afd7ed558ccdULL;
  return {{(event.value.high & ~std::uint64_t{0xffff}) | (position >> 24 & 0xffff), position << 40 | mixed >> 24}};
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
      turns_([this](WebhookEndpointId id) {
        const auto found = endpoints_.find(id);
        return found == endpoints_.end() ? ClientId{} : found->second.client;
      }),
      client_(std::make_unique<net::HttpClient>(net::ClientOptions{.user_agent = "Mohur-Webhooks/1",
                                                                   .standing = Standing::behind,
                                                                   .plain_http = options.private_targets,
                                                                   .running_requests = Turns::kMost,
                                                                   .connections_to_a_host = Turns::kMost})) {}

Result<std::unique_ptr<Webhooks>> Webhooks::open(const std::string& folder, const journal::Place& events,
                                                 std::shared_ptr<const journal::Watermark> live, const engine::Archive& archive,
                                                 vault::Vault& vault, Clock& clock, Random& random, WebhookOptions options,
                                                 Disable disable, std::function<void(const Refusal&)> failed) {
  MOHUR_TRY_SET(deliveries, Deliveries::open(folder));
  MOHUR_TRY_SET(reader, journal::Reader::open(events, {deliveries->cursor() + 1}, live));
  std::unique_ptr<Webhooks> webhooks{new Webhooks{std::move(deliveries), std::move(reader), std::move(live), archive, vault,
                                                  clock, random, options, std::move(disable), std::move(failed)}};
  webhooks->next_read_ = webhooks->reader_.position().value;
  MOHUR_TRY_SET(since_cursor, journal::Reader::open(events, {webhooks->deliveries_->cursor() + 1}, webhooks->live_));
  MOHUR_TRY(webhooks->recall_endpoints(std::move(since_cursor)));
  return webhooks;
}

// The endpoints as they stood at the cursor, from where the events are read again: the archive has them as they are now, and
// the first event about each since then tells how it was before. So what is sent does not depend on when this server began.
Result<void> Webhooks::recall_endpoints(journal::Reader since_cursor) {
  if (deliveries_->cursor() == 0) return {};  // before the first event there were none
  MOHUR_TRY(archive_.scan(kernel::Table::webhook_endpoints, [&](std::string_view, std::string_view value) {
    registry::WebhookEndpoint endpoint;
    if (codec::decode(value, endpoint)) endpoints_[endpoint.id] = std::move(endpoint);
    return true;
  }));
  std::set<WebhookEndpointId> recalled;
  while (true) {
    MOHUR_TRY_SET(frame, since_cursor.next());
    if (!frame) return {};
    for (const journal::RecordView record : *frame) {
      if (record.position.value <= deliveries_->cursor()) continue;
      MOHUR_TRY_SET(event, head_of(record));
      if (!event.endpoint || !recalled.insert(event.endpoint->id).second) continue;
      if (auto before = endpoint_before(event))
        endpoints_[before->id] = std::move(*before);
      else
        endpoints_.erase(event.endpoint->id);
    }
  }
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
  begin_thread("webhooks", Standing::behind);
  std::unique_lock hold{mutex_};
  while (!stopping_) {
    notified_ = false;
    hold.unlock();
    for (bool has_more = true; has_more;) {
      const std::lock_guard guard{deliveries_mutex_};
      Result<bool> read = read_frame();
      if (!read) return failed_(read.error());
      has_more = *read;
    }
    Result<void> done = take_finished();
    if (done) done = begin_due();
    if (!done) return failed_(done.error());
    const Duration longest = wait();
    hold.lock();
    woken_.wait_for(hold, std::chrono::nanoseconds{longest.ns}, [this] { return notified_ || stopping_; });
  }
}

// Until the next delivery is due that may begin. Whatever else must happen wakes the thread.
Duration Webhooks::wait() const {
  const std::lock_guard guard{deliveries_mutex_};
  const std::optional<Time> next = turns_.next_due(deliveries_->pending());
  if (!next) return seconds(60);
  return std::clamp(*next - clock_.now(), milliseconds(20), seconds(60));
}

// Reads the next frame of events, if there is one, and makes a delivery for each endpoint that wants one of them.
Result<bool> Webhooks::read_frame() {
  MOHUR_TRY_SET(frame, reader_.next());
  if (!frame) return false;
  std::vector<Delivery> made;
  for (const journal::RecordView record : *frame) {
    if (record.position.value <= deliveries_->cursor()) continue;
    MOHUR_TRY_SET(event, head_of(record));
    if (event.endpoint) endpoints_[event.endpoint->id] = *event.endpoint;
    if (kernel::audience_of(event.type) != kernel::Audience::client_too) continue;
    const kernel::EventId id = kernel::event_id(event.at, record.position.value);
    for (const auto& [endpoint_id, endpoint] : endpoints_)
      if (wants(endpoint, event))
        made.push_back({.id = delivery_id(id, record.position.value, endpoint_id),
                        .client = event.client,
                        .mode = event.mode,
                        .created_at = clock_.now(),
                        .updated_at = clock_.now(),
                        .webhook_endpoint = endpoint_id,
                        .event = id,
                        .type = event.type,
                        .next_attempt_at = clock_.now()});
  }
  const std::uint64_t last = frame->last().value;
  next_read_.store(last + 1, std::memory_order_relaxed);
  if (!made.empty() || last >= deliveries_->cursor() + kMostReadAgain) MOHUR_TRY(deliveries_->record(made, last));
  return true;
}

Result<void> Webhooks::begin_due() {
  const std::lock_guard guard{deliveries_mutex_};
  for (const DeliveryId id : turns_.choose(deliveries_->pending(), clock_.now())) {
    MOHUR_TRY_SET(delivery, deliveries_->get(id));
    if (delivery) MOHUR_TRY(begin(*delivery));
  }
  return {};
}

Result<void> Webhooks::give_up(Delivery delivery, const char* why) {
  delivery.status = DeliveryStatus::failed;
  delivery.next_attempt_at = std::nullopt;
  delivery.updated_at = clock_.now();
  delivery.attempts.push_back({.at = clock_.now(), .error = why});
  return deliveries_->record(std::span{&delivery, 1}, deliveries_->cursor());
}

Result<void> Webhooks::begin(const Delivery& delivery) {
  const auto found = endpoints_.find(delivery.webhook_endpoint);
  if (found == endpoints_.end() || found->second.status == registry::WebhookEndpointStatus::disabled)
    return give_up(delivery, "endpoint_disabled");
  MOHUR_TRY_SET(stored, archive_.event_at(kernel::position_of(delivery.event.value)));
  std::optional<net::ClientRequest> request = webhook_request(found->second, stored, vault_, clock_.now());
  if (!request) return give_up(delivery, "secret_unreadable");
  if (options_.private_targets) request->policy = [](const net::Endpoint&) { return true; };
  turns_.begin(delivery);
  client_->send(std::move(*request), [this, delivery_id = delivery.id, client = delivery.client,
                                      endpoint = delivery.webhook_endpoint, began = clock_.now()](net::ClientResponse response) {
    {
      const std::lock_guard hold{mutex_};
      finished_.push_back({delivery_id, client, endpoint, began, std::move(response)});
    }
    notify();
  });
  return {};
}

Result<void> Webhooks::take_finished() {
  std::vector<Finished> finished;
  {
    const std::lock_guard hold{mutex_};
    std::swap(finished, finished_);
  }
  const std::lock_guard guard{deliveries_mutex_};
  std::vector<Delivery> changed;
  for (const Finished& one : finished) {
    turns_.end(one.id, one.client, one.endpoint);
    MOHUR_TRY_SET(delivery, deliveries_->get(one.id));
    if (!delivery) continue;
    MOHUR_TRY(judge(*delivery, one));
    changed.push_back(std::move(*delivery));
  }
  if (changed.empty()) return {};
  return deliveries_->record(changed, deliveries_->cursor());
}

Result<void> Webhooks::judge(Delivery& delivery, const Finished& finished) {
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
  const auto delay = delay_after(delivery.attempts.size() - delivery.earlier_attempts);
  if (taken) {
    delivery.status = DeliveryStatus::succeeded;
  } else if (gone || !delay) {
    delivery.status = DeliveryStatus::failed;
    const Time since = delivery.attempts[delivery.earlier_attempts].at;
    MOHUR_TRY_SET(has_succeeded, deliveries_->has_succeeded_since(delivery, since));
    if (gone || !has_succeeded) disable_(endpoints_.at(delivery.webhook_endpoint));
  } else {
    delivery.next_attempt_at = clock_.now() + *delay;
  }
  return {};
}

std::optional<Duration> Webhooks::delay_after(std::size_t attempts) {
  if (attempts > std::size(kDelays)) return std::nullopt;
  const Duration delay = kDelays[attempts - 1];
  return delay + Duration{static_cast<std::int64_t>(random_.next_u64() % static_cast<std::uint64_t>(delay.ns / 10))};
}

Result<void> Webhooks::check_target(std::string_view url) const { return check_webhook_target(url, options_.private_targets); }

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
    MOHUR_TRY_SET(present, deliveries_->get(delivery.id));
    if (present) delivery = std::move(*present);  // it may have moved since the caller looked
    if (delivery.status == DeliveryStatus::pending)
      return refuse(Outcome::state_conflict, {}, "The delivery is still being tried.");
    delivery.status = DeliveryStatus::pending;
    delivery.earlier_attempts = static_cast<std::uint32_t>(delivery.attempts.size());
    delivery.next_attempt_at = delivery.updated_at = clock_.now();
    MOHUR_TRY(deliveries_->record(std::span{&delivery, 1}, deliveries_->cursor()));
  }
  notify();
  return delivery;
}

std::uint64_t Webhooks::lag() const {
  return live_->position().value + 1 - std::min(next_read_.load(std::memory_order_relaxed), live_->position().value + 1);
}

}  // namespace mohur::projections
