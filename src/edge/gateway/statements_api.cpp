// Statements of ledger accounts: a period's sums, its lines, and both as a file.
#include <array>
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
constexpr std::size_t kEventsAtATime = 1'000;
constexpr int kMostTimes = 20;

struct Asked {
  Account account;
  StatementPeriod period;
  std::optional<StatementPlace> place;  // where an earlier page ended
  std::size_t limit = kUsuallyListed;
};

std::string to_text(const StatementPlace& place) {
  return std::to_string(place.after) + "." + std::to_string(place.last) + "." + std::to_string(place.told);
}

Result<StatementPlace> parse_place(const engine::Archive& archive, std::string_view text) {
  std::array<std::uint64_t, 3> numbers{};
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  for (std::uint64_t& number : numbers) {
    const bool is_first = &number == numbers.data();
    if (!is_first && (at == end || *at++ != '.')) return refuse(Outcome::cursor_malformed, "after");
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc{}) return refuse(Outcome::cursor_malformed, "after");
    at = next;
  }
  const auto [after, last, told] = numbers;
  if (at != end || after > last || last > archive.position()) return refuse(Outcome::cursor_malformed, "after");
  return StatementPlace{after, last, told};
}

// From this month of India on, where no period is named. A place knows the end of its period.
Result<Asked> asked(const Call& call, bool in_pages) {
  MOHUR_TRY_SET(id, call.path_id<ledger::AccountId>());
  MOHUR_TRY_SET(account, call.services.archive.get<Account>(id.value));
  const bool is_clients = account && !call.client.is_zero() && account->owner == call.client.value && account->mode == call.mode;
  if (!is_clients) return refuse(Outcome::not_found, "id");
  Asked asked{
      .account = *account, .period = {india::start_of_month(india::month_of(call.services.clock.now())), {}}, .place = {}};
  std::optional<std::string> after;
  MOHUR_TRY_SET(pairs, query_pairs(call.request));
  for (const QueryPair& pair : pairs) {
    const bool pages = pair.name == "limit" || pair.name == "after";
    if (!pages || in_pages) {
      MOHUR_TRY_SET(taken, take_common(pair, asked.limit, after));
      if (taken) continue;
    }
    if (pair.name != "from" && pair.name != "to") return unknown_filter(pair.name);
    MOHUR_TRY_SET(at, parse_time(pair));
    if (pair.name == "from")
      asked.period.from = at;
    else
      asked.period.to = at;
  }
  if (asked.period.to && *asked.period.to < asked.period.from)
    return refuse(Outcome::field_out_of_range, "to", "The period ends before it begins: `from` is the earlier of the two.");
  if (after) {
    MOHUR_TRY_SET(place, parse_place(call.services.archive, *after));
    asked.place = place;
  }
  return asked;
}

Result<StatementPlace> place_of(const engine::Archive& archive, const Asked& asked) {
  if (asked.place) return *asked.place;
  return begin_of(archive, asked.period);
}

Result<net::Response> statement(Call& call) {
  MOHUR_TRY_SET(what, asked(call, false));
  MOHUR_TRY_SET(made, statement_of(call.services.archive, what.account, what.period, call.services.clock.now()));
  return answer_with(call, made);
}

Result<net::Response> lines(Call& call) {
  MOHUR_TRY_SET(what, asked(call, true));
  MOHUR_TRY_SET(place, place_of(call.services.archive, what));
  MOHUR_TRY_SET(told, statement_lines(call.services.archive, what.account, place, what.limit));
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

struct StatementFile {
  std::string text;
  std::optional<StatementPlace> next;
};

// Some ten thousand lines, or of twenty thousand events, and where the next file begins.
Result<StatementFile> make_file(const engine::Archive& archive, const Asked& asked, const std::stop_token& stop) {
  MOHUR_TRY_SET(begin, place_of(archive, asked));
  StatementLines all{.lines = {}, .next = begin};
  for (int times = 0; all.next && times < kMostTimes && all.lines.size() < kLinesOfAFile; ++times) {
    if (stop.stop_requested()) return refuse(Outcome::stopping);
    MOHUR_TRY_SET(page, statement_lines(archive, asked.account, *all.next, kEventsAtATime));
    std::ranges::move(page.lines, std::back_inserter(all.lines));
    all.next = page.next;
  }
  return StatementFile{file_of(asked.account, all), all.next};
}

// They are looked up on a desk, and not while other calls wait.
void file_beside(Call& call, GoOn go_on) {
  const auto what = asked(call, true);
  if (!what) return go_on(all_of(what.error()));
  at_desk(
      call.services.uploads, std::move(go_on),
      [&archive = call.services.archive, what = *what](const std::stop_token& stop) { return make_file(archive, what, stop); },
      [&call](StatementFile made) {
        call.page = std::move(made.text);
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
  made.beside = file_beside;
  made.media = "text/csv";
  made.filters.push_back(filter_by<std::string>("after", "Where the file before this one ended, as its `Link` has it."));
  for (const Outcome outcome : {overloaded, stopping}) made.outcomes.push_back(outcome);
  return routes;
}

}  // namespace mohur::gateway
