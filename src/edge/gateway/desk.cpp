#include "gateway/desk.hpp"

namespace mohur::gateway {

Desk::Desk(Post post, std::size_t most_waiting, Standing standing)
    : post_(std::move(post)), most_waiting_(most_waiting), thread_([this, standing](const std::stop_token& stop) {
        begin_thread("desk", standing);
        run(stop);
      }) {}

Desk::~Desk() {
  {
    const std::lock_guard hold{mutex_};
    waiting_.clear();
  }
  stop();
  thread_.join();
}

void Desk::stop() { thread_.request_stop(); }

Result<void> Desk::ask(Work work) {
  const std::lock_guard hold{mutex_};
  if (thread_.get_stop_token().stop_requested()) return refuse(Outcome::stopping);
  if (waiting_.size() >= most_waiting_) return refuse(Outcome::overloaded, {}, "Too many such calls are under way.");
  waiting_.push_back(std::move(work));
  changed_.notify_all();
  return {};
}

void Desk::run(const std::stop_token& stop) {
  std::unique_lock hold{mutex_};
  while (changed_.wait(hold, stop, [this] { return !waiting_.empty(); })) {
    Work work = std::move(waiting_.front());
    waiting_.pop_front();
    hold.unlock();
    Tell tell = work(stop);
    // What the work holds is let go where it is told, and not here.
    post_([tell = std::move(tell), work = std::move(work)] { tell(); });
    hold.lock();
  }
}

}  // namespace mohur::gateway
