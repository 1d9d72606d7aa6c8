// A pay-in: money to be collected from a payer, and the attempts of payers to pay it.
//
// Never dropped  Money that arrives late, twice or in the wrong amount is recorded and captured for the client; it can be
//                refunded.
// Errors         in the order of the outcome table; each function says which.
// Source         docs/ARCHITECTURE.md#payin; policy clauses P1.4, P2.1; UPI linking specification for `upi://pay`
#pragma once

#include "base/result.hpp"
#include "base/sealed.hpp"
#include "payments/books.hpp"
#include "payments/fees.hpp"
#include "payments/forms.hpp"
#include "registry/life.hpp"

namespace mohur::payments {

using PayinId = Id<"payin">;
using AttemptId = Id<"att">;
using VirtualAccountId = Id<"va">;
using registry::ClientId;
using registry::CollectionMethod;
using registry::PayerType;

MOHUR_ENUM(PayinStatus, (1, created), (2, attempted), (3, paid), (4, expired), (5, cancelled))
MOHUR_ENUM(AttemptStatus, (1, initiated), (2, pending), (3, succeeded), (4, failed))
// What a succeeded attempt brought, compared with what was asked for.
MOHUR_ENUM(AttemptKind, (1, regular), (2, short_paid), (3, over_paid), (4, late), (5, excess))
MOHUR_ENUM(AttemptReason, (1, declined_by_payer), (2, insufficient_funds), (3, payer_bank_offline), (4, timed_out),
           (5, risk_refused))

struct Payin {
  static constexpr std::string_view object_name = "payin";

  PayinId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  PayinStatus status = PayinStatus::created;
  Amount amount;
  Currency currency = Currency::INR;
  Amount amount_paid;      // everything that arrived for it, late and excess money too
  Amount amount_refunded;  // of refunds that are pending or processed
  Amount fee;
  Amount tax;
  PayerType payer_type = PayerType::customer;
  CollectionMethod method = CollectionMethod::upi_qr;
  std::optional<Sealed> payer_name;
  std::optional<ReferenceId> reference_id;
  std::optional<Sealed> description;
  std::optional<SealedNotes> metadata;
  std::optional<VirtualAccountId> virtual_account;  // for bank transfers
  std::uint32_t attempts = 0;
  std::optional<Time> expires_at;
  std::optional<Time> paid_at;

  bool operator==(const Payin&) const = default;
  Amount refundable() const { return {amount_paid.minor - amount_refunded.minor}; }
  MOHUR_DESCRIBE(Payin, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence), (7, status),
                 (8, amount, "Minor units: paise for INR."), (9, currency),
                 (10, amount_paid, "All that arrived for it, late and excess money included."),
                 (11, amount_refunded, "Of refunds that are pending or processed."), (12, fee), (13, tax, "GST on the fee."),
                 (14, payer_type), (15, method), (16, payer_name), (17, reference_id, "Your own reference; unique for ever."),
                 (18, description), (19, metadata), (20, virtual_account), (21, attempts, "How many attempts were seen."),
                 (22, expires_at), (23, paid_at))
};

struct Attempt {
  static constexpr std::string_view object_name = "attempt";

  AttemptId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  AttemptStatus status = AttemptStatus::initiated;
  PayinId payin;
  CollectionMethod method = CollectionMethod::upi_qr;
  Amount amount;
  Currency currency = Currency::INR;
  std::optional<AttemptKind> kind;      // of a succeeded attempt
  std::optional<AttemptReason> reason;  // of a failed one
  std::optional<Utr> utr;
  std::optional<Sealed> payer;  // VPA or account of who paid
  bool credited = false;        // the bank has credited the escrow account with it

  bool operator==(const Attempt&) const = default;
  MOHUR_DESCRIBE(Attempt, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence), (7, status),
                 (8, payin), (9, method), (10, amount), (11, currency),
                 (12, kind, "What a succeeded attempt brought, compared with what was asked for."), (13, reason), (14, utr),
                 (15, payer), (16, credited, "Whether the bank has credited the escrow account with it."))
};

struct PayinOrder {
  Amount amount;
  Currency currency = Currency::INR;
  PayerType payer_type = PayerType::customer;
  CollectionMethod method = CollectionMethod::upi_qr;
  std::optional<Sealed> payer_name;
  std::optional<ReferenceId> reference_id;
  std::optional<Sealed> description;
  std::optional<SealedNotes> metadata;
  std::optional<VirtualAccountId> virtual_account;
  std::optional<Time> expires_at;  // absent: 15 minutes for UPI, 30 days for bank transfer
};

// What a rail says about one try of a payer.
struct CollectionReport {
  AttemptStatus status = AttemptStatus::succeeded;
  Amount amount;
  std::optional<AttemptReason> reason;
  std::optional<Utr> utr;
  std::optional<Sealed> payer;
};

// The pay-in and the attempt as they stand after a report. `payin_changed` is false when only the attempt moved.
struct CollectionStep {
  Payin payin;
  Attempt attempt;
  bool payin_changed = false;
  ledger::Chain chain;
};

inline constexpr Duration kPayinHorizon = days(180);

// Errors: payer_type_not_approved, method_not_approved.
Result<void> check_order(const PayinOrder& order, const registry::Agreement& agreement);

// Of an order that was checked. Errors: amount_not_positive, amount_above_maximum, time_not_in_future, time_too_far.
Result<Payin> create_payin(PayinId id, Mode mode, const PayinOrder& order, const registry::Client& client, Time now);

// Errors: state_conflict unless it is created or attempted.
Result<Payin> cancel_payin(const Payin& payin, Time now);
Payin expire_payin(const Payin& payin, Time now);

// Takes a rail's report about an attempt (`known`) or a new one (`id`). nullopt: it says nothing new.
// Errors: state_conflict when the report contradicts a final state or names an attempt of another pay-in; amount_not_positive;
// amount_too_large.
Result<std::optional<CollectionStep>> report_collection(const Payin& payin, const std::optional<Attempt>& known, AttemptId id,
                                                        const CollectionReport& report, const registry::FeePlan& fees,
                                                        const ledger::Ledger& ledger, Time now);

// The bank has credited the escrow account with a captured attempt. nullopt when that is known already.
struct AttemptStep {
  Attempt after;
  ledger::Chain chain;
};
Result<std::optional<AttemptStep>> credit_escrow(const Attempt& attempt, const ledger::Ledger& ledger, Time now);

inline std::optional<Time> due_at(const Payin& payin) {
  const bool open = payin.status == PayinStatus::created || payin.status == PayinStatus::attempted;
  return open ? payin.expires_at : std::nullopt;
}

constexpr bool may_become(PayinStatus from, PayinStatus to) {
  using enum PayinStatus;
  if (from == created) return to == attempted || to == paid || to == expired || to == cancelled;
  if (from == attempted) return to == paid || to == expired || to == cancelled;
  return false;
}

constexpr bool may_become(AttemptStatus from, AttemptStatus to) {
  using enum AttemptStatus;
  if (from == initiated) return to == pending || to == succeeded || to == failed;
  if (from == pending) return to == succeeded || to == failed;
  return from == failed && to == succeeded;  // a late authorisation
}

}  // namespace mohur::payments
