#include "ledger/ledger.hpp"

#include <algorithm>
#include <limits>

#include "base/assert.hpp"

namespace mohur::ledger {
namespace {

// The accounts that a chain has touched so far, as they would stand: each transfer is checked on top of those before it.
class Draft {
 public:
  explicit Draft(const Ledger& ledger) : ledger_(ledger) {}

  Account* touch(AccountId id) {
    for (Account& account : touched_)
      if (account.id == id) return &account;
    const Account* found = ledger_.find(id);
    return found == nullptr ? nullptr : &touched_.emplace_back(*found);
  }

  // A pending transfer is resolved once, also within one chain.
  bool resolve_once(TransferId id) {
    if (std::find(resolved_.begin(), resolved_.end(), id) != resolved_.end()) return false;
    resolved_.push_back(id);
    return true;
  }

 private:
  const Ledger& ledger_;
  boost::container::static_vector<Account, 2 * kMostLinked> touched_;
  boost::container::static_vector<TransferId, kMostLinked> resolved_;
};

bool add(std::int64_t& total, std::int64_t minor) { return !__builtin_add_overflow(total, minor, &total); }

// What is there, and what the whole chain asks of it, so that the caller knows what is missing. A client's balance is called
// by the account's code without `client_`, as everywhere in the API.
std::string shortage(const Account& account, std::span<const Transfer> chain) {
  std::int64_t needed = 0;
  for (const Transfer& transfer : chain)
    if (!transfer.pending && transfer.debit == account.id && __builtin_add_overflow(needed, transfer.amount.minor, &needed))
      needed = std::numeric_limits<std::int64_t>::max();
  std::string_view name = to_token(account.code);
  if (name.starts_with("client_")) name.remove_prefix(7);
  return "The " + std::string{name} + " balance has " + std::to_string(account.available()) + " available and " +
         std::to_string(needed) + " is needed, in minor units: paise for INR.";
}

bool overdrawn(const Account& account) { return has_floor(account.code) && account.available() < 0; }

Result<void> check_one(const Ledger& ledger, Draft& draft, std::span<const Transfer> chain, const Transfer& transfer) {
  const std::optional<Pending> resolved = transfer.pending ? ledger.find_pending(*transfer.pending) : std::nullopt;
  const bool resolves = transfer.kind != TransferKind::single && transfer.kind != TransferKind::pending;
  if (resolves && (!resolved || !draft.resolve_once(*transfer.pending))) return refuse(Outcome::pending_not_found);
  const bool releases = transfer.kind == TransferKind::void_pending || transfer.kind == TransferKind::expire_pending;
  if (!releases && !transfer.amount.is_positive()) return refuse(Outcome::amount_not_positive, "amount");
  if (resolved && transfer.amount > resolved->amount) return refuse(Outcome::exceeds_pending, "amount");

  const Movement move = movement_of(transfer, resolved ? &*resolved : nullptr);
  if (move.debit == move.credit) return refuse(Outcome::accounts_are_same);
  Account* debit = draft.touch(move.debit);
  Account* credit = draft.touch(move.credit);
  if (debit == nullptr || credit == nullptr || debit->mode != credit->mode) return refuse(Outcome::account_not_found);
  if (debit->currency != credit->currency) return refuse(Outcome::currency_mismatch, "currency");
  if (!add(debit->debits_pending, move.pending_minor) || !add(debit->debits_posted, move.posted_minor) ||
      !add(credit->credits_pending, move.pending_minor) || !add(credit->credits_posted, move.posted_minor))
    return refuse(Outcome::amount_too_large, "amount");
  if (!releases && overdrawn(*debit))
    return refuse(Outcome::insufficient_balance, "amount", shortage(*ledger.find(debit->id), chain));
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
  const auto [number, is_new] = numbers_.try_emplace(account.id, static_cast<std::uint32_t>(accounts_.size()));
  if (is_new)
    accounts_.push_back(account);
  else
    accounts_[number->second] = account;
  MOHUR_ASSERT(accounts_.size() <= kMostAccounts);
  Places& places = account.owner.is_zero() ? house_ : places_[account.owner];
  places.ids[Places::index(account.mode, account.code)] = account.id;
}

AccountId Ledger::id_of(Mode mode, AccountCode code, Key128 owner) const {
  const std::size_t index = Places::index(mode, code);
  if (owner.is_zero()) return house_.ids[index];
  const auto found = places_.find(owner);
  return found == places_.end() ? AccountId{} : found->second.ids[index];
}

Result<void> Ledger::check(std::span<const Transfer> chain) const {
  if (chain.size() > kMostLinked) return refuse(Outcome::chain_too_long);
  Draft draft{*this};
  for (const Transfer& transfer : chain) MOHUR_TRY(check_one(*this, draft, chain, transfer));
  return {};
}

const Account* Ledger::find(AccountId id) const {
  const auto found = numbers_.find(id);
  return found == numbers_.end() ? nullptr : &accounts_[found->second];
}

std::uint32_t Ledger::number_of(AccountId id) const {
  const auto found = numbers_.find(id);
  MOHUR_ASSERT(found != numbers_.end());
  return found->second;
}

Pending Ledger::pending_of(TransferId chain, const Leg& leg) const {
  const TransferId id = nth(chain, leg.nth);
  const auto expiry = expiries_.empty() ? expiries_.end() : expiries_.find(id);
  return {id,
          accounts_[leg.debit].id,
          accounts_[leg.credit].id,
          {leg.amount_minor},
          expiry == expiries_.end() ? std::nullopt : std::optional{expiry->second}};
}

Ledger::Pendings Ledger::pendings_of(TransferId chain) const {
  Pendings pendings;
  if (const auto found = pendings_.find(chain); found != pendings_.end())
    for (const Leg& leg : found->second) pendings.push_back(pending_of(chain, leg));
  return pendings;
}

std::optional<Pending> Ledger::find_pending(TransferId id) const {
  const TransferId chain = chain_of(id);
  if (const auto found = pendings_.find(chain); found != pendings_.end())
    for (const Leg& leg : found->second)
      if (nth(chain, leg.nth) == id) return pending_of(chain, leg);
  return std::nullopt;
}

void Ledger::add(const Pending& pending) {
  pendings_[chain_of(pending.id)].push_back({.nth = static_cast<std::uint32_t>(pending.id.value.low & 15),
                                             .debit = number_of(pending.debit) & (kMostAccounts - 1),
                                             .credit = number_of(pending.credit),
                                             .amount_minor = pending.amount.minor});
  if (pending.expires_at) expiries_[pending.id] = *pending.expires_at;
  ++pending_count_;
}

void Ledger::remove(TransferId id) {
  const auto chain = pendings_.find(chain_of(id));
  if (chain == pendings_.end()) return;
  Legs& legs = chain->second;
  const auto leg = std::find_if(legs.begin(), legs.end(), [id](const Leg& each) { return each.nth == (id.value.low & 15); });
  if (leg == legs.end()) return;
  legs.erase(leg);
  if (legs.empty()) pendings_.erase(chain);
  if (!expiries_.empty()) expiries_.erase(id);
  --pending_count_;
}

}  // namespace mohur::ledger
