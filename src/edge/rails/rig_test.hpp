// What the tests of this room share: a whole house in a temporary folder, driven by hand, that can be stopped and killed.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/claims.hpp"
#include "engine/shard.hpp"
#include "rails/dispatcher.hpp"
#include "rails/sandbox_bank.hpp"

namespace mohur::rails {

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::uint64_t state_;
};

class SetClock final : public Clock {
 public:
  Time now() override { return at; }
  Time at{1'795'329'000'000'000'000};
};

// Between the bank and the shard: loses, repeats and delays what the bank says, as told.
class RigDesk final : public Desk {
 public:
  bool submit(kernel::Command command) override;

  int refuse = 0;  // so many of the next
  int drop = 0;
  int repeat = 0;
  bool is_deaf = false;  // drops everything
  std::deque<kernel::Command> commands;
};

// The bank, behind a connection that breaks as told.
class FragileConnector final : public Connector {
 public:
  explicit FragileConnector(SandboxBank& bank) : bank_(bank) {}
  Result<void> dispatch(const payments::Payout& payout, const Destination& destination) override;
  Result<void> dispatch(const payments::Refund& refund) override { return bank_.dispatch(refund); }
  Result<void> inquire(const payments::Payout& payout) override { return bank_.inquire(payout); }
  Result<void> inquire(const payments::Refund& refund) override { return bank_.inquire(refund); }
  Result<void> settle(const payments::Attempt& attempt) override { return bank_.settle(attempt); }
  Result<void> clock_moved(const payments::SandboxClock& clock) override { return bank_.clock_moved(clock); }
  Result<void> keep() override { return bank_.keep(); }
  Result<std::optional<Time>> step(bool knows_all) override { return bank_.step(knows_all); }

  enum class Breaks : std::uint8_t { never, before_it_came, after_it_came };
  Breaks breaks = Breaks::never;
  int dispatches = 0;

 private:
  SandboxBank& bank_;
};

class House {
 public:
  House();
  ~House();
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  void open();
  void stop();  // in order
  void kill();  // what the dispatcher would note while it stops is not on the disk
  void restart() { stop(), open(); }
  void kill_and_restart() { kill(), open(); }

  // The first event of what came of a command, once it is durable. The bank knows nothing of it before settle().
  Result<kernel::Event> send(kernel::Intent intent, registry::Caller caller = registry::by_credential({}));
  // Until nothing more happens by itself. Answers false when the dispatcher has failed.
  bool settle();
  void turn();
  // What has come in is decided, and then the rails do what follows: one round of settle().
  void take_step();

  Time client_now();
  void move_client_clock(Duration by);  // and settles

  payments::BeneficiaryId add_beneficiary(const std::string& account_number, const std::string& vpa);
  payments::Payout pay_out(const std::string& account_number, const std::string& vpa = {}, Amount amount = {100'000},
                           std::optional<registry::Rail> rail = {}, std::vector<registry::Rail> fallback_rails = {});
  payments::Payin create_payin(Amount amount = {50'000});
  payments::Payin paid_payin(Amount amount = {50'000});
  payments::Refund refund(payments::PayinId payin, Amount amount);

  payments::Payout get(payments::PayoutId id) { return **archive->get<payments::Payout>(id.value); }
  payments::Payin get(payments::PayinId id) { return **archive->get<payments::Payin>(id.value); }
  payments::Refund get(payments::RefundId id) { return **archive->get<payments::Refund>(id.value); }
  std::vector<payments::Attempt> attempts() { return archive->list<payments::Attempt>(client, Mode::test, {}, 10)->items; }
  std::int64_t balance(ledger::AccountCode code);

  // What happened to the objects from this position on: `+2m payout.processed`, inquiries and registry left out.
  std::vector<std::string> story(std::uint64_t after);
  std::uint64_t position() const { return archive->position(); }
  // What stands in the bank's book.
  std::vector<Entry> book();

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  journal::Place events() const { return {path("journal"), "events", 0}; }

  SetClock clock;
  SeededRandom random{1}, vault_random{2}, bank_random{3};
  registry::ClientId client;
  std::unique_ptr<vault::Vault> vault;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<engine::Archive> archive;
  std::unique_ptr<engine::InlineFlusher> flusher;
  std::unique_ptr<engine::Shard> shard;
  std::unique_ptr<RigDesk> desk;
  std::unique_ptr<SandboxBank> bank;
  std::unique_ptr<FragileConnector> connector;
  std::unique_ptr<Dispatcher> dispatcher;

 private:
  void found();
  void bring_to_shard();

  const std::filesystem::path folder_;
  std::deque<std::function<void()>> posted_;
  std::uint64_t credits_ = 0;
};

}  // namespace mohur::rails
