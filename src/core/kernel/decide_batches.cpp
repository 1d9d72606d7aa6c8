// Decisions about batches of payouts. What their rows become is in decide_payouts.cpp.
#include "kernel/decision.hpp"

namespace mohur::kernel {
namespace {

using payments::Batch;
using payments::BatchStatus;

EventType type_of(const Batch& before, const Batch& after) {
  using enum BatchStatus;
  switch (after.status) {
    case open: return EventType::batch_rows_added;
    case validating: return EventType::batch_checking;
    case validated: return EventType::batch_validated;
    case pending_approval:
      return before.status == pending_approval ? EventType::batch_approval_given : EventType::batch_approval_requested;
    case processing: return EventType::batch_started;
    case processed: return EventType::batch_processed;
    case rejected: return EventType::batch_rejected;
    case cancelled: return EventType::batch_cancelled;
  }
  return EventType::batch_cancelled;
}

Added take(Decision& decision, const Batch& before, Result<Batch> after) {
  if (!after) return std::unexpected(std::move(after).error());
  const EventType type = type_of(before, *after);
  decision.add(type, std::move(*after));
  return {};
}

Result<const Batch*> own(const Decision& decision, payments::BatchId id) { return decision.own<Batch>(id.value, "batch"); }

// The caller's key, that goes on with a batch of the same sender. Errors: as Decision::key(); not_found for a batch that a key of
// a sublicence has made, or of another one.
Result<registry::CredentialId> hand(const Decision& decision, const Batch& batch) {
  MOHUR_TRY_SET(key, decision.key());
  if (batch.sublicence != decision.command().sublicence) return refuse(Outcome::not_found, "batch");
  return key->id;
}

// Money is about to be asked for: the client may still send it.
Result<const registry::Client*> sender(const Decision& decision, const Batch& batch) {
  MOHUR_TRY_SET(client, decision.client(batch.client));
  MOHUR_TRY(registry::check_may_send_money(*client));
  return client;
}

}  // namespace

Added decide(Decision& decision, const CreateBatch& intent) {
  MOHUR_TRY_SET(key, decision.key());
  MOHUR_TRY_SET(client, decision.client(decision.command().client));
  MOHUR_TRY(registry::check_may_send_money(*client));
  MOHUR_TRY(decision.check_unclaimed(intent.reference_claim, "reference_id"));
  const Time now = decision.now();
  Batch made{.id = decision.next_id<payments::BatchId>(),
             .client = client->id,
             .mode = decision.command().mode,
             .created_at = now,
             .updated_at = now,
             .sequence = 1,
             .reference_id = intent.reference_id,
             .made_by = key->id,
             .sublicence = decision.command().sublicence,
             .parts = {},
             .expires_at = now + payments::kBatchLife,
             .handled_by = {key->id},
             .rows_subject = intent.rows_subject};
  claim(decision.add(EventType::batch_created, std::move(made)), intent.reference_claim);
  return {};
}

Added decide(Decision& decision, const AddBatchRows& intent) {
  MOHUR_TRY_SET(batch, own(decision, intent.batch));
  MOHUR_TRY_SET(by, hand(decision, *batch));
  payments::BatchPart part = intent.part;
  const Claim* before = intent.part_claim ? decision.state().find<Claim>(*intent.part_claim) : nullptr;
  if (before != nullptr) part.handed_in_before = payments::BatchId{before->object};
  MOHUR_TRY_SET(after, payments::add_rows(*batch, part, by, decision.now()));
  Event& event = decision.add(EventType::batch_rows_added, std::move(after));
  if (before == nullptr) claim(event, intent.part_claim);
  return {};
}

Added decide(Decision& decision, const CheckBatch& intent) {
  MOHUR_TRY_SET(batch, own(decision, intent.batch));
  MOHUR_TRY(hand(decision, *batch));
  return take(decision, *batch, payments::check_rows(*batch, decision.now()));
}

Added decide(Decision& decision, const ReportBatch& intent) {
  MOHUR_TRY_SET(batch, own(decision, intent.batch));
  return take(decision, *batch, payments::report_rows(*batch, intent.report, decision.now(batch->client, batch->mode)));
}

Added decide(Decision& decision, const AcceptBatch& intent) {
  MOHUR_TRY_SET(batch, own(decision, intent.batch));
  MOHUR_TRY_SET(by, hand(decision, *batch));
  MOHUR_TRY_SET(client, sender(decision, *batch));
  const Time now = decision.now();
  std::optional<payments::ApprovalState> approval;
  if (const auto& id = client->workflow(batch->mode); id && batch->report) {
    const auto* workflow = decision.state().find<payments::ApprovalWorkflow>(id->value);
    if (workflow == nullptr) return refuse(Outcome::not_found, "approval_workflow");
    approval = payments::needed(*workflow, *batch, now);
  }
  return take(decision, *batch, payments::accept_batch(*batch, intent.take, std::move(approval), by, now));
}

Added decide(Decision& decision, const DecideBatch& intent) {
  MOHUR_TRY_SET(key, decision.key());
  MOHUR_TRY_SET(batch, own(decision, intent.batch));
  if (intent.approve) MOHUR_TRY(sender(decision, *batch));
  const payments::Vote vote{key->id, key->approver_roles, intent.as, intent.approve, intent.remarks};
  return take(decision, *batch, payments::decide_batch(*batch, vote, decision.now()));
}

Added decide(Decision& decision, const CancelBatch& intent) {
  MOHUR_TRY_SET(batch, own(decision, intent.batch));
  return take(decision, *batch, payments::cancel_batch(*batch, decision.now()));
}

Added decide(Decision& decision, const FinishBatch& intent) {
  MOHUR_TRY_SET(batch, own(decision, intent.batch));
  return take(decision, *batch, payments::finish_batch(*batch, intent.outcome, decision.now(batch->client, batch->mode)));
}

Added decide(Decision& decision, const WakeBatch& intent) {
  const Batch* batch = decision.state().find<Batch>(intent.batch.value);
  if (batch == nullptr) return refuse(Outcome::not_found, "batch");
  decision.follow(*batch);
  const Time now = decision.now(batch->client, batch->mode);
  const auto due = payments::due_at(*batch);
  if (!due || now < *due) return refuse(Outcome::state_conflict, {}, "Nothing is due.");
  return take(decision, *batch, payments::expire_batch(*batch, now));
}

}  // namespace mohur::kernel
