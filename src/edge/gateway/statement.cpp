#include "gateway/statement.hpp"

namespace mohur::gateway {
namespace {

using ledger::Account;

// The positions of a period: behind the first, up to the last.
struct Stretch {
  std::uint64_t before = 0;
  std::uint64_t last = 0;
};

Result<Stretch> stretch_of(const engine::Archive& archive, const StatementPeriod& period) {
  MOHUR_TRY_SET(before, archive.position_before(period.from));
  MOHUR_TRY_SET(last, archive.position_before(period.to));
  return Stretch{before, last};
}

// One that was opened later has nothing on it.
Result<Account> account_at(const engine::Archive& archive, const Account& account, std::uint64_t position) {
  MOHUR_TRY_SET(then, archive.account_as_of(account.id, position));
  if (then) return *then;
  Account empty = account;
  empty.debits_pending = empty.debits_posted = empty.credits_pending = empty.credits_posted = 0;
  return empty;
}

StatementLine line_of(const engine::StoredEvent& stored, std::size_t index, bool is_debit, std::int64_t minor) {
  StatementLine line{.transfer = ledger::nth(kernel::first_transfer_id(stored.event.at, stored.position), index),
                     .event = stored.id(),
                     .event_type = stored.event.type,
                     .object = {},
                     .reference_id = {},
                     .utr = {},
                     .booked_at = stored.event.at,
                     .side = is_debit ? LedgerSide::debit : LedgerSide::credit,
                     .amount = {minor},
                     .balance = {}};
  std::visit(
      [&](const auto& object) {
        if constexpr (requires { object.id.to_string(); }) line.object = object.id.to_string();
        if constexpr (requires { line.reference_id = object.reference_id; }) line.reference_id = object.reference_id;
        if constexpr (requires { line.utr = object.utr; }) line.utr = object.utr;
      },
      stored.event.object);
  return line;
}

// What the event booked on the account, without balances.
Result<std::vector<StatementLine>> booked_by(const engine::Archive& archive, const engine::StoredEvent& stored,
                                             const Account& account) {
  std::vector<StatementLine> lines;
  for (std::size_t index = 0; index < stored.event.transfers.size(); ++index) {
    MOHUR_TRY_SET(move, archive.movement_of(stored.event.transfers[index]));
    if (move.posted_minor == 0 || (move.debit != account.id && move.credit != account.id)) continue;
    lines.push_back(line_of(stored, index, move.debit == account.id, move.posted_minor));
  }
  return lines;
}

// Events of the account's client that booked something on it, and their lines beside them.
struct Booked {
  engine::Page<engine::StoredEvent> page;
  std::vector<std::vector<StatementLine>> lines;
};
Result<Booked> booked_in(const engine::Archive& archive, const Account& account, const Stretch& stretch,
                         const std::optional<engine::Cursor>& from, std::size_t most) {
  Booked booked;
  Result<void> outcome;
  bool is_over = false;
  const auto books = [&](const engine::StoredEvent& stored) {
    is_over = is_over || stored.position > stretch.last;
    if (is_over || !outcome || stored.event.transfers.empty()) return false;
    auto lines = booked_by(archive, stored, account);
    if (!lines) outcome = std::unexpected(std::move(lines).error());
    if (!lines || lines->empty()) return false;
    if (booked.lines.size() < most) booked.lines.push_back(std::move(*lines));
    return true;
  };
  MOHUR_TRY_SET(page, archive.events_after({account.owner}, account.mode, stretch.before, from, most, books));
  MOHUR_TRY(outcome);
  booked.page = std::move(page);
  if (is_over) booked.page.next.reset();
  return booked;
}

void move_balance(Account& account, StatementLine& line) {
  (line.side == LedgerSide::debit ? account.debits_posted : account.credits_posted) += line.amount.minor;
  line.balance = {account.balance()};
}

}  // namespace

Result<Statement> statement_of(const engine::Archive& archive, const Account& account, const StatementPeriod& period) {
  MOHUR_TRY_SET(stretch, stretch_of(archive, period));
  MOHUR_TRY_SET(opening, account_at(archive, account, stretch.before));
  MOHUR_TRY_SET(closing, account_at(archive, account, stretch.last));
  return Statement{.account = account.id,
                   .code = account.code,
                   .currency = account.currency,
                   .from = period.from,
                   .to = period.to,
                   .position = stretch.last,
                   .opening = {opening.balance()},
                   .debited = {closing.debits_posted - opening.debits_posted},
                   .credited = {closing.credits_posted - opening.credits_posted},
                   .closing = {closing.balance()}};
}

Result<StatementLines> statement_lines(const engine::Archive& archive, const Account& account, const StatementPeriod& period,
                                       const std::optional<LineCursor>& from, std::size_t most) {
  MOHUR_TRY_SET(stretch, stretch_of(archive, period));
  const std::optional<engine::Cursor> begin = from ? std::optional{from->at} : std::nullopt;
  MOHUR_TRY_SET(booked, booked_in(archive, account, stretch, begin, most));
  StatementLines told;
  if (booked.page.next) told.next = LineCursor{*booked.page.next, 0};
  if (booked.page.items.empty()) return told;
  MOHUR_TRY_SET(standing, account_at(archive, account, booked.page.items.front().position - 1));
  for (std::size_t n = 0; n < booked.lines.size(); ++n) {
    const std::size_t behind = n == 0 && from ? from->behind : 0;
    for (std::size_t i = 0; i < booked.lines[n].size(); ++i) {
      StatementLine& line = booked.lines[n][i];
      move_balance(standing, line);
      if (i < behind) continue;
      if (told.lines.size() == most) {  // the rest of this event's stands on the next page
        MOHUR_TRY_SET(up_to_here, booked_in(archive, account, stretch, begin, n));
        told.next = LineCursor{*up_to_here.page.next, i};
        return told;
      }
      told.lines.push_back(std::move(line));
    }
  }
  return told;
}

}  // namespace mohur::gateway
