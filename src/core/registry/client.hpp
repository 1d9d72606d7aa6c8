// A client: a registered business that uses the API, and the agreement that says what it may do.
//
// States   applied → under_review → approved | declined; approved ⇄ restricted ⇄ suspended; any → terminated.
//          Restricted: reads and refunds work, no new money out. Suspended: reads only. Terminated: nothing.
// Source   policy clauses P1.1, P1.4, P2.1, P2.2, P8.1
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/describe.hpp"
#include "base/ids.hpp"
#include "base/sealed.hpp"
#include "base/time.hpp"
#include "money/money.hpp"
#include "registry/clause.hpp"

namespace mohur::registry {

using ClientId = Id<"client">;
using PersonId = Id<"person">;

MOHUR_ENUM(ClientStatus, (1, applied), (2, under_review), (3, approved), (4, declined), (5, restricted), (6, suspended),
           (7, terminated))

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

struct Agreement {
  std::uint32_t version = 1;
  std::vector<Purpose> purposes;
  std::vector<PayerType> payer_types;
  std::vector<Rail> rails;
  std::vector<CollectionMethod> methods;
  FeePlan fees;

  bool operator==(const Agreement&) const = default;
  MOHUR_DESCRIBE(Agreement, (1, version), (2, purposes, "What payouts may be for."), (3, payer_types, "Who may pay pay-ins."),
                 (4, rails, "How payouts may be sent."), (5, methods, "How pay-ins may be collected."), (6, fees))
};

struct Client {
  static constexpr std::string_view object_name = "client";

  ClientId id;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;  // of its events; the first is 1
  ClientStatus status = ClientStatus::applied;
  Sealed legal_name;
  Sealed contact_email;
  std::string merchant_category;  // four digits, ISO 18245
  Agreement agreement;
  PersonId applied_by;
  std::optional<PersonId> reviewed_by;
  std::optional<PersonId> decided_by;
  std::optional<std::string> clause;  // that a decline, restriction, suspension or termination names, with its ground
  std::optional<Ground> ground;

  bool operator==(const Client&) const = default;
  MOHUR_DESCRIBE(
      Client, (1, id), (2, created_at), (3, updated_at),
      (4, sequence, "Grows by one with each change; order and drop duplicates by it."), (5, status), (6, legal_name),
      (7, contact_email), (8, merchant_category, "Four digits, ISO 18245."), (9, agreement),
      (10, applied_by, "Who filed the application."), (11, reviewed_by),
      (12, decided_by,
       "Who made the last decision. An approval, a decline or a termination is never made by the one who applied or reviewed."),
      (13, clause, "The policy clause behind a decline, restriction, suspension or termination."),
      (14, ground, "What that is for; absent where it was decided before grounds were named."))
};

// What a client in this state may still do.
constexpr bool may_read(ClientStatus status) { return status != ClientStatus::terminated && status != ClientStatus::declined; }
constexpr bool may_write(ClientStatus status) { return status == ClientStatus::approved || status == ClientStatus::restricted; }
constexpr bool may_send_money(ClientStatus status) { return status == ClientStatus::approved; }

}  // namespace mohur::registry
