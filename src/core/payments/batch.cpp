#include "payments/batch.hpp"

#include <algorithm>
#include <set>
#include <span>

#include "base/assert.hpp"

namespace mohur::payments {
namespace {

using enum BatchStatus;

Batch changed(const Batch& batch, BatchStatus to, BatchReason reason, Time now) {
  Batch after = batch;
  after.status = to;
  after.reason = reason;
  after.updated_at = now;
  after.sequence += 1;
  const bool waits_for_client = to == open || to == validated;
  after.expires_at = waits_for_client ? std::optional{now + kBatchLife} : std::nullopt;
  if (to == processed || to == rejected || to == cancelled) after.finished_at = now;
  return after;
}

Result<void> check_is(const Batch& batch, BatchStatus wanted, Time now) {
  if (batch.status != wanted)
    return refuse(Outcome::state_conflict, {},
                  "The batch is " + std::string{to_token(batch.status)} + ", not " + std::string{to_token(wanted)} + ".");
  if (const auto due = due_at(batch); due && *due <= now)
    return refuse(Outcome::state_conflict, {}, "The time of the batch is over.");
  return {};
}

void note_hand(Batch& batch, CredentialId by) {
  if (std::ranges::find(batch.handled_by, by) == batch.handled_by.end()) batch.handled_by.push_back(by);
}

// What one rule asks is asked, and each step as often as the rule asks it that asks it most.
void join(std::vector<ApprovalStep>& all, const std::vector<ApprovalStep>& asked) {
  for (auto step = asked.begin(); step != asked.end(); ++step) {
    const auto so_far = std::count(asked.begin(), std::next(step), *step);
    if (std::ranges::count(all, *step) < so_far) all.push_back(*step);
  }
}

template <class T>
struct Range {
  T least, most;
};

// The ends of a range, and those of the points that lie between them.
template <class T>
std::vector<T> points_within(const Range<T>& range, std::span<const T> points) {
  std::vector<T> within{range.least, range.most};
  for (const T point : points)
    if (range.least < point && point < range.most) within.push_back(point);
  return within;
}

// Where a rule begins or ends to fit, by the amount.
std::vector<Amount> points_of(const ApprovalWorkflow& workflow, const Range<Amount>& amounts) {
  std::vector<Amount> points;
  for (const ApprovalRule& rule : workflow.rules) {
    if (rule.min_amount) points.push_back(*rule.min_amount);
    if (rule.max_amount && *rule.max_amount < amounts.most) points.push_back({rule.max_amount->minor + 1});
  }
  return points_within<Amount>(amounts, points);
}

// The same, by the moment since when somebody is a beneficiary.
std::vector<Time> points_of(const ApprovalWorkflow& workflow, const Range<Time>& since, Time now) {
  std::vector<Time> points;
  for (const ApprovalRule& rule : workflow.rules)
    if (rule.beneficiary_days) points.push_back(now - days(*rule.beneficiary_days) + Duration{1});
  return points_within<Time>(since, points);
}

// The rules that would be asked about a row for this purpose that there may be, or about the whole. Between two neighbours of the
// points that are looked at all amounts, and all ages, are answered alike: so every answer is met.
std::set<const ApprovalRule*> rules_for(const ApprovalWorkflow& workflow, const Batch& batch, const PurposeShare& share,
                                        Time now) {
  const Range<Time> since{share.oldest.value_or(now), share.new_beneficiaries > 0 ? now : share.newest.value_or(now)};
  std::vector<Amount> amounts = points_of(workflow, {share.smallest, share.largest});
  amounts.push_back(batch.report->amount);
  std::set<const ApprovalRule*> rules;
  for (const Amount amount : amounts)
    for (const Time moment : points_of(workflow, since, now))
      rules.insert(rule_for(workflow, ToApprove{.amount = amount,
                                                .purpose = share.purpose,
                                                .beneficiary_since = moment,
                                                .scheduled_at = {},
                                                .made_by = batch.made_by,
                                                .now = now}));
  return rules;
}

}  // namespace

Result<Batch> add_rows(const Batch& batch, const BatchPart& part, CredentialId by, Time now) {
  MOHUR_TRY(check_is(batch, open, now));
  if (std::ranges::find(batch.parts, part.hash, &BatchPart::hash) != batch.parts.end())
    return refuse(Outcome::batch_part_repeated, {}, "These bytes are a part of the batch already.");
  if (batch.parts.size() == kMostBatchParts)
    return refuse(Outcome::batch_too_large, {}, "A batch has 200 parts at the most: hand in more rows at once.");
  if (part.rows > kMostBatchRows - batch.rows)
    return refuse(Outcome::batch_too_large, {},
                  "A batch has 1,000,000 rows at the most, and " + std::to_string(batch.rows) + " are there.");
  Batch after = changed(batch, open, BatchReason::rows_awaited, now);
  after.parts.push_back(part);
  after.parts.back().added_at = now;
  after.rows += part.rows;
  note_hand(after, by);
  return after;
}

Result<Batch> check_rows(const Batch& batch, Time now) {
  MOHUR_TRY(check_is(batch, open, now));
  if (batch.rows == 0) return refuse(Outcome::batch_empty);
  return changed(batch, validating, BatchReason::rows_being_checked, now);
}

Result<Batch> report_rows(const Batch& batch, const BatchReport& report, Time now) {
  MOHUR_TRY(check_is(batch, validating, now));
  const bool is_whole = report.valid + report.invalid == batch.rows;
  MOHUR_ASSERT(is_whole || report.invalid > kMostInvalidRows);
  MOHUR_ASSERT((report.amount.minor > 0) == (report.valid > 0));
  Batch after = report.invalid > kMostInvalidRows ? changed(batch, rejected, BatchReason::too_many_invalid_rows, now)
                : report.valid == 0               ? changed(batch, rejected, BatchReason::no_valid_rows, now)
                                                  : changed(batch, validated, BatchReason::acceptance_awaited, now);
  after.report = report;
  return after;
}

void PurposeShare::add(Amount row, std::optional<Time> since) {
  smallest = rows == 0 ? row : std::min(smallest, row);
  largest = std::max(largest, row);
  rows += 1;
  amount.minor += row.minor;
  if (!since) {
    new_beneficiaries += 1;
    return;
  }
  oldest = std::min(oldest.value_or(*since), *since);
  newest = std::max(newest.value_or(*since), *since);
}

// In the order of the rules.
std::optional<ApprovalState> needed(const ApprovalWorkflow& workflow, const Batch& batch, Time now) {
  MOHUR_ASSERT(batch.report);
  std::set<const ApprovalRule*> asked;
  for (const PurposeShare& share : batch.report->purposes) asked.merge(rules_for(workflow, batch, share, now));
  std::vector<ApprovalStep> steps;
  for (const ApprovalRule& rule : workflow.rules)
    if (asked.contains(&rule)) join(steps, rule.steps);
  if (steps.empty()) return std::nullopt;
  return ApprovalState{.workflow = workflow.id,
                       .made_by = batch.made_by,
                       .steps = std::move(steps),
                       .decisions = {},
                       .expires_at = now + kApprovalLife};
}

Result<Batch> accept_batch(const Batch& batch, BatchTake take, std::optional<ApprovalState> approval, CredentialId by, Time now) {
  MOHUR_TRY(check_is(batch, validated, now));
  if (take == BatchTake::all_rows && batch.report->invalid > 0)
    return refuse(Outcome::batch_row_invalid, "take",
                  std::to_string(batch.report->invalid) + " of its " + std::to_string(batch.rows) +
                      " rows are invalid: take valid_rows, or cancel it and hand in another one.");
  Batch after = approval ? changed(batch, pending_approval, BatchReason::approval_pending, now)
                         : changed(batch, processing, BatchReason::payouts_being_made, now);
  after.take = take;
  after.approval = std::move(approval);
  note_hand(after, by);
  return after;
}

Result<Batch> decide_batch(const Batch& batch, const Vote& vote, Time now) {
  if (std::ranges::find(batch.handled_by, vote.by) != batch.handled_by.end())
    return refuse(Outcome::four_eyes_required, {}, "This key made the batch, handed in rows, or accepted it: use another one.");
  if (batch.approval) MOHUR_TRY(check_is_another(*batch.approval, vote.by));
  MOHUR_TRY(check_is(batch, pending_approval, now));
  MOHUR_TRY_SET(approval, payments::vote(*batch.approval, vote, now));
  Batch after = !vote.approve             ? changed(batch, rejected, BatchReason::approval_rejected, now)
                : !approval.is_complete() ? changed(batch, pending_approval, BatchReason::approval_pending, now)
                                          : changed(batch, processing, BatchReason::payouts_being_made, now);
  after.approval = std::move(approval);
  return after;
}

Result<Batch> cancel_batch(const Batch& batch, Time now) {
  if (!may_become(batch.status, cancelled))
    return refuse(Outcome::state_conflict, {},
                  "A batch that is " + std::string{to_token(batch.status)} + " cannot be cancelled.");
  return changed(batch, cancelled, BatchReason::cancelled_by_client, now);
}

Result<Batch> finish_batch(const Batch& batch, const BatchOutcome& outcome, Time now) {
  MOHUR_TRY(check_is(batch, processing, now));
  Batch after = changed(batch, processed, BatchReason::payouts_final, now);
  after.outcome = outcome;
  return after;
}

Batch expire_batch(const Batch& batch, Time now) {
  MOHUR_ASSERT(due_at(batch) && *due_at(batch) <= now);
  const bool was_asked = batch.status == pending_approval;
  return changed(batch, rejected, was_asked ? BatchReason::approval_expired : BatchReason::time_is_over, now);
}

std::optional<Time> due_at(const Batch& batch) {
  return batch.status == pending_approval ? std::optional{batch.approval->expires_at} : batch.expires_at;
}

}  // namespace mohur::payments
