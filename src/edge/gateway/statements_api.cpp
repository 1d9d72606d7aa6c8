// Statements of ledger accounts: a period's sums, its lines, and both as a file.
#include <charconv>

#include "base/india.hpp"
#include "gateway/at_desk.hpp"
#include "gateway/statement.hpp"
#include "sheets/csv_writer.hpp"

namespace mohur::gateway {
namespace {

using ledger::Account;
using registry::Scope;

constexpr std::size_t kLinesOfAFile = 10'000;

struct Asked {
  Account account;
  StatementPeriod period;
  std::optional<LineCursor> after;
  std::size_t limit = kUsuallyListed;
};

std::string to_text(const LineCursor& cursor) { return gateway::to_text(cursor.at) + "." + std::to_string(cursor.behind); }

Result<LineCursor> parse_line_cursor(std::string_view text) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  LineCursor cursor;
  MOHUR_TRY_SET(at, parse_cursor(text.substr(0, dot)));
  cursor.at = at;
  const std::string_view behind = text.substr(std::min(dot + 1, text.size()));
  const auto [end, error] = std::from_chars(behind.data(), behind.data() + behind.size(), cursor.behind);
  if (error != std::errc{} || end != behind.data() + behind.size()) return refuse(Outcome::cursor_malformed, "after");
  return cursor;
}

// The present month of India, where no period is named.
Result<Asked> asked(Call& call) {
  MOHUR_TRY_SET(id, call.path_id<ledger::AccountId>());
  MOHUR_TRY_SET(account, call.services.archive.get<Account>(id.value));
  const bool is_clients = account && !call.client.is_zero() && account->owner == call.client.value && account->mode == call.mode;
  if (!is_clients) return refuse(Outcome::not_found, "id");
  const Time now = call.services.clock.now();
  Asked asked{.account = *account, .period = {india::start_of_month(india::month_of(now)), now}, .after = {}};
  std::optional<std::string> after;
  MOHUR_TRY_SET(pairs, query_pairs(call.request));
  for (const QueryPair& pair : pairs) {
    MOHUR_TRY_SET(taken, take_common(pair, asked.limit, after));
    if (taken) continue;
    if (pair.name != "from" && pair.name != "to") return unknown_filter(pair.name);
    MOHUR_TRY_SET(at, parse_time(pair));
    (pair.name == "from" ? asked.period.from : asked.period.to) = at;
  }
  if (asked.period.to < asked.period.from)
    return refuse(Outcome::field_out_of_range, "to", "The period ends before it begins: `from` is the earlier of the two.");
  if (after) {
    MOHUR_TRY_SET(cursor, parse_line_cursor(*after));
    asked.after = cursor;
  }
  return asked;
}

Result<net::Response> statement(Call& call) {
  MOHUR_TRY_SET(what, asked(call));
  MOHUR_TRY_SET(made, statement_of(call.services.archive, what.account, what.period));
  return answer_with(call, made);
}

Result<net::Response> lines(Call& call) {
  MOHUR_TRY_SET(what, asked(call));
  MOHUR_TRY_SET(told, statement_lines(call.services.archive, what.account, what.period, what.after, what.limit));
  return ListWriter{call}.append(told.lines).finish_with(told.next ? std::optional{to_text(*told.next)} : std::nullopt);
}

// In rupees, each amount in the column of its side.
std::string file_of(const Account& account, const StatementLines& told) {
  std::string out = "booked_at,event_type,object,reference_id,utr,debit,credit,balance,transfer\n";
  const auto rupees = [&](Amount amount) { return to_major(amount, account.currency); };
  for (const StatementLine& line : told.lines) {
    const bool is_debit = line.side == LedgerSide::debit;
    sheets::append_csv_record(
        out, {to_rfc3339(line.booked_at), to_token(line.event_type), line.object,
              line.reference_id ? line.reference_id->str() : std::string_view{}, line.utr ? line.utr->str() : std::string_view{},
              is_debit ? rupees(line.amount) : std::string{}, is_debit ? std::string{} : rupees(line.amount),
              rupees(line.balance), line.transfer.to_string()});
  }
  return out;
}

// Some ten thousand lines are looked up on a desk, and not while other calls wait.
void make_file(Call& call, GoOn go_on) {
  auto what = asked(call);
  if (!what) return go_on(all_of(what.error()));
  at_desk(
      call.services.uploads, std::move(go_on),
      [&archive = call.services.archive, what = std::move(*what)](const std::stop_token& stop) -> Result<StatementLines> {
        StatementLines all{.lines = {}, .next = what.after};
        do {
          if (stop.stop_requested()) return refuse(Outcome::stopping);
          MOHUR_TRY_SET(page, statement_lines(archive, what.account, what.period, all.next, kMostListed));
          std::ranges::move(page.lines, std::back_inserter(all.lines));
          all.next = page.next;
        } while (all.next && all.lines.size() + kMostListed <= kLinesOfAFile);
        return all;
      },
      [&call, account = what->account](StatementLines made) {
        call.page = file_of(account, made);
        if (made.next) call.next_page = to_text(*made.next);
      });
}

Result<net::Response> file(Call& call) {
  net::Response response{.content_type = "text/csv", .body = std::move(call.page), .headers = {}};
  if (!call.next_page.empty()) add_next_link(call, call.next_page, response);
  return response;
}

}  // namespace

std::vector<Route> statement_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  const auto add = [&](std::string_view path, std::string_view summary, Result<net::Response> (*read_it)(Call&)) -> Route& {
    routes.push_back(read(path, summary, Access::client_or_us, Scope::read_ledger,
                          {not_found, filter_unknown, field_malformed, field_out_of_range, cursor_malformed}, read_it));
    routes.back().filters = {filter_by<Time>("from", "The period's begin; that of this month of India when absent."),
                             filter_by<Time>("to", "Its end, which is not in it; now when absent.")};
    return routes.back();
  };
  gives<Statement>(add("/v1/ledger/accounts/{id}/statement", "Get what was booked on an account in a period", statement));
  Route& listed = add("/v1/ledger/accounts/{id}/statement/lines", "List what was booked, oldest first, with balances", lines);
  listed.is_list = true;
  gives<StatementLine>(listed);
  Route& made = add("/v1/ledger/accounts/{id}/statement.csv", "Get the lines of a statement as CSV", file);
  made.beside = make_file;
  made.media = "text/csv";
  for (const Outcome outcome : {overloaded, stopping}) made.outcomes.push_back(outcome);
  return routes;
}

}  // namespace mohur::gateway
