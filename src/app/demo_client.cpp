#include "app/demo_client.hpp"

#include <future>

#include "base/assert.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hmac.hpp"

namespace mohur::app {

std::string Answer::text(const std::string& name) const {
  const std::string wanted = "\"" + name + "\":";
  std::size_t at = body.find(wanted);
  if (at == std::string::npos) return {};
  at += wanted.size();
  if (body[at] == '"') return body.substr(at + 1, body.find('"', at + 1) - at - 1);
  return body.substr(at, body.find_first_of(",}]", at) - at);
}

Caller::Caller(std::string url, std::string certificate_pem)
    : url_(std::move(url)),
      client_({.user_agent = "mohur-demo", .trust_system = false, .trusted_pem = std::move(certificate_pem)}) {}

Answer Caller::call(const std::string& method, const std::string& path, const std::string& key, const std::string& body,
                    const std::string& idempotency_key) {
  net::ClientRequest request{
      .method = method, .url = url_ + path, .body = body, .policy = [](const net::Endpoint&) { return true; }};
  request.headers.emplace_back("Authorization", "Bearer " + key);
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  if (!idempotency_key.empty()) request.headers.emplace_back("Idempotency-Key", idempotency_key);
  std::promise<net::ClientResponse> promise;
  client_.send(std::move(request), [&](net::ClientResponse response) { promise.set_value(std::move(response)); });
  net::ClientResponse response = promise.get_future().get();
  return {response.status, std::move(response.body), response.find("idempotent-replayed") == "true", std::move(response.detail)};
}

WebhookReceiver::WebhookReceiver() : reactor_(clock_) {
  auto listening = net::HttpServer::listen(reactor_, {.name = "demo"}, *this);
  MOHUR_ASSERT(listening.has_value());
  server_ = std::move(*listening);
  thread_ = std::thread([this] { reactor_.run(); });
}

WebhookReceiver::~WebhookReceiver() {
  reactor_.stop();
  thread_.join();
}

std::string WebhookReceiver::url() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/hooks"; }

void WebhookReceiver::expect_secret(std::string secret) {
  const std::lock_guard hold{mutex_};
  secret_ = std::move(secret);
}

bool WebhookReceiver::has_good_signature(const net::Request& request) const {
  const auto id = request.find("webhook-id");
  const auto timestamp = request.find("webhook-timestamp");
  const auto signature = request.find("webhook-signature");
  const auto key = crypto::base64_decode(std::string_view{secret_}.substr(std::min<std::size_t>(6, secret_.size())));
  if (!id || !timestamp || !signature || !key) return false;
  const crypto::HmacSha256 hmac{std::string_view{*key}};
  const std::string expected = "v1," + crypto::base64_encode(hmac.of({*id, ".", *timestamp, ".", request.body}).view());
  return signature->find(expected) != std::string_view::npos;
}

void WebhookReceiver::on_request(net::Request& request, net::Responder responder) {
  const std::lock_guard hold{mutex_};
  const bool is_good = has_good_signature(request);
  if (is_good) bodies_.emplace_back(request.body);
  came_.notify_all();
  responder.send({.status = is_good ? 204 : 401});
}

net::Response WebhookReceiver::on_protocol_error(Outcome outcome, std::string_view) {
  return {.status = row_of(outcome).http_status};
}

bool WebhookReceiver::wait_for(const std::string& type, const std::string& object_id) {
  std::unique_lock hold{mutex_};
  return came_.wait_for(hold, std::chrono::seconds{10}, [&] {
    for (const std::string& body : bodies_)
      if (body.find("\"" + type + "\"") != std::string::npos && body.find("\"" + object_id + "\"") != std::string::npos)
        return true;
    return false;
  });
}

std::size_t WebhookReceiver::received() const {
  const std::lock_guard hold{mutex_};
  return bodies_.size();
}

}  // namespace mohur::app
