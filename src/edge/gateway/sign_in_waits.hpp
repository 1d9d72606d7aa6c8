// Who must wait before the next try to sign in: failed ones, counted by the account and by the network that they come from.
//
// Growing   Five for an account and twenty for a network are looked at. From then on each failed one makes the next wait: 30 s,
//           and each time twice as long, up to a quarter of an hour. An hour without one forgets them.
// Not ever  A wait ends by itself, however many fail. And who guesses from elsewhere does not lock a person out: from a network
//           that the person has signed in from before, the account is counted apart, and the network does not wait.
// At once   A try counts as failed when it begins, and is taken back when it was right: many at one time are many.
// Unknown   Accounts that do not exist are counted like those that do, so that nobody learns which is which.
// Memory    Accounts that exist have rows of their own, which no flood of others pushes out. 48 bytes for each of 65,536 rows of
//           networks and unknown accounts at most; when there are more, those that are the longest past are let go.
// Threads   The reactor's thread only.
// Source    policy clause P3.1
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>

#include "base/ids.hpp"
#include "base/random.hpp"
#include "base/time.hpp"

namespace mohur::gateway {

// One try.
struct SignInTry {
  Key128 account;  // look-up keys
  Key128 network;
  bool is_known_network = false;  // to the person
  bool is_person = false;         // whether the account exists
};

class SignInWaits {
 public:
  static constexpr std::uint32_t kOfAnAccount = 5, kOfANetwork = 20;
  static constexpr std::size_t kMostRows = 65'536;

  explicit SignInWaits(Random& random) : seed_(random.next_u64()) {}

  // Begins a try. Answers how long to wait, where it is not looked at. Time is steady.
  std::optional<Duration> begin(const SignInTry& attempt, Time now);
  // It was right.
  void right(const SignInTry& attempt);
  // It was begun, and nobody had the time to look at it.
  void not_looked_at(const SignInTry& attempt);
  // How long the account waits from now.
  std::optional<Duration> wait_of(const SignInTry& attempt, Time now) const;

  std::size_t rows() const { return people_.size() + rows_.size(); }

 private:
  struct Row {
    std::uint32_t failed = 0;
    Time last;
    Time next;  // before it nothing is looked at
  };
  struct Hash {  // whoever calls chooses accounts, so the hash has a secret
    std::uint64_t seed;
    std::size_t operator()(const Key128& key) const;
  };
  using Rows = boost::unordered_flat_map<Key128, Row, Hash>;
  static Key128 account_row(const SignInTry& attempt);
  static std::optional<Duration> wait_of(const Rows& rows, Key128 key, Time now);
  static void take_back(Rows& rows, Key128 key);
  static void fail(Row& row, std::uint32_t tolerated, Time now);
  const Rows& rows_of_account(const SignInTry& attempt) const { return attempt.is_person ? people_ : rows_; }
  Rows& rows_of_account(const SignInTry& attempt) { return attempt.is_person ? people_ : rows_; }
  void let_go();

  const std::uint64_t seed_;
  Rows people_{0, Hash{seed_}};  // at most one for each person and each network that the person knows, and one for all others
  Rows rows_{0, Hash{seed_}};
};

}  // namespace mohur::gateway
