// The model's batches.
#include "kernel/model_test.hpp"

namespace mohur::kernel {

Model::Batch* Model::batch_in(Turn& turn, payments::BatchId id, std::string_view status) {
  const auto found = batches_.find(id.value);
  const bool is_there = found != batches_.end() && is_theirs(turn, &found->second);
  turn.refuse_if(!is_there, Outcome::not_found);
  if (!is_there) return nullptr;
  Batch& batch = found->second;
  const bool is_late = batch.due && *batch.due <= now(batch, turn.command.at);
  turn.refuse_if(batch.status != status || is_late, Outcome::state_conflict);
  return &batch;
}

void Model::become(Turn& turn, Batch& batch, EventType type, std::string status, std::string reason) {
  turn.event(type);
  batch.status = std::move(status);
  batch.reason = std::move(reason);
  batch.sequence += 1;
  if (batch.status == "open" || batch.status == "validated")
    batch.due = now(batch, turn.command.at) + days(7);
  else if (batch.status != "pending_approval")
    batch.due = std::nullopt;
}

void Model::on(Turn& turn, const CreateBatch& intent) {
  const Command& command = turn.command;
  const Key* key = caller_key(turn);
  refuse_unless_writes(turn, clients_.at(command.client.value), true);
  turn.refuse_if(intent.reference_claim && claims_.contains(*intent.reference_claim), Outcome::reference_id_reused);
  if (key == nullptr || turn.refused()) return;
  const Key128 made = turn.event(EventType::batch_created);
  Batch batch{{command.client, command.mode, 1}};
  batch.made_by = command.caller.id;
  batch.hands.insert(command.caller.id);
  batch.due = now(batch, command.at) + days(7);
  batches_[made] = batch;
  if (intent.reference_claim) claims_[*intent.reference_claim] = made;
}

void Model::on(Turn& turn, const AddBatchRows& intent) {
  Batch* batch = batch_in(turn, intent.batch, "open");
  if (batch == nullptr || caller_key(turn) == nullptr) return;
  turn.refuse_if(batch->hashes.contains(intent.part.hash), Outcome::batch_part_repeated);
  turn.refuse_if(batch->parts == 200 || batch->rows + intent.part.rows > 1'000'000, Outcome::batch_too_large);
  if (turn.refused()) return;
  batch->parts += 1;
  batch->hashes.insert(intent.part.hash);
  batch->hands.insert(turn.command.caller.id);
  batch->rows += intent.part.rows;
  become(turn, *batch, EventType::batch_rows_added, "open", "rows_awaited");
  if (intent.part_claim) claims_.emplace(*intent.part_claim, intent.batch.value);
}

void Model::on(Turn& turn, const CheckBatch& intent) {
  Batch* batch = batch_in(turn, intent.batch, "open");
  if (batch == nullptr || caller_key(turn) == nullptr) return;
  turn.refuse_if(batch->rows == 0, Outcome::batch_empty);
  if (!turn.refused()) become(turn, *batch, EventType::batch_checking, "validating", "rows_being_checked");
}

void Model::on(Turn& turn, const ReportBatch& intent) {
  Batch* batch = batch_in(turn, intent.batch, "validating");
  if (turn.refused()) return;
  batch->invalid = intent.report.invalid;
  batch->amount = intent.report.amount.minor;
  batch->purposes = intent.report.purposes;
  if (intent.report.invalid > 100'000)
    return become(turn, *batch, EventType::batch_rejected, "rejected", "too_many_invalid_rows");
  if (intent.report.valid == 0) return become(turn, *batch, EventType::batch_rejected, "rejected", "no_valid_rows");
  become(turn, *batch, EventType::batch_validated, "validated", "acceptance_awaited");
}

// The whole, and rows: at both sides of each edge of a rule, as far as there are such rows.
std::vector<Model::Asked> Model::whatever_may_be_asked(const Command& command, const Batch& batch,
                                                       const payments::PurposeShare& share) const {
  const Time now = this->now(batch, command.at);
  std::set<std::int64_t> amounts{share.smallest.minor, share.largest.minor};
  std::set<Time> moments{share.oldest.value_or(now), share.newest.value_or(now)};
  if (share.new_beneficiaries > 0) moments.insert(now);
  const auto active = clients_.at(command.client.value).workflows.find(command.mode);
  if (active == clients_.at(command.client.value).workflows.end()) return {};
  for (const payments::ApprovalRule& rule : workflows_.at(active->second).rules)
    for (const std::int64_t side : {-1, 0, 1}) {
      for (const auto& edge : {rule.min_amount, rule.max_amount})
        if (edge && share.smallest.minor <= edge->minor + side && edge->minor + side <= share.largest.minor)
          amounts.insert(edge->minor + side);
      const Time edge = now - days(rule.beneficiary_days.value_or(0)) + Duration{side};
      if (*moments.begin() <= edge && edge <= *moments.rbegin()) moments.insert(edge);
    }
  amounts.insert(batch.amount);
  std::vector<Asked> all;
  for (const std::int64_t amount : amounts)
    for (const Time moment : moments) all.push_back({amount, share.purpose, moment});
  return all;
}

void Model::on(Turn& turn, const AcceptBatch& intent) {
  const Command& command = turn.command;
  Batch* batch = batch_in(turn, intent.batch, "validated");
  if (batch == nullptr || caller_key(turn) == nullptr) return;
  refuse_unless_writes(turn, clients_.at(command.client.value), true);
  turn.refuse_if(intent.take == payments::BatchTake::all_rows && batch->invalid > 0, Outcome::batch_row_invalid);
  if (turn.refused()) return;
  batch->hands.insert(command.caller.id);
  std::set<const payments::ApprovalRule*> rules;
  for (const payments::PurposeShare& share : batch->purposes)
    for (const Asked& asked : whatever_may_be_asked(command, *batch, share)) rules.insert(rule_for(command, asked));
  const auto active = clients_.at(command.client.value).workflows.find(command.mode);
  if (active != clients_.at(command.client.value).workflows.end())
    for (const payments::ApprovalRule& rule : workflows_.at(active->second).rules) {
      std::vector<payments::ApprovalStep> more = rules.contains(&rule) ? rule.steps : std::vector<payments::ApprovalStep>{};
      for (const payments::ApprovalStep& known : batch->steps)
        if (const auto same = std::ranges::find(more, known); same != more.end()) more.erase(same);
      batch->steps.insert(batch->steps.end(), more.begin(), more.end());
    }
  if (batch->steps.empty()) return become(turn, *batch, EventType::batch_started, "processing", "payouts_being_made");
  become(turn, *batch, EventType::batch_approval_requested, "pending_approval", "approval_pending");
  batch->due = now(*batch, command.at) + days(30);
}

void Model::on(Turn& turn, const DecideBatch& intent) {
  const Command& command = turn.command;
  const Key* key = caller_key(turn);
  Batch* batch = batch_in(turn, intent.batch, "pending_approval");
  if (key == nullptr || batch == nullptr) return;
  if (intent.approve) refuse_unless_writes(turn, clients_.at(command.client.value), true);
  turn.refuse_if(batch->hands.contains(command.caller.id) || batch->deciders.contains(command.caller.id),
                 Outcome::four_eyes_required);
  const bool waits = batch->status == "pending_approval";
  const std::string role = waits ? asked_role(*batch, *key) : "";
  turn.refuse_if(waits && role.empty(), Outcome::approver_role_missing);
  if (turn.refused()) return;
  batch->deciders.insert(command.caller.id);
  if (!intent.approve) return become(turn, *batch, EventType::batch_rejected, "rejected", "approval_rejected");
  batch->approvals.emplace_back(batch->steps_done, role);
  if (is_step_done(*batch)) batch->steps_done += 1;
  if (batch->steps_done == batch->steps.size())
    return become(turn, *batch, EventType::batch_started, "processing", "payouts_being_made");
  become(turn, *batch, EventType::batch_approval_given, "pending_approval", "approval_pending");
}

void Model::on(Turn& turn, const CancelBatch& intent) {
  const auto found = batches_.find(intent.batch.value);
  const bool is_there = found != batches_.end() && is_theirs(turn, &found->second);
  turn.refuse_if(!is_there, Outcome::not_found);
  turn.refuse_if(is_there && found->second.is_over(), Outcome::state_conflict);
  if (!turn.refused()) become(turn, found->second, EventType::batch_cancelled, "cancelled", "cancelled_by_client");
}

void Model::on(Turn& turn, const FinishBatch& intent) {
  Batch* batch = batch_in(turn, intent.batch, "processing");
  if (!turn.refused()) become(turn, *batch, EventType::batch_processed, "processed", "payouts_final");
}

void Model::on(Turn& turn, const WakeBatch& intent) {
  const auto found = batches_.find(intent.batch.value);
  turn.refuse_if(found == batches_.end(), Outcome::not_found);
  if (found == batches_.end()) return;
  Batch& batch = found->second;
  turn.refuse_if(!batch.due || *batch.due > now(batch, turn.command.at), Outcome::state_conflict);
  if (turn.refused()) return;
  const bool was_asked = batch.status == "pending_approval";
  become(turn, batch, EventType::batch_rejected, "rejected", was_asked ? "approval_expired" : "time_is_over");
}

}  // namespace mohur::kernel
