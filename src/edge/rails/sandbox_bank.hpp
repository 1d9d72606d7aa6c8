// The sandbox bank: a second party, which keeps a book of its own, acts by magic values, and lives on each client's clock.
//
// Book     Every dispatch and every payer's try is journaled before the bank acts on it, so after a restart the bank still knows
//          what it was told, and the same reference is never carried out twice.
// Time     Steps are due on the client's sandbox clock. step() reports whatever is due; nothing sleeps here.
// Reports  at least once: around a restart a report may come again, which changes nothing.
// Threads  All methods may be called by any thread; pay() and transfer() come from the gateway's.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include "engine/archive.hpp"
#include "journal/journal.hpp"
#include "rails/connector.hpp"
#include "rails/sandbox_scripts.hpp"
#include "vault/vault.hpp"

namespace mohur::rails {

MOHUR_ENUM(EntryKind, (1, payout), (2, refund), (3, collection), (4, bank_credit))

// What a payer does who is told to; see docs/reference/sandbox.md.
MOHUR_ENUM(PayerScript, (1, succeed), (2, fail), (3, pending_then_succeed), (4, succeed_twice), (5, pay_less), (6, pay_more))

// One line of the bank's book.
struct Entry {
  EntryKind kind = EntryKind::payout;
  std::string reference;
  registry::ClientId client;
  Time received_at;  // on the client's clock
  Key128 object;     // payout, refund or pay-in
  std::uint32_t dispatch = 0;
  Amount amount;
  std::uint32_t script = 0;  // of payouts and refunds: place in all_scripts(); of collections: PayerScript
  std::string utr;
  std::optional<payments::AttemptReason> reason;
  std::optional<Sealed> payer;
  Key128 account_claim;  // of a bank credit: the account it was sent to

  MOHUR_DESCRIBE(Entry, (1, kind), (2, reference), (3, client), (4, received_at), (5, object), (6, dispatch), (7, amount),
                 (8, script), (9, utr), (10, reason), (11, payer), (12, account_claim))
};

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

  // A payer tries to pay a pay-in by UPI.
  Result<void> pay(const payments::Payin& payin, PayerScript how, std::optional<payments::AttemptReason> reason,
                   std::string_view payer_vpa);
  // Somebody sends money to an account number.
  Result<void> transfer(registry::ClientId client, std::string_view account_number, Amount amount, std::string_view payer_name);

  // Reports what is due; answers the real time at which something is due next.
  std::optional<Time> step();

  // How often a reference was received: never more than once.
  std::size_t entries() const;

 private:
  struct Due {
    Time at;  // on the client's clock
    std::string reference;
    std::size_t step;
    auto operator<=>(const Due&) const = default;
  };

  SandboxBank(std::unique_ptr<journal::Journal> book, const engine::Archive& archive, vault::Vault& vault, Clock& clock,
              Random& random, Desk& desk);
  Result<void> load(const journal::Place& place);
  Result<void> receive(Entry entry);
  void schedule(const Entry& entry, Time not_before);
  void report(const Entry& entry, std::size_t step);
  void submit(kernel::Command command);
  void submit_again();
  Result<void> tell(const std::string& reference, kernel::Intent not_received);
  std::vector<Step> steps_of(const Entry& entry) const;
  Time now_of(registry::ClientId client) const;
  std::string new_utr(std::string_view reference, std::size_t digits) const;

  const std::unique_ptr<journal::Journal> book_;
  const engine::Archive& archive_;
  vault::Vault& vault_;
  Clock& clock_;
  Random& random_;
  Desk& desk_;

  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::map<registry::ClientId, std::set<Due>> due_;
  std::vector<kernel::Command> waiting_;  // the desk had no room
};

}  // namespace mohur::rails
