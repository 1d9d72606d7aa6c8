#include "kernel/open_objects.hpp"

namespace mohur::kernel {
namespace {

std::optional<OpenObject> waiting(const payments::Payin& payin) {
  const auto due = due_at(payin);
  if (!due) return std::nullopt;
  return OpenObject{OpenKind::payin, payin.client, payin.mode, due, false, {}};
}

std::optional<OpenObject> waiting(const payments::Payout& payout) {
  const auto due = due_at(payout);
  const bool is_processing = payout.status == payments::PayoutStatus::processing;
  if (!due && !is_processing) return std::nullopt;
  return OpenObject{OpenKind::payout,
                    payout.client,
                    payout.mode,
                    due,
                    payout.status == payments::PayoutStatus::queued,
                    is_processing ? payout.amount : Amount{}};
}

std::optional<OpenObject> waiting(const payments::Refund& refund) {
  if (refund.status != payments::RefundStatus::pending) return std::nullopt;
  return OpenObject{OpenKind::refund, refund.client, refund.mode, due_at(refund), false, refund.amount};
}

template <class T>
std::optional<OpenObject> waiting(const T&) {
  return std::nullopt;
}

constexpr std::size_t index_of(OpenKind kind) { return static_cast<std::size_t>(kind) - 1; }
constexpr std::size_t index_of(Mode mode) { return mode == Mode::test ? 0 : 1; }

}  // namespace

std::optional<OpenObject> waits(const Object& object) {
  return std::visit([](const auto& alternative) { return waiting(alternative); }, object);
}

void OpenObjects::set(Key128 key, const std::optional<OpenObject>& entry) {
  const auto found = entries_.find(key);
  if (found != entries_.end()) {
    if (entry && found->second == *entry) return;
    remove(key, found->second);
    entries_.erase(found);
  }
  if (!entry) return;
  entries_.emplace(key, *entry);
  add(key, *entry);
}

const OpenObject* OpenObjects::find(Key128 key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second;
}

void OpenObjects::add(Key128 key, const OpenObject& entry) {
  in_flight_[index_of(entry.kind)][index_of(entry.mode)] += entry.in_flight.minor;
  if (entry.queued) queues_[{entry.client, entry.mode}].insert(key);
  if (!entry.due) return;
  const Owner owner = owner_of(entry);
  timers_[owner].emplace(*entry.due, key);
  set_first(owner);
}

void OpenObjects::remove(Key128 key, const OpenObject& entry) {
  in_flight_[index_of(entry.kind)][index_of(entry.mode)] -= entry.in_flight.minor;
  if (entry.queued) {
    const auto queue = queues_.find({entry.client, entry.mode});
    queue->second.erase(key);
    if (queue->second.empty()) queues_.erase(queue);
  }
  if (!entry.due) return;
  const Owner owner = owner_of(entry);
  const auto timers = timers_.find(owner);
  timers->second.erase({*entry.due, key});
  if (timers->second.empty()) timers_.erase(timers);
  set_first(owner);
}

void OpenObjects::set_first(Owner owner) {
  const auto timers = timers_.find(owner);
  const auto known = first_of_.find(owner);
  if (timers == timers_.end()) {
    if (known == first_of_.end()) return;
    firsts_.erase({known->second, owner});
    first_of_.erase(known);
    return;
  }
  const Time first = timers->second.begin()->first - ahead_of(owner.client);
  if (known != first_of_.end()) {
    if (known->second == first) return;
    firsts_.erase({known->second, owner});
  }
  first_of_[owner] = first;
  firsts_.emplace(first, owner);
}

void OpenObjects::set_clock(ClientId client, Duration ahead) {
  ahead_[client] = ahead;
  set_first(Owner{client});
}

Duration OpenObjects::ahead_of(ClientId client) const {
  const auto found = ahead_.find(client);
  return found == ahead_.end() ? Duration{} : found->second;
}

std::vector<OpenObjects::Wake> OpenObjects::due(Time now, std::size_t most) const {
  std::vector<Wake> wakes;
  for (auto first = firsts_.begin(); first != firsts_.end() && first->first <= now && wakes.size() < most; ++first) {
    const Time owner_now = now + ahead_of(first->second.client);
    for (const auto& [at, key] : timers_.at(first->second)) {
      if (at > owner_now || wakes.size() >= most) break;
      const OpenObject& entry = entries_.at(key);
      wakes.push_back({entry.kind, key, entry.client, entry.mode});
    }
  }
  return wakes;
}

std::optional<Time> OpenObjects::next_due() const {
  if (firsts_.empty()) return std::nullopt;
  return firsts_.begin()->first;
}

std::vector<Key128> OpenObjects::queued(ClientId client, Mode mode) const {
  const auto queue = queues_.find({client, mode});
  if (queue == queues_.end()) return {};
  return {queue->second.begin(), queue->second.end()};
}

std::vector<std::pair<ClientId, Mode>> OpenObjects::queue_owners() const {
  std::vector<std::pair<ClientId, Mode>> owners;
  for (const auto& [owner, keys] : queues_)
    if (!keys.empty()) owners.push_back(owner);
  return owners;
}

std::int64_t OpenObjects::in_flight(OpenKind kind, Mode mode) const { return in_flight_[index_of(kind)][index_of(mode)]; }

}  // namespace mohur::kernel
