#include "app/adapters.hpp"

#include <charconv>

#include "codec/json_out.hpp"

namespace mohur::app {
namespace {

template <Described T>
std::string to_json(const T& value) {
  codec::MaskingRevealer nothing_sealed;
  std::string out;
  codec::write_json(value, out, nothing_sealed);
  return out;
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

Result<gateway::DeliveryDesk::Listed> DeliveryAdapter::list(const Query& query) {
  std::optional<Key128> from;
  if (query.after) {
    const auto id = projections::DeliveryId::parse(*query.after);
    if (!id) return refuse(Outcome::cursor_malformed, "after");
    from = id->value;
  }
  MOHUR_TRY_SET(page, webhooks_.list(query.client, query.mode, query.endpoint, from, query.limit));
  Listed listed;
  for (const projections::Delivery& delivery : page.items) listed.items.push_back(to_json(delivery));
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

Result<std::string> DeliveryAdapter::get(registry::ClientId client, Mode mode, std::string_view id) {
  MOHUR_TRY_SET(delivery, find(client, mode, id));
  return to_json(delivery);
}

Result<std::string> DeliveryAdapter::redeliver(registry::ClientId client, Mode mode, std::string_view id) {
  MOHUR_TRY_SET(delivery, find(client, mode, id));
  MOHUR_TRY_SET(again, webhooks_.redeliver(std::move(delivery)));
  return to_json(again);
}

Result<void> CallLogAdapter::append(gateway::CallRecord record) {
  return log_.append({.at = record.at,
                      .duration_us = record.duration_us,
                      .caller = record.caller,
                      .client = record.client,
                      .mode = record.mode,
                      .request_id = std::move(record.request_id),
                      .client_request_id = std::move(record.client_request_id),
                      .from = std::move(record.from),
                      .method = std::move(record.method),
                      .route = std::move(record.route),
                      .status = record.status,
                      .outcome = std::move(record.outcome),
                      .clause = std::move(record.clause),
                      .replayed = record.replayed});
}

Result<gateway::DeliveryDesk::Listed> CallLogAdapter::list(registry::ClientId client, Mode mode, std::optional<std::string> after,
                                                           std::size_t limit) {
  std::optional<std::uint64_t> from;
  if (after) {
    MOHUR_TRY_SET(position, parse_position(*after));
    from = position;
  }
  MOHUR_TRY_SET(page, log_.list(client, mode, from, limit));
  gateway::DeliveryDesk::Listed listed;
  for (const projections::RequestRecord& record : page.items) listed.items.push_back(to_json(record));
  if (page.next) listed.next = std::to_string(*page.next);
  return listed;
}

}  // namespace mohur::app
