#include "kernel/open_objects.hpp"

namespace mohur::kernel {
namespace {

std::optional<OpenObject> waiting(const payments::Payin& payin) {
  const auto due = due_at(payin);
  if (!due) return std::nullopt;
  return OpenObject{OpenKind::payin, payin.client, payin.mode, due, false, {}, {}};
}

std::optional<OpenObject> waiting(const payments::Payout& payout) {
  const auto due = due_at(payout);
  const bool is_processing = payout.status == payments::PayoutStatus::processing;
  if (!due && !is_processing) return std::nullopt;
  const bool is_queued = payout.status == payments::PayoutStatus::queued && payout.reason == payments::PayoutReason::low_balance;
  return OpenObject{OpenKind::payout,
                    payout.client,
                    payout.mode,
                    due,
                    is_queued,
                    is_processing ? payout.amount : Amount{},
                    payout.hold,
                    payout.priority,
                    is_queued ? payout.total() : Amount{}};
}

std::optional<OpenObject> waiting(const payments::Refund& refund) {
  if (refund.status != payments::RefundStatus::pending) return std::nullopt;
  return OpenObject{OpenKind::refund, refund.client, refund.mode, due_at(refund), false, refund.amount, {}};
}

std::optional<OpenObject> waiting(const registry::Measure& measure) {
  const auto due = due_at(measure);
  if (!due) return std::nullopt;
  return OpenObject{OpenKind::measure, measure.client, Mode::live, due, false, {}, {}};
}

std::optional<OpenObject> waiting(const payments::Batch& batch) {
  const auto due = due_at(batch);
  if (!due) return std::nullopt;
  return OpenObject{OpenKind::batch, batch.client, batch.mode, due, false, {}, {}};
}

std::optional<OpenObject> waiting(const payments::PayoutSchedule& schedule) {
  const auto due = due_at(schedule);
  if (!due) return std::nullopt;
  return OpenObject{OpenKind::payout_schedule, schedule.client, schedule.mode, due, false, {}, {}};
}

template <class T>
std::optional<OpenObject> waiting(const T&) {
  return std::nullopt;
}

// So many timers fire in one turn, at the least.
constexpr std::size_t kMostTimersOfAStep = 128;

constexpr std::size_t index_of(OpenKind kind) { return static_cast<std::size_t>(kind) - 1; }
constexpr std::size_t index_of(Mode mode) { return mode == Mode::test ? 0 : 1; }

}  // namespace

std::optional<OpenObject> waits(const Object& object) {
  return std::visit([](const auto& alternative) { return waiting(alternative); }, object);
}

OpenObjects::Owner& OpenObjects::owner_of(const OpenObject& object) {
  const ClientId client = object.mode == Mode::test ? object.client : ClientId{};
  return owners_.try_emplace(client, Owner{.client = client}).first->second;
}

bool OpenObjects::set(Key128 key, const std::optional<OpenObject>& object) {
  note_given_up(key, object);
  if (!object) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return false;
    remove(key, found->second);
    entries_.erase(found);
    return true;
  }
  const auto [found, is_new] = entries_.try_emplace(key);
  Entry& entry = found->second;
  if (!is_new) {
    if (entry.object == *object) return true;
    remove(key, entry);
  }
  entry.object = *object;
  add(key, entry);
  return true;
}

// The first of a queue that leaves for a rail takes what it waited for; any other way, that is the next one's.
void OpenObjects::note_given_up(Key128 key, const std::optional<OpenObject>& after) {
  const OpenObject* before = find(key);
  if (before == nullptr || !before->queued || (after && (after->queued || !after->in_flight.is_zero()))) return;
  if (first_queued(before->client, before->mode)->key == key) given_up_.emplace_back(before->client, before->mode);
}

const OpenObject* OpenObjects::find(Key128 key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second.object;
}

// New timers are mostly the latest.
void OpenObjects::add(Key128 key, Entry& entry) {
  const OpenObject& object = entry.object;
  in_flight_[index_of(object.kind)][index_of(object.mode)] += object.in_flight.minor;
  if (object.queued) queues_[{object.client, object.mode}].insert({object.priority, key});
  if (!object.due) return;
  Owner& owner = owner_of(object);
  entry.timer = owner.timers.emplace_hint(owner.timers.end(), *object.due, key);
  if (entry.timer == owner.timers.begin()) move(owner);
}

void OpenObjects::remove(Key128 key, const Entry& entry) {
  const OpenObject& object = entry.object;
  in_flight_[index_of(object.kind)][index_of(object.mode)] -= object.in_flight.minor;
  if (object.queued) {
    const auto queue = queues_.find({object.client, object.mode});
    queue->second.erase({object.priority, key});
    if (queue->second.empty()) queues_.erase(queue);
  }
  if (!object.due) return;
  Owner& owner = owner_of(object);
  if (entry.timer == owner.timers.begin()) move(owner);
  owner.timers.erase(entry.timer);
}

void OpenObjects::move(Owner& owner) const {
  if (owner.moved) return;
  owner.moved = true;
  moved_.push_back(&owner);
}

const auto& OpenObjects::firsts() const {
  for (Owner* owner : moved_) {
    owner->moved = false;
    if (owner->first) firsts_.erase({*owner->first, owner->client});
    owner->first.reset();
    if (!owner->timers.empty() && owner->may_fire(owner->timers.begin()->first))
      owner->first = owner->timers.begin()->first - owner->ahead;
    if (owner->first) firsts_.emplace(*owner->first, owner->client);
  }
  moved_.clear();
  return firsts_;
}

void OpenObjects::set_clock(const payments::SandboxClock& clock) {
  Owner& owner = owners_.try_emplace(clock.client, Owner{.client = clock.client}).first->second;
  owner.ahead = clock.ahead;
  owner.caught_up_to = clock.caught_up_to;
  move(owner);
}

// A pay-in or a batch that expires asks nothing of the bank; anything else may.
std::optional<Time> OpenObjects::next_step(ClientId client, Time from, std::optional<Time> next_report, Time now) const {
  const Time end = next_report ? std::min(*next_report, now) : now;
  const auto owner = owners_.find(client);
  if (owner != owners_.end()) {
    std::size_t passed = 0;
    for (const auto& [at, key] : owner->second.timers) {
      if (next_report ? at >= end : at > end) break;
      const OpenKind kind = entries_.at(key).object.kind;
      const bool asks_the_bank = kind != OpenKind::payin && kind != OpenKind::batch;
      if (asks_the_bank || ++passed == kMostTimersOfAStep) return std::max(from, at + Duration{1});
    }
  }
  return next_report ? std::optional{std::max(from, end)} : std::nullopt;
}

Duration OpenObjects::ahead_of(ClientId client) const {
  const auto found = owners_.find(client);
  return found == owners_.end() ? Duration{} : found->second.ahead;
}

std::vector<OpenObjects::Wake> OpenObjects::due(Time now, std::size_t most) const {
  std::vector<Wake> wakes;
  const auto& in_order = firsts();
  for (auto first = in_order.begin(); first != in_order.end() && first->first <= now && wakes.size() < most; ++first) {
    const Owner& owner = owners_.at(first->second);
    for (const auto& [at, key] : owner.timers) {
      if (at > now + owner.ahead || !owner.may_fire(at) || wakes.size() >= most) break;
      const OpenObject& object = entries_.at(key).object;
      wakes.push_back({object.kind, key, object.client, object.mode, at});
    }
  }
  return wakes;
}

std::optional<Time> OpenObjects::next_due() const {
  const auto& in_order = firsts();
  if (in_order.empty()) return std::nullopt;
  return in_order.begin()->first;
}

std::vector<Key128> OpenObjects::covered(ClientId client, Mode mode, Amount balance) const {
  std::vector<Key128> keys;
  const auto queue = queues_.find({client, mode});
  if (queue == queues_.end()) return keys;
  for (const QueuePlace& place : queue->second) {
    const Amount needs = entries_.at(place.key).object.needs;
    if (needs > balance) break;
    balance.minor -= needs.minor;
    keys.push_back(place.key);
  }
  return keys;
}

std::optional<QueuePlace> OpenObjects::first_queued(ClientId client, Mode mode) const {
  const auto queue = queues_.find({client, mode});
  return queue == queues_.end() ? std::nullopt : std::optional{*queue->second.begin()};
}

std::vector<OpenObjects::QueueOwner> OpenObjects::queue_owners() const {
  std::vector<QueueOwner> owners;
  for (const auto& [owner, keys] : queues_)
    if (!keys.empty()) owners.push_back(owner);
  return owners;
}

std::int64_t OpenObjects::in_flight(OpenKind kind, Mode mode) const { return in_flight_[index_of(kind)][index_of(mode)]; }

}  // namespace mohur::kernel
