#include "gateway/statement.hpp"

#include <algorithm>
#include <utility>

namespace mohur::gateway {
namespace {

using ledger::Account;

// One that was opened later has nothing on it.
Result<Account> account_at(const engine::Archive& archive, const Account& account, std::uint64_t position) {
  MOHUR_TRY_SET(then, archive.account_as_of(account.id, position));
  if (then) return *then;
  Account empty = account;
  empty.debits_pending = empty.debits_posted = empty.credits_pending = empty.credits_posted = 0;
  return empty;
}

StatementLine line_of(const engine::StoredEvent& stored, std::size_t index, bool is_debit, Amount amount, Amount balance) {
  StatementLine line{.transfer = ledger::nth(kernel::first_transfer_id(stored.event.at, stored.position), index),
                     .event = stored.id(),
                     .event_type = stored.event.type,
                     .object = {},
                     .reference_id = {},
                     .utr = {},
                     .booked_at = stored.event.at,
                     .side = is_debit ? LedgerSide::debit : LedgerSide::credit,
                     .amount = amount,
                     .balance = balance};
  std::visit(
      [&](const auto& object) {
        if constexpr (requires { object.id.to_string(); }) line.object = object.id.to_string();
        if constexpr (requires { line.reference_id = object.reference_id; }) line.reference_id = object.reference_id;
        if constexpr (requires { line.utr = object.utr; }) line.utr = object.utr;
      },
      stored.event.object);
  return line;
}

// What the event booked on the account, with balances; what only reserves or releases is passed over.
Result<std::vector<StatementLine>> booked_by(const engine::Archive& archive, const engine::StoredEvent& stored,
                                             Account& standing) {
  std::vector<StatementLine> lines;
  for (std::size_t index = 0; index < stored.event.transfers.size(); ++index) {
    const ledger::Transfer& transfer = stored.event.transfers[index];
    if (transfer.kind != ledger::TransferKind::single && transfer.kind != ledger::TransferKind::post_pending) continue;
    MOHUR_TRY_SET(move, archive.movement_of(transfer));
    const bool is_debit = move.debit == standing.id;
    if (!is_debit && move.credit != standing.id) continue;
    (is_debit ? standing.debits_posted : standing.credits_posted) += move.posted_minor;
    lines.push_back(line_of(stored, index, is_debit, {move.posted_minor}, {standing.balance()}));
  }
  return lines;
}

}  // namespace

Result<StatementPlace> begin_of(const engine::Archive& archive, const StatementPeriod& period) {
  MOHUR_TRY_SET(after, archive.position_before(period.from));
  StatementPlace place{.after = after, .last = archive.position()};
  if (!period.to) return place;
  MOHUR_TRY_SET(last, archive.position_before(*period.to));
  place.last = last;
  return place;
}

Result<Statement> statement_of(const engine::Archive& archive, const Account& account, const StatementPeriod& period, Time now) {
  MOHUR_TRY_SET(place, begin_of(archive, period));
  MOHUR_TRY_SET(opening, account_at(archive, account, place.after));
  MOHUR_TRY_SET(closing, account_at(archive, account, place.last));
  return Statement{.account = account.id,
                   .code = account.code,
                   .currency = account.currency,
                   .from = period.from,
                   .to = period.to.value_or(now),
                   .position = place.last,
                   .opening = {opening.balance()},
                   .debited = {closing.debits_posted - opening.debits_posted},
                   .credited = {closing.credits_posted - opening.credits_posted},
                   .closing = {closing.balance()}};
}

// Events that move money are looked up, and one behind the period, which ends it; of others the walk passes over a thousand.
Result<StatementLines> statement_lines(const engine::Archive& archive, const Account& account, const StatementPlace& place,
                                       std::size_t most) {
  StatementLines page;
  std::uint64_t passed_over = place.after;
  const auto is_wanted = [&](const engine::StoredEvent& stored) {
    const bool wanted = !stored.event.transfers.empty() || stored.position > place.last;
    if (!wanted) passed_over = stored.position;
    return wanted;
  };
  MOHUR_TRY_SET(events, archive.events_after({account.owner}, account.mode, place.after, {}, most, is_wanted));
  MOHUR_TRY_SET(standing, account_at(archive, account, place.after));
  std::size_t told = place.told;
  std::uint64_t after = place.after;
  for (const engine::StoredEvent& stored : events.items) {
    if (stored.position > place.last) return page;
    MOHUR_TRY_SET(lines, booked_by(archive, stored, standing));
    if (told > 0 && told >= lines.size()) return refuse(Outcome::cursor_malformed, "after");
    for (std::size_t i = std::exchange(told, 0); i < lines.size(); ++i) {
      if (page.lines.size() == most) {  // the rest of this event's stands on the next page
        page.next = StatementPlace{after, place.last, i};
        return page;
      }
      page.lines.push_back(std::move(lines[i]));
    }
    after = stored.position;
  }
  if (events.next) page.next = StatementPlace{std::max(after, passed_over), place.last, told};
  return page;
}

}  // namespace mohur::gateway
