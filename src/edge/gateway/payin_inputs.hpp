// What is sent to collect money and to give it back.
// One described struct per endpoint that takes a body: names and sentences are the public API.
#pragma once

#include <type_traits>

#include "gateway/input_forms.hpp"

namespace mohur::gateway {

struct PayinInput {
  Amount amount;
  Currency currency = Currency::INR;
  registry::PayerType payer_type = registry::PayerType::customer;
  registry::CollectionMethod method = registry::CollectionMethod::upi_qr;
  std::optional<FreeText<120>> payer_name;
  std::optional<payments::ReferenceId> reference_id;
  std::optional<FreeText<80>> description;
  std::optional<Time> expires_at;
  std::optional<Notes> metadata;
  MOHUR_DESCRIBE(PayinInput, (1, amount, "Minor units: paise for INR."), (2, currency), (3, payer_type), (4, method),
                 (5, payer_name), (6, reference_id, "Your own reference; unique for ever."),
                 (7, description, "What the payer sees."),
                 (9, expires_at, "15 minutes ahead for UPI and 30 days for bank transfers when absent."), (10, metadata))
};
struct RefundInput {
  payments::PayinId payin;
  std::optional<Amount> amount;
  std::optional<payments::ReferenceId> reference_id;
  std::optional<Notes> metadata;
  MOHUR_DESCRIBE(RefundInput, (1, payin), (2, amount, "Minor units; all that is refundable when absent."), (3, reference_id),
                 (4, metadata))
};
struct VirtualAccountInput {
  std::optional<registry::PayerType> payer_type;
  std::optional<payments::ReferenceId> reference_id;
  std::optional<Notes> metadata;
  MOHUR_DESCRIBE(VirtualAccountInput, (1, payer_type, "Of the pay-ins that credits make; customer when absent."),
                 (2, reference_id), (3, metadata))
};

// Examples, as JSON.
std::string example_of(std::type_identity<PayinInput>);
std::string example_of(std::type_identity<RefundInput>);
std::string example_of(std::type_identity<VirtualAccountInput>);

}  // namespace mohur::gateway
