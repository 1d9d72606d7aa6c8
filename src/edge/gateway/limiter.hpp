// The limiter: counts every client's calls against its plan, and says what is left.
//
// Order    A call is admitted by all limits that apply to it or by none; a refused call takes nothing.
// Pools    By client and mode, whichever key the call comes with; reserved routes have a budget of their own (policy/plan.hpp).
// Memory   One entry for each client that called since its meters last drained; idle ones are let go.
// Threads  The reactor's thread only.
// Source   policy clauses P6.1, P6.2; draft-ietf-httpapi-ratelimit-headers-10 for the two headers
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <string>
#include <utility>
#include <vector>

#include "money/mode.hpp"
#include "policy/plan.hpp"

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
  };

  // A call that is under way: it counts as such as long as its ticket lives.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Limiter& limiter, ClientId client, Mode mode) : limiter_(&limiter), client_(client), mode_(mode) {}
    Ticket(Ticket&& other) noexcept
        : limiter_(std::exchange(other.limiter_, nullptr)), client_(other.client_), mode_(other.mode_) {}
    Ticket& operator=(Ticket&& other) noexcept {
      std::swap(limiter_, other.limiter_);
      std::swap(client_, other.client_);
      std::swap(mode_, other.mode_);
      return *this;
    }
    ~Ticket() {
      if (limiter_ != nullptr) limiter_->end(client_, mode_);
    }

   private:
    Limiter* limiter_ = nullptr;
    ClientId client_;
    Mode mode_ = Mode::test;
  };

  // Admits a call, and says in either case what is left. Errors: rate_exceeded, too_many_concurrent_calls; then nothing was
  // taken. Time is steady: it never goes backwards.
  Result<Ticket> admit(ClientId client, Mode mode, const policy::Allowance& allowance, policy::RouteClass route_class, Time now,
                       Told& told);

  // What is left of each rate, without taking any; `total` first.
  struct Left {
    std::string_view name;
    policy::Rate rate;
    std::uint32_t remaining = 0;
  };
  std::vector<Left> left(ClientId client, Mode mode, const policy::Allowance& allowance, Time now) const;

  std::size_t clients() const { return clients_.size(); }

 private:
  void end(ClientId client, Mode mode);

  static constexpr std::size_t kClasses = 6;  // by number; 0 is the total
  struct Usage {
    policy::Meter meters[kClasses];
    std::uint32_t under_way = 0;
  };
  struct Pool {
    ClientId client;
    Mode mode;
    bool operator==(const Pool&) const = default;
    friend std::size_t hash_value(const Pool& pool) {
      return mohur::hash_value(pool.client) * 2 + static_cast<std::size_t>(pool.mode);
    }
  };
  void let_idle_go(Time now);

  boost::unordered_flat_map<Pool, Usage> clients_;
  std::size_t look_again_at_ = 1'024;  // when there are so many, those that are idle are let go
};

}  // namespace mohur::gateway
