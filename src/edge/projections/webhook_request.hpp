// A webhook as it goes over the wire: the event with its personal data masked, signed by Standard Webhooks 1.0.0.
#pragma once

#include <optional>

#include "engine/archive.hpp"
#include "net/client.hpp"
#include "vault/vault.hpp"

namespace mohur::projections {

// Nothing when the endpoint's secret cannot be read: nothing goes out unsigned. While a rotation runs the old secret signs too.
std::optional<net::ClientRequest> webhook_request(const registry::WebhookEndpoint& endpoint, const engine::StoredEvent& stored,
                                                  vault::Vault& vault, Time now);

}  // namespace mohur::projections
