// What the demo speaks HTTPS with, and where it receives webhooks: real sockets, nothing of the server's inside.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "net/client.hpp"
#include "net/server.hpp"

namespace mohur::app {

struct Answer {
  int status = 0;
  std::string body;
  bool replayed = false;
  std::string detail;  // when there was no answer at all

  // The value of the first member of this name: a string's text, or a number's digits. The server writes no white space.
  std::string text(const std::string& name) const;
};

class Caller {
 public:
  Caller(std::string url, std::string certificate_pem);
  Answer get(const std::string& path, const std::string& key) { return call("GET", path, key, {}, {}); }
  Answer post(const std::string& path, const std::string& key, const std::string& body, const std::string& idempotency_key = {}) {
    return call("POST", path, key, body, idempotency_key);
  }
  const std::string& url() const { return url_; }

 private:
  Answer call(const std::string& method, const std::string& path, const std::string& key, const std::string& body,
              const std::string& idempotency_key);

  const std::string url_;
  net::HttpClient client_;
};

// Receives webhooks, checks each signature by the Standard Webhooks rules, and lets a caller wait for one.
class WebhookReceiver final : private net::Handler {
 public:
  WebhookReceiver();
  ~WebhookReceiver() override;

  std::string url() const;
  void expect_secret(std::string secret);

  // Waits until an event of this type about this object has come with a good signature; false after ten seconds.
  bool wait_for(const std::string& type, const std::string& object_id);
  std::size_t received() const;

 private:
  void on_request(net::Request& request, net::Responder responder) override;
  net::Response on_protocol_error(Outcome outcome, std::string_view detail) override;
  bool has_good_signature(const net::Request& request) const;

  net::SystemClock clock_;
  net::Reactor reactor_;
  std::unique_ptr<net::HttpServer> server_;
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::string secret_;
  std::vector<std::string> bodies_;
  std::thread thread_;
};

}  // namespace mohur::app
