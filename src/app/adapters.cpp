#include "app/adapters.hpp"

#include <charconv>

namespace mohur::app {
namespace {

gateway::Delivery shown(const projections::Delivery& delivery) {
  gateway::Delivery out{.id = delivery.id,
                        .client = delivery.client,
                        .mode = delivery.mode,
                        .created_at = delivery.created_at,
                        .updated_at = delivery.updated_at,
                        .status = static_cast<gateway::DeliveryStatus>(delivery.status),
                        .webhook_endpoint = delivery.webhook_endpoint,
                        .event = delivery.event,
                        .type = delivery.type,
                        .attempts = {},
                        .next_attempt_at = delivery.next_attempt_at};
  for (const projections::DeliveryAttempt& attempt : delivery.attempts)
    out.attempts.push_back({.at = attempt.at,
                            .duration_ms = attempt.duration_ms,
                            .status = attempt.status == 0 ? std::nullopt : std::optional{attempt.status},
                            .error = attempt.error.empty() ? std::nullopt : std::optional{attempt.error}});
  return out;
}

gateway::CallRecord to_call(projections::RequestRecord record) {
  return {.at = record.at,
          .duration_us = record.duration_us,
          .caller = record.caller,
          .client = record.client,
          .mode = record.mode,
          .id = record.id,
          .client_request_id = std::move(record.client_request_id),
          .from = std::move(record.from),
          .method = std::move(record.method),
          .route = std::move(record.route),
          .status = record.status,
          .outcome = std::move(record.outcome),
          .clause = std::move(record.clause),
          .replayed = record.replayed,
          .calls = record.calls,
          .until = record.until,
          .counted = record.counted,
          .forwarding_ignored = record.forwarding_ignored};
}

Result<std::uint64_t> parse_position(const std::string& text) {
  std::uint64_t position = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (error != std::errc{} || end != text.data() + text.size()) return refuse(Outcome::cursor_malformed, "after");
  return position;
}

}  // namespace

Result<void> SandboxAdapter::pay(const payments::Payin& payin, const gateway::PayInput& how) {
  const auto script = static_cast<rails::PayerScript>(how.as.value_or(gateway::PayAs::succeed));
  MOHUR_TRY(bank_.pay(payin, script, how.reason, how.payer ? how.payer->str() : std::string_view{"payer@bank"}));
  dispatcher_.notify();
  return {};
}

Result<void> SandboxAdapter::transfer(registry::ClientId client, const gateway::TransferInput& transfer) {
  MOHUR_TRY(bank_.transfer(client, transfer.account_number.str(), transfer.amount,
                           transfer.payer_name ? transfer.payer_name->str() : std::string_view{"Sandbox Payer"}));
  dispatcher_.notify();
  return {};
}

Result<gateway::Listed<gateway::Delivery>> DeliveryAdapter::list(const Query& query) {
  std::optional<Key128> from;
  if (query.after) {
    const auto id = projections::DeliveryId::parse(*query.after);
    if (!id) return refuse(Outcome::cursor_malformed, "after");
    from = id->value;
  }
  MOHUR_TRY_SET(page, webhooks_.list(query.client, query.mode, query.endpoint, from, query.limit));
  gateway::Listed<gateway::Delivery> listed;
  for (const projections::Delivery& delivery : page.items) listed.items.push_back(shown(delivery));
  if (page.next) listed.next = projections::DeliveryId{*page.next}.to_string();
  return listed;
}

Result<projections::Delivery> DeliveryAdapter::find(registry::ClientId client, Mode mode, std::string_view text) {
  const auto id = projections::DeliveryId::parse(text);
  if (!id) return refuse(Outcome::not_found, "id");
  MOHUR_TRY_SET(delivery, webhooks_.get(*id));
  if (!delivery || delivery->client != client || delivery->mode != mode) return refuse(Outcome::not_found, "id");
  return std::move(*delivery);
}

Result<gateway::Delivery> DeliveryAdapter::get(registry::ClientId client, Mode mode, std::string_view id) {
  MOHUR_TRY_SET(delivery, find(client, mode, id));
  return shown(delivery);
}

Result<gateway::Delivery> DeliveryAdapter::redeliver(registry::ClientId client, Mode mode, std::string_view id) {
  MOHUR_TRY_SET(delivery, find(client, mode, id));
  MOHUR_TRY_SET(again, webhooks_.redeliver(std::move(delivery)));
  return shown(again);
}

Result<void> CallLogAdapter::append(gateway::CallRecord record) {
  return log_.append({.at = record.at,
                      .duration_us = record.duration_us,
                      .caller = record.caller,
                      .client = record.client,
                      .mode = record.mode,
                      .id = record.id,
                      .client_request_id = std::move(record.client_request_id),
                      .from = std::move(record.from),
                      .method = std::move(record.method),
                      .route = std::move(record.route),
                      .status = record.status,
                      .outcome = std::move(record.outcome),
                      .clause = std::move(record.clause),
                      .replayed = record.replayed,
                      .forwarding_ignored = record.forwarding_ignored,
                      .until = {},
                      .counted = record.counted});
}

Result<gateway::Listed<gateway::CallRecord>> CallLogAdapter::list(const Query& query) {
  std::optional<std::uint64_t> from;
  if (query.after) {
    MOHUR_TRY_SET(position, parse_position(*query.after));
    from = position;
  }
  std::function<bool(const projections::RequestRecord&)> wanted;
  if (query.wanted) wanted = [&](const projections::RequestRecord& record) { return query.wanted(to_call(record)); };
  MOHUR_TRY_SET(page, log_.list(query.client, query.mode, from, query.limit, wanted));
  gateway::Listed<gateway::CallRecord> listed;
  for (projections::RequestRecord& record : page.items) listed.items.push_back(to_call(std::move(record)));
  if (page.next) listed.next = std::to_string(*page.next);
  return listed;
}

Result<gateway::CallRecord> CallLogAdapter::get(registry::RequestId id) {
  MOHUR_TRY_SET(record, log_.get(id));
  return to_call(std::move(record));
}

Result<void> BatchAdapter::check_one_more(registry::ClientId client) { return batches_.check_one_more(client); }

Result<void> BatchAdapter::check_room(registry::ClientId client, std::uint64_t bytes) {
  return batches_.check_room(client, bytes);
}

Result<payments::BatchPart> BatchAdapter::keep(const payments::Batch& batch, payments::BatchFormat format,
                                               std::string_view part) {
  return projections::keep_rows(files_, batch, format, part);
}

Result<std::vector<gateway::BatchRowFinding>> BatchAdapter::findings(payments::BatchId batch, std::uint32_t from,
                                                                     std::size_t most) {
  MOHUR_TRY_SET(found, sources_.book.list(batch, from, most));
  std::vector<gateway::BatchRowFinding> shown;
  for (projections::RowFinding& each : found)
    shown.push_back({each.row, *from_token<gateway::BatchRowStatus>(to_token(each.kind)), std::move(each.token),
                     std::move(each.field), std::move(each.detail)});
  return shown;
}

Result<std::string> BatchAdapter::result(const payments::Batch& batch, std::uint32_t from, std::uint32_t most) {
  return projections::batch_result(sources_, batch, from, most);
}

}  // namespace mohur::app
