// Turns the bytes of a connection into requests, one at a time, without knowing where the bytes come from.
//
// Buffer   One per connection. The bytes of the running request stand at its front; what follows a finished request waits for
//          next(). It grows as bytes arrive, never on the strength of what a header announces, and shrinks after big requests.
// Views    Of a request point into that buffer and live until next().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "net/chunk_decoder.hpp"
#include "net/http_syntax.hpp"
#include "net/request.hpp"

namespace mohur::net {

class RequestParser {
 public:
  // need_more  nothing to tell until more bytes are committed
  // head       the head is complete: now is the time for limit_body()
  // complete   request() is whole; the parser waits for next()
  // failed     failure() says why; the parser is done for good
  enum class Step : std::uint8_t { need_more, head, complete, failed };

  explicit RequestParser(const SyntaxLimits& limits);

  // Where the next bytes go: never empty. commit() says how many have come.
  std::span<char> room();
  void commit(std::size_t bytes);
  Step advance();

  void limit_body(std::uint64_t bytes) { body_limit_ = bytes; }  // 0 unless it is called
  Request& request() { return request_; }
  const SyntaxFailure& failure() const { return failure_; }
  bool keep_alive() const { return syntax_.keep_alive(); }
  bool expects_continue() const { return syntax_.expects_continue(); }
  bool has_body() const { return request_.chunked || request_.content_length.value_or(0) > 0; }

  void next();
  // Gives up the running request and its memory; the parser is done for good.
  void discard();

  bool started() const { return end_ > 0; }                         // a byte of the running request has come
  std::size_t body_bytes() const { return body_end_ - head_end_; }  // of the running request, so far
  std::size_t capacity() const { return capacity_; }
  static constexpr std::size_t usual_capacity = 4096;

 private:
  enum class Phase : std::uint8_t { head, body_first, body, complete, failed };

  Step advance_head();
  Step advance_body();
  Step advance_chunks();
  Step fail(SyntaxFailure failure);
  Step finish();
  bool find_head_end();
  void resize(std::size_t capacity);

  static constexpr std::size_t padding = Request::body_padding;

  const SyntaxLimits limits_;
  HttpSyntax syntax_;
  std::optional<ChunkDecoder> chunks_;
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t end_ = 0;         // behind the last byte that came
  std::size_t line_begin_ = 0;  // of the head's line that is being looked for the end of
  std::size_t scanned_ = 0;     // up to here no line end was missed
  std::size_t head_end_ = 0;
  std::size_t body_end_ = 0;  // behind the last decoded byte of the body
  std::size_t next_ = 0;      // first byte of what follows the finished request
  std::uint64_t body_limit_ = 0;
  Phase phase_ = Phase::head;
  Request request_;
  SyntaxFailure failure_;
};

}  // namespace mohur::net
