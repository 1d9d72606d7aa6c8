// Makes calls on many connections at once and measures each.
//
// Loops    Closed: whoever is answered asks again at once, so the server sets the pace. Open: calls fall due at a steady rate,
//          whatever the server does; a call for which no connection is free waits, and that wait counts.
// Failures A status other than 2xx, or a connection that breaks, is counted; the first is kept as text. A broken connection
//          makes no more calls.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "load/connection.hpp"
#include "load/histogram.hpp"
#include "load/request_form.hpp"

namespace mohur::load {

struct Measured {
  Histogram latency_ns;
  std::uint64_t failures = 0;
  std::string first_failure;
  std::uint64_t wall_ns = 0;
  std::uint64_t cpu_ns = 0;  // of this program
  std::uint64_t answer_bytes = 0;
};

// When a run ends: after so many calls, or when so much time has passed; whichever comes first. 0 is no limit.
struct Until {
  std::uint64_t calls = 0;
  std::uint64_t ns = 0;
};

class Driver {
 public:
  Driver(std::uint16_t port, std::size_t connections, RequestForm form);
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  ~Driver();

  Measured run_closed(Until until);
  Measured run_open(std::uint64_t calls_a_second, Until until);

 private:
  void begin(Until until);
  Measured finish();
  bool may_send() const;
  void send_on(std::size_t connection, std::uint64_t began_ns);
  void send_due();
  void on_readable(std::size_t connection);
  void fail(std::size_t connection, const std::string& what);
  void wait(std::uint64_t no_longer_than_ns);
  std::uint64_t due_ns(std::uint64_t call) const { return started_ns_ + call * 1'000'000'000 / rate_; }

  const TlsClient tls_;
  RequestForm form_;
  std::vector<Connection> connections_;
  const int epoll_;

  Until until_;
  std::uint64_t rate_ = 0;  // 0: closed loop
  std::uint64_t started_ns_ = 0;
  std::uint64_t started_cpu_ns_ = 0;
  std::uint64_t now_ns_ = 0;
  std::uint64_t sent_ = 0;
  std::size_t under_way_ = 0;
  std::vector<std::size_t> free_;  // connections without a call
  Measured measured_;
};

}  // namespace mohur::load
