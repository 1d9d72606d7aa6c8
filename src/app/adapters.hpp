// What joins the rooms of the edge, which do not know each other: the gateway's ports on one side, rails and projections on the
// other.
#pragma once

#include <functional>

#include "engine/shard.hpp"
#include "gateway/ports.hpp"
#include "projections/requests_log.hpp"
#include "projections/webhooks.hpp"
#include "rails/dispatcher.hpp"

namespace mohur::app {

// Brings commands of other threads to the shard. When the shard has no room the bank is asked to come again later: a report that
// is lost on the way is asked for by the payout's own inquiry.
class ShardDesk final : public rails::Desk {
 public:
  using Post = std::function<void(std::function<void()>)>;
  ShardDesk(engine::Shard& shard, Post post) : shard_(shard), post_(std::move(post)) {}
  bool submit(kernel::Command command) override;

 private:
  engine::Shard& shard_;
  const Post post_;
};

class SandboxAdapter final : public gateway::SandboxWorld {
 public:
  SandboxAdapter(rails::SandboxBank& bank, rails::Dispatcher& dispatcher) : bank_(bank), dispatcher_(dispatcher) {}
  Result<void> pay(const payments::Payin& payin, const gateway::PayInput& how) override;
  Result<void> transfer(registry::ClientId client, const gateway::TransferInput& transfer) override;

 private:
  rails::SandboxBank& bank_;
  rails::Dispatcher& dispatcher_;
};

class DeliveryAdapter final : public gateway::DeliveryDesk {
 public:
  explicit DeliveryAdapter(projections::Webhooks& webhooks) : webhooks_(webhooks) {}
  Result<void> check_target(std::string_view url) override { return webhooks_.check_target(url); }
  Result<Listed> list(const Query& query) override;
  Result<std::string> get(registry::ClientId client, Mode mode, std::string_view id) override;
  Result<std::string> redeliver(registry::ClientId client, Mode mode, std::string_view id) override;

 private:
  Result<projections::Delivery> find(registry::ClientId client, Mode mode, std::string_view id);
  projections::Webhooks& webhooks_;
};

class CallLogAdapter final : public gateway::CallLog {
 public:
  explicit CallLogAdapter(projections::RequestsLog& log) : log_(log) {}
  Result<void> append(gateway::CallRecord record) override;
  Result<gateway::DeliveryDesk::Listed> list(registry::ClientId client, Mode mode, std::optional<std::string> after,
                                             std::size_t limit) override;

 private:
  projections::RequestsLog& log_;
};

}  // namespace mohur::app
