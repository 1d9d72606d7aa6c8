// The ledger: all accounts with their balances, all open pending transfers, and the rules by which money moves.
//
// `check` says whether a chain of linked transfers may happen, without changing anything. `apply` makes it happen and
// cannot fail: what it is given was checked before it was journaled. The transfers of a chain have consecutive ids.
#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <boost/container/static_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <span>
#include <vector>

#include "base/assert.hpp"
#include "base/neighbour_hash.hpp"
#include "base/result.hpp"
#include "ledger/transfer.hpp"

namespace mohur::ledger {

// The id of the n-th transfer of a chain whose first has this id.
constexpr TransferId nth(TransferId first, std::size_t n) { return {{first.value.high, first.value.low + n}}; }

// What the ids of a chain's transfers have in common: they differ in their last four bits only.
constexpr TransferId chain_of(TransferId id) { return {{id.value.high, id.value.low & ~std::uint64_t{15}}}; }

class Ledger {
 public:
  // One per mode, code and owner: who opens it sees to that.
  void open(const Account& account);

  // Whether the chain may be applied at this time.
  // Errors, in order: chain_too_long; for each transfer pending_not_found, amount_not_positive, exceeds_pending,
  // accounts_are_same, account_not_found, currency_mismatch, amount_too_large, insufficient_balance. Test and live books do not
  // mix: account_not_found. insufficient_balance says what is available and what the chain needs.
  Result<void> check(std::span<const Transfer> chain) const;

  // Makes a checked chain happen. `first` is the id of its first transfer. Calls `changed(before, after)` for every account it
  // moves.
  template <class Changed>
  void apply(std::span<const Transfer> chain, TransferId first, Changed&& changed) {
    MOHUR_ASSERT(chain.empty() || chain_of(nth(first, chain.size() - 1)) == chain_of(first));
    for (std::size_t n = 0; n < chain.size(); ++n) apply_one(chain[n], nth(first, n), changed);
  }
  void apply(std::span<const Transfer> chain, TransferId first) {
    apply(chain, first, [](const Account&, const Account&) {});
  }

  const Account* find(AccountId id) const;
  // The account of this code in this mode; zero id when it was never opened. Operator accounts have a zero owner.
  AccountId id_of(Mode mode, AccountCode code, Key128 owner = {}) const;
  std::optional<Pending> find_pending(TransferId id) const;
  // Those of a chain that are open, in the order of their ids.
  using Pendings = boost::container::static_vector<Pending, kMostLinked>;
  Pendings pendings_of(TransferId chain) const;
  std::size_t pending_count() const { return pending_count_; }
  std::span<const Account> accounts() const { return accounts_; }

  // For recovery: sets what a stored row says.
  void restore(const Account& account);
  void restore(const Pending& pending) { add(pending); }

 private:
  template <class Changed>
  void apply_one(const Transfer& transfer, TransferId id, Changed& changed);
  Account& account(AccountId id) { return accounts_[number_of(id)]; }
  std::uint32_t number_of(AccountId id) const;
  void add(const Pending& pending);
  void remove(TransferId id);

  // The accounts of one owner, by mode and code.
  struct Places {
    static constexpr std::size_t codes = 16;
    std::array<AccountId, 2 * codes> ids;
    static std::size_t index(Mode mode, AccountCode code) {
      static_assert(described_enumerators(AccountCode{}).size() < codes);
      return (mode == Mode::test ? 0 : codes) + static_cast<std::size_t>(code);
    }
  };

  // An open pending transfer of a chain, which names its accounts by their numbers: so that a chain of three takes one slot of
  // the map and nothing else.
  struct Leg {
    std::uint32_t nth : 4;  // the last four bits of its id
    std::uint32_t debit : 28;
    std::uint32_t credit;
    std::int64_t amount_minor;
  };
  static constexpr std::uint32_t kMostAccounts = 1u << 28;
  using Legs = boost::container::small_vector<Leg, 3>;
  Pending pending_of(TransferId chain, const Leg& leg) const;

  std::vector<Account> accounts_;
  boost::unordered_flat_map<AccountId, std::uint32_t> numbers_;  // where in accounts_
  boost::unordered_flat_map<Key128, Places> places_;             // of the clients
  Places house_;                                                 // of the operator
  // By chain: the pending transfers of a chain come together and mostly go together.
  boost::unordered_flat_map<TransferId, Legs, NeighbourHash> pendings_;
  boost::unordered_flat_map<TransferId, Time> expiries_;  // of the few that expire
  std::size_t pending_count_ = 0;
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
  const std::optional<Pending> resolved = transfer.pending ? find_pending(*transfer.pending) : std::nullopt;
  const Movement move = movement_of(transfer, resolved ? &*resolved : nullptr);
  Account& debit = account(move.debit);
  Account& credit = account(move.credit);
  const Account debit_before = debit;
  const Account credit_before = credit;
  debit.debits_pending += move.pending_minor;
  debit.debits_posted += move.posted_minor;
  credit.credits_pending += move.pending_minor;
  credit.credits_posted += move.posted_minor;
  if (transfer.kind == TransferKind::pending)
    add(Pending{id, transfer.debit, transfer.credit, transfer.amount, transfer.expires_at});
  if (transfer.pending) remove(*transfer.pending);
  changed(debit_before, debit);
  changed(credit_before, credit);
}

}  // namespace mohur::ledger
