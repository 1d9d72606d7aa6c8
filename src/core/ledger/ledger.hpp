// The ledger: all accounts with their balances, all open pending transfers, and the rules by which money moves.
//
// `check` says whether a chain of linked transfers may happen, without changing anything. `apply` makes it happen and
// cannot fail: what it is given was checked before it was journaled. The transfers of a chain have consecutive ids.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <span>

#include "base/result.hpp"
#include "ledger/transfer.hpp"

namespace mohur::ledger {

// The id of the n-th transfer of a chain whose first has this id.
constexpr TransferId nth(TransferId first, std::size_t n) { return {{first.value.high, first.value.low + n}}; }

class Ledger {
 public:
  // One per mode, code and owner: who opens it sees to that.
  void open(const Account& account);

  // Whether the chain may be applied at this time.
  // Errors, in order: chain_too_long; for each transfer pending_not_found, amount_not_positive, exceeds_pending,
  // accounts_are_same, account_not_found, currency_mismatch, amount_too_large, insufficient_balance. Test and live books do not
  // mix: account_not_found. insufficient_balance names the account's code in `field`.
  Result<void> check(std::span<const Transfer> chain) const;

  // Makes a checked chain happen. `first` is the id of its first transfer. Calls `changed(before, after)` for every account it
  // moves.
  template <class Changed>
  void apply(std::span<const Transfer> chain, TransferId first, Changed&& changed) {
    for (std::size_t n = 0; n < chain.size(); ++n) apply_one(chain[n], nth(first, n), changed);
  }
  void apply(std::span<const Transfer> chain, TransferId first) {
    apply(chain, first, [](const Account&, const Account&) {});
  }

  const Account* find(AccountId id) const;
  // The account of this code in this mode; zero id when it was never opened. Operator accounts have a zero owner.
  AccountId id_of(Mode mode, AccountCode code, Key128 owner = {}) const;
  const Pending* find_pending(TransferId id) const;
  const auto& accounts() const { return accounts_; }
  const auto& pendings() const { return pendings_; }

  // For recovery: sets what a stored row says.
  void restore(const Account& account);
  void restore(const Pending& pending) { pendings_[pending.id] = pending; }

 private:
  template <class Changed>
  void apply_one(const Transfer& transfer, TransferId id, Changed& changed);
  Account& account(AccountId id);

  struct Place {
    Mode mode;
    AccountCode code;
    Key128 owner;
    bool operator==(const Place&) const = default;
    friend std::size_t hash_value(const Place& place) {
      return mohur::hash_value(place.owner) * 31 + static_cast<std::size_t>(place.code) * 2 +
             static_cast<std::size_t>(place.mode);
    }
  };

  boost::unordered_flat_map<AccountId, Account> accounts_;
  boost::unordered_flat_map<Place, AccountId> places_;
  boost::unordered_flat_map<TransferId, Pending> pendings_;
};

// What one transfer does to the totals of its two accounts. The one place that knows the arithmetic of the two phases.
struct Movement {
  AccountId debit;
  AccountId credit;
  std::int64_t pending_minor;  // added to debits_pending of the one and credits_pending of the other; negative releases
  std::int64_t posted_minor;
};
Movement movement_of(const Transfer& transfer, const Pending* resolved);

template <class Changed>
void Ledger::apply_one(const Transfer& transfer, TransferId id, Changed& changed) {
  const Pending* resolved = transfer.pending ? find_pending(*transfer.pending) : nullptr;
  const Movement move = movement_of(transfer, resolved);
  Account& debit = account(move.debit);
  Account& credit = account(move.credit);
  const Account debit_before = debit;
  const Account credit_before = credit;
  debit.debits_pending += move.pending_minor;
  debit.debits_posted += move.posted_minor;
  credit.credits_pending += move.pending_minor;
  credit.credits_posted += move.posted_minor;
  if (transfer.kind == TransferKind::pending)
    pendings_[id] = Pending{id, transfer.debit, transfer.credit, transfer.amount, transfer.expires_at};
  if (transfer.pending) pendings_.erase(*transfer.pending);
  changed(debit_before, debit);
  changed(credit_before, credit);
}

}  // namespace mohur::ledger
