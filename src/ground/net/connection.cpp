#include "net/connection.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace mohur::net {
namespace {

constexpr std::size_t flush_above = 64 * 1024;
constexpr std::size_t copy_up_to = 32 * 1024;
constexpr std::uint32_t waits_without_rest = 2;  // in a row
constexpr Duration shortest_rest = milliseconds(16);

}  // namespace

Connection::Connection(ServerCore& core, int descriptor, const Endpoint& peer)
    : core_(core),
      stream_(descriptor, core.tls.get()),
      peer_text_(peer.address.to_string()),
      parser_({.headers = core.options.limits.headers,
               .head_bytes = core.options.limits.head_bytes,
               .target_bytes = core.options.limits.target_bytes}),
      watch_(core.reactor.watch(descriptor, Interest::read, *this)),
      since_(core.steady_now()) {
  parser_.request().peer = {peer, peer_text_};
  core_.add(*this);
}

void Connection::release() {
  if (--references_ == 0) delete this;
}

void Connection::on_ready(Readiness ready) {
  const Hold hold{*this};
  if (ready.broken) return close();
  if (phase_ == Phase::lingering) {
    if (ready.readable && !stream_.discard_input()) close();
    return;
  }
  // Reading stays switched on while a handler works or the connection rests, as most peers are silent meanwhile. This one is
  // not: switch it off.
  if (ready.readable && (phase_ == Phase::answering || resting_)) set_interest(blocked_ ? Interest::write : Interest::none);
  pump(ready.readable || wants_write_ || stream_.has_buffered());
}

// Answers what has come, reads while bytes are at hand without asking the kernel again, and writes once at the end.
void Connection::pump(bool can_read) {
  if (pumping_) return;
  const Hold hold{*this};
  pumping_ = true;
  if (blocked_) flush();
  while (phase_ == Phase::reading && !blocked_ && !resting_) {
    if (needs_bytes_) {
      if (!can_read) break;
      can_read = read_some();
      continue;
    }
    advance();
    if (output_left() >= flush_above) flush();
  }
  if (phase_ != Phase::closed && output_left() > 0 && !blocked_) flush();
  if (phase_ == Phase::closing && output_left() == 0) linger();
  if (phase_ != Phase::closed) settle_interest();
  pumping_ = false;
}

// True when more can be read without asking the kernel.
bool Connection::read_some() {
  const auto room = parser_.room();
  account_for_buffer();
  if (phase_ != Phase::reading) return false;
  const bool was_idle = !parser_.started();
  const Stream::Io io = stream_.read(room);
  wants_write_ = io.status == Stream::Status::want_write;
  switch (io.status) {
    case Stream::Status::ok: break;
    case Stream::Status::want_read:
    case Stream::Status::want_write: return false;
    case Stream::Status::ended: finish_politely(); return false;
    case Stream::Status::failed:
      if (!handshake_noted_ && stream_.is_tls()) core_.metrics.handshakes_failed.add();
      close();
      return false;
  }
  if (!handshake_noted_) note_handshake();
  if (was_idle) since_ = core_.steady_now();
  parser_.commit(io.bytes);
  needs_bytes_ = false;
  return stream_.has_buffered();
}

void Connection::note_handshake() {
  handshake_noted_ = true;
  if (!stream_.is_tls()) return;
  parser_.request().tls = stream_.facts();
  (parser_.request().tls.resumed ? core_.metrics.handshakes_resumed : core_.metrics.handshakes_full).add();
}

// Takes whole requests out of the buffer until one needs more bytes, one is with its handler, or there is much to write.
void Connection::advance() {
  while (phase_ == Phase::reading && !resting_ && tail_.empty() && output_left() < flush_above) {
    switch (parser_.advance()) {
      case RequestParser::Step::need_more: needs_bytes_ = true; return;
      case RequestParser::Step::head: on_head(); break;
      case RequestParser::Step::complete: dispatch(); break;
      case RequestParser::Step::failed: return refuse(parser_.failure().outcome, parser_.failure().detail);
    }
  }
}

void Connection::on_head() {
  head_seen_ = true;
  if (!parser_.has_body()) return;
  since_ = core_.steady_now();
  const BodyLimit limit = core_.handler.on_head(parser_.request());
  parser_.limit_body(limit.bytes);
  const bool acceptable = parser_.request().content_length.value_or(0) <= limit.bytes;
  if (acceptable && parser_.expects_continue()) out_ += "HTTP/1.1 100 Continue\r\n\r\n";
}

void Connection::dispatch() {
  parser_.request().arrived = core_.reactor.now();
  phase_ = Phase::answering;
  ++exchange_;
  core_.handler.on_request(parser_.request(), Responder{*this, exchange_});
}

void Connection::answer(std::uint64_t exchange, Response&& response) {
  if (!waits_for(exchange)) return;
  MOHUR_ASSERT(core_.reactor.on_own_thread());
  const bool last = core_.draining || !parser_.keep_alive();
  const Duration rest = last ? Duration{} : rest_after(response);
  append(std::move(response),
         {.head_only = parser_.request().method == Method::head, .close = last, .common = core_.common_lines()});
  if (last) {
    phase_ = Phase::closing;
  } else {
    parser_.next();
    account_for_buffer();
    phase_ = Phase::reading;
    needs_bytes_ = !parser_.started();
    head_seen_ = false;
  }
  since_ = core_.steady_now();
  // Whoever answers in a later turn is not called back from within: what waits behind this request is taken up afterwards.
  const bool has_more = !needs_bytes_ || stream_.has_buffered();
  if (phase_ == Phase::reading && (rest > Duration{} || (has_more && !pumping_))) go_on_later(rest);
  pump(false);
}

// In a later turn, or after a rest.
void Connection::go_on_later(Duration rest) {
  resting_ = true;
  std::function<void()> go_on = [this, hold = Hold{*this}] {
    resting_ = false;
    rest_timer_ = 0;
    if (phase_ != Phase::closed) pump(stream_.has_buffered());
  };
  if (rest > Duration{})
    rest_timer_ = core_.reactor.after(rest, std::move(go_on));
  else
    core_.reactor.post(std::move(go_on));
}

Duration Connection::rest_after(const Response& response) {
  told_to_wait_ = response.wait ? told_to_wait_ + 1 : 0;
  const Duration longest = core_.options.limits.longest_rest;
  if (told_to_wait_ <= waits_without_rest || longest == Duration{}) return {};
  core_.metrics.rests.add();
  const std::uint32_t rests_before = std::min(told_to_wait_ - waits_without_rest - 1, 15U);
  return std::min(shortest_rest * (std::int64_t{1} << 2 * rests_before), longest);
}

void Connection::answer_for_dropped(std::uint64_t exchange) {
  if (waits_for(exchange)) answer(exchange, core_.protocol_error(Outcome::internal_error, "The request was not answered."));
}

// The answer to what is no request, and the end of the connection.
void Connection::refuse(Outcome outcome, std::string_view detail) {
  if (core_.options.logger != nullptr) {
    core_.options.logger->info("net", "request_refused",
                               {{"listener", core_.options.name}, {"outcome", to_token(outcome)}, {"detail", detail}});
  }
  const bool head_only = head_seen_ && parser_.request().method == Method::head;
  append(core_.protocol_error(outcome, detail), {.head_only = head_only, .close = true, .common = core_.common_lines()});
  phase_ = Phase::closing;
  since_ = core_.steady_now();
  parser_.discard();
  account_for_buffer();
}

void Connection::append(Response&& response, const Framing& framing) {
  core_.metrics.count_answer(response.status);
  if (!append_head(out_, response, framing)) return;
  if (response.body.size() <= copy_up_to) {
    out_ += response.body;
  } else {
    tail_ = std::move(response.body);
  }
}

// True when nothing is left to write. Otherwise the socket is full, or the connection is closed.
bool Connection::flush() {
  blocked_ = false;
  while (output_left() > 0) {
    const std::string_view head{out_};
    const std::string_view tail{tail_};
    const Stream::Io io = stream_.write(sent_ < head.size() ? head.substr(sent_) : tail.substr(sent_ - head.size()));
    if (io.status == Stream::Status::failed) {
      close();
      return false;
    }
    if (io.status != Stream::Status::ok) {
      blocked_ = true;
      return false;
    }
    sent_ += io.bytes;
    since_ = core_.steady_now();
  }
  if (out_.capacity() > 2 * flush_above) out_ = {};
  if (!tail_.empty()) tail_ = {};
  out_.clear();
  sent_ = 0;
  return true;
}

// Closing at once would let the kernel answer bytes that are still under way with a reset, which can destroy the answer.
void Connection::linger() {
  stream_.finish_writing();
  phase_ = Phase::lingering;
  since_ = core_.steady_now();
}

void Connection::finish_politely() {
  stream_.finish_writing();
  close();
}

void Connection::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  core_.buffered_bytes -= accounted_ - RequestParser::usual_capacity;
  core_.reactor.unwatch(watch_);
  core_.reactor.cancel(rest_timer_);
  stream_.close();
  core_.remove(*this);
}

// What was told to wait is not answered any more: only its last answer still has to arrive.
void Connection::drain() {
  const Hold hold{*this};
  if (rest_timer_ != 0) {
    phase_ = Phase::closing;
    parser_.discard();
    account_for_buffer();
    return pump(false);
  }
  if (phase_ == Phase::reading && !parser_.started() && output_left() == 0) finish_politely();
}

void Connection::sweep(Time steady_now) {
  const Hold hold{*this};
  const ServerLimits& limits = core_.options.limits;
  const Duration age = steady_now - since_;
  if (phase_ == Phase::lingering) {
    if (age > limits.linger_time) close();
  } else if (output_left() > 0) {
    if (age > limits.write_time) close();
  } else if (phase_ == Phase::reading && reading_time_is_up(age)) {
    if (!parser_.started()) return finish_politely();
    refuse(Outcome::request_timeout, "The request did not arrive in time.");
    pump(false);
  }
}

bool Connection::reading_time_is_up(Duration age) const {
  const ServerLimits& limits = core_.options.limits;
  if (!parser_.started()) return age > (exchange_ == 0 ? limits.head_time : limits.idle_time);
  if (!head_seen_) return age > limits.head_time;
  if (age > limits.body_time) return true;
  const auto due = static_cast<std::uint64_t>(age.ns / 1'000'000) * limits.body_rate / 1000;
  return age > limits.body_grace && parser_.body_bytes() < due;
}

// What requests need beyond the usual buffer comes out of one budget for all connections.
void Connection::account_for_buffer() {
  const std::size_t capacity = parser_.capacity();
  if (capacity == accounted_) return;
  core_.buffered_bytes = core_.buffered_bytes + capacity - accounted_;
  accounted_ = capacity;
  if (core_.buffered_bytes > core_.options.limits.buffered_bytes && phase_ == Phase::reading)
    refuse(Outcome::overloaded, "Too many large requests are under way.");
}

void Connection::settle_interest() {
  const bool takes = phase_ == Phase::reading && !resting_;
  const bool may_take_soon = phase_ == Phase::answering || (phase_ == Phase::reading && resting_);
  const bool read = phase_ == Phase::lingering || (takes && !blocked_ && !wants_write_) ||
                    (may_take_soon && (std::to_underlying(interest_) & 1U) != 0);
  const bool write = blocked_ || wants_write_;
  set_interest(static_cast<Interest>((read ? 1U : 0U) | (write ? 2U : 0U)));
}

void Connection::set_interest(Interest interest) {
  if (interest == interest_) return;
  interest_ = interest;
  core_.reactor.change(watch_, interest);
}

}  // namespace mohur::net
