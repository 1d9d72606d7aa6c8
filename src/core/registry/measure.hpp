// A measure: a step by which a client's access is narrowed, ended or given back, with its ground, its notice and its time.
//
// Usual     The client is told first. The measure takes effect at its time, if by then the notice was sent; until it is, the
//           measure waits, and a person's eyes are called for.
// Critical  It takes effect at once, and says so. A second person confirms it within four hours, or it lapses: the client is then
//           restricted, no more.
// Four eyes To end a client's access, and to give it back, a second person must confirm before anything happens.
// States    proposed → scheduled | in_force | rejected | withdrawn; scheduled → in_force | withdrawn | overtaken;
//           in_force → lapsed.
// Source    policy clauses P5.3, P8.1, P8.2
#pragma once

#include "registry/life.hpp"
#include "registry/notice.hpp"

namespace mohur::registry {

// What is done: to what state the client goes.
MOHUR_ENUM(MeasureKind, (1, restrict), (2, suspend), (3, terminate), (4, reinstate))
MOHUR_ENUM(MeasureStatus, (1, proposed), (2, scheduled), (3, in_force), (4, lapsed), (5, rejected), (6, withdrawn),
           (7, overtaken))

struct Measure {
  static constexpr std::string_view object_name = "measure";

  MeasureId id;
  ClientId client;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  MeasureStatus status = MeasureStatus::scheduled;
  MeasureKind kind = MeasureKind::restrict;
  Ground ground = Ground::policy_breach;
  std::string clause;
  std::string evidence;
  Time effective_at;
  bool critical = false;
  std::optional<Time> confirm_by;
  PersonId proposed_by;
  std::optional<PersonId> confirmed_by;
  std::optional<NoticeId> notice;
  bool is_overdue = false;  // its time has come, and its notice was not sent

  bool operator==(const Measure&) const = default;
  MOHUR_DESCRIBE(Measure, (1, id), (2, client), (3, created_at), (4, updated_at), (5, sequence), (6, status), (7, kind),
                 (8, ground), (9, clause, "The policy clause behind it."), (10, evidence, "Where what it rests on can be found."),
                 (11, effective_at, "When it takes effect, if the notice was sent by then."),
                 (12, critical, "Whether it took effect before the client was told."),
                 (13, confirm_by, "Until then a second person must confirm it; null when nobody must."), (14, proposed_by),
                 (15, confirmed_by, "Never the one who proposed it."), (16, notice, "By which the client is told."),
                 (17, is_overdue, "Its time has come, and its notice was not sent."))
};

inline constexpr Duration kConfirmWithin = hours(4);

constexpr ClientStatus leads_to(MeasureKind kind) {
  switch (kind) {
    case MeasureKind::restrict: return ClientStatus::restricted;
    case MeasureKind::suspend: return ClientStatus::suspended;
    case MeasureKind::terminate: return ClientStatus::terminated;
    case MeasureKind::reinstate: return ClientStatus::approved;
  }
  return ClientStatus::restricted;
}
constexpr bool needs_confirmation_first(MeasureKind kind) {
  return kind == MeasureKind::terminate || kind == MeasureKind::reinstate;
}

constexpr bool may_become(MeasureStatus from, MeasureStatus to) {
  using enum MeasureStatus;
  switch (to) {
    case proposed: return false;
    case scheduled:
    case rejected: return from == proposed;
    case in_force:
    case withdrawn: return from == proposed || from == scheduled;
    case overtaken: return from == scheduled;
    case lapsed: return from == in_force;
  }
  return false;
}

// When a timer must look at it again.
std::optional<Time> due_at(const Measure& measure);

// The measure in another state. Errors: state_conflict where it is in none of the states that lead there.
Result<Measure> moved(const Measure& measure, MeasureStatus to, Time now);
// The client as the measure leaves it: in the state that it leads to, or that is left of it when it lapses.
Client with_measure(const Client& client, const Measure& measure, ClientStatus to, Time now);
// Errors: four_eyes_required for whoever proposed it; state_conflict where there is nothing to confirm.
Result<void> check_confirmation(const Measure& measure, PersonId by);

}  // namespace mohur::registry
