// A client: a registered business that uses the API under an agreement.
//
// States   applied → under_review → approved | declined; approved ⇄ restricted ⇄ suspended; any → terminated.
//          Restricted: reads and refunds work, no new money out. Suspended: reads only. Terminated: nothing.
// Source   policy clauses P1.1, P8.1
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/describe.hpp"
#include "base/ids.hpp"
#include "base/sealed.hpp"
#include "base/time.hpp"
#include "money/mode.hpp"
#include "registry/agreement.hpp"
#include "registry/clause.hpp"

namespace mohur::registry {

MOHUR_ENUM(ClientStatus, (1, applied), (2, under_review), (3, approved), (4, declined), (5, restricted), (6, suspended),
           (7, terminated))

// How much harm a client could do, by who it is, what it does and how much of it.
MOHUR_ENUM(RiskGrade, (1, low), (2, medium), (3, high))

using MeasureId = Id<"msr">;

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
  std::optional<DatedAgreement> next_agreement;
  std::optional<MeasureId> measure;                                // by which its access was last narrowed or given back
  std::optional<RiskGrade> risk_grade;                             // what its last review found
  std::optional<ClientId> previous;                                // the declined application that this one follows
  bool counts_payouts = false;                                     // an agreement of this client has, or had, limits on payouts
  std::optional<ApprovalWorkflowId> test_workflow, live_workflow;  // that are active

  bool operator==(const Client&) const = default;
  const std::optional<ApprovalWorkflowId>& workflow(Mode mode) const {
    return mode == Mode::test ? test_workflow : live_workflow;
  }
  std::optional<ApprovalWorkflowId>& workflow(Mode mode) { return mode == Mode::test ? test_workflow : live_workflow; }
  MOHUR_DESCRIBE(
      Client, (1, id), (2, created_at), (3, updated_at),
      (4, sequence, "Grows by one with each change; order and drop duplicates by it."), (5, status), (6, legal_name),
      (7, contact_email), (8, merchant_category, "Four digits, ISO 18245."), (9, agreement),
      (10, applied_by, "Who filed the application."), (11, reviewed_by),
      (12, decided_by,
       "Who made the last decision. An approval, a decline or a termination is never made by the one who applied or reviewed."),
      (13, clause, "The policy clause behind a decline, restriction, suspension or termination."),
      (14, ground, "What that is for; absent where it was decided before grounds were named."),
      (15, next_agreement, "An approved change: it replaces the agreement at its time, and ends by itself where it has an end."),
      (16, counts_payouts, internal), (17, measure, "By which its access was last narrowed or given back."),
      (18, risk_grade, "What the last review found; null before there was one."),
      (19, previous, "The client of the declined application that this one follows."),
      (20, test_workflow, "By which its payouts in test mode are approved; null: by nobody."),
      (21, live_workflow, "By which its payouts in live mode are approved; null: by nobody."))
};

// The agreement that is in force.
inline const Agreement& agreement_of(const Client& client, Time at) {
  return client.next_agreement && client.next_agreement->is_in_force(at) ? client.next_agreement->agreement : client.agreement;
}

// The agreement that holds for good: the one that a change changes.
inline const Agreement& lasting_agreement(const Client& client) {
  return client.next_agreement && !client.next_agreement->ends_at ? client.next_agreement->agreement : client.agreement;
}

// What a client in this state may still do.
constexpr bool may_read(ClientStatus status) { return status != ClientStatus::terminated && status != ClientStatus::declined; }
constexpr bool may_write(ClientStatus status) { return status == ClientStatus::approved || status == ClientStatus::restricted; }
constexpr bool may_send_money(ClientStatus status) { return status == ClientStatus::approved; }
// Those who use the API, or may again.
constexpr bool is_told_of_policies(ClientStatus status) { return may_write(status) || status == ClientStatus::suspended; }

}  // namespace mohur::registry
