#include "net/reactor.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/assert.hpp"

namespace mohur::net {
namespace {

constexpr std::uint64_t wake_tag = ~std::uint64_t{0};

std::uint32_t to_events(Interest interest) {
  const auto bits = std::to_underlying(interest);
  return (bits & 1U ? std::uint32_t{EPOLLIN} : 0U) | (bits & 2U ? std::uint32_t{EPOLLOUT} : 0U);
}

std::uint64_t to_tag(WatchId id) { return std::uint64_t{id.generation} << 32 | id.slot; }

}  // namespace

Reactor::Reactor(Clock& clock)
    : clock_(clock), epoll_(::epoll_create1(EPOLL_CLOEXEC)), wake_event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  MOHUR_ASSERT(epoll_ >= 0 && wake_event_ >= 0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = wake_tag;
  MOHUR_ASSERT(::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_event_, &event) == 0);
}

Reactor::~Reactor() {
  ::close(wake_event_);
  ::close(epoll_);
}

void Reactor::run() {
  MOHUR_ASSERT(thread_.load() == std::thread::id{});
  thread_ = std::this_thread::get_id();
  while (!stopping_.exchange(false)) turn();
  thread_ = std::thread::id{};
}

void Reactor::stop() {
  stopping_ = true;
  wake();
}

void Reactor::post(std::function<void()> work) {
  const bool own = thread_.load() == std::this_thread::get_id();
  bool first = false;
  {
    const std::lock_guard lock{mutex_};
    first = posted_.empty();
    posted_.push_back(std::move(work));
  }
  // The own thread looks before it sleeps; another thread's first piece of work must wake it.
  if (first && !own) wake();
}

void Reactor::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_event_, &one, sizeof one);
}

HookId Reactor::at_turn_end(std::function<void()> hook) {
  hooks_.emplace(++last_id_, std::move(hook));
  return last_id_;
}

void Reactor::remove_hook(HookId id) { hooks_.erase(id); }

TimerId Reactor::after(Duration delay, std::function<void()> work) {
  const std::int64_t deadline = (steady_.now() + delay).ns;
  timers_.emplace(std::pair{deadline, ++last_id_}, std::move(work));
  deadlines_.emplace(last_id_, deadline);
  return last_id_;
}

void Reactor::cancel(TimerId id) {
  const auto found = deadlines_.find(id);
  if (found == deadlines_.end()) return;
  timers_.erase({found->second, id});
  deadlines_.erase(found);
}

WatchId Reactor::watch(int descriptor, Interest interest, Watcher& watcher) {
  MOHUR_ASSERT(on_own_thread());
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(watches_.size()));
    watches_.emplace_back();
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  Watch& watch = watches_[slot];
  watch.watcher = &watcher;
  watch.descriptor = descriptor;
  const WatchId id{slot, watch.generation};
  epoll_event event{};
  event.events = to_events(interest);
  event.data.u64 = to_tag(id);
  MOHUR_ASSERT(::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0);
  return id;
}

void Reactor::change(WatchId id, Interest interest) {
  epoll_event event{};
  event.events = to_events(interest);
  event.data.u64 = to_tag(id);
  MOHUR_ASSERT(::epoll_ctl(epoll_, EPOLL_CTL_MOD, at(id).descriptor, &event) == 0);
}

void Reactor::unwatch(WatchId id) {
  Watch& watch = at(id);
  MOHUR_ASSERT(::epoll_ctl(epoll_, EPOLL_CTL_DEL, watch.descriptor, nullptr) == 0);
  watch.watcher = nullptr;
  ++watch.generation;
  free_slots_.push_back(id.slot);
}

Reactor::Watch& Reactor::at(WatchId id) {
  MOHUR_ASSERT(id.slot < watches_.size() && watches_[id.slot].generation == id.generation && on_own_thread());
  return watches_[id.slot];
}

Time Reactor::now() {
  if (now_ == Time{}) now_ = clock_.now();
  return now_;
}

Time Reactor::steady_now() {
  if (steady_now_ == Time{}) steady_now_ = steady_.now();
  return steady_now_;
}

bool Reactor::on_own_thread() const {
  const std::thread::id bound = thread_.load(std::memory_order_relaxed);
  return bound == std::this_thread::get_id() || bound == std::thread::id{};
}

void Reactor::turn() {
  std::array<epoll_event, 256> events;
  const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), sleep_ms());
  MOHUR_ASSERT(ready >= 0 || errno == EINTR);
  now_ = steady_now_ = Time{};
  for (int i = 0; i < ready; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    dispatch(event.data.u64, event.events);
  }
  run_posted();
  run_due_timers();
  run_hooks();
}

// How long nothing is due: 0 when there is work, -1 when there is nothing to wait for but events.
int Reactor::sleep_ms() const {
  {
    const std::lock_guard lock{mutex_};
    if (!posted_.empty()) return 0;
  }
  if (timers_.empty()) return -1;
  const Duration wait = Time{timers_.begin()->first.first} - SteadyClock{}.now();
  // Rounded up, so that a timer is due when the sleep ends.
  return static_cast<int>(std::clamp<std::int64_t>((wait.ns + 999'999) / 1'000'000, 0, 3'600'000));
}

void Reactor::dispatch(std::uint64_t tag, std::uint32_t events) {
  if (tag == wake_tag) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto n = ::read(wake_event_, &count, sizeof count);
    return;
  }
  const Watch& watch = watches_[static_cast<std::uint32_t>(tag)];
  if (watch.generation != static_cast<std::uint32_t>(tag >> 32)) return;
  watch.watcher->on_ready({(events & EPOLLIN) != 0, (events & EPOLLOUT) != 0, (events & (EPOLLERR | EPOLLHUP)) != 0});
}

void Reactor::run_posted() {
  {
    const std::lock_guard lock{mutex_};
    running_.swap(posted_);
  }
  for (auto& work : running_) work();
  running_.clear();
}

void Reactor::run_due_timers() {
  while (!timers_.empty() && timers_.begin()->first.first <= steady_now().ns) {
    const auto due = timers_.extract(timers_.begin());
    deadlines_.erase(due.key().second);
    due.mapped()();
  }
}

// A hook may remove itself or others, and add some for the next turn.
void Reactor::run_hooks() {
  const HookId last = last_id_;
  for (auto hook = hooks_.begin(); hook != hooks_.end() && hook->first <= last;) {
    const HookId id = hook->first;
    auto run = std::move(hook->second);
    run();
    if (const auto still = hooks_.find(id); still != hooks_.end()) still->second = std::move(run);
    hook = hooks_.upper_bound(id);
  }
}

}  // namespace mohur::net
