// Money: balances, what is to be collected, sent and given back. `as_of` of what time brings is when it was due, on the client's
// clock.
#pragma once

#include "kernel/event.hpp"
#include "registry/life.hpp"

namespace mohur::kernel {

struct AdvanceSandboxClock {
  Time to;  // on the client's clock
};
struct CatchUpSandboxClock {  // the bank has told all that it had to tell up to where the clock has caught up
  ClientId client;
  std::optional<Time> next_report;  // on the client's clock; absent when nothing more is due by now
};
struct FundBalance {
  ClientId client;
  Mode mode = Mode::test;
  Amount amount;
  Currency currency = Currency::INR;
  payments::Utr utr;
  Key128 claim;  // look-up key of the bank reference: the same credit is counted once
};
struct CreateBeneficiary {
  payments::Beneficiary beneficiary;  // id, client, mode, times and sequence are set by the decision
  Key128 claim;                       // look-up key of the tuple: the same tuple gives the same beneficiary
};
struct DeactivateBeneficiary {
  payments::BeneficiaryId beneficiary;
};
struct CreatePayin {
  payments::PayinOrder order;
  std::optional<Key128> reference_claim;
  // Used when a bank transfer names no virtual account: one is made for this pay-in.
  std::optional<payments::AccountNumber> account_number;
  std::optional<payments::Ifsc> ifsc;
  Key128 account_claim;
};
struct CancelPayin {
  payments::PayinId payin;
};
struct CreateVirtualAccount {
  payments::AccountNumber account_number;
  payments::Ifsc ifsc;
  Key128 account_claim;
  payments::PayerType payer_type = payments::PayerType::customer;
  std::optional<payments::ReferenceId> reference_id;
  std::optional<Key128> reference_claim;
  std::optional<SealedNotes> metadata;
};
struct CloseVirtualAccount {
  payments::VirtualAccountId virtual_account;
};
struct CreatePayout {
  payments::BeneficiaryId beneficiary;
  payments::PayoutOrder order;
  std::optional<Key128> reference_claim;
  // Of a batch, as its caller: the same row gives the same payout.
  std::optional<payments::BatchRow> row = std::nullopt;
  std::optional<Key128> row_claim = std::nullopt;
};
struct SetBalanceThreshold {
  Amount amount;
  Currency currency = Currency::INR;
};
struct RemoveBalanceThreshold {
  payments::BalanceThresholdId threshold;
};
struct WakeBalanceThreshold {  // the balance may have crossed it
  payments::BalanceThresholdId threshold;
};
struct CreatePayoutSchedule {
  payments::StandingOrder order;
  payments::Rhythm rhythm;
  std::optional<payments::ReferenceId> reference_id;
  std::optional<Key128> reference_claim;
};
struct PausePayoutSchedule {
  payments::PayoutScheduleId schedule;
};
struct ResumePayoutSchedule {  // from then on as the caller's key
  payments::PayoutScheduleId schedule;
};
struct CancelPayoutSchedule {
  payments::PayoutScheduleId schedule;
};
struct CancelPayout {
  payments::PayoutId payout;
};
struct DecidePayout {  // by the caller's key, which must have a role that is asked
  payments::PayoutId payout;
  bool approve = false;
  std::optional<registry::ApproverRole> as;  // one of them; absent: the first that is asked
  std::optional<Sealed> remarks;
};
struct CreateBatch {
  std::optional<payments::ReferenceId> reference_id;
  std::optional<Key128> reference_claim;
  SubjectId rows_subject;  // under whose key its rows will be sealed
};
struct AddBatchRows {
  payments::BatchId batch;
  payments::BatchPart part;                         // whose file is there already; its time is set by the decision
  std::optional<Key128> part_claim = std::nullopt;  // of its hash: who had it first
};
struct CheckBatch {  // all rows were handed in
  payments::BatchId batch;
};
struct ReportBatch {  // by the system: its rows were checked
  payments::BatchId batch;
  payments::BatchReport report;
};
struct AcceptBatch {
  payments::BatchId batch;
  payments::BatchTake take = payments::BatchTake::all_rows;
};
struct DecideBatch {  // by the caller's key, as DecidePayout
  payments::BatchId batch;
  bool approve = false;
  std::optional<registry::ApproverRole> as;
  std::optional<Sealed> remarks;
};
struct CancelBatch {
  payments::BatchId batch;
};
struct FinishBatch {  // by the system: all its payouts are final
  payments::BatchId batch;
  payments::BatchOutcome outcome;
};
struct ProposeWorkflow {
  std::vector<payments::ApprovalRule> rules;
};
struct DecideWorkflow {
  payments::ApprovalWorkflowId workflow;
  bool approve = false;
};
struct CreateRefund {
  payments::PayinId payin;
  payments::RefundOrder order;
  std::optional<Key128> reference_claim;
};
struct WakePayin {
  payments::PayinId payin;
  std::optional<Time> as_of = std::nullopt;
};
struct WakePayout {
  payments::PayoutId payout;
  std::optional<Time> as_of = std::nullopt;
};
struct WakePayoutSchedule {
  payments::PayoutScheduleId schedule;
  std::optional<Time> as_of = std::nullopt;
};
struct WakeBatch {
  payments::BatchId batch;
  std::optional<Time> as_of = std::nullopt;
};
struct WakeRefund {
  payments::RefundId refund;
  std::optional<Time> as_of = std::nullopt;
};

}  // namespace mohur::kernel
