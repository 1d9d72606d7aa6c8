// The operator's own listener: is it alive, is it ready, and how is it doing. Plain HTTP on loopback, nothing of any client.
#pragma once

#include <atomic>
#include <functional>

#include "net/server.hpp"
#include "observe/metrics.hpp"

namespace mohur::app {

// Who is asked for readiness: a name, and whether it is well.
struct Probe {
  std::string name;
  std::function<bool()> is_well;
};

class OperatorPage final : public net::Handler {
 public:
  OperatorPage(observe::Metrics& metrics, std::vector<Probe> probes, std::function<void()> refresh_metrics)
      : metrics_(metrics), probes_(std::move(probes)), refresh_metrics_(std::move(refresh_metrics)) {}

  void on_request(net::Request& request, net::Responder responder) override;
  net::Response on_protocol_error(Outcome outcome, std::string_view detail) override;

 private:
  net::Response ready() const;

  observe::Metrics& metrics_;
  const std::vector<Probe> probes_;
  const std::function<void()> refresh_metrics_;
};

}  // namespace mohur::app
