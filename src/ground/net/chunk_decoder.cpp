#include "net/chunk_decoder.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/text.hpp"

namespace mohur::net {
namespace {

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_token(char c) { return is_alphanumeric(c) || std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos; }

// Tab, printable ASCII, and bytes beyond it.
bool is_text(char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); }

}  // namespace

ChunkDecoder::Progress ChunkDecoder::decode(const char* in, std::size_t size, char* out) {
  Progress progress;
  while (progress.consumed < size && state_ != State::done) {
    if (state_ == State::data) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_left_, size - progress.consumed));
      std::memmove(out + progress.decoded, in + progress.consumed, n);
      progress.decoded += n;
      progress.consumed += n;
      chunk_left_ -= n;
      if (chunk_left_ == 0) state_ = State::data_return;
    } else if (step(in[progress.consumed])) {
      ++progress.consumed;
    } else {
      state_ = State::refused;
      progress.failure = too_large_ ? SyntaxFailure{Outcome::body_too_large, "The body is larger than this path allows."}
                                    : SyntaxFailure{Outcome::malformed_request, "The chunked body is malformed."};
      return progress;
    }
  }
  return progress;
}

// One byte outside of data. False: it may not stand here.
bool ChunkDecoder::step(char c) {
  const auto move = [this](State to) {
    state_ = to;
    return true;
  };
  switch (state_) {
    case State::size_first:
      digits_ = 0;
      chunk_left_ = 0;
      line_bytes_ = 0;
      return on_size_digit(c) && move(State::size);
    case State::size:
      if (c == '\r') return move(State::size_end);
      if (c == ';') return move(State::extension);
      return on_size_digit(c);
    case State::extension:
      if (c == '\r') return move(State::size_end);
      return is_text(c) && ++line_bytes_ <= line_limit_;
    case State::size_end: return c == '\n' && on_size_end();
    case State::data_return: return c == '\r' && move(State::data_end);
    case State::data_end: return c == '\n' && move(State::size_first);
    case State::trailer_first:
      if (c == '\r') return move(State::last_end);
      return is_token(c) && ++line_bytes_ <= line_limit_ && move(State::trailer_name);
    case State::trailer_name:
      if (c == ':') return move(State::trailer_value);
      return is_token(c) && ++line_bytes_ <= line_limit_;
    case State::trailer_value:
      if (c == '\r') return move(State::trailer_end);
      return is_text(c) && ++line_bytes_ <= line_limit_;
    case State::trailer_end: return c == '\n' && move(State::trailer_first);
    case State::last_end: return c == '\n' && move(State::done);
    case State::data:
    case State::done:
    case State::refused: return false;
  }
  return false;
}

bool ChunkDecoder::on_size_digit(char c) {
  const int value = hex_value(c);
  if (value < 0 || ++digits_ > 16) return false;
  chunk_left_ = chunk_left_ << 4 | static_cast<unsigned>(value);
  return true;
}

bool ChunkDecoder::on_size_end() {
  if (chunk_left_ > body_left_) {
    too_large_ = true;
    return false;
  }
  body_left_ -= chunk_left_;
  line_bytes_ = 0;
  state_ = chunk_left_ == 0 ? State::trailer_first : State::data;
  return true;
}

}  // namespace mohur::net
