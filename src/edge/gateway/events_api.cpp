// Events, and webhook endpoints and their deliveries.
#include "crypto/encoding.hpp"
#include "engine/event_json.hpp"
#include "gateway/route.hpp"
#include "gateway/sealing.hpp"
#include "gateway/webhook_inputs.hpp"

namespace mohur::gateway {
namespace {

using registry::Scope;
using registry::WebhookEndpoint;
using registry::WebhookEndpointStatus;

MOHUR_ENUM(Order, (1, desc), (2, asc))

struct EventQuery {
  std::size_t limit = kUsuallyListed;
  std::optional<engine::Cursor> after;
  std::optional<std::string> type;
  std::optional<Order> order;
  std::optional<std::uint64_t> after_position;  // goes with ascending order, and asks for it

  bool is_ascending() const { return after_position || order == Order::asc; }
};

// `type=payout.processed`, or `type=payout.*` for all of a noun's.
bool is_wanted(const EventQuery& query, kernel::EventType type) {
  const std::string_view token = to_token(type);
  if (!query.type) return true;
  if (query.type->ends_with(".*")) return token.starts_with(std::string_view{*query.type}.substr(0, query.type->size() - 1));
  return token == *query.type;
}

Result<void> take_event_filter(const QueryPair& pair, EventQuery& query) {
  if (pair.name == "type") {
    query.type = pair.value;
    const auto is_one = [&](const auto& row) { return is_wanted(query, row.value); };
    if (std::ranges::none_of(described_enumerators(kernel::EventType{}), is_one))
      return refuse(Outcome::field_malformed, "type", one_of<kernel::EventType>());
    return {};
  }
  if (pair.name == "order") {
    query.order = from_token<Order>(pair.value);
    if (!query.order) return refuse(Outcome::field_malformed, "order", one_of<Order>());
    return {};
  }
  if (pair.name != "after_position") return unknown_filter(pair.name);
  MOHUR_TRY_SET(position, parse_position(pair));
  query.after_position = position;
  return {};
}

Result<EventQuery> parse_event_query(const Call& call) {
  EventQuery query;
  std::optional<std::string> after;
  MOHUR_TRY_SET(pairs, query_pairs(call.request));
  for (const QueryPair& pair : pairs) {
    MOHUR_TRY_SET(taken, take_common(pair, query.limit, after));
    if (!taken) MOHUR_TRY(take_event_filter(pair, query));
  }
  if (query.after_position && query.order == Order::desc)
    return refuse(Outcome::field_malformed, "order", "With after_position the oldest comes first: order=asc.");
  if (after) {
    MOHUR_TRY_SET(cursor, parse_cursor(*after));
    query.after = cursor;
  }
  return query;
}

Result<net::Response> events(Call& call) {
  MOHUR_TRY_SET(query, parse_event_query(call));
  const engine::Archive& archive = call.services.archive;
  const auto wanted = [&](const engine::StoredEvent& stored) { return is_wanted(query, stored.event.type); };
  MOHUR_TRY_SET(page, query.is_ascending() ? archive.events_after(call.client, call.mode, query.after_position.value_or(0),
                                                                  query.after, query.limit, wanted)
                                           : archive.events(call.client, call.mode, query.after, query.limit, wanted));
  ListWriter list{call};
  CallRevealer revealer{call};
  for (const engine::StoredEvent& stored : page.items) engine::append_event_json(list.next(), stored, revealer);
  return list.finish(page.next);
}

Result<net::Response> event(Call& call) {
  MOHUR_TRY_SET(id, call.path_id<kernel::EventId>());
  const std::uint64_t position = kernel::position_of(id.value);
  if (position == 0 || position > call.services.archive.position()) return refuse(Outcome::not_found, "id");
  MOHUR_TRY_SET(stored, call.services.archive.event_at(position));
  const bool is_for_client = kernel::audience_of(stored.event.type) == kernel::Audience::client_too;
  if (stored.id() != id || stored.event.client != call.client || stored.event.mode != call.mode || !is_for_client)
    return refuse(Outcome::not_found, "id");
  net::Response response;
  CallRevealer revealer{call};
  engine::append_event_json(response.body, stored, revealer);
  return response;
}

// The signing secret is made here, shown in this answer, and kept sealed.
std::string new_secret(Call& call) {
  std::uint8_t bytes[32];
  call.services.random.fill(bytes);
  const std::string secret = "whsec_" + crypto::base64_encode({reinterpret_cast<const char*>(bytes), sizeof bytes});
  call.secret = secret;
  return call.services.vault.seal_secret("webhook-secret", secret);
}

Result<kernel::Intent> create_endpoint(Call& call, const WebhookEndpointInput& input) {
  MOHUR_TRY(call.services.deliveries.check_target(input.url.str()));
  kernel::CreateWebhookEndpoint intent{.url = input.url.str(), .secret = {}, .event_types = {}};
  for (const kernel::EventType type : input.event_types.value_or(std::vector<kernel::EventType>{})) {
    if (kernel::audience_of(type) != kernel::Audience::client_too)
      return refuse(Outcome::field_malformed, "event_types", std::string{to_token(type)} + " is the operator's own.");
    intent.event_types.emplace_back(to_token(type));
  }
  intent.secret = new_secret(call);
  return kernel::Intent{std::move(intent)};
}

template <WebhookEndpointStatus To>
Result<kernel::Intent> set_endpoint(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<registry::WebhookEndpointId>());
  return kernel::Intent{kernel::SetWebhookEndpoint{id, To}};
}

Result<kernel::Intent> rotate_secret(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<registry::WebhookEndpointId>());
  return kernel::Intent{kernel::RotateWebhookSecret{id, new_secret(call), hours(24)}};
}

Result<net::Response> deliveries(Call& call) {
  DeliveryDesk::Query query{.client = call.client, .mode = call.mode};
  MOHUR_TRY_SET(pairs, query_pairs(call.request));
  for (const QueryPair& pair : pairs) {
    MOHUR_TRY_SET(taken, take_common(pair, query.limit, query.after));
    if (taken) continue;
    if (pair.name != "webhook_endpoint") return unknown_filter(pair.name);
    MOHUR_TRY_SET(endpoint, parse_id<registry::WebhookEndpointId>(pair));
    query.endpoint = endpoint;
  }
  MOHUR_TRY_SET(listed, call.services.deliveries.list(query));
  return ListWriter{call}.append(listed.items).finish_with(listed.next);
}

Result<net::Response> delivery(Call& call) {
  MOHUR_TRY_SET(found, call.services.deliveries.get(call.client, call.mode, call.path_values[0]));
  return answer_with(call, found);
}

Result<net::Response> redeliver(Call& call) {
  MOHUR_TRY_SET(again, call.services.deliveries.redeliver(call.client, call.mode, call.path_values[0]));
  return answer_with(call, again);
}

}  // namespace

std::vector<Route> event_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(read("/v1/events", "List events: the truth that webhooks only repeat", Access::client_or_us,
                        Scope::read_events, {}, events));
  routes.back().is_list = true;
  routes.back().filters = {
      {"type", "Only events of this type; `payout.*` for all of a noun's."},
      filter_by<Order>("order",
                       "`asc` for the oldest first; `desc`, the newest first, when absent. A cursor goes with its order."),
      filter_by<std::uint64_t>("after_position",
                               "Only events behind this `position`, the oldest first: to follow what happens, "
                               "ask again with the last position that you have seen.")};
  gives<engine::EventBody>(routes.back());
  routes.push_back(read("/v1/events/{id}", "Get an event", Access::client_or_us, Scope::read_events, {not_found}, event));
  gives<engine::EventBody>(routes.back());
  routes.push_back(write<WebhookEndpoint, WebhookEndpointInput>(
      "/v1/webhook_endpoints", "Have events sent to an address; the secret is shown once", "P3.1", Access::client,
      Scope::write_webhooks, IdempotencyRule::optional, {webhook_target_refused}, create_endpoint, 201));
  gives_with<WebhookEndpoint, WithSecret>(routes.back(), [] { return example_with_secret(Of<WebhookEndpoint>{}); });
  routes.push_back(
      list_all<WebhookEndpoint>("/v1/webhook_endpoints", "List webhook endpoints", Access::client_or_us, Scope::read_webhooks));
  routes.push_back(get_one<WebhookEndpoint>("/v1/webhook_endpoints/{id}", "Get a webhook endpoint", Access::client_or_us,
                                            Scope::read_webhooks));
  routes.push_back(write<WebhookEndpoint, NoInput>("/v1/webhook_endpoints/{id}/disable", "Stop sending", "", Access::client,
                                                   Scope::write_webhooks, IdempotencyRule::optional, {not_found, state_conflict},
                                                   set_endpoint<WebhookEndpointStatus::disabled>));
  leaves<WebhookEndpoint, WebhookEndpointStatus::disabled>(routes.back());
  routes.push_back(write<WebhookEndpoint, NoInput>("/v1/webhook_endpoints/{id}/enable", "Send again", "", Access::client,
                                                   Scope::write_webhooks, IdempotencyRule::optional, {not_found, state_conflict},
                                                   set_endpoint<WebhookEndpointStatus::enabled>));
  leaves<WebhookEndpoint, WebhookEndpointStatus::enabled>(routes.back());
  routes.push_back(write<WebhookEndpoint, NoInput>("/v1/webhook_endpoints/{id}/rotate_secret",
                                                   "Give a new secret; the old one signs along for a day", "P1.2", Access::client,
                                                   Scope::write_webhooks, IdempotencyRule::optional, {not_found}, rotate_secret));
  gives_with<WebhookEndpoint, WithSecret>(routes.back(), example_of_rotated_endpoint);
  routes.push_back(read("/v1/deliveries", "List webhook deliveries", Access::client_or_us, Scope::read_webhooks, {}, deliveries));
  routes.back().is_list = true;
  routes.back().filters = {filter_by<registry::WebhookEndpointId>("webhook_endpoint", "Only deliveries to this endpoint.")};
  gives<Delivery>(routes.back());
  routes.push_back(read("/v1/deliveries/{id}", "Get a delivery with its attempts", Access::client_or_us, Scope::read_webhooks,
                        {not_found}, delivery));
  gives<Delivery>(routes.back());
  routes.push_back(read("/v1/deliveries/{id}/redeliver", "Send a delivery again", Access::client, Scope::write_webhooks,
                        {not_found, state_conflict}, redeliver));
  routes.back().method = net::Method::post;
  gives<Delivery>(routes.back());
  leaves<Delivery, DeliveryStatus::pending>(routes.back());
  return routes;
}

}  // namespace mohur::gateway
