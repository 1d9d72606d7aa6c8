// Statements of a client's ledger account: what was booked in a period, line by line, with the balance after each.
//
// Booked   What is posted. A reservation is no line: it is one when it is posted, and none when it is released.
// Period   By the time of the journal, from `from` on and before `to`; in test mode too, whatever a sandbox clock shows. Without
//          `to`, up to the last event.
// Adds up  opening - debited + credited = closing, or the other way round where the account grows by debits; the balance of
//          each line is that of the line before it and its amount.
// Page     A place holds its period's end, and stays valid for ever. A page looks at a bounded number of events: it may be short,
//          even empty, and go on.
// Errors   those of the archive; cursor_malformed for a place that is none of the account's.
// Source   docs/reference/statements.md
#pragma once

#include "engine/archive.hpp"
#include "gateway/outputs.hpp"

namespace mohur::gateway {

struct StatementPeriod {
  Time from;
  std::optional<Time> to;
};

// What is still to come: events behind `after` up to `last`, without so many lines of the first that booked something.
struct StatementPlace {
  std::uint64_t after = 0;
  std::uint64_t last = 0;
  std::size_t told = 0;
};
Result<StatementPlace> begin_of(const engine::Archive& archive, const StatementPeriod& period);

// `now` is told as the end of a period that has none.
Result<Statement> statement_of(const engine::Archive& archive, const ledger::Account& account, const StatementPeriod& period,
                               Time now);

struct StatementLines {
  std::vector<StatementLine> lines;  // oldest first; `most` at most
  std::optional<StatementPlace> next;
};
Result<StatementLines> statement_lines(const engine::Archive& archive, const ledger::Account& account,
                                       const StatementPlace& place, std::size_t most);

}  // namespace mohur::gateway
