#include "net/request_parser.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

#include "base/assert.hpp"

namespace mohur::net {
namespace {

constexpr std::size_t least_room = 1024;
constexpr std::size_t shrink_above = 64 * 1024;
constexpr char nothing[Request::body_padding + 1]{};

}  // namespace

RequestParser::RequestParser(const SyntaxLimits& limits)
    : limits_(limits), syntax_(limits), bytes_(new char[usual_capacity]), capacity_(usual_capacity) {
  request_.headers.reserve(16);
}

std::span<char> RequestParser::room() {
  MOHUR_ASSERT(phase_ != Phase::complete && phase_ != Phase::failed);
  std::size_t wanted = end_ + least_room + padding;
  std::size_t enough = 2 * capacity_;
  if (phase_ == Phase::body && !request_.chunked) {
    const std::size_t whole = head_end_ + static_cast<std::size_t>(*request_.content_length) + padding;
    wanted = std::min(wanted, whole);
    enough = std::min(enough, whole);
  }
  if (wanted > capacity_) resize(std::max(wanted, enough));
  return {bytes_.get() + end_, capacity_ - padding - end_};
}

void RequestParser::commit(std::size_t bytes) {
  MOHUR_ASSERT(bytes <= capacity_ - padding - end_);
  end_ += bytes;
}

RequestParser::Step RequestParser::advance() {
  switch (phase_) {
    case Phase::head: return advance_head();
    case Phase::body_first:
      phase_ = Phase::body;
      if (request_.content_length.value_or(0) > body_limit_)
        return fail({Outcome::body_too_large, "The body is larger than this path allows."});
      if (request_.chunked) chunks_.emplace(body_limit_, limits_.chunk_line_bytes);
      return advance_body();
    case Phase::body: return advance_body();
    case Phase::complete: return Step::complete;
    case Phase::failed: return Step::failed;
  }
  return Step::failed;
}

RequestParser::Step RequestParser::fail(SyntaxFailure failure) {
  phase_ = Phase::failed;
  failure_ = failure;
  return Step::failed;
}

RequestParser::Step RequestParser::advance_head() {
  if (end_ == 0) return Step::need_more;
  if (static_cast<unsigned char>(bytes_[0]) <= 0x20) return fail({Outcome::malformed_request, "The request line is missing."});
  const bool whole = find_head_end();
  if (phase_ == Phase::failed) return Step::failed;
  if (line_begin_ == 0 && end_ > limits_.target_bytes + 64) return fail({Outcome::uri_too_long, "The request line is too long."});
  if ((whole ? head_end_ : end_) > limits_.head_bytes) return fail({Outcome::headers_too_large, "The headers are too large."});
  if (!whole) return Step::need_more;
  if (const auto failure = syntax_.parse_head({bytes_.get(), head_end_}, request_)) return fail(*failure);
  body_end_ = head_end_;
  next_ = head_end_;
  body_limit_ = 0;
  phase_ = Phase::body_first;
  return Step::head;
}

// Looks for the empty line, and refuses lines that end in anything but CR LF before they could be read in two ways.
bool RequestParser::find_head_end() {
  while (scanned_ < end_) {
    const void* const found = std::memchr(bytes_.get() + scanned_, '\n', end_ - scanned_);
    if (found == nullptr) {
      scanned_ = end_;
      return false;
    }
    const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - bytes_.get());
    if (at == line_begin_ || bytes_[at - 1] != '\r') {
      fail({Outcome::malformed_request, "A line of the head does not end in CR LF."});
      return false;
    }
    scanned_ = at + 1;
    if (at - 1 == line_begin_) {
      head_end_ = at + 1;
      return true;
    }
    line_begin_ = at + 1;
  }
  return false;
}

RequestParser::Step RequestParser::advance_body() {
  if (request_.chunked) return advance_chunks();
  const auto length = static_cast<std::size_t>(request_.content_length.value_or(0));
  body_end_ = std::min(end_, head_end_ + length);
  if (body_end_ - head_end_ < length) return Step::need_more;
  next_ = body_end_;
  return finish();
}

// Decoded in place: what has come is the decoded body, and behind it, once the body is done, what follows the request.
RequestParser::Step RequestParser::advance_chunks() {
  char* const raw = bytes_.get() + body_end_;
  const ChunkDecoder::Progress progress = chunks_->decode(raw, end_ - body_end_, raw);
  if (progress.failure) return fail(*progress.failure);
  const std::size_t rest = end_ - body_end_ - progress.consumed;
  body_end_ += progress.decoded;
  std::memmove(bytes_.get() + body_end_, raw + progress.consumed, rest);
  end_ = body_end_ + rest;
  if (!chunks_->done()) return Step::need_more;
  next_ = body_end_;
  return finish();
}

// Puts the zero bytes behind the body; what follows the request moves up by as much, into the padding of the buffer.
RequestParser::Step RequestParser::finish() {
  phase_ = Phase::complete;
  if (!has_body()) {
    request_.body = nothing;  // empty, as its first byte is zero
    return Step::complete;
  }
  char* const behind = bytes_.get() + body_end_;
  if (end_ > next_) {
    std::memmove(behind + padding, behind, end_ - next_);
    end_ += padding;
    next_ += padding;
  }
  std::memset(behind, 0, padding);
  request_.body = {bytes_.get() + head_end_, body_end_ - head_end_};
  return Step::complete;
}

void RequestParser::next() {
  MOHUR_ASSERT(phase_ == Phase::complete);
  const std::size_t rest = end_ - next_;
  if (rest > 0) std::memmove(bytes_.get(), bytes_.get() + next_, rest);
  end_ = rest;
  line_begin_ = scanned_ = head_end_ = body_end_ = next_ = 0;
  phase_ = Phase::head;
  if (capacity_ > shrink_above && end_ + least_room + padding <= usual_capacity) resize(usual_capacity);
}

void RequestParser::discard() {
  phase_ = Phase::failed;
  end_ = 0;
  if (capacity_ > usual_capacity) resize(usual_capacity);
}

// The views of a head that has been read follow the buffer.
void RequestParser::resize(std::size_t capacity) {
  std::unique_ptr<char[]> bytes{new char[capacity]};
  std::memcpy(bytes.get(), bytes_.get(), end_);
  const auto follow = [&](std::string_view& view) {
    if (std::less{}(view.data(), bytes_.get()) || !std::less{}(view.data(), bytes_.get() + capacity_)) return;
    view = {bytes.get() + (view.data() - bytes_.get()), view.size()};
  };
  if (phase_ == Phase::body || phase_ == Phase::body_first) {
    for (auto* view : {&request_.method_text, &request_.target, &request_.path, &request_.query, &request_.host}) follow(*view);
    for (Header& header : request_.headers) {
      follow(header.name);
      follow(header.value);
    }
  }
  bytes_ = std::move(bytes);
  capacity_ = capacity;
}

}  // namespace mohur::net
