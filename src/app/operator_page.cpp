#include "app/operator_page.hpp"

#include "codec/json_writer.hpp"

namespace mohur::app {
namespace {

net::Response text(int status, std::string body, std::string_view type = "text/plain; charset=utf-8") {
  net::Response response;
  response.status = status;
  response.content_type = type;
  response.body = std::move(body);
  return response;
}

}  // namespace

void OperatorPage::on_request(net::Request& request, net::Responder responder) {
  if (request.path == "/health") return responder.send(text(200, "alive\n"));
  if (request.path == "/ready") return responder.send(ready());
  if (request.path != "/metrics") return responder.send(text(404, "Here are /health, /ready and /metrics.\n"));
  refresh_metrics_();
  responder.send(text(200, metrics_.render(), observe::Metrics::content_type));
}

// Every part by its name, so that one look says which one is not well.
net::Response OperatorPage::ready() const {
  bool all_well = true;
  std::string body;
  codec::JsonWriter writer{body};
  writer.begin_object();
  for (const Probe& probe : probes_) {
    const bool is_well = probe.is_well();
    all_well = all_well && is_well;
    writer.member(probe.name, is_well);
  }
  writer.end_object();
  return text(all_well ? 200 : 503, body + "\n", "application/json");
}

net::Response OperatorPage::on_protocol_error(Outcome outcome, std::string_view) {
  return text(row_of(outcome).http_status, std::string{row_of(outcome).title} + "\n");
}

}  // namespace mohur::app
