#include "gateway/problem_page.hpp"

#include <algorithm>
#include <array>

#include "gateway/problem.hpp"

namespace mohur::gateway {
namespace {

struct PageRow {
  Outcome outcome;
  std::string_view what;
  std::string_view next;
  std::string_view field;
  std::string_view detail;
};

constexpr std::array kPages = {
#define PAGE(token, what, next, field, detail) PageRow{Outcome::token, what, next, field, detail},
#include "gateway/problem_pages.def"
#undef PAGE
};

// Each outcome has its page, in the order of the table.
constexpr std::array kOutcomes = {
#define OUTCOME(token, number, http, retry, clause, title) Outcome::token,
#include "base/outcomes.def"
#undef OUTCOME
};
static_assert(std::ranges::equal(kPages, kOutcomes, {}, &PageRow::outcome), "problem_pages.def has a row for each outcome");

const PageRow& page_of(Outcome outcome) { return *std::ranges::find(kPages, outcome, &PageRow::outcome); }

std::string_view again_with_the_same_key(const OutcomeRow& row) {
  if (row.outcome == Outcome::idempotency_key_reused) return "No: this key belongs to the earlier request for ever.";
  const bool may_be_done = row.retry == Retry::same_key || (row.retry == Retry::later && row.http_status == 500);
  if (may_be_done) return "Yes: whether or not the first call was done, it is then done once.";
  switch (row.retry) {
    case Retry::never: return "No: the answer will be the same.";
    case Retry::later: return "Yes, later. Nothing was done, so the key is still free.";
    default: return "After the change, yes. Nothing was done, so the key is still free.";
  }
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else
      out += c;
  }
}

// A flat object, a member on each line.
std::string in_lines(std::string_view json) {
  std::string out;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"' && json[i - 1] != '\\') in_text = !in_text;
    if (!in_text && c == '}') out += '\n';
    out += c;
    if (!in_text && (c == '{' || c == ',')) out += "\n  ";
    if (!in_text && c == ':') out += ' ';
  }
  return out;
}

std::string page(std::string_view title, std::string_view body) {
  std::string html =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>";
  html.append(title).append(
      "</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#1b1f24}"
      "code,pre{background:#f2f0e9;padding:.1em .3em;border-radius:3px}pre{padding:.8em 1em;white-space:pre-wrap;font-size:14px}"
      "td,th{text-align:left;padding:.3rem 1rem .3rem 0;vertical-align:top}th{white-space:nowrap}"
      "@media(prefers-color-scheme:dark){body{background:#15171a;color:#e6e6e6}code,pre{background:#2a2d31}a{color:#9cc4ff}}</"
      "style><h1>");
  return html.append(title).append("</h1>").append(body);
}

net::Response html(std::string body) {
  net::Response response;
  response.content_type = "text/html; charset=utf-8";
  response.body = std::move(body);
  return response;
}

}  // namespace

std::string usual_detail(Outcome outcome) {
  const PageRow& row = page_of(outcome);
  return std::string{row.what} + " " + std::string{row.next};
}

Refusal example_of_refusal(Outcome outcome) {
  const PageRow& row = page_of(outcome);
  return {outcome, std::string{row.field}, std::string{row.detail}};
}

std::string example_of_problem(Outcome outcome, ProblemForm form) {
  return problem(example_of_refusal(outcome), "req_01m9xw8f7v2k3n4p5q6r7s8t9v",
                 form == ProblemForm::plain ? "/v1/..." : "/oauth/...", form)
      .body;
}

Result<net::Response> problem_page(std::string_view token) {
  const auto outcome = outcome_by_token(token);
  if (!outcome) return refuse(Outcome::not_found, "token");
  const OutcomeRow& row = row_of(*outcome);
  const PageRow& told = page_of(*outcome);
  std::string body = "<p><b>" + std::string{row.title} + "</b></p><table>";
  const auto tell = [&](std::string_view name, std::string_view text) {
    body.append("<tr><th>").append(name).append("<td>");
    append_escaped(body, text);
  };
  tell("What happened", told.what);
  tell("What to do next", told.next);
  tell("Again with the same Idempotency-Key", again_with_the_same_key(row));
  tell("HTTP status", std::to_string(row.http_status));
  tell("Retry", std::string{to_token(row.retry)} + ": " + std::string{advice(row.retry)});
  if (!row.clause.empty()) tell("Policy clause", row.clause);
  tell("Number", std::to_string(static_cast<int>(row.outcome)));
  body += "</table><h2>An example</h2><pre>";
  append_escaped(body, in_lines(example_of_problem(*outcome)));
  return html(page(row.token, body + "</pre><p><a href=\"/problems\">All problems</a> · <a href=\"/docs\">Reference</a>"));
}

net::Response problem_index() {
  std::string body =
      "<p>Everything that this API can refuse with, in order of "
      "precedence.</p><table><tr><th>Token<th>Status<th>Clause<th>Meaning";
  for (const OutcomeRow& row : outcome_table()) {
    body.append("<tr><td><a href=\"/problems/").append(row.token).append("\">").append(row.token).append("</a><td>");
    body.append(std::to_string(row.http_status)).append("<td>").append(row.clause).append("<td>").append(row.title);
  }
  return html(page("Problems", body + "</table>"));
}

}  // namespace mohur::gateway
