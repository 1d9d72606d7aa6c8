#include "gateway/password_desk.hpp"

#include <memory>

#include "crypto/api_key.hpp"
#include "crypto/system_random.hpp"

namespace mohur::gateway {
namespace {

PasswordResult worked_out(const PasswordJob& job, const std::string& nobodys, const crypto::PasswordCost& cost, Random& random) {
  PasswordResult result{.stored = job.stored, .made = {}};
  const bool compares = !job.compared.empty();
  if (compares)
    result.matches = crypto::matches_password(job.compared, job.hash.empty() ? nobodys : job.hash) && !job.hash.empty();
  if (!job.made_of.empty() && (!compares || result.matches)) result.made = crypto::hash_password(job.made_of, random, cost);
  return result;
}

}  // namespace

PasswordDesk::PasswordDesk(Post post, crypto::PasswordCost cost)
    : post_(std::move(post)), cost_(cost), thread_([this] { work(); }) {}

PasswordDesk::~PasswordDesk() {
  {
    const std::lock_guard hold{mutex_};
    stopping_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  thread_.join();
}

Result<void> PasswordDesk::ask(PasswordJob job, Done done) {
  const std::lock_guard hold{mutex_};
  if (waiting_.size() >= kMostWaiting) return refuse(Outcome::overloaded, {}, "Too many people sign in at this moment.");
  waiting_.push_back({std::move(job), std::move(done)});
  changed_.notify_all();
  return {};
}

void PasswordDesk::work() {
  crypto::SystemRandom random;
  std::string nobodys;
  std::unique_lock hold{mutex_};
  while (true) {
    changed_.wait(hold, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    hold.unlock();
    if (nobodys.empty()) nobodys = crypto::hash_password(crypto::random_base62(32, random), random, cost_);
    // In a shared place, since a function must be copyable to be posted.
    auto result = std::make_shared<PasswordResult>(worked_out(next.job, nobodys, cost_, random));
    post_([done = std::move(next.done), result] { done(std::move(*result)); });
    hold.lock();
  }
}

}  // namespace mohur::gateway
