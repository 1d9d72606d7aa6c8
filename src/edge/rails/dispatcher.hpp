// The dispatcher: follows the journal and carries what it says to the bank: dispatches, inquiries, credits.
//
// Never twice  Before anything of a frame is sent, the frame is noted durably (cursor.hpp). After a crash the frame that was
//              noted last may have been sent or not: the bank is asked about it. What was not noted was not sent.
// Never late   What the house no longer waits for is neither sent nor asked about.
// Order        Only what is durable in the journal and published to the archive is acted upon, in the journal's order.
// Threads      start() gives it a thread of its own, which notify() wakes; step() does the same work by hand. notify() and
//              position() may be called by any thread.
// Errors       data_damaged and io_failed end the thread; `failed` is told once. Without its cursor file the dispatcher only
//              asks about what the journal holds, and sends what comes after.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "engine/archive.hpp"
#include "journal/reader.hpp"
#include "rails/connector.hpp"
#include "rails/cursor.hpp"
#include "rails/sandbox_bank.hpp"
#include "vault/vault.hpp"

namespace mohur::rails {

class Dispatcher {
 public:
  using Failed = std::function<void(const Refusal&)>;

  // Everything handed in outlives the dispatcher. `test_bank` is the connector of test mode; live mode has none yet.
  static Result<std::unique_ptr<Dispatcher>> open(const std::string& folder, journal::Place events,
                                                  std::shared_ptr<const journal::Watermark> live, const engine::Archive& archive,
                                                  vault::Vault& vault, Connector& test_bank, Clock& clock, Failed failed);
  ~Dispatcher();

  void start();
  // Ends the thread after the step at hand, and notes that nothing is in hand. To be called once; the destructor does it too.
  void stop();
  void notify();

  // Carries out what is published and reports what is due; answers the real time at which there is more to do, if known.
  Result<std::optional<Time>> step();

  // Of the last event that was carried out.
  std::uint64_t position() const { return position_.load(); }

 private:
  Dispatcher(Cursor cursor, journal::Reader reader, const engine::Archive& archive, vault::Vault& vault, Connector& test_bank,
             Clock& clock, Failed failed);
  void run();
  bool has_frame() const { return reader_.position().value <= archive_.position(); }
  Result<void> next_frame();
  Result<void> carry_out(const kernel::Event& event, bool ask);
  Result<void> carry_out(const payments::Payout& payout, bool ask);
  Result<void> carry_out(const payments::Refund& refund, bool ask);
  Result<std::optional<Destination>> destination_of(const payments::Payout& payout);
  Result<void> note_rest();

  Cursor cursor_;
  journal::Reader reader_;
  const engine::Archive& archive_;
  vault::Vault& vault_;
  Connector& bank_;
  Clock& clock_;
  const Failed failed_;
  const journal::JournalPosition ask_up_to_;  // events up to here may have been sent before the start
  bool in_hand_ = false;                      // a frame was noted and is not carried out to its end
  std::atomic<std::uint64_t> position_{0};

  std::mutex mutex_;
  std::condition_variable woken_;
  bool notified_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mohur::rails
