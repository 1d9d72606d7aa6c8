// Webhooks: every event that a client may see is sent to the endpoints that want it, signed, until they take it or time runs out.
//
// Promise   At least once. A delivery is durable before it is first tried; a slow or dead endpoint holds up nobody else.
// Schedule  At once, then 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h after the attempt before, with up to 10 % of chance on
//           top. A redelivery begins it anew.
// Outcome   2xx succeeds; everything else, redirects too, is tried again. An endpoint is disabled when it answers 410, and when a
//           delivery has run out of time while it took none of the others either.
// Order     Deliveries of an endpoint begin as their events happened; several may be on their way at once.
// Trust     An endpoint is a stranger's address: it is checked when it is registered and again at every connect, after DNS.
// Threads   start() gives it a thread of its own, which notify() wakes. list, get and redeliver come from any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "engine/archive.hpp"
#include "net/client.hpp"
#include "projections/turns.hpp"
#include "vault/vault.hpp"

namespace mohur::projections {

struct WebhookOptions {
  bool private_targets = false;  // whether private and loopback addresses, and plain HTTP, are allowed
};

class Webhooks {
 public:
  using Disable = std::function<void(const registry::WebhookEndpoint&)>;

  // Everything handed in outlives it. `disable` is told of an endpoint that is gone or takes nothing; `failed` when the journal
  // cannot be written.
  static Result<std::unique_ptr<Webhooks>> open(const std::string& folder, const journal::Place& events,
                                                std::shared_ptr<const journal::Watermark> live, const engine::Archive& archive,
                                                vault::Vault& vault, Clock& clock, Random& random, WebhookOptions options,
                                                Disable disable, std::function<void(const Refusal&)> failed);
  ~Webhooks();

  void start();
  void notify();

  // Errors: webhook_target_refused, with what is wrong about it.
  Result<void> check_target(std::string_view url) const;

  Result<Deliveries::Page> list(ClientId client, Mode mode, std::optional<WebhookEndpointId> endpoint, std::optional<Key128> from,
                                std::size_t limit);
  Result<std::optional<Delivery>> get(DeliveryId id);
  // Tries it now, and from then on by the whole schedule, whatever was tried before. Errors: state_conflict while it is pending.
  Result<Delivery> redeliver(Delivery delivery);

  std::uint64_t lag() const;

 private:
  struct Finished {
    DeliveryId id;
    ClientId client;
    WebhookEndpointId endpoint;
    Time began;
    net::ClientResponse response;
  };
  Webhooks(std::unique_ptr<Deliveries> deliveries, journal::Reader reader, std::shared_ptr<const journal::Watermark> live,
           const engine::Archive& archive, vault::Vault& vault, Clock& clock, Random& random, WebhookOptions options,
           Disable disable, std::function<void(const Refusal&)> failed);
  Result<void> recall_endpoints(journal::Reader since_cursor);
  void run();
  Result<bool> read_frame();
  Result<void> take_finished();
  Result<void> begin_due();
  Result<void> begin(const Delivery& delivery);
  Result<void> give_up(Delivery delivery, const char* why);
  Result<void> judge(Delivery& delivery, const Finished& finished);
  Duration wait() const;
  std::optional<Duration> delay_after(std::size_t attempts);

  mutable std::mutex deliveries_mutex_;  // guards deliveries_
  const std::unique_ptr<Deliveries> deliveries_;
  journal::Reader reader_;
  const std::shared_ptr<const journal::Watermark> live_;
  const engine::Archive& archive_;
  vault::Vault& vault_;
  Clock& clock_;
  Random& random_;
  const WebhookOptions options_;
  const Disable disable_;
  const std::function<void(const Refusal&)> failed_;
  std::map<WebhookEndpointId, registry::WebhookEndpoint> endpoints_;
  Turns turns_;
  std::atomic<std::uint64_t> next_read_{};  // position of the next event to read

  std::mutex mutex_;
  std::condition_variable woken_;
  std::vector<Finished> finished_;
  bool notified_ = false;
  bool stopping_ = false;
  std::thread thread_;
  std::unique_ptr<net::HttpClient> client_;  // goes first: its callbacks use what stands above
};

}  // namespace mohur::projections
