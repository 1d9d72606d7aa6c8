// Takes the chunked coding off a request body, as the bytes come, whatever the slices.
//
//   body     := { size [ ";" extension ] CRLF data CRLF } "0" [ ";" extension ] CRLF { trailer CRLF } CRLF
//   size     := 1 to 16 hexadecimal digits
//   trailer  := token ":" text
//
// Source   RFC 9112, 7.1. Extensions and trailers are read, bounded and dropped. Stricter than it must be: no white space
//          around a size, no control characters in an extension, so that no other reader sees a line end elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "net/http_syntax.hpp"

namespace mohur::net {

class ChunkDecoder {
 public:
  // Of all data together at most `body_limit` bytes; of each extension, and of all trailers, at most `line_limit`.
  ChunkDecoder(std::uint64_t body_limit, std::size_t line_limit) : body_left_(body_limit), line_limit_(line_limit) {}

  struct Progress {
    std::size_t consumed = 0;  // all of the input, unless the body is done or refused
    std::size_t decoded = 0;
    std::optional<SyntaxFailure> failure;
  };

  // Moves the data in `[in, in + size)` to `out`, which stands at or before `in`.
  Progress decode(const char* in, std::size_t size, char* out);
  bool done() const { return state_ == State::done; }

 private:
  enum class State : std::uint8_t {
    size_first,
    size,
    extension,
    size_end,
    data,
    data_return,
    data_end,
    trailer_first,
    trailer_name,
    trailer_value,
    trailer_end,
    last_end,
    done,
    refused
  };

  bool step(char c);
  bool on_size_digit(char c);
  bool on_size_end();

  std::uint64_t body_left_;
  const std::size_t line_limit_;
  State state_ = State::size_first;
  bool too_large_ = false;
  std::uint64_t chunk_left_ = 0;
  std::size_t digits_ = 0;
  std::size_t line_bytes_ = 0;
};

}  // namespace mohur::net
