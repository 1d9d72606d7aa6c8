// What joins the rooms of the edge, which do not know each other: the gateway's ports, and who stands behind them.
#pragma once

#include "gateway/ports.hpp"
#include "gateway/sandbox_inputs.hpp"
#include "projections/batch_result.hpp"
#include "projections/batches.hpp"
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

class BatchAdapter final : public gateway::BatchDesk {
 public:
  BatchAdapter(vault::SealedFiles& files, const projections::Batches& batches, const projections::BatchResultSources& sources)
      : files_(files), batches_(batches), sources_(sources) {}
  Result<void> check_one_more(registry::ClientId client) override;
  Result<void> check_room(registry::ClientId client, std::uint64_t bytes) override;
  Result<payments::BatchPart> keep(const payments::Batch& batch, payments::BatchFormat format, std::string_view part) override;
  Result<std::vector<gateway::BatchRowFinding>> findings(payments::BatchId batch, std::uint32_t from, std::size_t most) override;
  Result<std::string> result(const payments::Batch& batch, std::uint32_t from, std::uint32_t most) override;

 private:
  vault::SealedFiles& files_;
  const projections::Batches& batches_;
  const projections::BatchResultSources sources_;
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
