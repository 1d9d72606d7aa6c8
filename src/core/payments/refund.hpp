// A refund: money back to the instrument that a pay-in came from, in full or in part.
//
// States   pending → processed | failed. A failed refund gives its amount back to what is refundable.
// Source   RBI: refunds go to the original method of payment.
#pragma once

#include "payments/payin.hpp"
#include "payments/payout.hpp"

namespace mohur::payments {

using RefundId = Id<"refund">;

MOHUR_ENUM(RefundStatus, (1, pending), (2, processed), (3, failed))

struct Refund {
  static constexpr std::string_view object_name = "refund";

  RefundId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  RefundStatus status = RefundStatus::pending;
  PayinId payin;
  Amount amount;
  Currency currency = Currency::INR;
  std::optional<ReferenceId> reference_id;
  std::optional<SealedNotes> metadata;
  std::optional<Utr> utr;
  std::optional<Time> next_inquiry_at;
  std::uint32_t inquiries = 0;

  bool operator==(const Refund&) const = default;
  MOHUR_DESCRIBE(Refund, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence), (7, status),
                 (8, payin), (9, amount, "Minor units: paise for INR."), (10, currency),
                 (11, reference_id, "Your own reference; unique for ever."), (12, metadata), (13, utr),
                 (14, next_inquiry_at, internal), (15, inquiries, internal))
};

struct RefundOrder {
  std::optional<Amount> amount;  // absent: all that is refundable
  std::optional<ReferenceId> reference_id;
  std::optional<SealedNotes> metadata;
};

// The refund and its pay-in as they stand after a step.
struct RefundStep {
  Refund refund;
  std::optional<Payin> payin;
  ledger::Chain chain;
};

// Errors: amount_not_positive, refund_exceeds_paid, insufficient_balance.
Result<RefundStep> create_refund(RefundId id, const RefundOrder& order, const Payin& payin, const ledger::Ledger& ledger,
                                 Time now);

// Errors: state_conflict when the report contradicts a final state. nullopt: nothing new.
Result<std::optional<RefundStep>> report_refund(const Refund& refund, const Payin& payin, const RailReport& report,
                                                const ledger::Ledger& ledger, Time now);

RefundStep inquire_refund(const Refund& refund, Time now);

inline std::optional<Time> due_at(const Refund& refund) {
  return refund.status == RefundStatus::pending ? refund.next_inquiry_at : std::nullopt;
}

constexpr bool may_become(RefundStatus from, RefundStatus to) {
  return from == RefundStatus::pending && to != RefundStatus::pending;
}

}  // namespace mohur::payments
