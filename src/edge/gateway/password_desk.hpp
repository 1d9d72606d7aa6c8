// Where passwords are hashed and compared: one after another, on a thread of its own, since each costs a tenth of a second.
//
// Bounded  One at a time, so that nobody can have the server spend more than one processor and 64 MiB on passwords; and no more
//          than kMostWaiting wait. Beyond that: overloaded, at once.
// Nobody   Where there is no hash to compare with, one that fits no password is compared: it takes as long, and says no.
// Threads  ask() on the reactor's; `done` is called there too.
#pragma once

#include <functional>
#include <string>

#include "crypto/password.hpp"
#include "crypto/system_random.hpp"
#include "gateway/desk.hpp"

namespace mohur::gateway {

// What is asked. Both parts may be: to compare, and then to make another.
struct PasswordJob {
  std::string compared;  // with `hash`
  std::string hash;
  std::string made_of;  // a new password
  std::string stored;   // `hash` as the journal has it: whoever decides asks whether it is still that one
};
struct PasswordResult {
  bool matches = false;
  std::string stored;  // the job's
  std::string made;
};

class PasswordDesk {
 public:
  static constexpr std::size_t kMostWaiting = 32;
  using Done = std::function<void(PasswordResult)>;

  explicit PasswordDesk(Desk::Post post, crypto::PasswordCost cost = {});

  // Errors: overloaded.
  Result<void> ask(PasswordJob job, Done done);

 private:
  PasswordResult worked_out(const PasswordJob& job);

  const crypto::PasswordCost cost_;
  crypto::SystemRandom random_;  // as what follows, for the desk's thread
  std::string nobodys_;
  Desk desk_;
};

}  // namespace mohur::gateway
