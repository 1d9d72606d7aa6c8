// Markdown, differences and the pages made of them: safe to serve, and told so that people find what changed.
#include "gateway/policy_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "gateway/markdown.hpp"
#include "gateway/text_difference.hpp"

namespace mohur::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Markdown, DoesNotLetHtmlOrLinksThatRunThrough) {
  const std::string html =
      render_markdown("# Hi\n\n<script>alert(1)</script>\n\n[x](javascript:alert(2)) <img src=x onerror=alert(3)>\n").html;
  for (const char* bad : {"<script", "javascript:", "onerror", "<img"}) EXPECT_THAT(html, Not(HasSubstr(bad)));
  EXPECT_THAT(html, HasSubstr("<h1>Hi</h1>"));
}

TEST(Markdown, GivesHeadingsOfClausesTheClauseAsTheirId) {
  const RenderedMarkdown rendered =
      render_markdown("### P3.1 No *tampering*\n\n### Price\n\n### P3\n\n### P3.x No\n\n## P10.1\n");
  EXPECT_THAT(rendered.html, HasSubstr("<h3 id=\"P3.1\">P3.1 No <em>tampering</em></h3>"));
  EXPECT_THAT(rendered.html, HasSubstr("<h2 id=\"P10.1\">P10.1</h2>"));
  EXPECT_THAT(rendered.html, HasSubstr("<h3>P3.x No</h3>"));
  ASSERT_EQ(rendered.clauses.size(), 2U);
  EXPECT_EQ(rendered.clauses[0].text, "P3.1 No tampering");
}

std::string before_of(const std::vector<Piece>& pieces) {
  std::string text;
  for (const Piece& piece : pieces)
    if (piece.change != Change::added) text += piece.text;
  return text;
}
std::string after_of(const std::vector<Piece>& pieces) {
  std::string text;
  for (const Piece& piece : pieces)
    if (piece.change != Change::removed) text += piece.text;
  return text;
}

TEST(Differences, TellWordsThatWentAndCame) {
  const auto pieces = difference(words_of("we keep it for one day"), words_of("we keep it for two long days"));
  const std::vector<Piece> middle(pieces.begin() + 8, pieces.end());
  EXPECT_EQ(before_of(middle), "one day");
  EXPECT_EQ(after_of(middle), "two long days");
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(pieces[i].change, Change::same);
}

TEST(Differences, MakeUpBothTextsWhateverTheyAre) {
  std::mt19937 chance{7};
  for (int round = 0; round < 500; ++round) {
    std::string before, after;
    for (std::string* text : {&before, &after})
      for (auto n = chance() % 40; n > 0; --n) *text += "ab \n"[chance() % 4];
    const auto by_words = difference(words_of(before), words_of(after));
    EXPECT_EQ(before_of(by_words), before);
    EXPECT_EQ(after_of(by_words), after);
    const auto by_lines = difference(lines_of(before), lines_of(after));
    EXPECT_EQ(before_of(by_lines), before);
    EXPECT_EQ(after_of(by_lines), after);
  }
}

TEST(Differences, AreTheShortest) {
  const auto changes = [](std::string_view a, std::string_view b) {
    std::vector<std::string_view> left, right;
    for (std::size_t i = 0; i < a.size(); ++i) left.push_back(a.substr(i, 1));
    for (std::size_t i = 0; i < b.size(); ++i) right.push_back(b.substr(i, 1));
    return std::ranges::count_if(difference(left, right), [](const Piece& piece) { return piece.change != Change::same; });
  };
  EXPECT_EQ(changes("abcabba", "cbabac"), 5);  // the example of the paper
  EXPECT_EQ(changes("", "abc"), 3);
  EXPECT_EQ(changes("abc", "abc"), 0);
}

TEST(Differences, OfTextsWithNothingInCommonAreToldAsAWhole) {
  std::string before, after;
  for (int i = 0; i < 3'000; ++i) {
    before += "a" + std::to_string(i) + "\n";
    after += "b" + std::to_string(i) + "\n";
  }
  const auto pieces = difference(lines_of(before), lines_of(after));
  EXPECT_EQ(pieces.size(), 6'000U);
  EXPECT_EQ(before_of(pieces), before);
  EXPECT_EQ(after_of(pieces), after);
}

policy::PolicyVersion version(std::uint32_t number, std::string text, Time effective_at) {
  return {.id = {{number, number}},
          .updated_at = effective_at,
          .sequence = 2,
          .status = policy::PolicyVersionStatus::published,
          .number = number,
          .text = std::move(text),
          .hash = "hash" + std::to_string(number),
          .effective_at = effective_at,
          .change_summary = "New <b>"};
}

struct Pages : testing::Test {
  void publish(const policy::PolicyVersion& made) {
    kernel::Event event;
    event.object = made;
    book.on_durable(1, std::span{&event, 1});
  }
  PolicyBook book;
  const Time now{1'795'329'000'000'000'000};
};

TEST_F(Pages, SayWhichVersionIsInForceAndWhatComes) {
  const auto one = version(1, "# One\n", now - days(2));
  publish(one);
  publish(version(2, "# Two\n", now - days(1)));
  publish(version(3, "# Three\n", now + days(40)));
  EXPECT_EQ(book.in_force(now)->number, 2U);
  EXPECT_EQ(book.in_force(now - days(2) + seconds(1))->number, 1U);
  EXPECT_EQ(book.in_force(now - days(3)), nullptr);
  const std::string body = policy_page(one, book, now).body;
  EXPECT_THAT(body, HasSubstr("Superseded"));
  EXPECT_THAT(body, HasSubstr("<a href=\"/policy\">Version 2</a> is in force"));
  EXPECT_THAT(body, HasSubstr("/policy/versions/1/difference/3"));
  EXPECT_THAT(body, HasSubstr("New &lt;b&gt;"));
}

TEST_F(Pages, ShowADifferenceWithoutWhatDidNotChange) {
  std::string text = "# Policy\n";
  for (int i = 0; i < 20; ++i) text += "\nLine " + std::to_string(i) + " stays.\n";
  const auto one = version(1, text + "\nKeep it <one> day.\n", now);
  const auto two = version(2, text + "\nKeep it two days.\n", now + days(40));
  const std::string body = policy_difference_page(one, two).body;
  EXPECT_THAT(body, HasSubstr("Keep it <del>&lt;one&gt;</del><ins>two</ins> <del>day.</del><ins>days.</ins>"));
  EXPECT_THAT(body, HasSubstr("19 lines without a change"));
  EXPECT_THAT(body, Not(HasSubstr("Line 17")));
  EXPECT_THAT(body, HasSubstr("Line 18"));
}

TEST_F(Pages, LetABrowserRunNothing) {
  publish(version(1, "# One\n", now));
  const net::Response response = policy_page(version(1, "# One\n", now), book, now);
  EXPECT_THAT(response.headers, HasSubstr("Content-Security-Policy: default-src 'none'; style-src 'sha256-"));
  EXPECT_THAT(response.headers, Not(HasSubstr("unsafe")));
}

}  // namespace
}  // namespace mohur::gateway
