#include "projections/deliveries.hpp"

#include <algorithm>

#include "codec/binary.hpp"
#include "engine/rows.hpp"

namespace mohur::projections {
namespace {

struct Line {
  std::uint64_t cursor = 0;
  std::optional<Delivery> delivery;  // absent: only the cursor moved
  MOHUR_DESCRIBE(Line, (1, cursor), (2, delivery))
};

constexpr store::TableNumber kDeliveries = 1;
constexpr store::TableNumber kByClient = 2;
constexpr store::TableNumber kPending = 3;
constexpr store::TableNumber kCursor = 4;
constexpr store::TableSpec kTables[] = {
    {kDeliveries, "deliveries", false, 10, store::KeyOrder::by_time},
    {kByClient, "deliveries_by_client", true, 0, store::KeyOrder::scattered},
    {kPending, "pending_deliveries", false, 0, store::KeyOrder::by_time},
    {kCursor, "cursor", false, 0, store::KeyOrder::by_time},
};
constexpr std::string_view kCursorKey = "events";

std::string client_key(ClientId client, Mode mode) {
  std::string key = client.value.to_bytes();
  key += static_cast<char>(mode);
  return key;
}

}  // namespace

Result<std::unique_ptr<Deliveries>> Deliveries::open(const std::string& folder) {
  std::unique_ptr<Deliveries> deliveries{new Deliveries};
  Deliveries* self = deliveries.get();
  MOHUR_TRY_SET(log, Journaled::open(folder, "deliveries", kTables, [self](const Journaled::Folded& folded, store::Batch& rows) {
                  return self->fold(folded.record, rows);
                }));
  deliveries->log_ = std::move(log);
  // What the tables reflected before anything was folded again.
  MOHUR_TRY_SET(cursor, self->log_->tables().get(kCursor, kCursorKey));
  if (cursor) self->cursor_ = engine::read_big_endian(*cursor);
  MOHUR_TRY(
      self->log_->tables().scan(kPending, {}, {}, store::Direction::forward, [&](std::string_view key, std::string_view value) {
        self->wait(DeliveryId{*Key128::from_bytes(key)}, WebhookEndpointId{*Key128::from_bytes(value.substr(8))},
                   Time{static_cast<std::int64_t>(engine::read_big_endian(value.substr(0, 8)))});
        return true;
      }));
  return deliveries;
}

Result<void> Deliveries::fold(std::string_view record, store::Batch& rows) {
  Line line;
  if (!codec::decode(record, line))
    return refuse(Outcome::data_damaged, {}, "A record of the deliveries journal cannot be read.");
  std::string number;
  engine::append_u64(number, line.cursor);
  rows.put(kCursor, kCursorKey, number);
  if (!line.delivery) return {};
  const Delivery& delivery = *line.delivery;
  const std::string key = delivery.id.value.to_bytes();
  std::string bytes;
  codec::encode(delivery, bytes);
  rows.put(kDeliveries, key, bytes);
  if (delivery.attempts.empty())
    rows.put(kByClient, client_key(delivery.client, delivery.mode) + key, delivery.webhook_endpoint.value.to_bytes());
  if (delivery.next_attempt_at) {
    number.clear();
    engine::append_u64(number, static_cast<std::uint64_t>(delivery.next_attempt_at->ns));
    number += std::string_view{delivery.webhook_endpoint.value.to_bytes()};
    rows.put(kPending, key, number);
  } else {
    rows.erase(kPending, key);
  }
  return {};
}

Result<void> Deliveries::record(std::span<const Delivery> changed, std::uint64_t cursor) {
  std::vector<std::string> records;
  for (const Delivery& delivery : changed)
    codec::encode(Line{&delivery == &changed.back() ? cursor : cursor_, delivery}, records.emplace_back());
  if (records.empty()) codec::encode(Line{cursor, std::nullopt}, records.emplace_back());
  MOHUR_TRY(log_->append(records));
  cursor_ = cursor;
  for (const Delivery& delivery : changed) {
    wait_no_more(delivery.id);
    if (delivery.next_attempt_at) wait(delivery.id, delivery.webhook_endpoint, *delivery.next_attempt_at);
  }
  return {};
}

void Deliveries::wait(DeliveryId id, WebhookEndpointId endpoint, Time at) {
  pending_[endpoint].emplace(at, id);
  pending_at_[id] = {endpoint, at};
}

void Deliveries::wait_no_more(DeliveryId id) {
  const auto known = pending_at_.find(id);
  if (known == pending_at_.end()) return;
  const auto queue = pending_.find(known->second.first);
  queue->second.erase({known->second.second, id});
  if (queue->second.empty()) pending_.erase(queue);
  pending_at_.erase(known);
}

Result<bool> Deliveries::has_succeeded_since(const Delivery& delivery, Time since) {
  constexpr std::size_t kLatest = 100;
  MOHUR_TRY_SET(page, list(delivery.client, delivery.mode, delivery.webhook_endpoint, std::nullopt, kLatest));
  return std::any_of(page.items.begin(), page.items.end(), [&](const Delivery& other) {
    return other.status == DeliveryStatus::succeeded && other.updated_at >= since;
  });
}

Result<std::optional<Delivery>> Deliveries::get(DeliveryId id) {
  MOHUR_TRY_SET(bytes, log_->tables().get(kDeliveries, id.value.to_bytes()));
  if (!bytes) return std::nullopt;
  Delivery delivery;
  if (!codec::decode(*bytes, delivery)) return refuse(Outcome::data_damaged, {}, "A delivery cannot be read.");
  return delivery;
}

Result<Deliveries::Page> Deliveries::list(ClientId client, Mode mode, std::optional<WebhookEndpointId> endpoint,
                                          std::optional<Key128> from, std::size_t limit) {
  const std::string prefix = client_key(client, mode);
  const std::string last = prefix + (from ? std::string{from->to_bytes()} + '\0' : std::string(17, '\xff'));
  std::vector<Key128> ids;
  MOHUR_TRY(
      log_->tables().scan(kByClient, prefix, last, store::Direction::backward, [&](std::string_view key, std::string_view value) {
        if (endpoint && value != endpoint->value.to_bytes()) return true;
        ids.push_back(*Key128::from_bytes(key.substr(prefix.size())));
        return ids.size() <= limit;
      }));
  Page page;
  if (ids.size() > limit) {
    page.next = ids.back();
    ids.pop_back();
  }
  for (const Key128 id : ids) {
    MOHUR_TRY_SET(delivery, get(DeliveryId{id}));
    if (delivery) page.items.push_back(std::move(*delivery));
  }
  return page;
}

}  // namespace mohur::projections
