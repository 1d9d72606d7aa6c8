// Markdown as HTML that is safe to serve: CommonMark without raw HTML, and without links that could run anything.
//
// A heading that begins with a clause of the policy, such as `### P3.1 No tampering`, gets the clause as its id, so that a
// refusal's clause can be linked to.
// Source   CommonMark 0.30, by cmark; docs/decisions
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mohur::gateway {

struct ClauseHeading {
  std::string clause;  // `P3.1`
  std::string text;    // the whole heading, as text for an HTML page
};

struct RenderedMarkdown {
  std::string html;
  std::vector<ClauseHeading> clauses;  // in the order of the page
};
RenderedMarkdown render_markdown(std::string_view text);

// Text for an HTML page: what has a meaning there is written as entities.
std::string escape_html(std::string_view text);

}  // namespace mohur::gateway
