// The grammar of HTTP/1.1 heads: Boost.Beast's parser, and above it the rules that keep requests from being smuggled.
//
// A request is refused whenever two readers could disagree about where it ends or to whom it goes: repeated or listed
// Content-Length, any transfer coding but `chunked`, both of them, folded lines, a missing, repeated or odd Host, an
// absolute target for another host, HTTP/1.0. Source: RFC 9110 and 9112, where they say MUST or SHOULD reject.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "base/outcome.hpp"
#include "net/request.hpp"

namespace mohur::net {

struct SyntaxLimits {
  std::size_t headers = 64;
  std::size_t head_bytes = 16 * 1024;  // from the method to the empty line
  std::size_t target_bytes = 8 * 1024;
  std::size_t chunk_line_bytes = 1024;  // a chunk's extensions, or all trailers
};

struct SyntaxFailure {
  Outcome outcome = Outcome::malformed_request;
  std::string_view detail;  // a literal sentence
};

// Reads one head after another; holds no bytes itself.
class HttpSyntax {
 public:
  explicit HttpSyntax(const SyntaxLimits& limits);
  ~HttpSyntax();

  // `head` goes from the method up to and including the empty line. Fills everything of `into` that a head says; the views
  // point into `head`.
  std::optional<SyntaxFailure> parse_head(std::string_view head, RequestHead& into);
  bool keep_alive() const;
  bool expects_continue() const;

 private:
  class Reader;
  const SyntaxLimits limits_;
  std::unique_ptr<Reader> reader_;
};

}  // namespace mohur::net
