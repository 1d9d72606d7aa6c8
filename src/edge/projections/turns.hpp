// Whose turn it is: which of the deliveries that are due begin next, so that nobody's endpoints hold up somebody else's.
//
// Bounds   So many are on their way at a time: in all, of one client, and to one endpoint. A host has no bound, as several
//          clients may use it.
// Order    A free place goes to the client that has the fewest on their way. A client's endpoints take turns, so that those with
//          much to do leave room for the others; an endpoint's deliveries begin as they are due.
// Threads  None of its own.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "projections/deliveries.hpp"

namespace mohur::projections {

class Turns {
 public:
  static constexpr std::size_t kMost = 256;
  static constexpr std::size_t kMostOfClient = 32;
  static constexpr std::size_t kMostOfEndpoint = 8;

  using Pending = std::map<WebhookEndpointId, Deliveries::Queue>;

  explicit Turns(std::function<ClientId(WebhookEndpointId)> client_of) : client_of_(std::move(client_of)) {}

  std::vector<DeliveryId> choose(const Pending& pending, Time now) const;
  // When the next is due that may begin; nothing when there is none, or no place for it.
  std::optional<Time> next_due(const Pending& pending) const;

  void begin(const Delivery& delivery);
  void end(DeliveryId id, ClientId client, WebhookEndpointId endpoint);

 private:
  std::vector<DeliveryId> choose_of(ClientId client, std::vector<WebhookEndpointId> endpoints, const Pending& pending,
                                    Time now) const;

  const std::function<ClientId(WebhookEndpointId)> client_of_;
  std::set<DeliveryId> running_;
  std::map<ClientId, std::size_t> running_of_client_;
  std::map<WebhookEndpointId, std::size_t> running_of_endpoint_;
  std::map<ClientId, WebhookEndpointId> last_begun_;  // the client's next turn goes on behind it
};

}  // namespace mohur::projections
