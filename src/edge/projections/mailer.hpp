// The mailer: sees to it that every client is told of a published policy, and sends notices by e-mail until a server has them.
//
// Promise   At least once: what was sent is proven by an event, and a letter is tried again until there is that event. A copy
//           that is sent twice, since the server was killed in between, has the same Message-ID; its proof is recorded once.
// Schedule  At once, then after the first delay and after twice the delay before each time, at most six hours, for three days.
// Outcome   Taken: `sent`, with the server's reply, the Message-ID and the hash of what was sent. Refused for good: `bounced`.
//           Time ran out, or there is no mail server in the settings: `failed`.
// Threads   start() gives it a thread of its own, which notify() wakes.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "engine/archive.hpp"
#include "net/mail_client.hpp"
#include "projections/letters.hpp"
#include "vault/vault.hpp"

namespace mohur::projections {

struct MailOptions {
  net::MailServer server;  // without a host: no e-mail goes out
  std::string from;
  Duration first_delay = seconds(60);
};

class Mailer {
 public:
  // Takes a command for the shard. False: it has no room now, and is to be asked again.
  using Submit = std::function<bool(kernel::Command)>;

  // Everything handed in outlives it. `failed` is told when the journal cannot be written.
  static Result<std::unique_ptr<Mailer>> open(const std::string& folder, const journal::Place& events,
                                              std::shared_ptr<const journal::Watermark> live, const engine::Archive& archive,
                                              vault::Vault& vault, Clock& clock, MailOptions options, Submit submit,
                                              std::function<void(const Refusal&)> failed);
  ~Mailer();

  void start();
  void notify();

 private:
  Mailer(std::unique_ptr<Letters> letters, journal::Reader reader, const engine::Archive& archive, vault::Vault& vault,
         Clock& clock, MailOptions options, Submit submit, std::function<void(const Refusal&)> failed);
  void run();
  Result<void> take_turn();
  Result<bool> read_frame();
  Result<void> tell(policy::PolicyVersionId version);
  Result<void> send_due();
  Result<void> send(Letter letter);
  struct Report {
    kernel::RecordNotice outcome;
    bool is_taken = false;  // by the shard
  };
  void report(registry::NoticeId notice, registry::SendingStatus status, registry::NoticeProof proof);
  void hand_in(Report& report);
  Result<void> try_later(Letter letter);
  Duration wait() const;

  const std::unique_ptr<Letters> letters_;
  journal::Reader reader_;
  const engine::Archive& archive_;
  vault::Vault& vault_;
  Clock& clock_;
  const MailOptions options_;
  const Submit submit_;
  const std::function<void(const Refusal&)> failed_;
  std::map<registry::NoticeId, Report> reports_;  // what became of a letter and was not yet heard of as an event

  std::mutex mutex_;
  std::condition_variable woken_;
  bool notified_ = false;
  std::atomic<bool> stopping_ = false;
  net::MailClient client_;
  std::thread thread_;
};

}  // namespace mohur::projections
