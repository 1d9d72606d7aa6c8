// What the gateway is given where its siblings on the edge do nothing.
#pragma once

#include "gateway/ports.hpp"
#include "gateway/sandbox_inputs.hpp"

namespace mohur::gateway {

class NoSandbox final : public SandboxWorld {
 public:
  Result<void> pay(const payments::Payin&, const PayInput&) override { return {}; }
  Result<void> transfer(registry::ClientId, const TransferInput&) override { return {}; }
};

class NoDeliveries final : public DeliveryDesk {
 public:
  Result<void> check_target(std::string_view) override { return {}; }
  Result<Listed<Delivery>> list(const Query&) override { return Listed<Delivery>{}; }
  Result<Delivery> get(registry::ClientId, Mode, std::string_view) override { return refuse(Outcome::not_found); }
  Result<Delivery> redeliver(registry::ClientId, Mode, std::string_view) override { return refuse(Outcome::not_found); }
};

class NoBatches final : public BatchDesk {
 public:
  Result<void> check_one_more(registry::ClientId) override { return {}; }
  Result<void> check_room(registry::ClientId, std::uint64_t) override { return {}; }
  Result<std::string> result(const payments::Batch&, std::uint32_t, std::uint32_t) override { return std::string{}; }
  Result<payments::BatchPart> keep(const payments::Batch&, payments::BatchFormat, std::string_view) override {
    return refuse(Outcome::io_failed);
  }
  Result<std::vector<BatchRowFinding>> findings(payments::BatchId, std::uint32_t, std::size_t) override {
    return std::vector<BatchRowFinding>{};
  }
};

}  // namespace mohur::gateway
