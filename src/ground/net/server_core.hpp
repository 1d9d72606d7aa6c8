// What all connections of one listener share.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/server.hpp"

namespace mohur::net {

class Connection;

// The numbers of one listener.
struct ServerMetrics {
  ServerMetrics(observe::Metrics& metrics, const std::string& listener);
  void count_answer(int status);
  void count_protocol_error(Outcome outcome);

  observe::Counter& accepted;
  observe::Counter& rejected;
  observe::Gauge& open;
  observe::Counter& handshakes_full;
  observe::Counter& handshakes_resumed;
  observe::Counter& handshakes_failed;
  observe::Counter& rests;
  std::array<observe::Counter*, 6> answers;  // by hundreds of the status

 private:
  observe::Metrics& metrics_;
  const std::string listener_;
  std::map<Outcome, observe::Counter*> protocol_errors_;
};

class ServerCore {
 public:
  ServerCore(Reactor& the_reactor, const ServerOptions& the_options, Handler& the_handler);

  Reactor& reactor;
  Handler& handler;
  const ServerOptions options;
  std::shared_ptr<const TlsServer> tls;
  bool draining = false;
  std::size_t buffered_bytes = 0;  // of requests beyond the usual buffer of a connection
  std::function<void()> on_empty;  // called when the last connection has gone

 private:
  std::unique_ptr<observe::Metrics> own_metrics_;

 public:
  ServerMetrics metrics;

  Time steady_now();
  // Date and Strict-Transport-Security, as lines; rewritten once a second.
  std::string_view common_lines();
  Response protocol_error(Outcome outcome, std::string_view detail);

  void add(Connection& connection);
  void remove(Connection& connection);
  const std::vector<Connection*>& connections() const { return connections_; }

 private:
  std::vector<Connection*> connections_;
  std::string common_lines_;
  std::int64_t common_second_ = -1;
};

}  // namespace mohur::net
