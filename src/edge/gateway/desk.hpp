// A desk: what takes its time is done one after another on a thread of its own, and told on the reactor's.
//
// Bounded  One at a time, so that nobody has the server spend more than one processor on it; and no more than so many wait.
//          Beyond that: overloaded, at once.
// Ending   Once it is asked to stop, all work is, and what waits is still told. What waits when the desk ends is dropped.
// Standing Behind, unless somebody waits at a screen for what it does.
// Threads  ask() on the reactor's.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/result.hpp"
#include "base/thread.hpp"

namespace mohur::gateway {

class Desk {
 public:
  using Tell = std::function<void()>;                 // on the reactor's thread
  using Work = std::function<Tell(std::stop_token)>;  // on the desk's
  using Post = std::function<void(Tell)>;             // how it gets back

  Desk(Post post, std::size_t most_waiting, Standing standing = Standing::behind);
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  // Errors: overloaded; stopping, once it is.
  Result<void> ask(Work work);
  void stop();

 private:
  void run(const std::stop_token& stop);

  const Post post_;
  const std::size_t most_waiting_;
  std::mutex mutex_;  // guards waiting_
  std::condition_variable_any changed_;
  std::deque<Work> waiting_;
  std::jthread thread_;
};

}  // namespace mohur::gateway
