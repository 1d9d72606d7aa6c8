// What the tests of this room share: a house in memory that decides and applies as the engine does, with maps for its disk.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "kernel/apply.hpp"
#include "kernel/decide.hpp"
#include "kernel/laws.hpp"
#include "kernel/papers_test.hpp"

namespace mohur::kernel {

// Everything that was ever applied, by key: what a shelf fetches from when it has forgotten.
class Disk {
 public:
  void keep(const Event& event, std::uint64_t position);
  void fetch(State& state, const Missed& missed) const;

  template <class T>
  const T* find(Key128 key) const {
    const auto& table = std::get<Rows<T>>(tables_);
    const auto found = table.find(key);
    return found == table.end() ? nullptr : &found->second;
  }
  template <class T>
  using Rows = boost::unordered_flat_map<Key128, T>;
  template <class T>
  const Rows<T>& all() const {
    return std::get<Rows<T>>(tables_);
  }

 private:
  template <class T>
  Rows<T>& rows() {
    return std::get<Rows<T>>(tables_);
  }
  std::tuple<Rows<registry::Client>, Rows<registry::Credential>, Rows<registry::Person>, Rows<registry::WebhookEndpoint>,
             Rows<payments::Beneficiary>, Rows<payments::Payin>, Rows<payments::Attempt>, Rows<payments::Payout>,
             Rows<payments::Refund>, Rows<payments::VirtualAccount>, Rows<payments::BankCredit>, Rows<payments::Funding>,
             Rows<payments::SandboxClock>, Rows<Exception>, Rows<policy::Plan>, Rows<registry::AgreementChange>,
             Rows<policy::Usage>, Rows<registry::Incident>, Rows<policy::PolicyVersion>, Rows<policy::PolicyAcceptance>,
             Rows<registry::Notice>, Rows<registry::Measure>, Rows<registry::Ticket>, Rows<registry::RevokedToken>,
             Rows<registry::Application>, Rows<policy::ThrottleEpisode>, Rows<policy::UsageNotice>, Rows<policy::Conduct>,
             Rows<policy::TierReview>, Rows<policy::Ladder>, Rows<registry::PersonChange>, Rows<registry::SignIn>,
             Rows<registry::Session>, Rows<registry::Sublicence>, Rows<payments::ApprovalWorkflow>, Rows<payments::Batch>,
             Rows<policy::WatchRules>, Rows<policy::Alert>, Rows<payments::PayoutSchedule>, Rows<payments::BalanceThreshold>,
             Rows<Claim>, Rows<Answer>>
      tables_;
};

class House : private Observer {
 public:
  explicit House(Time begin = Time{1'795'329'000'000'000'000}, std::size_t shelf_entries = 100'000);

  // Decides as the fold does: what a look-up missed is fetched, and the command decided again.
  struct Made : Decided {
    std::vector<Event> events;
  };
  Result<Made> decide(const Command& command);
  // The event is durable at once.
  void apply(const Event& event);

  std::optional<std::string_view> broken_law() { return laws_.broken(state); }
  void trim() {
    state.for_each_shelf([&](auto& shelf) { shelf.trim(shelf_entries_, state.position); });
  }

  // Decides and applies. The command's id and time are set here. Expects that no law breaks.
  Result<std::vector<Event>> send(Intent intent, registry::Caller caller = registry::by_system(), ClientId client = {},
                                  Mode mode = Mode::test, std::optional<Idempotency> idempotency = {});
  Command command(Intent intent, registry::Caller caller, ClientId client, Mode mode,
                  std::optional<Idempotency> idempotency = {});

  // The outcome with which such a command is refused; nothing when it is not.
  std::optional<Outcome> refusal(Intent intent, registry::Caller caller = registry::by_system(), ClientId client = {},
                                 Mode mode = Mode::test);

  // Two people, both books, and a client that both modes of everything are approved for: 3.00 a payout, 0.50 % of a pay-in.
  void found();
  ClientId approve_client(const registry::Agreement& agreement);
  // By a critical measure, which a second person confirms where that must come first.
  void bring_to(registry::ClientStatus status);
  void fund(Amount amount, Mode mode = Mode::test);

  const ledger::Account& account(ledger::AccountCode code, Mode mode = Mode::test) const;
  std::int64_t balance(ledger::AccountCode code, Mode mode = Mode::test) const { return account(code, mode).balance(); }
  std::int64_t available() const { return account(ledger::AccountCode::client_payout).available(); }

  Time at;
  State state;
  Disk disk;
  std::vector<Event> events;  // all that were applied
  registry::Caller asha, bina;
  ClientId client;

 private:
  void account_moved(const ledger::Account& before, const ledger::Account& after) override { laws_.visit(before, after); }
  void open_object_changed(Key128, const std::optional<OpenObject>&, std::span<const ledger::Pending>) override {}
  void nonce_let_go(const Nonce&) override {}

  const std::size_t shelf_entries_;
  Laws laws_;
  std::uint64_t commands_ = 0;
};

// An agreement that approves everything.
registry::Agreement everything();

// A look-up key of its own for each pair of numbers.
constexpr Key128 some_key(std::uint64_t kind, std::uint64_t number) { return {kind << 32 | 0xc1a1, number}; }

// The types of events, as their tokens.
std::vector<std::string> types_of(std::span<const Event> events);

// The object of the first event.
template <class T>
T first(const Result<std::vector<Event>>& events) {
  EXPECT_TRUE(events.has_value()) << (events ? "" : to_token(events.error().outcome));
  return std::get<T>(events->at(0).object);
}

}  // namespace mohur::kernel
