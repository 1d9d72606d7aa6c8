// The dispatcher: follows the journal and carries what it says to the bank: dispatches, inquiries, credits.
//
// Never twice  What is about to be sent is noted in a journal of the dispatcher's own, together with how far it has read. After a
//              crash the last noted dispatches may or may not have been sent: they are asked about, not sent again.
// Threads      start() gives it a thread of its own, which notify() wakes; step() does the same work by hand.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "journal/lookup.hpp"
#include "journal/reader.hpp"
#include "rails/sandbox_bank.hpp"

namespace mohur::rails {

// One line of the dispatcher's log.
struct Progress {
  std::uint64_t position = 0;          // of the last event that was handled
  std::vector<std::uint64_t> sending;  // positions of events whose dispatch follows this line
  MOHUR_DESCRIBE(Progress, (1, position), (2, sending))
};

class Dispatcher {
 public:
  // Everything handed in outlives the dispatcher. `failed` is told when the bank's book or the log cannot be written.
  static Result<std::unique_ptr<Dispatcher>> open(const std::string& folder, journal::Place events,
                                                  std::shared_ptr<const journal::Watermark> live, const engine::Archive& archive,
                                                  vault::Vault& vault, SandboxBank& bank, Clock& clock,
                                                  std::function<void(const Refusal&)> failed);
  ~Dispatcher();

  void start();
  void notify();
  // Handles all durable events and reports all that is due; answers when something is due next.
  Result<std::optional<Time>> step();
  std::uint64_t position() const { return position_.load(); }

 private:
  Dispatcher(std::unique_ptr<journal::Journal> log, journal::Reader reader, const engine::Archive& archive, vault::Vault& vault,
             SandboxBank& bank, Clock& clock, std::function<void(const Refusal&)> failed);
  void run();
  Result<void> handle_frame(const journal::FrameView& frame);
  Result<void> note(const Progress& progress);
  Result<void> carry_out(const kernel::Event& event, bool again);
  Result<void> dispatch(const payments::Payout& payout);

  const std::unique_ptr<journal::Journal> log_;
  journal::Reader reader_;
  const engine::Archive& archive_;
  vault::Vault& vault_;
  SandboxBank& bank_;
  Clock& clock_;
  const std::function<void(const Refusal&)> failed_;
  std::atomic<std::uint64_t> position_{0};

  std::mutex mutex_;
  std::condition_variable woken_;
  bool notified_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mohur::rails
