// What is sent about webhook endpoints.
// One described struct per endpoint that takes a body: names and sentences are the public API.
#pragma once

#include <type_traits>

#include "gateway/input_forms.hpp"

namespace mohur::gateway {

struct WebhookEndpointInput {
  Text<UrlRule> url;
  std::optional<std::vector<kernel::EventType>> event_types;
  MOHUR_DESCRIBE(WebhookEndpointInput, (1, url), (2, event_types, "The event types that are sent; all when absent."))
};

// Examples, as JSON.
std::string example_of(std::type_identity<WebhookEndpointInput>);

}  // namespace mohur::gateway
