#include "projections/turns.hpp"

#include <algorithm>

namespace mohur::projections {
namespace {

template <class Key>
std::size_t count_of(const std::map<Key, std::size_t>& counts, Key key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

template <class Key>
void count_down(std::map<Key, std::size_t>& counts, Key key) {
  const auto found = counts.find(key);
  if (--found->second == 0) counts.erase(found);
}

}  // namespace

std::vector<DeliveryId> Turns::choose(const Pending& pending, Time now) const {
  std::map<ClientId, std::vector<WebhookEndpointId>> endpoints;
  for (const auto& [endpoint, queue] : pending) endpoints[client_of_(endpoint)].push_back(endpoint);
  std::multimap<std::size_t, DeliveryId> ranked;  // by how many the client has on their way before it
  for (auto& [client, its] : endpoints) {
    std::size_t running = count_of(running_of_client_, client);
    for (const DeliveryId id : choose_of(client, std::move(its), pending, now)) ranked.emplace(running++, id);
  }
  std::vector<DeliveryId> chosen;
  for (const auto& [rank, id] : ranked)
    if (running_.size() + chosen.size() < kMost) chosen.push_back(id);
  return chosen;
}

std::vector<DeliveryId> Turns::choose_of(ClientId client, std::vector<WebhookEndpointId> endpoints, const Pending& pending,
                                         Time now) const {
  if (const auto last = last_begun_.find(client); last != last_begun_.end())
    std::ranges::rotate(endpoints, std::ranges::upper_bound(endpoints, last->second));
  std::vector<DeliveryId> chosen;
  const std::size_t most = kMostOfClient - count_of(running_of_client_, client);
  for (const WebhookEndpointId endpoint : endpoints) {
    std::size_t running = count_of(running_of_endpoint_, endpoint);
    for (const auto& [at, id] : pending.at(endpoint)) {
      if (at > now || running >= kMostOfEndpoint || chosen.size() >= most) break;
      if (running_.contains(id)) continue;
      chosen.push_back(id);
      ++running;
    }
  }
  return chosen;
}

std::optional<Time> Turns::next_due(const Pending& pending) const {
  if (running_.size() >= kMost) return std::nullopt;
  std::optional<Time> next;
  for (const auto& [endpoint, queue] : pending) {
    if (count_of(running_of_endpoint_, endpoint) >= kMostOfEndpoint) continue;
    if (count_of(running_of_client_, client_of_(endpoint)) >= kMostOfClient) continue;
    const auto first = std::ranges::find_if(queue, [&](const auto& entry) { return !running_.contains(entry.second); });
    if (first != queue.end()) next = next ? std::min(*next, first->first) : first->first;
  }
  return next;
}

void Turns::begin(const Delivery& delivery) {
  running_.insert(delivery.id);
  running_of_client_[delivery.client] += 1;
  running_of_endpoint_[delivery.webhook_endpoint] += 1;
  last_begun_[delivery.client] = delivery.webhook_endpoint;
}

void Turns::end(DeliveryId id, ClientId client, WebhookEndpointId endpoint) {
  running_.erase(id);
  count_down(running_of_client_, client);
  count_down(running_of_endpoint_, endpoint);
}

}  // namespace mohur::projections
