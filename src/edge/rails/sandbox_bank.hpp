// The sandbox bank: a second party, which keeps a book of its own, acts by magic values, and lives on each client's clock.
//
// Book     What the bank is told is in its book, durably, before it acts on it; so after a restart it still knows, and the same
//          reference is never carried out twice.
// Time     Reports are due on the client's sandbox clock, counted from what the client sees as the time of the dispatch. step()
//          gives whatever is due; nothing sleeps here. A clock that was moved catches up step by step: the bank says what is due
//          up to where the house is, and asks it to go on to the next report. So reports and the house's own timers come in the
//          order of their times, each as of its time.
// Restart  The book is gone through again, a part in each step: what is not due yet is scheduled, and what was due is said
//          again unless the house's durable state shows that it was heard.
// Threads  All methods may be called by any thread; pay() and transfer() come from the gateway's and wait for the disk.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <span>

#include "base/random.hpp"
#include "rails/connector.hpp"
#include "rails/sandbox_reports.hpp"

namespace mohur::rails {

class SandboxBank final : public Connector {
 public:
  // Everything handed in outlives the bank.
  static Result<std::unique_ptr<SandboxBank>> open(const std::string& folder, const engine::Archive& archive, vault::Vault& vault,
                                                   Clock& clock, Random& random, Desk& desk);

  Result<void> dispatch(const payments::Payout& payout, const Destination& destination) override;
  Result<void> dispatch(const payments::Refund& refund) override;
  Result<void> inquire(const payments::Payout& payout) override;
  Result<void> inquire(const payments::Refund& refund) override;
  Result<void> settle(const payments::Attempt& attempt) override;
  Result<void> clock_moved(const payments::SandboxClock& clock) override;
  Result<void> keep() override;
  Result<std::optional<Time>> step(bool knows_all) override;

  // A payer tries to pay a pay-in by UPI: what is still due of it or, when nothing is, all of it again. `reason` is of a
  // failure. Durable when it answers.
  Result<void> pay(const payments::Payin& payin, PayerScript how, std::optional<payments::AttemptReason> reason,
                   std::string_view payer_vpa);
  // Somebody sends money to an account number. Durable when it answers.
  Result<void> transfer(registry::ClientId client, std::string_view account_number, Amount amount, std::string_view payer_name);

  // How many references the bank knows; each stands in its book once.
  std::uint64_t entries() const;

 private:
  struct Due {
    Time at;  // on the client's clock
    std::uint64_t position;
    std::size_t report;
    auto operator<=>(const Due&) const = default;
  };
  // What is to be said to one client, and how far its clock is ahead of real time.
  struct Agenda {
    Duration ahead;
    std::set<Due> due;
    std::optional<Time> caught_up_to;
    bool has_asked = false;  // the house to go on
    bool has_said = false;   // something since the last step: what comes of it is waited for before the next

    Time now(Time real) const { return real + ahead; }
    Time limit(Time real) const { return caught_up_to ? std::min(*caught_up_to, now(real)) : now(real); }
    bool is_idle() const { return due.empty() && !caught_up_to; }
  };
  // An entry about which there is more to say.
  struct Open {
    Entry entry;
    std::size_t left;  // reports
  };

  SandboxBank(SandboxBook book, journal::Reader past, const engine::Archive& archive, vault::Vault& vault, Clock& clock,
              Random& random, Desk& desk);

  // All of these are called with the lock held.
  Result<void> receive(Entry entry);
  Result<void> receive_or_refuse(Entry entry);
  Result<void> write();
  Result<void> schedule(std::uint64_t position, Entry entry, std::span<const std::size_t> reports);
  Result<void> recall_frame();
  Result<void> recall(std::uint64_t position, const Entry& entry);
  Result<void> recall_clocks();
  Result<Agenda*> agenda_of(registry::ClientId client);
  void say_due(Time now);
  void go_on(Time now);
  void deliver();
  std::optional<Time> next_due(Time now) const;
  Result<void> answer(Entry asked);
  Result<Duration> ahead_of(registry::ClientId client) const;
  Result<Time> now_of(registry::ClientId client) const;

  const engine::Archive& archive_;
  vault::Vault& vault_;
  Clock& clock_;
  Random& random_;
  Desk& desk_;

  mutable std::mutex mutex_;  // guards what follows
  SandboxBook book_;
  std::optional<journal::Reader> past_;  // of what was in the book at the start, until it was gone through
  const std::uint64_t past_end_;
  std::vector<std::pair<std::uint64_t, Entry>> unwritten_;
  std::map<std::uint64_t, Open> open_;
  std::map<registry::ClientId, Agenda> agendas_;
  std::deque<kernel::Command> outbox_;  // said, and not taken by the desk yet
};

}  // namespace mohur::rails
