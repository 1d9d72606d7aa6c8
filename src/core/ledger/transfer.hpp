// A transfer moves one amount from a debit account to a credit account, at once or in two phases.
//
//   single          posts at once
//   pending         reserves the amount on both accounts until it is resolved or `expires_at` comes
//   post_pending    posts the pending transfer named by `pending`: all of it, or `amount` of it and releases the rest
//   void_pending    releases the pending transfer
//   expire_pending  releases it because its time has come
//
// Linked   A chain is a run of transfers that succeed or fail together; it is what one event carries.
// Units    Minor units of the accounts' common currency; always positive, except that void and expire carry zero.
#pragma once

#include <optional>
#include <vector>

#include "ledger/account.hpp"

namespace mohur::ledger {

MOHUR_ENUM(TransferKind, (1, single), (2, pending), (3, post_pending), (4, void_pending), (5, expire_pending))

inline constexpr std::size_t kMostLinked = 8;

struct Transfer {
  TransferKind kind = TransferKind::single;
  AccountId debit;  // zero when a pending transfer is resolved: its own accounts count
  AccountId credit;
  Amount amount;
  std::optional<TransferId> pending;
  std::optional<Time> expires_at;  // of a pending transfer, journal time

  bool operator==(const Transfer&) const = default;
  MOHUR_DESCRIBE(Transfer, (1, kind), (2, debit), (3, credit), (4, amount),
                 (5, pending, "The pending transfer that this one resolves."), (6, expires_at))
};

using Chain = std::vector<Transfer>;

// An open reservation: a pending transfer that is not resolved.
struct Pending {
  TransferId id;
  AccountId debit;
  AccountId credit;
  Amount amount;
  std::optional<Time> expires_at;

  bool operator==(const Pending&) const = default;
  MOHUR_DESCRIBE(Pending, (1, id), (2, debit), (3, credit), (4, amount), (5, expires_at))
};

inline Transfer single(AccountId debit, AccountId credit, Amount amount) {
  return {TransferKind::single, debit, credit, amount, {}, {}};
}
inline Transfer pending(AccountId debit, AccountId credit, Amount amount, std::optional<Time> expires_at = {}) {
  return {TransferKind::pending, debit, credit, amount, {}, expires_at};
}
inline Transfer post(TransferId id, Amount amount) { return {TransferKind::post_pending, {}, {}, amount, id, {}}; }
inline Transfer release(TransferId id) { return {TransferKind::void_pending, {}, {}, {}, id, {}}; }

}  // namespace mohur::ledger
