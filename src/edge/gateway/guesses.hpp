// Wrong credentials, counted by the address that they come from; never by the key, whose owner has no part in them.
//
// Block     So many are told as wrong, and one more each half minute. Then the address is blocked: for a minute, and each time
//           it goes on afterwards for twice as long, up to an hour. A quarter of an hour without a wrong one forgets it all.
// Whom      A block answers further wrong credentials and nothing else: a right one is taken from a blocked address too. So
//           nobody in an office behind one address can lock the others out; and a secret of 190 bits is not found by guessing,
//           blocked or not. What the block saves is work, and lines in the log.
// Address   One of IPv4, or the /64 of IPv6 that one household gets.
// Memory    64 bytes for each of 65,536 addresses at most; when there are more, those with least behind them are let go.
// Threads   The reactor's thread only.
// Source    policy clause P3.1
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>

#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/random.hpp"
#include "policy/rate.hpp"

namespace mohur::gateway {

class Guesses {
 public:
  static constexpr std::uint32_t kToldAsWrong = 30;
  static constexpr std::size_t kMostAddresses = 65'536;

  explicit Guesses(Random& random) : addresses_(0, Hash{random.next_u64()}) {}

  // Counts a wrong credential. Answers for how long the address is blocked, and nothing while it is not. Time is steady.
  std::optional<Duration> wrong(const IpAddress& from, Time now);

  std::size_t addresses() const { return addresses_.size(); }

 private:
  // Whoever calls chooses addresses, so the hash has a secret.
  struct Hash {
    std::uint64_t seed;
    std::size_t operator()(const Key128& key) const;
  };
  struct Address {
    policy::Meter meter;
    Time blocked_until;
    Duration last_block;
  };
  void let_go(Time now);

  boost::unordered_flat_map<Key128, Address, Hash> addresses_;
};

}  // namespace mohur::gateway
