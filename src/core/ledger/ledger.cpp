#include "ledger/ledger.hpp"

#include <array>

#include "base/assert.hpp"

namespace mohur::ledger {
namespace {

// The accounts that a chain has touched so far, as they would stand: each transfer is checked on top of those before it.
class Draft {
 public:
  explicit Draft(const Ledger& ledger) : ledger_(ledger) {}

  Account* touch(AccountId id) {
    for (std::size_t i = 0; i < size_; ++i)
      if (touched_[i].id == id) return &touched_[i];
    const Account* found = ledger_.find(id);
    if (found == nullptr) return nullptr;
    touched_[size_] = *found;
    return &touched_[size_++];
  }

  // A pending transfer is resolved once, also within one chain.
  bool resolve_once(TransferId id) {
    for (std::size_t i = 0; i < resolved_size_; ++i)
      if (resolved_[i] == id) return false;
    resolved_[resolved_size_++] = id;
    return true;
  }

 private:
  const Ledger& ledger_;
  std::array<Account, 2 * kMostLinked> touched_;
  std::array<TransferId, kMostLinked> resolved_;
  std::size_t size_ = 0;
  std::size_t resolved_size_ = 0;
};

bool add(std::int64_t& total, std::int64_t minor) { return !__builtin_add_overflow(total, minor, &total); }

bool overdrawn(const Account& account) { return has_floor(account.code) && account.available() < 0; }

Result<void> check_one(const Ledger& ledger, Draft& draft, const Transfer& transfer) {
  const Pending* resolved = transfer.pending ? ledger.find_pending(*transfer.pending) : nullptr;
  const bool resolves = transfer.kind != TransferKind::single && transfer.kind != TransferKind::pending;
  if (resolves && (resolved == nullptr || !draft.resolve_once(*transfer.pending))) return refuse(Outcome::pending_not_found);
  const bool releases = transfer.kind == TransferKind::void_pending || transfer.kind == TransferKind::expire_pending;
  if (!releases && !transfer.amount.is_positive()) return refuse(Outcome::amount_not_positive, "amount");
  if (resolved != nullptr && transfer.amount > resolved->amount) return refuse(Outcome::exceeds_pending, "amount");

  const Movement move = movement_of(transfer, resolved);
  if (move.debit == move.credit) return refuse(Outcome::accounts_are_same);
  Account* debit = draft.touch(move.debit);
  Account* credit = draft.touch(move.credit);
  if (debit == nullptr || credit == nullptr || debit->mode != credit->mode) return refuse(Outcome::account_not_found);
  if (debit->currency != credit->currency) return refuse(Outcome::currency_mismatch, "currency");
  if (!add(debit->debits_pending, move.pending_minor) || !add(debit->debits_posted, move.posted_minor) ||
      !add(credit->credits_pending, move.pending_minor) || !add(credit->credits_posted, move.posted_minor))
    return refuse(Outcome::amount_too_large, "amount");
  if (!releases && overdrawn(*debit)) return refuse(Outcome::insufficient_balance, std::string{to_token(debit->code)});
  return {};
}

}  // namespace

Movement movement_of(const Transfer& transfer, const Pending* resolved) {
  const std::int64_t minor = transfer.amount.minor;
  switch (transfer.kind) {
    case TransferKind::single: return {transfer.debit, transfer.credit, 0, minor};
    case TransferKind::pending: return {transfer.debit, transfer.credit, minor, 0};
    case TransferKind::post_pending:
      MOHUR_ASSERT(resolved != nullptr);
      return {resolved->debit, resolved->credit, -resolved->amount.minor, minor};
    case TransferKind::void_pending:
    case TransferKind::expire_pending:
      MOHUR_ASSERT(resolved != nullptr);
      return {resolved->debit, resolved->credit, -resolved->amount.minor, 0};
  }
  MOHUR_ASSERT(false);
}

void Ledger::open(const Account& account) { restore(account); }

void Ledger::restore(const Account& account) {
  accounts_[account.id] = account;
  places_[Place{account.mode, account.code, account.owner}] = account.id;
}

AccountId Ledger::id_of(Mode mode, AccountCode code, Key128 owner) const {
  const auto found = places_.find(Place{mode, code, owner});
  return found == places_.end() ? AccountId{} : found->second;
}

Result<void> Ledger::check(std::span<const Transfer> chain) const {
  if (chain.size() > kMostLinked) return refuse(Outcome::chain_too_long);
  Draft draft{*this};
  for (const Transfer& transfer : chain) MOHUR_TRY(check_one(*this, draft, transfer));
  return {};
}

const Account* Ledger::find(AccountId id) const {
  const auto found = accounts_.find(id);
  return found == accounts_.end() ? nullptr : &found->second;
}

const Pending* Ledger::find_pending(TransferId id) const {
  const auto found = pendings_.find(id);
  return found == pendings_.end() ? nullptr : &found->second;
}

Account& Ledger::account(AccountId id) {
  const auto found = accounts_.find(id);
  MOHUR_ASSERT(found != accounts_.end());
  return found->second;
}

}  // namespace mohur::ledger
