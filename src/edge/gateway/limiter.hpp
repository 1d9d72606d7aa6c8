// The limiter: counts every client's calls against its plan, and says what is left.
//
// Order    A call is admitted by all limits that apply to it or by none; a refused call takes nothing.
// Shadow   A limit that is only tried out counts what it would have refused, and is no part of what headers tell.
// Pools    By client and mode, whichever key the call comes with; reserved routes have a budget of their own (policy/plan.hpp).
// Memory   Some 200 bytes for each pool, up to the highest number that was asked for.
// Threads  The reactor's thread only.
// Source   policy clauses P6.1, P6.2; draft-ietf-httpapi-ratelimit-headers-10 for the two headers
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gateway/pool.hpp"
#include "gateway/quotas.hpp"

namespace mohur::gateway {

// As headers tell a span of time: rounded up, so that what was waited for is there.
constexpr std::int64_t whole_seconds(Duration d) { return d <= seconds(1) ? 1 : (d.ns + seconds(1).ns - 1) / seconds(1).ns; }

class Limiter {
 public:
  // What the answer tells: the values of its headers.
  struct Told {
    std::string policy;                   // RateLimit-Policy
    std::string limit;                    // RateLimit
    std::optional<Duration> retry_after;  // when it was refused
    std::string_view refused_by;          // the name of the limit
    std::string_view would_refuse;        // that of one that is only tried out
    std::optional<Quotas::Notice> notice;
  };

  // A call that is under way: it counts as such as long as its ticket lives.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Limiter& limiter, PoolNumber pool) : limiter_(&limiter), pool_(pool) {}
    Ticket(Ticket&& other) noexcept : limiter_(std::exchange(other.limiter_, nullptr)), pool_(other.pool_) {}
    Ticket& operator=(Ticket&& other) noexcept {
      std::swap(limiter_, other.limiter_);
      std::swap(pool_, other.pool_);
      return *this;
    }
    ~Ticket() {
      if (limiter_ != nullptr) limiter_->end(pool_);
    }

   private:
    Limiter* limiter_ = nullptr;
    PoolNumber pool_ = 0;
  };

  struct Asked {
    PoolNumber pool = 0;
    const policy::Allowance& allowance;
    policy::RouteClass route_class = policy::RouteClass::read;
    Time now;                                     // steady: it never goes backwards
    Time at;                                      // of day, for quotas
    std::span<const std::uint32_t> notices_at{};  // parts of a quota, in percent, at which its client is told
  };
  // Admits a call, and says in either case what is left. Errors: quota_exceeded, rate_exceeded, too_many_concurrent_calls; then
  // nothing was taken.
  Result<Ticket> admit(const Asked& asked, Told& told);

  // What is left of each rate, without taking any; `total` first.
  struct Left {
    std::string_view name;
    policy::Rate rate;
    std::uint32_t remaining = 0;
    std::uint64_t would_have_refused = 0;  // of one that is only tried out, since the process began
    std::optional<Duration> retry_in;      // until the next call would be admitted; nothing when it would be now
  };
  std::vector<Left> left(PoolNumber pool, const policy::Allowance& allowance, Time now) const;
  // What it used of its quotas.
  const Quotas& quotas_of(PoolNumber pool) const { return usage_of(pool).quotas; }
  Quotas& quotas_of(PoolNumber pool) { return usage_of(pool).quotas; }

  // A call of this pool is about to be admitted.
  void expect(PoolNumber pool) const {
    if (pool < pools_.size()) prefetch(&pools_[pool], offsetof(Usage, would_have_refused));
  }

 private:
  void end(PoolNumber pool);

  static constexpr std::size_t kClasses = 6;  // by number; 0 is the total
  // In the order in which a call touches it: what most calls need comes first.
  struct Usage {
    std::uint32_t under_way = 0;
    Quotas quotas;
    policy::Meter meters[kClasses];
    std::uint64_t would_have_refused[kClasses] = {};
  };
  const Usage& usage_of(PoolNumber pool) const;
  Usage& usage_of(PoolNumber pool);
  // A limit that applies to a call, by its number, and the name under which the headers tell it.
  struct Named {
    std::size_t number = 0;
    std::string_view name;
    policy::Applied limit{};
  };
  static void tell(const Asked& asked, std::span<const Named> limits, const Quotas& quotas, Told& told);
  static std::unexpected<Refusal> refuse_by_quota(const Asked& asked, policy::CallWindow window, Told& told);

  std::vector<Usage> pools_;
};

}  // namespace mohur::gateway
