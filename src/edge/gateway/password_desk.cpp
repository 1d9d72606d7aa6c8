#include "gateway/password_desk.hpp"

#include <memory>

#include "crypto/api_key.hpp"

namespace mohur::gateway {

PasswordDesk::PasswordDesk(Desk::Post post, crypto::PasswordCost cost)
    : cost_(cost), desk_(std::move(post), kMostWaiting, Standing::in_front) {}

Result<void> PasswordDesk::ask(PasswordJob job, Done done) {
  // The result is in a shared place, since a function must be copyable to be posted.
  const auto queued = desk_.ask([this, job = std::move(job), done = std::move(done)](const std::stop_token&) -> Desk::Tell {
    auto result = std::make_shared<PasswordResult>(worked_out(job));
    return [done, result] { done(std::move(*result)); };
  });
  if (!queued && queued.error().outcome == Outcome::overloaded)
    return refuse(Outcome::overloaded, {}, "Too many people sign in at this moment.");
  return queued;
}

PasswordResult PasswordDesk::worked_out(const PasswordJob& job) {
  if (nobodys_.empty()) nobodys_ = crypto::hash_password(crypto::random_base62(32, random_), random_, cost_);
  PasswordResult result{.stored = job.stored, .made = {}};
  const bool compares = !job.compared.empty();
  if (compares)
    result.matches = crypto::matches_password(job.compared, job.hash.empty() ? nobodys_ : job.hash) && !job.hash.empty();
  if (!job.made_of.empty() && (!compares || result.matches)) result.made = crypto::hash_password(job.made_of, random_, cost_);
  return result;
}

}  // namespace mohur::gateway
