// Statements of a client's ledger account: what was booked in a period, line by line, with the balance after each.
//
// Booked   What is posted. A reservation is no line: it is one when it is posted, and none when it is released.
// Period   By the time of the journal, from `from` on and before `to`; in test mode too, whatever a sandbox clock shows.
// Adds up  opening - debited + credited = closing, or the other way round where the account grows by debits; the balance of
//          each line is that of the line before it and its amount.
// Page     A cursor stays valid for ever. A page looks at a bounded number of events: it may be short, and go on.
// Errors   those of the archive.
// Source   docs/reference/statements.md
#pragma once

#include "engine/archive.hpp"
#include "gateway/outputs.hpp"

namespace mohur::gateway {

struct StatementPeriod {
  Time from;
  Time to;
};

Result<Statement> statement_of(const engine::Archive& archive, const ledger::Account& account, const StatementPeriod& period);

// Where a page begins: at an event, behind so many of its lines.
struct LineCursor {
  engine::Cursor at;
  std::size_t behind = 0;
};

struct StatementLines {
  std::vector<StatementLine> lines;  // oldest first
  std::optional<LineCursor> next;
};
Result<StatementLines> statement_lines(const engine::Archive& archive, const ledger::Account& account,
                                       const StatementPeriod& period, const std::optional<LineCursor>& from, std::size_t most);

}  // namespace mohur::gateway
