#include "gateway/markdown.hpp"

#include <cmark.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace mohur::gateway {
namespace {

struct Free {
  void operator()(char* text) const noexcept { std::free(text); }  // NOLINT: cmark's memory comes from malloc
};

bool is_digit_at(std::string_view text, std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; }

// The clause that the text begins with, such as `P10.1`; empty for none.
std::string_view clause_at_front(std::string_view text) {
  if (text.empty() || text[0] != 'P' || !is_digit_at(text, 1)) return {};
  std::size_t end = 1;
  while (is_digit_at(text, end)) ++end;
  if (end == text.size() || text[end] != '.' || !is_digit_at(text, end + 1)) return {};
  ++end;
  while (is_digit_at(text, end)) ++end;
  return end == text.size() || text[end] == ' ' || text[end] == '<' ? text.substr(0, end) : std::string_view{};
}

// The text of what stands between tags.
std::string without_tags(std::string_view html) {
  std::string text;
  bool in_tag = false;
  for (const char c : html) {
    if (c == '<') in_tag = true;
    if (!in_tag) text += c;
    if (c == '>') in_tag = false;
  }
  return text;
}

}  // namespace

// cmark writes a heading as `<h3>...</h3>` at the beginning of a line, and escapes every other `<`.
RenderedMarkdown render_markdown(std::string_view text) {
  const std::unique_ptr<char, Free> made{cmark_markdown_to_html(text.data(), text.size(), CMARK_OPT_DEFAULT | CMARK_OPT_SMART)};
  const std::string_view html{made.get()};
  RenderedMarkdown rendered;
  rendered.html.reserve(html.size() + 1'024);
  for (std::size_t at = 0; at < html.size();) {
    const std::size_t end = std::min(html.find('\n', at), html.size() - 1) + 1;
    const std::string_view line = html.substr(at, end - at);
    at = end;
    const bool is_heading = line.size() > 4 && line.starts_with("<h") && is_digit_at(line, 2) && line[3] == '>';
    const std::string_view clause = is_heading ? clause_at_front(line.substr(4)) : std::string_view{};
    if (clause.empty()) {
      rendered.html += line;
      continue;
    }
    rendered.clauses.push_back({std::string{clause}, without_tags(line.substr(0, line.find("</h")))});
    rendered.html.append(line.substr(0, 3)).append(" id=\"").append(clause).append("\">").append(line.substr(4));
  }
  return rendered;
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace mohur::gateway
