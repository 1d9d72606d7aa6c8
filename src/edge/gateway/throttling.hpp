// Throttling as the core is told of it: refusals of one client that come close together are one episode, and however many clients
// flood, only so many commands a second come of it.
//
// Episode   Begins with the first refusal by a rate, a quota, the number of calls under way or a block, and is over when it was
//           quiet for a while, or has lasted long; what goes on is the next one. How long stands in the ladder.
// Ignored   A refused call that came before the Retry-After of an earlier one was over. The first two seconds of an episode count
//           none: what was under way together could not know.
// Bound     kMostASecond commands a second, for all clients together. What waits gathers on, one entry for each client; of those
//           that are over, the one that began first is told first.
// Lost      What is open when the server stops. Nobody is struck for what was not told.
// Threads   The reactor's thread only.
// Source    policy clauses P6.2, P6.3
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "gateway/pool.hpp"
#include "gateway/quotas.hpp"
#include "kernel/command.hpp"

namespace mohur::gateway {

class Throttling {
 public:
  static constexpr std::uint32_t kMostASecond = 5;
  static constexpr std::size_t kMostNotices = 10'000;  // that wait; more are not given
  static constexpr Duration kGrace = seconds(2);

  // A call that was refused, or would have been by a limit that is only tried out. `now` is steady, `at` the time of day.
  struct Refused {
    Pool pool;
    bool shadow = false;
    std::string_view limit;
    Duration retry_after;
    Time now;
    Time at;
  };
  void refused(const Refused& refused);
  void give(const Pool& pool, const Quotas::Notice& notice);

  // Brings what is due to the core: `submit` answers whether it took the command, and what it did not take is brought again.
  using Submit = std::function<bool(kernel::Command)>;
  void report(const policy::LadderRules& rules, Time now, const Submit& submit);

  std::size_t open() const { return episodes_.size(); }

 private:
  struct Key {
    Pool pool;
    bool shadow = false;
    bool operator==(const Key&) const = default;
    friend std::size_t hash_value(const Key& key) { return hash_value(key.pool) * 2 + (key.shadow ? 1U : 0U); }
  };
  struct Episode {
    std::vector<std::string_view> limits;
    Time began, last;        // steady
    Time began_at, last_at;  // of day
    Time told_until;         // steady; the latest moment that a refusal told
    std::uint64_t refused = 0;
    std::uint64_t ignored = 0;
  };
  bool report_notice(const Submit& submit);
  static kernel::Command command_of(const Key& key, const Episode& episode);

  boost::unordered_flat_map<Key, Episode> episodes_;
  std::deque<std::pair<Pool, Quotas::Notice>> notices_;
  policy::Meter meter_;
};

}  // namespace mohur::gateway
