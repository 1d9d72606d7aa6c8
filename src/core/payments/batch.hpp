// A batch: many payouts that are handed in, checked, accepted and approved together. Nothing moves before it was accepted.
//
//   open ──▶ validating ──▶ validated ──accept──▶ pending_approval ──▶ processing ──▶ processed
//                                   └───────nobody is asked───────────────▲
//   and before it is processed, by its client: cancelled; for want of rows, of an answer or of agreement: rejected
//
// Rows     Lie in sealed files, the parts of a batch, in the order in which they were handed in; they are numbered from 1 through
//          all of them. A row becomes a payout, or is refused with its reason: each is told. The files go by a key of the batch's
//          own, which is destroyed when it is over.
// Checked  Each row is looked at before the client decides whether to go on, and with what. What was in order then may be refused
//          when its payout is made: the balance, a limit, a beneficiary have changed.
// Approval Is asked once, for the whole: whatever would be asked about the whole as one payout, or about any row that there may
//          be in it, by the purposes, amounts and ages of beneficiaries that were found. Its payouts are asked about no more.
// Hands    Whoever made it, handed in rows, or accepted it approves nothing of it.
// Source   docs/decisions/0021-a-batch-is-accepted-before-it-moves.md; docs/ARCHITECTURE.md#payout; policy clause P2.2
#pragma once

#include "payments/approval.hpp"
#include "payments/forms.hpp"

namespace mohur::payments {

using BatchId = Id<"batch">;

MOHUR_ENUM(BatchStatus, (1, open), (2, validating), (3, validated), (4, pending_approval), (5, processing), (6, processed),
           (7, rejected), (8, cancelled))

// Why a batch stands where it stands.
MOHUR_ENUM(BatchReason, (1, rows_awaited), (2, rows_being_checked), (3, acceptance_awaited), (4, approval_pending),
           (5, payouts_being_made), (6, payouts_final), (7, no_valid_rows), (8, time_is_over), (9, approval_rejected),
           (10, approval_expired), (11, cancelled_by_client), (12, too_many_invalid_rows))

MOHUR_ENUM(BatchFormat, (1, jsonl), (2, csv), (3, xlsx))
MOHUR_ENUM(BatchTake, (1, all_rows), (2, valid_rows))

// One file of rows.
struct BatchPart {
  BatchFormat format = BatchFormat::jsonl;
  std::string hash;  // SHA-256 of the file as it came, in hexadecimal digits
  std::uint64_t bytes = 0;
  std::uint32_t rows = 0;
  Time added_at;
  std::optional<BatchId> handed_in_before;  // with that other batch

  bool operator==(const BatchPart&) const = default;
  MOHUR_DESCRIBE(BatchPart, (1, format), (2, hash, "SHA-256 of the bytes that were handed in."), (3, bytes), (4, rows),
                 (5, added_at),
                 (6, handed_in_before, "A warning: the same bytes were handed in with this other batch; null when they are new."))
};

// The valid rows for one purpose.
struct PurposeShare {
  Purpose purpose = Purpose::vendor;
  std::uint32_t rows = 0;
  Amount amount;
  Amount smallest, largest;             // of one row
  std::uint32_t new_beneficiaries = 0;  // rows that pay somebody who is not known yet
  std::optional<Time> oldest, newest;   // since when those who are known are

  // A row of that amount, to somebody who is known since then, or not yet.
  void add(Amount row, std::optional<Time> since);

  bool operator==(const PurposeShare&) const = default;
  MOHUR_DESCRIBE(PurposeShare, (1, purpose), (2, rows), (3, amount), (4, smallest, "Of one row."), (5, largest, "Of one row."),
                 (6, new_beneficiaries, "Rows that pay somebody who is not among your beneficiaries yet."), (7, oldest, internal),
                 (8, newest, internal))
};

// What was found when the rows were checked.
struct BatchReport {
  std::uint32_t valid = 0;
  std::uint32_t invalid = 0;
  std::uint32_t doubtful = 0;  // of the valid ones
  Amount amount;               // of the valid ones
  std::vector<PurposeShare> purposes;
  std::string verdicts;  // SHA-256 of the file that holds `1` or `0` for each row: valid or not

  bool operator==(const BatchReport&) const = default;
  MOHUR_DESCRIBE(BatchReport, (1, valid, "Rows that can become payouts, as things stand."), (2, invalid, "Rows that cannot."),
                 (3, doubtful, "Valid rows with a warning: look whether somebody is paid twice."),
                 (4, amount, "Of all valid rows."), (5, purposes, "What the valid rows are for."), (6, verdicts, internal))
};

// What became of a batch's rows in the end.
struct BatchOutcome {
  std::uint32_t processed = 0;  // payouts that are processed
  Amount processed_amount;
  std::uint32_t unpaid = 0;   // payouts that failed, were rejected, cancelled or reversed
  std::uint32_t refused = 0;  // rows that became no payout

  bool operator==(const BatchOutcome&) const = default;
  MOHUR_DESCRIBE(BatchOutcome, (1, processed, "Payouts that were paid."), (2, processed_amount),
                 (3, unpaid, "Payouts that failed, were rejected, cancelled or reversed."),
                 (4, refused, "Rows that became no payout."))
};

struct Batch {
  static constexpr std::string_view object_name = "batch";

  BatchId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  BatchStatus status = BatchStatus::open;
  BatchReason reason = BatchReason::rows_awaited;
  std::optional<ReferenceId> reference_id;
  CredentialId made_by;
  std::optional<registry::SublicenceId> sublicence;
  std::vector<BatchPart> parts;
  std::uint32_t rows = 0;
  std::optional<BatchReport> report;
  std::optional<BatchTake> take;
  std::optional<ApprovalState> approval;
  std::optional<BatchOutcome> outcome;
  std::optional<Time> expires_at;
  std::optional<Time> finished_at;
  std::vector<CredentialId> handled_by;
  SubjectId rows_subject;

  bool operator==(const Batch&) const = default;
  MOHUR_DESCRIBE(Batch, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence), (7, status),
                 (8, reason, "Why it stands where it stands."), (9, reference_id, "Your own reference; unique for ever."),
                 (10, made_by, "The key with which it was made, and with which its payouts are made."), (11, sublicence),
                 (12, parts, "The files of rows, in order."), (13, rows, "So many, in all parts."),
                 (14, report, "What was found when the rows were checked; null before."),
                 (15, take, "Which rows are to become payouts: chosen when it was accepted."),
                 (16, approval, "Who has to agree before it goes, and who did; null when nobody is asked."),
                 (17, outcome, "What became of its rows; null until all of them are final."),
                 (18, expires_at, "Nobody has gone on with it by then: it is rejected."), (19, finished_at),
                 (20, handled_by, "The keys with which it was made, handed rows, or accepted: they approve nothing of it."),
                 (21, rows_subject, internal))
};

// Of which row of which batch a payout was made.
struct BatchRow {
  BatchId batch;
  std::uint32_t row = 0;  // from 1

  bool operator==(const BatchRow&) const = default;
  MOHUR_DESCRIBE(BatchRow, (1, batch), (2, row, "From 1."))
};

inline constexpr std::uint32_t kMostBatchRows = 1'000'000;
inline constexpr std::size_t kMostBatchParts = 200;
inline constexpr std::uint32_t kMostInvalidRows = 100'000;  // then the rest is not looked at any more
inline constexpr Duration kBatchLife = days(7);             // while it waits for its client

// Each step answers the batch as it stands afterwards.

// Errors: state_conflict unless it is open; batch_too_large; batch_part_repeated.
Result<Batch> add_rows(const Batch& batch, const BatchPart& part, CredentialId by, Time now);
// open → validating. Errors: state_conflict; batch_empty.
Result<Batch> check_rows(const Batch& batch, Time now);
// validating → validated, or rejected when no row is valid or too many are not. Errors: state_conflict.
Result<Batch> report_rows(const Batch& batch, const BatchReport& report, Time now);

// What has to be agreed to before a validated batch goes; nothing when nobody is asked.
std::optional<ApprovalState> needed(const ApprovalWorkflow& workflow, const Batch& batch, Time now);
// validated → pending_approval | processing. Errors: state_conflict; batch_row_invalid when all are to be taken and one is not
// valid.
Result<Batch> accept_batch(const Batch& batch, BatchTake take, std::optional<ApprovalState> approval, CredentialId by, Time now);
// pending_approval → itself | processing | rejected. Errors: four_eyes_required, state_conflict, approver_role_missing.
Result<Batch> decide_batch(const Batch& batch, const Vote& vote, Time now);
// Until it is processed; payouts that were made of it stay. Errors: state_conflict.
Result<Batch> cancel_batch(const Batch& batch, Time now);
// processing → processed. Errors: state_conflict.
Result<Batch> finish_batch(const Batch& batch, const BatchOutcome& outcome, Time now);
// Nobody has gone on with it in time. Only when due_at says so.
Batch expire_batch(const Batch& batch, Time now);
std::optional<Time> due_at(const Batch& batch);

constexpr bool may_become(BatchStatus from, BatchStatus to) {
  using enum BatchStatus;
  switch (from) {
    case open: return to == validating || to == rejected || to == cancelled;
    case validating: return to == validated || to == rejected || to == cancelled;
    case validated: return to == pending_approval || to == processing || to == rejected || to == cancelled;
    case pending_approval: return to == processing || to == rejected || to == cancelled;
    case processing: return to == processed || to == cancelled;
    case processed:
    case rejected:
    case cancelled: return false;
  }
  return false;
}

}  // namespace mohur::payments
