#include "projections/batch_orders.hpp"

#include "engine/claims.hpp"
#include "vault/masks.hpp"

namespace mohur::projections {

Result<kernel::CreatePayout> BatchOrders::payout(std::uint32_t number, const BatchRowInput& row,
                                                 payments::BeneficiaryId beneficiary) const {
  std::optional<Sealed> narration;
  if (row.narration) {
    MOHUR_TRY_SET(client, archive_.get<registry::Client>(batch_.client.value));
    if (!client) return refuse(Outcome::data_damaged, {}, "The client of a batch is not there.");
    MOHUR_TRY_SET(sealed, vault_.seal(client->legal_name.subject, row.narration->str(), vault::mask_text()));
    narration = std::move(sealed);
  }
  return kernel::CreatePayout{.beneficiary = beneficiary,
                              .order = {.amount = row.amount,
                                        .purpose = row.purpose,
                                        .rail = row.rail,
                                        .reference_id = row.reference_id,
                                        .narration = std::move(narration),
                                        .metadata = {},
                                        .queue_if_low_balance = row.queue_if_low_balance.value_or(false),
                                        .scheduled_at = row.scheduled_at,
                                        .priority = row.priority.value_or(payments::QueuePriority::normal),
                                        .queue_expires_at = row.queue_expires_at},
                              .reference_claim = claims_.reference(row),
                              .row = payments::BatchRow{batch_.id, number},
                              .row_claim = claims_.payout(number)};
}

Result<payments::Beneficiary> BatchOrders::sealed_beneficiary(const BatchRowInput& row, Time now) const {
  const SubjectId person = vault_.create_subject(now);
  payments::Beneficiary beneficiary{
      .kind = *row.kind,
      .destination = row.vpa ? payments::DestinationKind::vpa : payments::DestinationKind::bank_account,
      .ifsc = row.ifsc};
  MOHUR_TRY_SET(name, vault_.seal(person, row.name->str(), vault::mask_name(row.name->str())));
  beneficiary.name = std::move(name);
  if (row.account_number) {
    MOHUR_TRY_SET(sealed, vault_.seal(person, row.account_number->str(), vault::mask_account_number(row.account_number->str())));
    beneficiary.account_number = std::move(sealed);
  }
  if (row.vpa) {
    MOHUR_TRY_SET(sealed, vault_.seal(person, row.vpa->str(), vault::mask_vpa(row.vpa->str())));
    beneficiary.vpa = std::move(sealed);
  }
  beneficiary.destination_mark =
      engine::destination_mark(vault_, text_of(row.ifsc), text_of(row.account_number), text_of(row.vpa));
  return beneficiary;
}

kernel::CreateBeneficiary BatchOrders::beneficiary(const BatchRowInput& row, const payments::Beneficiary& sealed) const {
  return {sealed, claims_.beneficiary(row)};
}

}  // namespace mohur::projections
