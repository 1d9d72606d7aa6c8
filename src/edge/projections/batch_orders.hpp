// What is asked of the core for a row of a batch: its payout, and before it a beneficiary that is not known yet.
// Errors   Those of the archive and the vault.
#pragma once

#include "projections/batch_rows.hpp"

namespace mohur::projections {

class BatchOrders {
 public:
  BatchOrders(const payments::Batch& batch, const RowClaims& claims, const engine::Archive& archive, vault::Vault& vault)
      : batch_(batch), claims_(claims), archive_(archive), vault_(vault) {}

  Result<kernel::CreatePayout> payout(std::uint32_t number, const BatchRowInput& row, payments::BeneficiaryId beneficiary) const;
  // Of a row that tells who it is: a person whom the journal has not met.
  Result<payments::Beneficiary> sealed_beneficiary(const BatchRowInput& row, Time now) const;
  kernel::CreateBeneficiary beneficiary(const BatchRowInput& row, const payments::Beneficiary& sealed) const;

 private:
  const payments::Batch& batch_;
  const RowClaims& claims_;
  const engine::Archive& archive_;
  vault::Vault& vault_;
};

}  // namespace mohur::projections
