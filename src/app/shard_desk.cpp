#include "app/shard_desk.hpp"

namespace mohur::app {
namespace {

constexpr std::size_t kMostWaiting = 16'384;
constexpr Duration kAgain = milliseconds(20);

// Refusals that say nothing about the command: the shard has no room for it now.
bool is_for_now(Outcome outcome) { return outcome == Outcome::overloaded || outcome == Outcome::storage_full; }

}  // namespace

bool ShardDesk::submit(kernel::Command command) {
  {
    const std::lock_guard hold{mutex_};
    if (waiting_.size() >= kMostWaiting) return false;
    waiting_.push_back(std::make_shared<const kernel::Command>(std::move(command)));
    if (std::exchange(is_called_, true)) return true;
  }
  reactor_.post([this] { carry(); });
  return true;
}

void ShardDesk::carry() {
  while (true) {
    Kept next;
    {
      const std::lock_guard hold{mutex_};
      if (waiting_.empty()) {
        is_called_ = false;
        return;
      }
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    if (bring(next)) continue;
    const std::lock_guard hold{mutex_};
    waiting_.push_front(std::move(next));
    reactor_.after(kAgain, [this] { carry(); });
    return;
  }
}

// False: the shard has no room. A stopping shard takes nothing for ever, so the command is dropped.
bool ShardDesk::bring(const Kept& command) {
  const auto taken = shard_.submit(*command, [this, command](const Result<engine::Done>& done) {
    if (done) return;
    is_for_now(done.error().outcome) ? put_back(command) : refused_(done.error());
  });
  return taken || taken.error().outcome != Outcome::overloaded;
}

// Behind the others: what was decided before it does not wait for it.
void ShardDesk::put_back(Kept command) {
  const std::lock_guard hold{mutex_};
  waiting_.push_back(std::move(command));
  if (!std::exchange(is_called_, true)) reactor_.after(kAgain, [this] { carry(); });
}

}  // namespace mohur::app
