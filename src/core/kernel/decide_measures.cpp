// Decisions about measures: how a client's access is narrowed, ended and given back, in time and by enough people.
#include "kernel/telling.hpp"
#include "policy/sectors.hpp"

namespace mohur::kernel {
namespace {

using registry::Client;
using registry::Measure;
using registry::MeasureKind;
using registry::MeasureStatus;

registry::NoticeKind notice_kind(MeasureKind kind) {
  switch (kind) {
    case MeasureKind::restrict: return registry::NoticeKind::restriction;
    case MeasureKind::suspend: return registry::NoticeKind::suspension;
    case MeasureKind::terminate: return registry::NoticeKind::termination;
    case MeasureKind::reinstate: return registry::NoticeKind::reinstatement;
  }
  return registry::NoticeKind::restriction;
}

EventType client_event(MeasureKind kind) {
  switch (kind) {
    case MeasureKind::restrict: return EventType::client_restricted;
    case MeasureKind::suspend: return EventType::client_suspended;
    case MeasureKind::terminate: return EventType::client_terminated;
    case MeasureKind::reinstate: return EventType::client_reinstated;
  }
  return EventType::client_restricted;
}

// Where the client can go by this measure. Errors: state_conflict.
Result<void> check_possible(const Client& client, MeasureKind kind) {
  const auto to = registry::leads_to(kind);
  const bool is_given_back =
      client.status == registry::ClientStatus::restricted || client.status == registry::ClientStatus::suspended;
  if (registry::may_become(client.status, to) && (kind != MeasureKind::reinstate || is_given_back)) return {};
  return refuse(Outcome::state_conflict, {},
                "A client that is " + std::string{to_token(client.status)} + " cannot become " + std::string{to_token(to)} + ".");
}

void change_client(Decision& decision, const Client& client, const Measure& measure, registry::ClientStatus to, EventType type) {
  decision.add(type, Object{registry::with_measure(client, measure, to, decision.command().at)}, client.id, Mode::live);
}

// The measure as it is added with its notice; the client is told of it in the same command.
void add_and_tell(Decision& decision, const Client& client, Measure measure, EventType type) {
  const auto notice = decision.next_id<registry::NoticeId>();
  measure.notice = notice;
  decision.add(type, Object{measure}, client.id, Mode::live);
  tell(decision, client, notice, notice_kind(measure.kind), measure.id.to_string(), notice_text(measure));
}

// Its time is now: what must not wait, and what gives access back.
void take_at_once(Decision& decision, const Client& client, Measure measure) {
  measure.status = MeasureStatus::in_force;
  measure.effective_at = decision.command().at;
  add_and_tell(decision, client, measure, EventType::measure_taken);
  change_client(decision, client, measure, registry::leads_to(measure.kind), client_event(measure.kind));
}

Result<const Measure*> measure_of(const Decision& decision, registry::MeasureId id) {
  const Measure* measure = decision.state().find<Measure>(id.value);
  if (measure == nullptr) return refuse(Outcome::not_found, "measure");
  return measure;
}

// Nobody confirmed in time what did not wait for the client: it goes on as a restriction. What has suspended the client since is
// another measure's.
void lapse(Decision& decision, const Client& client, Measure measure) {
  measure.confirm_by.reset();
  decision.add(EventType::measure_lapsed, Object{measure}, client.id, Mode::live);
  if (client.status == registry::ClientStatus::suspended && client.measure == measure.id)
    change_client(decision, client, measure, registry::ClientStatus::restricted, EventType::client_restricted);
}

// Its time has come and nobody can show that the client was told: a person must see to it.
void wait_for_notice(Decision& decision, const Measure& measure) {
  Measure after = measure;
  after.is_overdue = true;
  after.updated_at = decision.command().at;
  after.sequence += 1;
  decision.add(EventType::measure_delayed, Object{after}, measure.client, Mode::live);
  raise(decision, measure.client, Mode::live, measure.id.to_string(),
        "The measure does not take effect: no channel has taken its notice, " +
            (measure.notice ? measure.notice->to_string() : std::string{"which is missing"}) + ".");
}

}  // namespace

Added take_effect(Decision& decision, const Measure& measure) {
  MOHUR_TRY_SET(client, decision.client(measure.client));
  if (!check_possible(*client, measure.kind)) {
    MOHUR_TRY_SET(overtaken, registry::moved(measure, MeasureStatus::overtaken, decision.command().at));
    decision.add(EventType::measure_overtaken, Object{overtaken}, client->id, Mode::live);
    return {};
  }
  MOHUR_TRY_SET(after, registry::moved(measure, MeasureStatus::in_force, decision.command().at));
  after.is_overdue = false;
  decision.add(EventType::measure_taken, Object{after}, client->id, Mode::live);
  change_client(decision, *client, after, registry::leads_to(after.kind), client_event(after.kind));
  return {};
}

Added decide(Decision& decision, const TakeMeasure& intent) {
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY_SET(client, decision.client(intent.client));
  const Time now = decision.command().at;
  MOHUR_TRY(check_possible(*client, intent.kind));
  if (intent.effective_at && *intent.effective_at > now + kLongestAhead)
    return refuse(Outcome::time_too_far, "effective_at", "A measure takes effect within a year.");

  // After this point, the measure stands.
  Measure measure{.id = decision.next_id<registry::MeasureId>(),
                  .client = client->id,
                  .created_at = now,
                  .updated_at = now,
                  .sequence = 1,
                  .kind = intent.kind,
                  .ground = intent.reason.ground,
                  .clause = std::string{to_token(intent.reason.clause)},
                  .evidence = intent.evidence,
                  .effective_at = std::max(intent.effective_at.value_or(now), now),
                  .critical = intent.critical,
                  .proposed_by = person};
  if (registry::needs_confirmation_first(intent.kind)) {
    measure.status = MeasureStatus::proposed;
    decision.add(EventType::measure_proposed, Object{measure}, client->id, Mode::live);
  } else if (intent.critical) {
    measure.confirm_by = now + registry::kConfirmWithin;
    take_at_once(decision, *client, std::move(measure));
  } else {
    add_and_tell(decision, *client, std::move(measure), EventType::measure_scheduled);
  }
  return {};
}

Added decide(Decision& decision, const ConfirmMeasure& intent) {
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY_SET(measure, measure_of(decision, intent.measure));
  MOHUR_TRY(registry::check_confirmation(*measure, person));
  MOHUR_TRY_SET(client, decision.client(measure->client));
  const Time now = decision.command().at;
  if (measure->status == MeasureStatus::in_force) {
    Measure after = *measure;
    after.confirmed_by = person;
    after.confirm_by.reset();
    after.updated_at = now;
    after.sequence += 1;
    decision.add(EventType::measure_confirmed, Object{after}, client->id, Mode::live);
    return {};
  }
  MOHUR_TRY(check_possible(*client, measure->kind));
  if (measure->kind == MeasureKind::reinstate) MOHUR_TRY(policy::check_sector(client->merchant_category, now));
  const bool is_at_once = measure->critical || measure->kind == MeasureKind::reinstate;
  MOHUR_TRY_SET(after, registry::moved(*measure, is_at_once ? MeasureStatus::in_force : MeasureStatus::scheduled, now));
  after.confirmed_by = person;
  after.effective_at = std::max(after.effective_at, now);
  if (is_at_once)
    take_at_once(decision, *client, std::move(after));
  else
    add_and_tell(decision, *client, std::move(after), EventType::measure_scheduled);
  return {};
}

Added decide(Decision& decision, const RejectMeasure& intent) {
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY_SET(measure, measure_of(decision, intent.measure));
  MOHUR_TRY(registry::check_confirmation(*measure, person));
  const bool is_in_force = measure->status == MeasureStatus::in_force;
  MOHUR_TRY_SET(after,
                registry::moved(*measure, is_in_force ? MeasureStatus::lapsed : MeasureStatus::rejected, decision.command().at));
  if (is_in_force) {
    MOHUR_TRY_SET(client, decision.client(after.client));
    lapse(decision, *client, std::move(after));
  } else {
    decision.add(EventType::measure_rejected, Object{after}, after.client, Mode::live);
  }
  return {};
}

// Before it takes effect anybody may take it back: the client is then better off.
Added decide(Decision& decision, const WithdrawMeasure& intent) {
  MOHUR_TRY(decision.person());
  MOHUR_TRY_SET(measure, measure_of(decision, intent.measure));
  MOHUR_TRY_SET(after, registry::moved(*measure, MeasureStatus::withdrawn, decision.command().at));
  decision.add(EventType::measure_withdrawn, Object{after}, after.client, Mode::live);
  return {};
}

// Its time has come, or the time by which it had to be confirmed.
Added decide(Decision& decision, const WakeMeasure& intent) {
  MOHUR_TRY_SET(measure, measure_of(decision, intent.measure));
  const Time now = decision.command().at;
  const auto due = registry::due_at(*measure);
  if (!due || *due > now) return refuse(Outcome::state_conflict, {}, "Nothing is due.");
  if (measure->status == MeasureStatus::in_force) {
    MOHUR_TRY_SET(client, decision.client(measure->client));
    MOHUR_TRY_SET(after, registry::moved(*measure, MeasureStatus::lapsed, now));
    lapse(decision, *client, std::move(after));
    return {};
  }
  const auto* notice = measure->notice ? decision.state().find<registry::Notice>(measure->notice->value) : nullptr;
  if (notice != nullptr && notice->status == registry::NoticeStatus::sent) return take_effect(decision, *measure);
  wait_for_notice(decision, *measure);
  return {};
}

}  // namespace mohur::kernel
