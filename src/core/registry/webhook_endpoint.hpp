// A webhook endpoint: an address to which a client wants its events sent.
//
// Source   Standard Webhooks 1.0.0
#pragma once

#include "money/mode.hpp"
#include "registry/client.hpp"

namespace mohur::registry {

using WebhookEndpointId = Id<"we">;

MOHUR_ENUM(WebhookEndpointStatus, (1, enabled), (2, disabled))

struct WebhookEndpoint {
  static constexpr std::string_view object_name = "webhook_endpoint";

  WebhookEndpointId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  WebhookEndpointStatus status = WebhookEndpointStatus::enabled;
  std::string url;
  std::string secret;                          // sealed by the vault; signs what is sent
  std::optional<std::string> previous_secret;  // signs as well until it expires
  std::optional<Time> previous_secret_expires_at;
  std::vector<std::string> event_types;  // empty: all

  bool operator==(const WebhookEndpoint&) const = default;
  MOHUR_DESCRIBE(WebhookEndpoint, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence), (7, status),
                 (8, url), (9, secret, internal), (10, previous_secret, internal),
                 (11, previous_secret_expires_at, "Until then every delivery carries two signatures."),
                 (12, event_types, "The event types that are sent; empty means all."))
};

}  // namespace mohur::registry
