// One connection of the server: bytes in, requests out, answers back, and every limit in time.
//
//   reading ──a whole request──▶ answering ──the answer──▶ reading
//      │                             │
//      └──refused, or the last──▶ closing ──all is written──▶ lingering ──the peer closed──▶ closed
//
// Rest     A peer that is told to wait and goes on costs others their time: its connection rests before it is read again. No
//          answer is held back.
// Life     Counted: the server holds one reference while it is open, each Responder one. Closed, it only keeps the views of a
//          request alive for whoever still holds its Responder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/reactor.hpp"
#include "net/request_parser.hpp"
#include "net/response.hpp"
#include "net/server_core.hpp"
#include "net/stream.hpp"

namespace mohur::net {

class Connection final : public Watcher {
 public:
  Connection(ServerCore& core, int descriptor, const Endpoint& peer);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void retain() { ++references_; }
  void release();

  void on_ready(Readiness ready) override;
  // Looks at the limits in time.
  void sweep(Time steady_now);
  // Ends when no request is running, at once if that is now.
  void drain();
  void close();

  // Answers the exchange of that number, unless it is over.
  void answer(std::uint64_t exchange, Response&& response);
  // Answers 500 for a handler that did not, unless the exchange is over.
  void answer_for_dropped(std::uint64_t exchange);
  bool waits_for(std::uint64_t exchange) const { return phase_ == Phase::answering && exchange == exchange_; }

  std::size_t place = 0;  // in the server's list

 private:
  enum class Phase : std::uint8_t { reading, answering, closing, lingering, closed };

  ~Connection() = default;
  void pump(bool can_read);
  bool read_some();
  void advance();
  void on_head();
  void dispatch();
  void refuse(Outcome outcome, std::string_view detail);
  void append(Response&& response, const Framing& framing);
  bool flush();
  void linger();
  void finish_politely();
  void settle_interest();
  void go_on_later(Duration rest);
  Duration rest_after(const Response& response);
  void set_interest(Interest interest);
  void account_for_buffer();
  void note_handshake();
  bool reading_time_is_up(Duration age) const;
  std::size_t output_left() const { return out_.size() + tail_.size() - sent_; }

  ServerCore& core_;
  Stream stream_;
  const std::string peer_text_;
  RequestParser parser_;
  WatchId watch_;
  std::uint32_t references_ = 0;
  Phase phase_ = Phase::reading;
  Interest interest_ = Interest::read;
  bool needs_bytes_ = true;   // the parser has nothing to tell without more bytes
  bool blocked_ = false;      // the socket takes no more bytes for now
  bool wants_write_ = false;  // the handshake does
  bool pumping_ = false;
  bool resting_ = false;  // until posted work, or the timer, goes on
  TimerId rest_timer_ = 0;
  bool handshake_noted_ = false;
  bool head_seen_ = false;  // of the running request
  std::uint64_t exchange_ = 0;
  std::uint32_t told_to_wait_ = 0;  // answers in a row
  std::size_t accounted_ = RequestParser::usual_capacity;
  Time since_;       // steady: when the running phase of reading, writing or lingering began
  std::string out_;  // composed answers; a big body follows in tail_ instead of being copied
  std::string tail_;
  std::size_t sent_ = 0;  // of both
};

// Keeps a connection alive across calls that may close it.
class Hold {
 public:
  explicit Hold(Connection& connection) : connection_(connection) { connection_.retain(); }
  Hold(const Hold& other) : Hold(other.connection_) {}
  Hold& operator=(const Hold&) = delete;
  ~Hold() { connection_.release(); }

 private:
  Connection& connection_;
};

}  // namespace mohur::net
