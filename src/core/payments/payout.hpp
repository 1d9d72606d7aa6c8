// A payout: money to be sent to a beneficiary for a purpose. Its fields, its states, and what each step moves in the ledger.
//
// Never twice    A dispatch is journaled before it is sent. Whose fate is unknown stays `processing` and is asked about. What a
//                rail says that it never received is never carried out: it is sent again, under a reference of its own. What a
//                rail refused for reasons of its own goes by the next of the rails that the order names.
// Queue          Strictly in order, per client and mode: high priority first, then the oldest. What the balance does not cover
//                holds up what stands behind it; who may not wait does not stand in the queue.
// Two phases     Entering `processing` reserves amount, fee and tax on the client's payout balance, so that dispatch cannot
//                fail for lack of funds; the outcome posts or releases them.
// Errors         in the order of the outcome table; each function says which.
// Source         docs/ARCHITECTURE.md#payout; policy clauses P1.4, P2.2
#pragma once

#include <limits>

#include "base/result.hpp"
#include "payments/batch.hpp"
#include "payments/beneficiary.hpp"
#include "payments/books.hpp"
#include "payments/fees.hpp"
#include "payments/rail_rules.hpp"
#include "registry/life.hpp"

namespace mohur::payments {

using PayoutId = Id<"payout">;
using PayoutScheduleId = Id<"psched">;

MOHUR_ENUM(PayoutStatus, (1, pending_approval), (2, rejected), (3, scheduled), (4, queued), (5, processing), (6, processed),
           (7, failed), (8, reversed), (9, cancelled))

// Why a payout stands where it stands.
MOHUR_ENUM(PayoutReason, (1, payout_bank_processing), (2, payout_processed), (3, scheduled_for_later), (4, low_balance),
           (5, bank_window_closed), (6, beneficiary_bank_confirmation_pending), (7, manual_review), (8, cancelled_by_client),
           (9, queue_expired), (10, bank_account_closed), (11, bank_account_frozen), (12, bank_account_invalid),
           (13, beneficiary_vpa_invalid), (14, beneficiary_bank_offline), (15, beneficiary_bank_rejected), (16, gateway_timeout),
           (17, imps_not_allowed), (18, transaction_limit_exceeded), (19, dispatch_not_received),
           (20, returned_by_beneficiary_bank), (21, insufficient_funds), (22, beneficiary_inactive), (23, client_not_allowed),
           (24, sublicence_ended), (25, approval_pending), (26, approval_rejected), (27, approval_expired))

// In which order payouts wait for balance.
MOHUR_ENUM(QueuePriority, (1, high), (2, normal), (3, low))

// A rail by which a payout did not go, and why.
struct RailTry {
  Rail rail = Rail::imps;
  PayoutReason reason = PayoutReason::gateway_timeout;
  std::uint32_t dispatch = 0;  // the last one on it

  bool operator==(const RailTry&) const = default;
  MOHUR_DESCRIBE(RailTry, (1, rail), (2, reason, "Why it did not go there."), (3, dispatch, internal))
};

struct Payout {
  static constexpr std::string_view object_name = "payout";

  PayoutId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  PayoutStatus status = PayoutStatus::processing;
  PayoutReason reason = PayoutReason::payout_bank_processing;
  Amount amount;
  Currency currency = Currency::INR;
  Amount fee;
  Amount tax;
  Purpose purpose = Purpose::vendor;
  Rail rail = Rail::imps;
  BeneficiaryId beneficiary;
  std::optional<ReferenceId> reference_id;
  std::optional<Sealed> narration;
  std::optional<SealedNotes> metadata;
  bool queue_if_low_balance = false;
  std::optional<Time> scheduled_at;
  std::optional<Time> queue_expires_at;
  std::optional<Utr> utr;
  std::uint32_t dispatch = 0;   // how often it was sent to a rail; the dispatch reference is id and this number
  std::uint32_t inquiries = 0;  // how often the rail was asked about the present dispatch
  std::optional<Time> dispatched_at;
  std::optional<Time> next_inquiry_at;
  std::optional<ledger::TransferId> hold;  // first of the pending transfers; the others follow it
  std::optional<Time> finished_at;
  std::optional<registry::SublicenceId> sublicence;
  std::optional<ApprovalState> approval;  // where its client's workflow asked for one
  std::optional<BatchRow> batch;          // of which it was made
  QueuePriority priority = QueuePriority::normal;
  std::vector<Rail> fallback_rails;  // that are left, in order
  std::vector<RailTry> tried_rails;  // before the present one
  std::optional<Time> counted_at;    // in limits, where that was not when it was made
  std::optional<PayoutScheduleId> schedule;

  bool operator==(const Payout&) const = default;
  // What it reserves; amounts without end are the largest there is.
  Amount total() const {
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    const std::int64_t cost = fee.minor + tax.minor;
    return {amount.minor > kMost - cost ? kMost : amount.minor + cost};
  }
  MOHUR_DESCRIBE(Payout, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at),
                 (6, sequence, "Grows by one with each change; order and drop duplicates by it."), (7, status),
                 (8, reason, "Why it stands where it stands."), (9, amount, "Minor units: paise for INR."), (10, currency),
                 (11, fee,
                  "Reserved with the amount, and charged when it is processed; 0 when it failed, was cancelled or reversed."),
                 (12, tax, "GST on the fee; comes and goes with it."), (13, purpose), (14, rail), (15, beneficiary),
                 (16, reference_id, "Your own reference; unique for ever."), (17, narration), (18, metadata),
                 (19, queue_if_low_balance), (20, scheduled_at), (21, queue_expires_at),
                 (22, utr, "The bank's reference of the payment."), (23, dispatch, internal), (24, inquiries, internal),
                 (25, dispatched_at), (26, next_inquiry_at, internal), (27, hold, internal), (28, finished_at),
                 (29, sublicence, "With whose keys it was sent, of those for whom the client sends money."),
                 (30, approval, "Who has to agree before it goes, and who did; null when nobody was asked."),
                 (31, batch, "Of which row of which batch it was made; null when it was made by a call of its own."),
                 (32, priority, "In which order it waits for balance."),
                 (33, fallback_rails, "By which it may still go where a rail refuses it for reasons of its own."),
                 (34, tried_rails, "By which it did not go."), (35, counted_at, internal),
                 (36, schedule, "Of which schedule it is a run; null when it is of none."))
};

struct PayoutOrder {
  Amount amount;
  Currency currency = Currency::INR;
  Purpose purpose = Purpose::vendor;
  std::optional<Rail> rail;  // absent: chosen by destination and amount
  std::optional<ReferenceId> reference_id;
  std::optional<Sealed> narration;
  std::optional<SealedNotes> metadata;
  bool queue_if_low_balance = false;
  std::optional<Time> scheduled_at;
  QueuePriority priority = QueuePriority::normal;
  std::optional<Time> queue_expires_at;  // absent: kQueueLife after it began to wait
  std::vector<Rail> fallback_rails;      // in order; kMostFallbackRails at most
};

// An order as the rules of a workflow see it.
inline ToApprove to_approve(const PayoutOrder& order, const Beneficiary& beneficiary, CredentialId made_by, Time now) {
  return {.amount = order.amount,
          .purpose = order.purpose,
          .beneficiary_since = beneficiary.created_at,
          .scheduled_at = order.scheduled_at,
          .made_by = made_by,
          .now = now};
}

// What a rail says about a dispatch.
MOHUR_ENUM(RailVerdict, (1, accepted), (2, succeeded), (3, failed), (4, unknown), (5, returned), (6, not_received))

struct RailReport {
  std::uint32_t dispatch = 0;  // which dispatch it is about
  RailVerdict verdict = RailVerdict::unknown;
  PayoutReason reason = PayoutReason::payout_processed;
  std::optional<Utr> utr;
};

// The payout as it stands after a step, and the linked transfers of that step.
struct PayoutStep {
  Payout after;
  ledger::Chain chain;
};

// What a decision about a payout needs to know besides the payout itself.
struct PayoutFacts {
  const registry::Client& client;
  const registry::Agreement& agreement;  // the client's, in force now
  const Beneficiary& beneficiary;
  const ledger::Ledger& ledger;
  Time now;                                              // on the client's clock
  ledger::TransferId first_transfer;                     // the id that the first transfer of this step will get
  bool sublicence_ended = false;                         // that for which it was to be sent
  std::optional<ApprovalState> approval = std::nullopt;  // of a new one: what has to be agreed to before it goes
  bool is_behind = false;                                // others wait for balance before it
  std::vector<Rail> barred = {};                         // rails that it may not change to
};

inline constexpr Duration kQueueLife = days(90);
inline constexpr std::size_t kMostFallbackRails = 3;
inline constexpr std::uint32_t kMostDispatches = 3;  // on one rail, of what it never received
inline constexpr Duration kScheduleHorizon = days(92);

// Whether it fits together. Errors: field_repeated, field_unknown, field_out_of_range.
Result<void> check_form(const PayoutOrder& order);

// What can be said before the beneficiary is known. Errors: purpose_not_approved, rail_not_approved.
Result<void> check_order(const PayoutOrder& order, const registry::Agreement& agreement);

// Of an order that was checked. Errors: rail_not_approved (of a rail that was chosen here), beneficiary_inactive,
// purpose_destination_mismatch, rail_destination_mismatch, rail_unavailable, amount_not_positive, amount_below_minimum,
// amount_above_maximum, time_not_in_future, time_too_far, insufficient_balance (unless it may queue).
Result<PayoutStep> create_payout(PayoutId id, Mode mode, const PayoutOrder& order, const PayoutFacts& facts);

// One key's decision about a payout that waits for approval. The last approval sends it on its way: to wait for its time, into
// the queue, or to the rail. What refuses it leaves it as it is, to be decided later or cancelled.
// Errors, of an approval: whether its client may still send money, sublicence_ended, whether the agreement still has its purpose
// and rail; of either: four_eyes_required, state_conflict, approver_role_missing; of the last approval: beneficiary_inactive,
// insufficient_balance (unless it may queue). Limits were asked when it was made, and count it since.
Result<PayoutStep> decide_payout(const Payout& payout, const Vote& vote, const PayoutFacts& facts);

// A scheduled payout whose time has come, a queued one that may go now, or one on which nobody has decided in time. Answers the
// step that is due: processing, queued, failed or rejected.
PayoutStep advance_payout(const Payout& payout, const PayoutFacts& facts);

// Whether a queued payout has its turn: the balance covers it, nothing stands before it, and it does not wait for its rail.
bool can_leave_queue(const Payout& payout, const PayoutFacts& facts);

// Errors: state_conflict unless it is scheduled, queued or pending approval.
Result<PayoutStep> cancel_payout(const Payout& payout, Time now);

// What a rail's report changes; to be sent again is a change too (`dispatch` grows). Errors: state_conflict when the report
// contradicts a final state or names an old dispatch: the caller records an exception instead, the payout stays as it is. A
// report that says nothing new answers nullopt.
Result<std::optional<PayoutStep>> report_payout(const Payout& payout, const RailReport& report, const PayoutFacts& facts);

// The inquiry that is due now. The rail is asked after this is journaled.
PayoutStep inquire_payout(const Payout& payout, Time now);

// The moment at which a timer must look at this payout again.
std::optional<Time> due_at(const Payout& payout);

// Nothing of it went out in the end.
constexpr bool is_undone(PayoutStatus status) {
  using enum PayoutStatus;
  return status == failed || status == cancelled || status == reversed || status == rejected;
}

constexpr bool may_become(PayoutStatus from, PayoutStatus to) {
  using enum PayoutStatus;
  switch (from) {
    case pending_approval: return to == rejected || to == cancelled || to == scheduled || to == queued || to == processing;
    case scheduled: return to == queued || to == processing || to == cancelled || to == failed;
    case queued: return to == processing || to == cancelled || to == failed;
    case processing: return to == processed || to == failed || to == reversed;
    case processed:
    case failed: return to == reversed;
    case rejected:
    case cancelled:
    case reversed: return false;
  }
  return false;
}

}  // namespace mohur::payments
