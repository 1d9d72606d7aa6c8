// A reactor is one thread's loop: it waits until descriptors are ready, handles them, and lets work be added.
//
// A turn   What is ready is handled; then posted work and due timers run; then the turn-end hooks, once each; then it sleeps.
//          So whoever decides in a hook decides everything that came in during the turn as one batch.
// Threads  run() binds the reactor to the calling thread. post() and stop() may be called from any thread; everything else
//          from the reactor's own thread, or before run() and after it has returned.
// Errors   Running out of descriptors or memory for the loop itself is a bug of the set-up and stops the process.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "net/clocks.hpp"

namespace mohur::net {

enum class Interest : std::uint8_t { none = 0, read = 1, write = 2, both = 3 };

struct Readiness {
  bool readable = false;  // bytes, a connection, or the end of the stream can be read
  bool writable = false;
  bool broken = false;  // the peer is gone in both directions, or the socket failed
};

// Told when a watched descriptor is ready, again in every turn for as long as it is (level-triggered).
class Watcher {
 public:
  virtual void on_ready(Readiness ready) = 0;

 protected:
  ~Watcher() = default;
};

// Names one watch. After unwatch() it names nothing, and events that were already collected for it are dropped.
struct WatchId {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
};

using TimerId = std::uint64_t;
using HookId = std::uint64_t;

class Reactor {
 public:
  // `clock` tells the time of day; it is read at most once in a turn.
  explicit Reactor(Clock& clock);
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;
  ~Reactor();

  // Turns until stop(). Work that is still posted when it returns runs when run() is called again, or never.
  void run();
  void stop();
  void post(std::function<void()> work);

  HookId at_turn_end(std::function<void()> hook);
  void remove_hook(HookId id);

  // Runs `work` once, not before `delay` has passed on the steady clock.
  TimerId after(Duration delay, std::function<void()> work);
  void cancel(TimerId id);  // of a timer that has run: no effect

  // The descriptor stays its owner's, who unwatches it before closing it.
  WatchId watch(int descriptor, Interest interest, Watcher& watcher);
  void change(WatchId id, Interest interest);
  void unwatch(WatchId id);

  // The time of day of this turn.
  Time now();
  // The steady time of this turn: only differences mean anything.
  Time steady_now();

  // True on the thread that run() is bound to, and everywhere while it is not running.
  bool on_own_thread() const;

 private:
  struct Watch {
    Watcher* watcher = nullptr;
    int descriptor = -1;
    std::uint32_t generation = 1;
  };

  void turn();
  int sleep_ms() const;
  void dispatch(std::uint64_t tag, std::uint32_t events);
  void run_posted();
  void run_due_timers();
  void run_hooks();
  Watch& at(WatchId id);
  void wake() const;

  Clock& clock_;
  SteadyClock steady_;
  const int epoll_;
  const int wake_event_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::thread::id> thread_{};

  mutable std::mutex mutex_;  // guards posted_
  std::vector<std::function<void()>> posted_;

  std::vector<std::function<void()>> running_;  // the posted work of this turn
  std::vector<Watch> watches_;
  std::vector<std::uint32_t> free_slots_;
  std::map<std::pair<std::int64_t, TimerId>, std::function<void()>> timers_;  // by deadline
  std::map<TimerId, std::int64_t> deadlines_;
  std::map<HookId, std::function<void()>> hooks_;
  std::uint64_t last_id_ = 0;
  Time now_{};  // zero: not read in this turn
  Time steady_now_{};
};

}  // namespace mohur::net
