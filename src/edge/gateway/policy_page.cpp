#include "gateway/policy_page.hpp"

#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "gateway/markdown.hpp"
#include "gateway/text_difference.hpp"

namespace mohur::gateway {
namespace {

constexpr std::string_view kStyle = R"css(
  :root { color-scheme: light dark; --ink: #1d1f23; --soft: #62666d; --line: #e4e0d6; --paper: #fffdf8; --gold: #8a6300;
          --new: #e3f3e0; --new-ink: #14532d; --gone: #fbe4e1; --gone-ink: #7f1d1d; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e4e1da; --soft: #a2a5ab; --line: #34373d; --paper: #17191d; --gold: #e3b95b;
            --new: #17341f; --new-ink: #b5e3bd; --gone: #40201f; --gone-ink: #f3bdb7; }
  }
  * { box-sizing: border-box; }
  html { scroll-padding-top: 1rem; text-size-adjust: 100%; }
  body { margin: 0 auto; padding: 2rem 1.25rem 6rem; max-width: 42rem; color: var(--ink); background: var(--paper);
         font: 1.08rem/1.65 Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif; }
  h1, h2, h3, header, nav, footer, summary, table, .skip { font-family: system-ui, sans-serif; }
  h1 { font-size: 1.75rem; line-height: 1.25; margin: 1.5rem 0 .5rem; }
  h2 { font-size: 1.25rem; line-height: 1.35; margin: 2.5rem 0 .5rem; padding-top: 1.2rem; border-top: 1px solid var(--line); }
  h3 { font-size: 1.02rem; line-height: 1.4; margin: 1.8rem 0 .3rem; }
  p, ul, ol { margin: .5rem 0 1rem; overflow-wrap: break-word; }
  a { color: var(--gold); text-underline-offset: .15em; }
  :target { outline: 2px solid var(--gold); outline-offset: .3rem; border-radius: 2px; }
  header, footer { color: var(--soft); font-size: .88rem; }
  nav ul { list-style: none; padding: 0; columns: 16rem; font-size: .92rem; }
  nav li { break-inside: avoid; padding: .15rem 0; }
  summary { cursor: pointer; padding: .5rem 0; color: var(--soft); font-size: .92rem; }
  table { border-collapse: collapse; width: 100%; font-size: .9rem; }
  td, th { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-top: 1px solid var(--line); }
  code { font-size: .85em; overflow-wrap: anywhere; }
  .told { border-left: 3px solid var(--gold); padding: .2rem 0 .2rem 1rem; }
  ins, del { border-radius: 3px; padding: 0 .1em; }
  ins { background: var(--new); color: var(--new-ink); text-decoration: underline; }
  del { background: var(--gone); color: var(--gone-ink); text-decoration: line-through; }
  .line { white-space: pre-wrap; overflow-wrap: break-word; margin: 0 0 .7rem; }
  .skip { color: var(--soft); font-size: .88rem; text-align: center; margin: 1.2rem 0; }
  @media print { nav, details { display: none; } }
)css";

// A browser runs nothing, loads nothing and sends nothing: it shows the page with this one style.
const std::string& content_security_policy() {
  static const std::string policy = "default-src 'none'; style-src 'sha256-" +
                                    crypto::base64_encode(crypto::sha256(kStyle).view()) +
                                    "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  return policy;
}

net::Response page(const std::string& title, std::string_view body) {
  net::Response response;
  response.content_type = "text/html; charset=utf-8";
  response.body =
      "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      title + "</title>\n<style>";
  response.body.append(kStyle).append("</style>\n").append(body).append("</html>\n");
  response.add("Content-Security-Policy", content_security_policy());
  response.add("X-Content-Type-Options", "nosniff");
  response.add("Referrer-Policy", "no-referrer");
  return response;
}

std::string moment(Time at) {
  const std::string text = to_rfc3339(at);
  return "<time datetime=\"" + text + "\">" + text.substr(0, 10) + ", " + text.substr(11, 5) + " UTC</time>";
}

std::string link_to(std::uint32_t number) { return "/policy/versions/" + std::to_string(number); }
std::string link_to_difference(std::uint32_t before, std::uint32_t after) {
  return link_to(before) + "/difference/" + std::to_string(after);
}

std::string standing(const PolicyBook::Entry& entry, const PolicyBook& book, Time now) {
  const PolicyBook::Entry* in_force = book.in_force(now);
  if (in_force != nullptr && in_force->number == entry.number) return "In force since " + moment(entry.effective_at);
  if (entry.effective_at > now) return "Comes into force at " + moment(entry.effective_at);
  return "Superseded; was in force from " + moment(entry.effective_at);
}

std::string contents(const RenderedMarkdown& rendered) {
  if (rendered.clauses.empty()) return {};
  std::string out = "<nav aria-label=\"Clauses\"><details><summary>Clauses</summary><ul>\n";
  for (const ClauseHeading& heading : rendered.clauses)
    out.append("<li><a href=\"#").append(heading.clause).append("\">").append(heading.text).append("</a>\n");
  return out + "</ul></details></nav>\n";
}

std::string history(const PolicyBook& book, Time now) {
  std::string out = "<h2>History</h2>\n<table>\n<tr><th>Version<th>What is new\n";
  const auto& published = book.published();
  for (auto entry = published.rbegin(); entry != published.rend(); ++entry) {
    out.append("<tr><td><a href=\"").append(link_to(entry->number)).append("\">").append(std::to_string(entry->number));
    out.append("</a><td>").append(escape_html(entry->change_summary)).append("<br><small>").append(standing(*entry, book, now));
    if (entry->number > 1)
      out.append(" · <a href=\"")
          .append(link_to_difference(entry->number - 1, entry->number))
          .append("\">compared with version ")
          .append(std::to_string(entry->number - 1))
          .append("</a>");
    out += "</small>\n";
  }
  return out + "</table>\n";
}

// To whoever reads an older version, or does not know yet what comes.
std::string notices_of_others(std::uint32_t shown, const PolicyBook& book, Time now) {
  std::string out;
  const PolicyBook::Entry* in_force = book.in_force(now);
  if (in_force != nullptr && in_force->number > shown)
    out += "<p class=\"told\">This version is superseded. <a href=\"/policy\">Version " + std::to_string(in_force->number) +
           "</a> is in force.</p>\n";
  const PolicyBook::Entry& latest = book.published().back();
  if (latest.effective_at > now && latest.number > shown)
    out += "<p class=\"told\"><a href=\"" + link_to(latest.number) + "\">Version " + std::to_string(latest.number) +
           "</a> comes into force at " + moment(latest.effective_at) + ": <a href=\"" + link_to_difference(shown, latest.number) +
           "\">what changes</a>.</p>\n";
  return out;
}

// Between two words that stayed, first what went and then what came.
void append_words(std::string& out, std::string_view before, std::string_view after) {
  std::string gone, come;
  const auto flush = [&] {
    if (!gone.empty()) out.append("<del>").append(std::exchange(gone, {})).append("</del>");
    if (!come.empty()) out.append("<ins>").append(std::exchange(come, {})).append("</ins>");
  };
  for (const Piece& piece : difference(words_of(before), words_of(after))) {
    const std::string text = escape_html(piece.text);
    if (piece.change == Change::same) {
      flush();
      out += text;
    } else {
      (piece.change == Change::removed ? gone : come) += text;
    }
  }
  flush();
}

// Lines that stand around what changed; the others are counted.
constexpr std::size_t kContext = 2;

void append_same(std::string& out, std::span<const Piece> lines, bool is_first, bool is_last) {
  std::vector<std::string_view> told;
  for (const Piece& line : lines)
    if (line.text != "\n") told.push_back(line.text);
  const std::size_t head = is_first ? 0 : std::min(kContext, told.size());
  const std::size_t tail = is_last ? 0 : std::min(kContext, told.size() - head);
  const std::size_t left_out = told.size() - head - tail;
  for (std::size_t i = 0; i < told.size(); ++i) {
    if (i == head && left_out > 0) {
      out += "<p class=\"skip\">" + std::to_string(left_out) + (left_out == 1 ? " line" : " lines") + " without a change</p>\n";
      i += left_out;
    }
    if (i < told.size()) out.append("<p class=\"line\">").append(escape_html(told[i])).append("</p>\n");
  }
}

std::string lines_with_changes(std::string_view before, std::string_view after) {
  const auto pieces = difference(lines_of(before), lines_of(after));
  std::string out;
  for (std::size_t i = 0; i < pieces.size();) {
    const std::size_t begin = i;
    if (pieces[i].change == Change::same) {
      while (i < pieces.size() && pieces[i].change == Change::same) ++i;
      append_same(out, std::span{pieces}.subspan(begin, i - begin), begin == 0, i == pieces.size());
      continue;
    }
    std::string gone, come;
    for (; i < pieces.size() && pieces[i].change != Change::same; ++i)
      (pieces[i].change == Change::removed ? gone : come) += pieces[i].text;
    out += "<div class=\"line\">";
    append_words(out, gone, come);
    out += "</div>\n";
  }
  return out;
}

}  // namespace

net::Response policy_page(const policy::PolicyVersion& version, const PolicyBook& book, Time now) {
  const std::uint32_t number = version.number.value_or(0);
  const RenderedMarkdown rendered = render_markdown(version.text);
  std::string body = "<header>Usage policy, version " + std::to_string(number);
  if (const PolicyBook::Entry* entry = book.find(number)) body += ". " + standing(*entry, book, now);
  body.append(".</header>\n").append(notices_of_others(number, book, now)).append(contents(rendered));
  body.append("<main>\n").append(rendered.html).append("</main>\n").append(history(book, now));
  body.append("<footer><p>SHA-256 of the text: <code>").append(version.hash).append("</code></p></footer>\n");
  return page("Usage policy, version " + std::to_string(number), body);
}

net::Response policy_difference_page(const policy::PolicyVersion& before, const policy::PolicyVersion& after) {
  const std::string old_number = std::to_string(before.number.value_or(0));
  const std::string new_number = std::to_string(after.number.value_or(0));
  const std::string title = "From version " + old_number + " to version " + new_number;
  std::string body = "<header><a href=\"/policy\">Usage policy</a></header>\n<main>\n<h1>" + title + "</h1>\n<p>";
  body.append(escape_html(after.change_summary)).append("</p>\n<p>What went is <del>struck out</del>, what came is ");
  body.append("<ins>underlined</ins>. Read the whole of <a href=\"")
      .append(link_to(before.number.value_or(0)))
      .append("\">version ")
      .append(old_number)
      .append("</a> or of <a href=\"")
      .append(link_to(after.number.value_or(0)))
      .append("\">version ")
      .append(new_number)
      .append("</a>.</p>\n");
  body += before.hash == after.hash ? "<p>Their texts are the same.</p>\n" : lines_with_changes(before.text, after.text);
  return page("Usage policy: " + title, body + "</main>\n");
}

}  // namespace mohur::gateway
