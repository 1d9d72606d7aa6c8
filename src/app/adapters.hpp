// What joins the rooms of the edge, which do not know each other: the gateway's ports, and who stands behind them.
#pragma once

#include "gateway/ports.hpp"
#include "projections/requests_log.hpp"
#include "projections/webhooks.hpp"
#include "rails/dispatcher.hpp"

namespace mohur::app {

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
  Result<gateway::Listed<gateway::Delivery>> list(const Query& query) override;
  Result<gateway::Delivery> get(registry::ClientId client, Mode mode, std::string_view id) override;
  Result<gateway::Delivery> redeliver(registry::ClientId client, Mode mode, std::string_view id) override;

 private:
  Result<projections::Delivery> find(registry::ClientId client, Mode mode, std::string_view id);
  projections::Webhooks& webhooks_;
};

class CallLogAdapter final : public gateway::CallLog {
 public:
  explicit CallLogAdapter(projections::RequestsLog& log) : log_(log) {}
  Result<void> append(gateway::CallRecord record) override;
  Result<gateway::Listed<gateway::CallRecord>> list(const Query& query) override;
  Result<gateway::CallRecord> get(registry::RequestId id) override;
  Result<std::map<std::string, std::uint64_t>> refusals_by_clause(registry::ClientId client) override {
    return log_.refusals_by_clause(client);
  }

 private:
  projections::RequestsLog& log_;
};

}  // namespace mohur::app
