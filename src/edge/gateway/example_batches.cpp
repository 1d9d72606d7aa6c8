// Examples of batches.
#include "gateway/example_parts.hpp"
#include "gateway/payout_inputs.hpp"

namespace mohur::gateway {
namespace {

using payments::Batch;
using enum payments::BatchStatus;

const auto kBatch = id_of<payments::BatchId>(51);
const auto kWorkflow = id_of<payments::ApprovalWorkflowId>(48);
const auto kMaker = id_of<registry::CredentialId>(49), kChecker = id_of<registry::CredentialId>(50);
const auto kFinance = registry::ApproverRole::trusted("finance");

Batch new_batch() {
  return {.id = kBatch,
          .client = kClient,
          .created_at = kMade,
          .updated_at = kMade,
          .sequence = 1,
          .reference_id = payments::ReferenceId::trusted("salaries-2026-11"),
          .made_by = kMaker,
          .parts = {},
          .expires_at = kMade + payments::kBatchLife,
          .handled_by = {kMaker}};
}

// Of two rows, one of which is wrong; finance is asked.
Batch batch_at(payments::BatchStatus status) {
  Batch batch = *payments::add_rows(new_batch(), {payments::BatchFormat::csv, std::string(64, '0'), 142, 2, {}, std::nullopt},
                                    kMaker, kMade);
  if (status == open) return batch;
  batch = *payments::check_rows(batch, kMade);
  if (status == validating) return batch;
  payments::BatchReport report{
      .valid = 1, .invalid = 1, .amount = {4'500'000}, .purposes = {{.purpose = registry::Purpose::salary}}};
  report.purposes[0].add(report.amount, kMade);
  batch = *payments::report_rows(batch, report, kMade);
  if (status == validated) return batch;
  if (status == cancelled) return *payments::cancel_batch(batch, kDone);
  const payments::ApprovalState asked{.workflow = kWorkflow,
                                      .made_by = kMaker,
                                      .steps = {{.needs = {{kFinance}}}},
                                      .decisions = {},
                                      .expires_at = kMade + payments::kApprovalLife};
  batch = *payments::accept_batch(batch, payments::BatchTake::valid_rows, asked, kMaker, kMade);
  if (status == pending_approval) return batch;
  const bool is_refused = status == rejected;
  batch = *payments::decide_batch(batch,
                                  {.by = kChecker,
                                   .roles = {&kFinance, 1},
                                   .as = {},
                                   .approve = !is_refused,
                                   .remarks = is_refused ? std::optional{masked("•••")} : std::nullopt},
                                  kDone);
  if (is_refused || status == processing) return batch;
  return *payments::finish_batch(batch, {1, {4'500'000}, 0, 1}, kDone);
}

}  // namespace

std::string example_of(Of<BatchInput>) { return to_json(BatchInput{payments::ReferenceId::trusted("salaries-2026-11")}); }
std::string example_of(Of<AcceptBatchInput>) { return to_json(AcceptBatchInput{payments::BatchTake::valid_rows}); }
std::string example_of_batch_rows() {
  return "beneficiary,amount,purpose,reference_id\n" + kBeneficiary.to_string() + ",4500000,salary,2026-11-0001\n";
}
std::string example_of_new_batch() { return to_json(new_batch()); }
std::string example_of(Of<Batch>, std::optional<payments::BatchStatus> asked) {
  return to_json(batch_at(asked.value_or(processed)));
}

std::string example_of(Of<BatchRowFinding>, Always) {
  return to_json(BatchRowFinding{17, BatchRowStatus::invalid, "beneficiary_inactive", "beneficiary", ""});
}

}  // namespace mohur::gateway
