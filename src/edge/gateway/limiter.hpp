// The limiter: counts every client's calls against its plan, and says what is left.
//
// Order    A call is admitted by all limits that apply to it or by none; a refused call takes nothing.
// Shadow   A limit that is only tried out counts what it would have refused, and is no part of what headers tell.
// Pools    By client and mode, whichever key the call comes with; reserved routes have a budget of their own (policy/plan.hpp).
// Memory   One entry for each client that called since its meters last drained; idle ones are let go.
// Threads  The reactor's thread only.
// Source   policy clauses P6.1, P6.2; draft-ietf-httpapi-ratelimit-headers-10 for the two headers
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <string>
#include <utility>
#include <vector>

#include "gateway/quotas.hpp"

namespace mohur::gateway {

// As headers tell a span of time: rounded up, so that what was waited for is there.
constexpr std::int64_t whole_seconds(Duration d) { return d <= seconds(1) ? 1 : (d.ns + seconds(1).ns - 1) / seconds(1).ns; }

class Limiter {
 public:
  using ClientId = registry::ClientId;

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
    Ticket(Limiter& limiter, const Pool& pool) : limiter_(&limiter), pool_(pool) {}
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
    Pool pool_;
  };

  struct Asked {
    Pool pool;
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
    std::uint64_t would_have_refused = 0;  // of one that is only tried out, since its client last rested
    std::optional<Duration> retry_in;      // until the next call would be admitted; nothing when it would be now
  };
  std::vector<Left> left(const Pool& pool, const policy::Allowance& allowance, Time now) const;
  Quotas& quotas() { return quotas_; }
  const Quotas& quotas() const { return quotas_; }

  std::size_t clients() const { return clients_.size(); }

 private:
  void end(const Pool& pool);

  static constexpr std::size_t kClasses = 6;  // by number; 0 is the total
  struct Usage {
    policy::Meter meters[kClasses];
    std::uint64_t would_have_refused[kClasses] = {};
    std::uint32_t under_way = 0;
  };
  // A limit that applies to a call, by its number, and the name under which the headers tell it.
  struct Named {
    std::size_t number = 0;
    std::string_view name;
    policy::Applied limit{};
  };
  void tell(const Asked& asked, std::span<const Named> limits, Told& told) const;
  std::unexpected<Refusal> refuse_by_quota(const Asked& asked, policy::CallWindow window, Told& told) const;
  void let_idle_go(Time now);

  boost::unordered_flat_map<Pool, Usage> clients_;
  Quotas quotas_;
  std::size_t look_again_at_ = 1'024;  // when there are so many, those that are idle are let go
};

}  // namespace mohur::gateway
