// An agreement: what a client may do, how much of it, and under which plan. Versioned, in force from one moment to another.
//
// Change   A client has one agreement, and at most one more that begins later or ends by itself. Which of them is in force is a
//          question of time alone: when the second ends, the first is in force again, and nobody has to do anything.
// Source   policy clauses P1.4, P2.1, P2.2, P3.3, P6.1
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/describe.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "money/money.hpp"

namespace mohur::registry {

using ClientId = Id<"client">;
using PersonId = Id<"person">;
using PlanId = Id<"plan">;
using AgreementChangeId = Id<"agr">;
using CredentialId = Id<"cred">;
using SublicenceId = Id<"subl">;
using ApprovalWorkflowId = Id<"workflow">;

// What a payout is for (P2.2).
MOHUR_ENUM(Purpose, (1, salary), (2, vendor), (3, cashback), (4, incentive), (5, wallet_redemption), (6, refund), (7, settlement))
// Who pays a pay-in (P2.1).
MOHUR_ENUM(PayerType, (1, customer), (2, agent), (3, partner))
// How money leaves.
MOHUR_ENUM(Rail, (1, imps), (2, neft), (3, rtgs), (4, upi))
// How a pay-in is collected.
MOHUR_ENUM(CollectionMethod, (1, upi_intent), (2, upi_qr), (3, bank_transfer))

// What the operator charges, before tax. GST is added on top (payments/fees.hpp).
struct FeePlan {
  Amount payout;                        // flat, for each processed payout
  std::int64_t payin_basis_points = 0;  // of the amount of each paid pay-in; 0 to 10,000

  bool operator==(const FeePlan&) const = default;
  MOHUR_DESCRIBE(FeePlan, (1, payout, "Charged for each payout, in minor units, before tax."),
                 (2, payin_basis_points, "Charged on each paid pay-in, in hundredths of a percent, before tax."))
};

// The span over which payouts are counted; a day and a month begin at midnight in India, an hour and a minute on the hour and
// the minute.
MOHUR_ENUM(LimitWindow, (1, transaction), (2, minute), (3, hour), (4, day), (5, month))

// The most that may be sent: of all payouts, or of those for one purpose, on one rail, or to each beneficiary (P3.3).
struct PayoutLimit {
  LimitWindow window = LimitWindow::day;
  std::optional<Purpose> purpose;
  std::optional<Rail> rail;
  std::optional<bool> per_beneficiary;  // whether each beneficiary is counted apart
  std::optional<Amount> amount;         // in the window; minor units
  std::optional<std::uint64_t> count;   // payouts in the window
  std::optional<bool> shadow;           // whether it is only tried out

  bool is_shadow() const { return shadow.value_or(false); }
  bool is_of_each_beneficiary() const { return per_beneficiary.value_or(false); }
  bool operator==(const PayoutLimit&) const = default;
  MOHUR_DESCRIBE(PayoutLimit, (1, window, "Days and months are those of India."),
                 (2, purpose, "Of payouts for any purpose when absent."), (3, rail, "Of payouts on any rail when absent."),
                 (4, per_beneficiary, "Whether each beneficiary is counted apart; not when absent."),
                 (5, amount, "The most in a window, in minor units."), (6, count, "The most payouts in a window."),
                 (7, shadow, "Whether it is only tried out: it counts and refuses nothing."))
};
inline constexpr std::size_t kMostPayoutLimits = 32;

struct Agreement {
  std::uint32_t version = 1;
  std::vector<Purpose> purposes;
  std::vector<PayerType> payer_types;
  std::vector<Rail> rails;
  std::vector<CollectionMethod> methods;
  FeePlan fees;
  std::optional<PlanId> plan;  // absent: the standard one
  std::vector<PayoutLimit> payout_limits;
  bool signed_money_out = false;

  bool operator==(const Agreement&) const = default;
  MOHUR_DESCRIBE(Agreement, (1, version), (2, purposes, "What payouts may be for."), (3, payer_types, "Who may pay pay-ins."),
                 (4, rails, "How payouts may be sent."), (5, methods, "How pay-ins may be collected."), (6, fees),
                 (7, plan, "How often the API may be called; the standard plan when absent."),
                 (8, payout_limits, "How much money may be sent; what a payout must keep to, all of them together."),
                 (9, signed_money_out, "Whether calls that send money out must be signed."))
};

// An agreement with its time: in force from `effective_at`, up to but not including `ends_at`.
struct DatedAgreement {
  Agreement agreement;
  Time effective_at;
  std::optional<Time> ends_at;

  bool is_in_force(Time at) const { return effective_at <= at && (!ends_at || at < *ends_at); }
  bool operator==(const DatedAgreement&) const = default;
  MOHUR_DESCRIBE(DatedAgreement, (1, agreement), (2, effective_at),
                 (3, ends_at, "Until then; without it, until the next change."))
};

MOHUR_ENUM(AgreementChangeStatus, (1, proposed), (2, approved), (3, rejected), (4, asked), (5, withdrawn))

// A change that one person proposes and another decides: of purposes, of limits, of the plan, for good or for a time. A client
// may ask for one; it is proposed once a person takes it up.
struct AgreementChange {
  static constexpr std::string_view object_name = "agreement_change";

  AgreementChangeId id;
  ClientId client;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  AgreementChangeStatus status = AgreementChangeStatus::proposed;
  DatedAgreement proposed;  // its version is that which it changes, until it is approved
  std::string reason;
  std::optional<PersonId> proposed_by;  // absent until somebody takes up what was asked
  std::optional<PersonId> decided_by;
  std::optional<CredentialId> asked_by;

  bool operator==(const AgreementChange&) const = default;
  MOHUR_DESCRIBE(AgreementChange, (1, id), (2, client), (3, created_at), (4, updated_at), (5, sequence), (6, status),
                 (7, proposed), (8, reason, "Why it is asked for."),
                 (9, proposed_by, "Absent until somebody takes up what the client asked for."),
                 (10, decided_by, "Never the one who proposed it."),
                 (11, asked_by, "The client's key, where the client asked for it."))
};

}  // namespace mohur::registry
