// Where passwords are hashed and compared: one after another, on a thread of its own, since each costs a tenth of a second.
//
// Bounded  One at a time, so that nobody can have the server spend more than one processor and 64 MiB on passwords; and no more
//          than kMostWaiting wait. Beyond that: overloaded, at once.
// Nobody   Where there is no hash to compare with, one that fits no password is compared: it takes as long, and says no.
// Threads  ask() on the reactor's; `done` is called there too.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.hpp"
#include "crypto/password.hpp"

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
  // How `done` gets back to the reactor's thread.
  using Post = std::function<void(std::function<void()>)>;

  explicit PasswordDesk(Post post, crypto::PasswordCost cost = {});
  ~PasswordDesk();
  PasswordDesk(const PasswordDesk&) = delete;
  PasswordDesk& operator=(const PasswordDesk&) = delete;

  // Errors: overloaded.
  Result<void> ask(PasswordJob job, Done done);

 private:
  struct Waiting {
    PasswordJob job;
    Done done;
  };
  void work();

  const Post post_;
  const crypto::PasswordCost cost_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mohur::gateway
