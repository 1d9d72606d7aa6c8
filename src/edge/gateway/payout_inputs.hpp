// What is sent to send money: balances, beneficiaries, payouts, approvals and batches.
// One described struct per endpoint that takes a body: names and sentences are the public API.
#pragma once

#include <type_traits>

#include "gateway/input_forms.hpp"

namespace mohur::gateway {

struct FundInput {
  Mode mode = Mode::test;
  Amount amount;
  Currency currency = Currency::INR;
  payments::Utr utr;
  MOHUR_DESCRIBE(FundInput, (1, mode), (2, amount, "Minor units: paise for INR."), (3, currency),
                 (4, utr, "The bank's reference of the credit; counted once."))
};
struct BalanceThresholdInput {
  Amount amount;
  Currency currency = Currency::INR;
  MOHUR_DESCRIBE(BalanceThresholdInput, (1, amount, "You are told when less is available; minor units: paise for INR."),
                 (2, currency))
};
struct DestinationInput {
  std::optional<payments::Ifsc> ifsc;
  std::optional<payments::AccountNumber> account_number;
  std::optional<payments::Vpa> vpa;
  MOHUR_DESCRIBE(DestinationInput, (1, ifsc, "With account_number."), (2, account_number), (3, vpa, "Instead of a bank account."))
};
struct BeneficiaryInput {
  FreeText<120> name;
  payments::BeneficiaryKind kind = payments::BeneficiaryKind::vendor;
  DestinationInput destination;
  std::optional<Text<EmailRule>> email;
  std::optional<Text<PhoneRule>> phone;
  std::optional<payments::ReferenceId> reference_id;
  std::optional<Notes> metadata;
  MOHUR_DESCRIBE(BeneficiaryInput, (1, name), (2, kind, "What the beneficiary is to you; purposes are checked against it."),
                 (3, destination, "Either a bank account or a VPA."), (4, email), (5, phone), (6, reference_id), (7, metadata))
};
struct PayoutInput {
  payments::BeneficiaryId beneficiary;
  Amount amount;
  Currency currency = Currency::INR;
  registry::Purpose purpose = registry::Purpose::vendor;
  std::optional<registry::Rail> rail;
  std::optional<payments::ReferenceId> reference_id;
  std::optional<payments::Narration> narration;
  std::optional<bool> queue_if_low_balance;
  std::optional<Time> scheduled_at;
  std::optional<Notes> metadata;
  std::optional<payments::QueuePriority> priority;
  std::optional<Time> queue_expires_at;
  std::optional<std::vector<registry::Rail>> fallback_rails;
  MOHUR_DESCRIBE(PayoutInput, (1, beneficiary), (2, amount, "Minor units: paise for INR."), (3, currency), (4, purpose),
                 (5, rail, "Chosen by destination and amount when absent."),
                 (6, reference_id, "Your own reference; unique for ever."),
                 (7, narration, "What the beneficiary's statement shows."),
                 (8, queue_if_low_balance, "Wait for balance instead of being refused."),
                 (9, scheduled_at, "Up to 92 days ahead."), (10, metadata),
                 (11, priority, "In which order it waits for balance; normal when absent."),
                 (12, queue_expires_at, "How long it waits for balance, 90 days at most and when absent."),
                 (13, fallback_rails, "Up to three others, in order, where a rail refuses it for reasons of its own."))
};
struct ApprovalInput {
  std::optional<FreeText<500>> remarks;
  std::optional<registry::ApproverRole> role;
  MOHUR_DESCRIBE(ApprovalInput, (1, remarks), (2, role, "As which of the key's roles; the first that is asked when absent."))
};
struct RejectionInput {
  FreeText<500> remarks;
  MOHUR_DESCRIBE(RejectionInput, (1, remarks, "Why; kept sealed, and shown to those who may see the payout."))
};
struct BulkApprovalInput {
  std::vector<payments::PayoutId> payouts;
  std::optional<FreeText<500>> remarks;
  std::optional<registry::ApproverRole> role;
  MOHUR_DESCRIBE(BulkApprovalInput, (1, payouts, "1 to 100, each once."), (2, remarks),
                 (3, role, "As which of the key's roles; the first that is asked when absent."))
};
struct BulkRejectionInput {
  std::vector<payments::PayoutId> payouts;
  FreeText<500> remarks;
  MOHUR_DESCRIBE(BulkRejectionInput, (1, payouts, "1 to 100, each once."),
                 (2, remarks, "Why; kept sealed, and shown to those who may see the payouts."))
};
struct WorkflowInput {
  std::vector<payments::ApprovalRule> rules;
  MOHUR_DESCRIBE(WorkflowInput,
                 (1, rules,
                  "Up to 20, tried in order: the first that fits a payout says who approves it. None: nobody approves."))
};
struct BatchInput {
  std::optional<payments::ReferenceId> reference_id;
  MOHUR_DESCRIBE(BatchInput, (1, reference_id, "Your own reference; unique for ever."))
};
struct AcceptBatchInput {
  payments::BatchTake take = payments::BatchTake::all_rows;
  MOHUR_DESCRIBE(AcceptBatchInput,
                 (1, take, "Which rows are to become payouts; all_rows is refused while one of them is invalid."))
};

// Examples, as JSON.
std::string example_of(std::type_identity<FundInput>);
std::string example_of(std::type_identity<BalanceThresholdInput>);
std::string example_of(std::type_identity<BeneficiaryInput>);
std::string example_of(std::type_identity<PayoutInput>);
std::string example_of(std::type_identity<ApprovalInput>);
std::string example_of(std::type_identity<RejectionInput>);
std::string example_of(std::type_identity<BulkApprovalInput>);
std::string example_of(std::type_identity<BulkRejectionInput>);
std::string example_of(std::type_identity<WorkflowInput>);
std::string example_of(std::type_identity<BatchInput>);
std::string example_of(std::type_identity<AcceptBatchInput>);

}  // namespace mohur::gateway
