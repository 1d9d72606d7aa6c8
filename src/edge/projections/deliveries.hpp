// Deliveries: for each event and each endpoint that wants it, what was tried and how it went.
//
// A record of the deliveries journal is the whole delivery as it stands after a step, and how far the events had been read.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "kernel/event.hpp"
#include "projections/journaled.hpp"

namespace mohur::projections {

using DeliveryId = Id<"wd">;
using registry::ClientId;
using registry::WebhookEndpointId;

MOHUR_ENUM(DeliveryStatus, (1, pending), (2, succeeded), (3, failed))

struct DeliveryAttempt {
  Time at;
  std::int64_t duration_ms = 0;
  std::uint16_t status = 0;  // of the answer; 0 when there was none
  std::string error;         // why there was none
  MOHUR_DESCRIBE(DeliveryAttempt, (1, at), (2, duration_ms), (3, status, "HTTP status of the answer; 0 when there was none."),
                 (4, error))
};

struct Delivery {
  static constexpr std::string_view object_name = "delivery";

  DeliveryId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  DeliveryStatus status = DeliveryStatus::pending;
  WebhookEndpointId webhook_endpoint;
  kernel::EventId event;
  kernel::EventType type{};
  std::vector<DeliveryAttempt> attempts;
  std::optional<Time> next_attempt_at;
  std::uint32_t earlier_attempts = 0;  // that were made before it was last asked for: the schedule counts those since then

  MOHUR_DESCRIBE(Delivery, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, status), (7, webhook_endpoint),
                 (8, event), (9, type), (10, attempts), (11, next_attempt_at), (12, earlier_attempts, internal))
};

class Deliveries {
 public:
  static Result<std::unique_ptr<Deliveries>> open(const std::string& folder);

  // Up to which position of the event journal deliveries were made.
  std::uint64_t cursor() const { return cursor_; }
  // Durable when it returns. Of several records only the last moves the cursor: what a crash cuts off is made again.
  Result<void> record(std::span<const Delivery> changed, std::uint64_t cursor);

  Result<std::optional<Delivery>> get(DeliveryId id);
  struct Page {
    std::vector<Delivery> items;  // newest first
    std::optional<Key128> next;
  };
  Result<Page> list(ClientId client, Mode mode, std::optional<WebhookEndpointId> endpoint, std::optional<Key128> from,
                    std::size_t limit);

  // Pending deliveries of each endpoint, by the time of their next attempt; of one time, as their events came.
  using Queue = std::set<std::pair<Time, DeliveryId>>;
  const std::map<WebhookEndpointId, Queue>& pending() const { return pending_; }

  // Whether the delivery's endpoint has taken one of its latest deliveries since then.
  Result<bool> has_succeeded_since(const Delivery& delivery, Time since);

 private:
  Deliveries() = default;
  Result<void> fold(std::string_view record, store::Batch& rows);
  void wait(DeliveryId id, WebhookEndpointId endpoint, Time at);
  void wait_no_more(DeliveryId id);

  std::unique_ptr<Journaled> log_;
  std::uint64_t cursor_ = 0;
  std::map<WebhookEndpointId, Queue> pending_;
  std::map<DeliveryId, std::pair<WebhookEndpointId, Time>> pending_at_;
};

}  // namespace mohur::projections
