// What the tests of this room share: a machine with webhooks on it, and a receiver on a real socket that answers as told.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <thread>

#include "engine/rig_test.hpp"
#include "net/clocks.hpp"
#include "net/server.hpp"
#include "projections/webhooks.hpp"

namespace mohur::projections {

// One delivery as it came over the wire.
struct Came {
  std::string path, body;
  std::map<std::string, std::string> headers;  // names in lower case
  // Whether the secret, as the client was shown it, made one of the signatures; the position of it, from 0.
  std::optional<std::size_t> signed_by(const std::string& secret) const;
  std::string member(const std::string& name) const;  // of the event, by its first place in the text
};

// Answers by path: `/500` with 500, `/302` with a redirect to `/moved`, `/hold` not until release(), all else with 204.
class Receiver final : private net::Handler {
 public:
  explicit Receiver(std::shared_ptr<const net::TlsServer> tls = nullptr);
  ~Receiver() override;

  std::string url(const std::string& path, const std::string& host = "127.0.0.1") const;
  std::vector<Came> wait_for(std::size_t count);  // gives up after 30 s, which fails the test
  std::vector<Came> came() const;
  void answer_with(int status);  // all paths but `/hold`; 0: by path again
  void release();                // what is held is answered, and nothing is held from now on

 private:
  void on_request(net::Request& request, net::Responder responder) override;
  net::Response on_protocol_error(Outcome outcome, std::string_view detail) override;

  net::SystemClock clock_;
  net::Reactor reactor_;
  std::unique_ptr<net::HttpServer> server_;
  bool is_tls_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Came> came_;
  std::vector<net::Responder> held_;
  int status_ = 0;
  bool holds_ = true;
  std::thread thread_;
};

class WebhooksTest : public testing::Test {
 protected:
  WebhooksTest();
  ~WebhooksTest() override { stop(); }

  void start(bool private_targets = true);
  void stop() { webhooks.reset(); }
  void restart() { stop(), machine.close(), machine.open(), start(); }
  // The webhooks' journal and tables as a killed process leaves them: what it would still have written is not there.
  void kill_and_restart();

  // The secret is `whsec_` and the bytes of `key`.
  registry::WebhookEndpoint subscribe(const std::string& url, std::vector<std::string> types = {},
                                      const std::string& key = std::string(32, 's'), kernel::ClientId of = {});
  registry::WebhookEndpoint endpoint(registry::WebhookEndpointId id) {
    return **machine.archive->get<registry::WebhookEndpoint>(id.value);
  }
  payments::Payin create_payin(kernel::ClientId of = {});
  void send(kernel::Intent intent);
  void advance(Duration by) { machine.clock.advance(by), webhooks->notify(); }

  // All deliveries, oldest first, as soon as it holds for them; gives up after 30 s, which fails the test.
  std::vector<Delivery> wait_until(const std::function<bool(const std::vector<Delivery>&)>& holds);
  std::vector<Delivery> deliveries();
  void wait_until_read();  // every event that there is
  static std::function<bool(const std::vector<Delivery>&)> all_are(DeliveryStatus status, std::size_t count);
  static std::function<bool(const std::vector<Delivery>&)> tried(std::size_t attempts);  // the first delivery

  engine::Machine machine;
  engine::SeededRandom chance{7};
  kernel::ClientId client;
  std::unique_ptr<Webhooks> webhooks;
  std::vector<registry::WebhookEndpointId> disabled;  // guarded by mutex
  std::mutex mutex;
};

std::string secret_of(const std::string& key);

}  // namespace mohur::projections
