#include "net/server_core.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "net/connection.hpp"

namespace mohur::net {
namespace {

observe::Counter& handshakes(observe::Metrics& metrics, const std::string& listener, const char* kind) {
  return metrics.counter("mohur_net_tls_handshakes_total", "TLS handshakes by how they went.",
                         {{"listener", listener}, {"kind", kind}});
}

}  // namespace

ServerMetrics::ServerMetrics(observe::Metrics& metrics, const std::string& listener)
    : accepted(metrics.counter("mohur_net_connections_accepted_total", "Connections taken.", {{"listener", listener}})),
      rejected(metrics.counter("mohur_net_connections_rejected_total", "Connections refused for want of room.",
                               {{"listener", listener}})),
      open(metrics.gauge("mohur_net_connections_open", "Connections that are open.", {{"listener", listener}})),
      handshakes_full(handshakes(metrics, listener, "full")),
      handshakes_resumed(handshakes(metrics, listener, "resumed")),
      handshakes_failed(handshakes(metrics, listener, "failed")),
      rests(metrics.counter("mohur_net_rests_total",
                            "Times that a connection was not read for a while: its peer was told to wait.",
                            {{"listener", listener}})),
      metrics_(metrics),
      listener_(listener) {
  static constexpr const char* hundreds[] = {"0xx", "1xx", "2xx", "3xx", "4xx", "5xx"};
  for (std::size_t i = 0; i < answers.size(); ++i) {
    answers[i] =
        &metrics.counter("mohur_net_answers_total", "Answers by status.", {{"listener", listener}, {"status", hundreds[i]}});
  }
}

void ServerMetrics::count_answer(int status) { answers[static_cast<std::size_t>(status) / 100]->add(); }

void ServerMetrics::count_protocol_error(Outcome outcome) {
  observe::Counter*& counter = protocol_errors_[outcome];
  if (counter == nullptr) {
    counter = &metrics_.counter("mohur_net_protocol_errors_total", "Requests that never reached a handler, by outcome.",
                                {{"listener", listener_}, {"outcome", std::string{to_token(outcome)}}});
  }
  counter->add();
}

ServerCore::ServerCore(Reactor& the_reactor, const ServerOptions& the_options, Handler& the_handler)
    : reactor(the_reactor),
      handler(the_handler),
      options(the_options),
      tls(the_options.tls),
      own_metrics_(the_options.metrics == nullptr ? std::make_unique<observe::Metrics>() : nullptr),
      metrics(own_metrics_ ? *own_metrics_ : *the_options.metrics, the_options.name) {}

Time ServerCore::steady_now() { return options.deadline_clock == nullptr ? reactor.steady_now() : options.deadline_clock->now(); }

std::string_view ServerCore::common_lines() {
  const Time now = reactor.now();
  if (now.unix_s() != common_second_) {
    common_second_ = now.unix_s();
    common_lines_.clear();
    append_date_line(common_lines_, now);
    if (tls) common_lines_ += "Strict-Transport-Security: max-age=31536000\r\n";
  }
  return common_lines_;
}

Response ServerCore::protocol_error(Outcome outcome, std::string_view detail) {
  metrics.count_protocol_error(outcome);
  return handler.on_protocol_error(outcome, detail);
}

void ServerCore::add(Connection& connection) {
  connection.retain();
  connection.place = connections_.size();
  connections_.push_back(&connection);
  metrics.open.set(static_cast<std::int64_t>(connections_.size()));
}

void ServerCore::remove(Connection& connection) {
  MOHUR_ASSERT(connection.place < connections_.size() && connections_[connection.place] == &connection);
  std::swap(connections_[connection.place], connections_.back());
  connections_[connection.place]->place = connection.place;
  connections_.pop_back();
  metrics.open.set(static_cast<std::int64_t>(connections_.size()));
  connection.release();
  if (connections_.empty() && on_empty) reactor.post(std::exchange(on_empty, nullptr));
}

}  // namespace mohur::net
