#include "net/request_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/test_bad_requests.hpp"

namespace mohur::net {
namespace {

using Step = RequestParser::Step;
using testing::ElementsAre;

constexpr std::uint64_t body_limit = 1024 * 1024;

// What one request turned out to be; views are copied.
struct Seen {
  std::string target, body;
  std::vector<std::string> headers;
  bool padded = false;
};

// Shows `bytes` to a parser in slices of `slice`, and takes every request out of it until it fails or the bytes are used up.
class Reading {
 public:
  explicit Reading(std::string_view bytes, std::size_t slice = 1 << 20) { read(bytes, slice); }

  RequestParser parser{SyntaxLimits{}};
  std::vector<Seen> requests;
  std::optional<Outcome> refused;

 private:
  void read(std::string_view bytes, std::size_t slice) {
    while (!bytes.empty() && !refused) {
      const auto room = parser.room();
      const std::size_t n = std::min({slice, bytes.size(), room.size()});
      std::copy_n(bytes.begin(), n, room.begin());
      parser.commit(n);
      bytes.remove_prefix(n);
      while (step()) {
      }
    }
  }

  bool step() {
    switch (parser.advance()) {
      case Step::need_more: return false;
      case Step::head: parser.limit_body(body_limit); return true;
      case Step::complete: take(); return true;
      case Step::failed: refused = parser.failure().outcome; return false;
    }
    return false;
  }

  void take() {
    const Request& request = parser.request();
    Seen seen{std::string{request.target}, std::string{request.body}, {}, false};
    for (const Header& header : request.headers)
      seen.headers.push_back(std::string{header.name} + "=" + std::string{header.value});
    seen.padded = std::all_of(request.body.end(), request.body.end() + Request::body_padding, [](char c) { return c == 0; });
    requests.push_back(std::move(seen));
    parser.next();
  }
};

TEST(EqualsIgnoringCase, FoldsLettersAndNothingElse) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const auto fold = [](int c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; };
      for (const std::size_t before : {0U, 3U, 7U, 8U, 11U}) {
        const std::string left = std::string(before, 'x') + static_cast<char>(a);
        const std::string right = std::string(before, 'X') + static_cast<char>(b);
        ASSERT_EQ(equals_ignoring_case(left, right), fold(a) == fold(b)) << a << ' ' << b << ' ' << before;
      }
    }
  }
  EXPECT_TRUE(equals_ignoring_case("", ""));
  EXPECT_FALSE(equals_ignoring_case("content-type", "content-typ"));
}

TEST(RequestParser, RefusesEveryBadRequestOfTheTableHoweverItIsSliced) {
  for (const BadRequest& bad : bad_requests()) {
    for (const std::size_t slice : {std::size_t{1}, std::size_t{3}, std::size_t{1000}, std::size_t{1} << 20}) {
      const Reading reading{bad.bytes, slice};
      ASSERT_TRUE(reading.refused.has_value()) << bad.name << " was taken, in slices of " << slice;
      EXPECT_EQ(to_token(*reading.refused), to_token(bad.outcome))
          << bad.name << ", in slices of " << slice << ": " << reading.parser.failure().detail;
      EXPECT_TRUE(reading.requests.empty()) << bad.name;
      EXPECT_FALSE(reading.parser.failure().detail.empty()) << bad.name;
    }
  }
}

TEST(RequestParser, ReadsAHeadIntoItsParts) {
  RequestParser parser{SyntaxLimits{}};
  const std::string bytes =
      "POST /v1/payouts?a=1&b=%20 HTTP/1.1\r\nHost: api.example:8443\r\nX-Empty:\r\nx-spaced:  \t a b \t\r\nContent-Length: "
      "2\r\n\r\n{}";
  std::ranges::copy(bytes, parser.room().begin());
  parser.commit(bytes.size());
  ASSERT_EQ(parser.advance(), Step::head);
  EXPECT_TRUE(parser.has_body());
  parser.limit_body(2);
  ASSERT_EQ(parser.advance(), Step::complete);
  const Request& request = parser.request();
  EXPECT_EQ(request.method, Method::post);
  EXPECT_EQ(request.method_text, "POST");
  EXPECT_EQ(request.target, "/v1/payouts?a=1&b=%20");
  EXPECT_EQ(request.path, "/v1/payouts");
  EXPECT_EQ(request.query, "a=1&b=%20");
  EXPECT_EQ(request.host, "api.example:8443");
  EXPECT_EQ(request.find("x-empty"), "");
  EXPECT_EQ(request.find("x-spaced"), "a b");
  EXPECT_EQ(request.find("x-absent"), std::nullopt);
  EXPECT_EQ(request.content_length, 2U);
  EXPECT_EQ(request.body, "{}");
  EXPECT_TRUE(parser.keep_alive());
}

TEST(RequestParser, KnowsTheMethodsOfTheApiAndPassesOthersOn) {
  const std::pair<std::string_view, Method> rows[] = {
      {"GET", Method::get},         {"HEAD", Method::head},   {"POST", Method::post},
      {"PUT", Method::put},         {"PATCH", Method::patch}, {"DELETE", Method::delete_},
      {"OPTIONS", Method::options}, {"TRACE", Method::other}, {"get", Method::other},
  };
  for (const auto& [text, method] : rows) {
    RequestParser parser{SyntaxLimits{}};
    const std::string bytes = std::string{text} + " / HTTP/1.1\r\nHost: a\r\n\r\n";
    std::ranges::copy(bytes, parser.room().begin());
    parser.commit(bytes.size());
    ASSERT_EQ(parser.advance(), Step::head) << text;
    EXPECT_EQ(parser.request().method, method) << text;
    EXPECT_EQ(parser.request().method_text, text);
  }
}

TEST(RequestParser, TakesTheFormsOfTargetAndHostThatAreAllowed) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"GET http://A:80/x?y HTTP/1.1\r\nHost: a:80\r\n\r\n", "/x?y"},
      {"GET HTTPS://a HTTP/1.1\r\nHost: a\r\n\r\n", "/"},
      {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "*"},
      {"GET /a[b]=%5B HTTP/1.1\r\nHost: [::1]:8443\r\n\r\n", "/a[b]=%5B"},
      {"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "/"},
  };
  for (const auto& [bytes, target] : rows) {
    const Reading reading{bytes};
    ASSERT_EQ(reading.requests.size(), 1U) << bytes << reading.parser.failure().detail;
    EXPECT_EQ(reading.requests[0].target, target);
  }
}

TEST(RequestParser, PipelinedRequestsComeOutOneByOneHoweverTheyAreSliced) {
  const std::string bytes = get("/1") + post("Content-Length: 5\r\n", "hello") +
                            chunked("5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: t\r\n\r\n") +
                            post("Content-Length: 0\r\n", "") + post("", "") + get("/last");
  for (std::size_t slice = 1; slice < bytes.size() + 1; ++slice) {
    const Reading reading{bytes, slice};
    ASSERT_FALSE(reading.refused) << slice << reading.parser.failure().detail;
    ASSERT_EQ(reading.requests.size(), 6U) << slice;
    EXPECT_EQ(reading.requests[0].target, "/1");
    EXPECT_EQ(reading.requests[1].body, "hello");
    EXPECT_EQ(reading.requests[2].body, "hello world");
    EXPECT_EQ(reading.requests[5].target, "/last");
    EXPECT_THAT(reading.requests[2].headers, ElementsAre("Host=a", "Transfer-Encoding=chunked"));
    for (const Seen& seen : reading.requests) EXPECT_TRUE(seen.padded);
  }
}

TEST(RequestParser, ALargeBodyIsWholeAndTheHeadFollowsTheBuffer) {
  std::string body(900'000, ' ');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 23);
  std::string chunks;
  for (std::size_t at = 0; at < body.size(); at += 1000) chunks += "3e8\r\n" + body.substr(at, 1000) + "\r\n";
  for (const std::string& bytes : {post("Content-Length: 900000\r\n", body), chunked(chunks + "0\r\n\r\n")}) {
    const Reading reading{bytes, 1460};
    ASSERT_EQ(reading.requests.size(), 1U);
    EXPECT_EQ(reading.requests[0].body, body);
    EXPECT_EQ(reading.requests[0].target, "/p");
    EXPECT_TRUE(reading.requests[0].padded);
    EXPECT_EQ(reading.requests[0].headers[0], "Host=a");
    EXPECT_EQ(reading.parser.capacity(), RequestParser::usual_capacity) << "the buffer shrinks again";
  }
}

TEST(RequestParser, TheBufferDoesNotGrowOnTheStrengthOfAnAnnouncement) {
  RequestParser parser{SyntaxLimits{}};
  const std::string bytes = post("Content-Length: 1000000\r\n", "x");
  std::ranges::copy(bytes, parser.room().begin());
  parser.commit(bytes.size());
  ASSERT_EQ(parser.advance(), Step::head);
  parser.limit_body(body_limit);
  ASSERT_EQ(parser.advance(), Step::need_more);
  parser.room();
  EXPECT_LE(parser.capacity(), 2 * RequestParser::usual_capacity);
}

TEST(RequestParser, AHandlerMayAllowLargerBodiesAndSmallerOnes) {
  for (const std::uint64_t limit : {std::uint64_t{4}, std::uint64_t{5}}) {
    for (const std::string& bytes : {post("Content-Length: 5\r\n", "hello"), chunked("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")}) {
      RequestParser parser{SyntaxLimits{}};
      std::ranges::copy(bytes, parser.room().begin());
      parser.commit(bytes.size());
      ASSERT_EQ(parser.advance(), Step::head);
      parser.limit_body(limit);
      EXPECT_EQ(parser.advance(), limit == 5 ? Step::complete : Step::failed);
    }
  }
}

TEST(RequestParser, ReadsConnectionAndExpect) {
  const auto head_of = [](std::string_view headers) {
    auto parser = std::make_unique<RequestParser>(SyntaxLimits{});
    const std::string bytes = get("/", headers);
    std::ranges::copy(bytes, parser->room().begin());
    parser->commit(bytes.size());
    EXPECT_EQ(parser->advance(), Step::head);
    return parser;
  };
  EXPECT_TRUE(head_of("")->keep_alive());
  EXPECT_FALSE(head_of("Connection: Close\r\n")->keep_alive());
  EXPECT_FALSE(head_of("Connection: x, close\r\n")->keep_alive());
  EXPECT_FALSE(head_of("")->expects_continue());
  EXPECT_TRUE(head_of("Expect: 100-Continue\r\n")->expects_continue());
}

}  // namespace
}  // namespace mohur::net
