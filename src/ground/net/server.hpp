// An HTTPS server: it reads requests strictly, hands them to a handler, and writes the answer when there is one.
//
// Order    One request at a time on a connection: what a peer sends after it waits until the answer is given.
// Limits   See ServerLimits. Whatever breaks one, or the grammar, is answered by the server itself through
//          Handler::on_protocol_error, and the connection ends after that answer.
// Threads  Everything here, and every Responder, belongs to the reactor's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/reactor.hpp"
#include "net/request.hpp"
#include "net/response.hpp"
#include "net/tls.hpp"
#include "observe/log.hpp"
#include "observe/metrics.hpp"

namespace mohur::net {

class Connection;

// The right, and the duty, to answer one request: now, or in a later turn. Dropped without an answer, it answers 500.
class Responder {
 public:
  Responder(Connection& connection, std::uint64_t exchange);  // made by the server only
  Responder(Responder&& other) noexcept;
  Responder& operator=(Responder&& other) noexcept;
  ~Responder();

  // Has no effect when the peer is gone meanwhile. Ends the life of the request's views. At most once. Called outside of
  // on_request, it does not call the handler: what the peer has sent behind this request is taken up later.
  void send(Response&& response);
  // False when it is known that nobody will read the answer.
  bool connected() const;

 private:
  void let_go();
  Connection* connection_;
  std::uint64_t exchange_;
};

struct BodyLimit {
  std::uint64_t bytes = 1024 * 1024;
};

class Handler {
 public:
  virtual ~Handler() = default;
  // Asked when a head has come that announces a body, before the body is read. A smaller limit refuses it unread.
  virtual BodyLimit on_head(const RequestHead&) { return {}; }
  virtual void on_request(Request& request, Responder responder) = 0;
  // The answer to what never became a request: malformed_request, http_version_not_supported, uri_too_long, headers_too_large,
  // request_timeout, length_required, body_too_large, overloaded; or internal_error for a Responder that was dropped.
  virtual Response on_protocol_error(Outcome outcome, std::string_view detail) = 0;
};

struct ServerLimits {
  std::size_t connections = 10'000;
  std::size_t headers = 64;
  std::size_t head_bytes = 16 * 1024;
  std::size_t target_bytes = 8 * 1024;
  std::size_t buffered_bytes = 512 * 1024 * 1024;  // for all request bodies together; above it, requests are `overloaded`
  Duration head_time = seconds(10);                // from a request's first byte; and for the handshake with the first request
  Duration body_time = seconds(300);               // from the end of the head
  Duration body_grace = seconds(10);               // after which a body must have come at body_rate at least
  std::uint64_t body_rate = 4 * 1024;              // bytes a second
  Duration idle_time = seconds(75);                // between requests
  Duration write_time = seconds(30);               // without any progress
  Duration linger_time = seconds(2);               // for the peer to close after us
  // After an answer that tells to wait, from the third in a row on, a connection is not read for a while: 16 ms, and four times
  // as long each time, up to this. 0: never.
  Duration longest_rest = seconds(1);
};

struct ServerOptions {
  std::string address = "127.0.0.1";               // IPv4 or IPv6; `::` takes both
  std::uint16_t port = 0;                          // 0: any free one; HttpServer::port() tells
  bool share_port = false;                         // several reactors listen on the same port, and the kernel spreads connections
  std::shared_ptr<const TlsServer> tls = nullptr;  // absent: plain HTTP
  ServerLimits limits = {};
  Duration sweep_every = milliseconds(250);  // how often limits in time are looked at
  Clock* deadline_clock = nullptr;           // a steady clock for limits in time; absent: the reactor's
  observe::Metrics* metrics = nullptr;
  observe::Logger* logger = nullptr;
  std::string name = "api";  // label of the listener in metrics and logs
};

class HttpServer {
 public:
  // io_failed: the address cannot be listened on. `handler` and what `options` point to outlive the server.
  static Result<std::unique_ptr<HttpServer>> listen(Reactor& reactor, const ServerOptions& options, Handler& handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  // Closes everything at once. Responders that are still around become idle.
  ~HttpServer();

  std::uint16_t port() const;
  std::size_t open_connections() const;
  // A renewed certificate: for connections from now on.
  void use_tls(std::shared_ptr<const TlsServer> tls);
  // Takes no more connections and requests, lets the running ones finish, and calls `done` when no connection is left.
  void drain(std::function<void()> done);

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mohur::net
