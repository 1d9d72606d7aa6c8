// Decisions about plans and about changes of agreements: one person proposes, another decides.
#include "kernel/decision.hpp"
#include "policy/sectors.hpp"

namespace mohur::kernel {
namespace {

using policy::Plan;
using policy::PlanStatus;
using registry::AgreementChange;
using registry::AgreementChangeStatus;

EventType type_of(PlanStatus to) {
  switch (to) {
    case PlanStatus::active: return EventType::plan_activated;
    case PlanStatus::rejected: return EventType::plan_rejected;
    case PlanStatus::retired: return EventType::plan_retired;
    case PlanStatus::proposed: break;
  }
  return EventType::plan_proposed;
}

Result<void> check_times(const registry::DatedAgreement& proposed, Time now) {
  if (proposed.effective_at > now + kLongestAhead)
    return refuse(Outcome::time_too_far, "effective_at", "A change begins within a year.");
  if (!proposed.ends_at) return {};
  if (*proposed.ends_at <= std::max(now, proposed.effective_at))
    return refuse(Outcome::time_not_in_future, "ends_at", "A change ends after it begins, and not before now.");
  if (*proposed.ends_at > now + kLongestAhead)
    return refuse(Outcome::time_too_far, "ends_at", "A change for a time ends within a year; without an end it is for good.");
  return {};
}

// Whoever proposes it or asks for it.
Result<void> check_proposed(const Decision& decision, const registry::Client& client, const registry::DatedAgreement& proposed) {
  if (client.status == registry::ClientStatus::terminated) return refuse(Outcome::client_terminated);
  const Time now = decision.command().at;
  MOHUR_TRY(policy::check_sector(client.merchant_category, now));
  MOHUR_TRY(check_times(proposed, now));
  MOHUR_TRY(decision.check_plan(proposed.agreement.plan, client.risk_grade));
  return policy::check_payout_limits(proposed.agreement.payout_limits);
}

Result<const AgreementChange*> find_change(const Decision& decision, registry::AgreementChangeId id) {
  const auto* change = decision.state().find<AgreementChange>(id.value);
  const ClientId client = decision.command().client;
  if (change == nullptr || (!client.is_zero() && change->client != client)) return refuse(Outcome::not_found, "agreement_change");
  return change;
}

// One wish at a time: whoever decides sees the last word.
Result<void> check_asks_once(const Decision& decision, Key128 claim) {
  const auto* last = decision.state().find<Claim>(claim);
  const auto* change = last == nullptr ? nullptr : decision.state().find<AgreementChange>(last->object);
  if (change == nullptr) return {};
  if (change->status != AgreementChangeStatus::asked && change->status != AgreementChangeStatus::proposed) return {};
  return refuse(Outcome::state_conflict, {},
                change->id.to_string() + " is not decided yet: withdraw it to ask for something else.");
}

}  // namespace

Added decide(Decision& decision, const ProposePlan& intent) {
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY(policy::check_allowance(intent.allowance));
  const Time now = decision.command().at;
  const Plan plan{.id = decision.next_id<policy::PlanId>(),
                  .created_at = now,
                  .updated_at = now,
                  .sequence = 1,
                  .name = intent.name,
                  .allowance = intent.allowance,
                  .proposed_by = person,
                  .for_high_risk = intent.for_high_risk};
  decision.add(EventType::plan_proposed, Object{plan}, {}, Mode::live);
  return {};
}

Added decide(Decision& decision, const DecidePlan& intent) {
  MOHUR_TRY_SET(person, decision.person());
  const Plan* plan = decision.state().find<Plan>(intent.plan.value);
  if (plan == nullptr) return refuse(Outcome::not_found, "plan");
  MOHUR_TRY_SET(after, policy::decide_plan(*plan, intent.to, person, decision.command().at));
  decision.add(type_of(intent.to), Object{after}, {}, Mode::live);
  return {};
}

Added decide(Decision& decision, const ProposeAgreement& intent) {
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY_SET(client, decision.client(intent.client));
  MOHUR_TRY(check_proposed(decision, *client, intent.proposed));
  const Time now = decision.command().at;
  const AgreementChange change{.id = decision.next_id<registry::AgreementChangeId>(),
                               .client = intent.client,
                               .created_at = now,
                               .updated_at = now,
                               .sequence = 1,
                               .proposed = intent.proposed,
                               .reason = intent.reason,
                               .proposed_by = person};
  decision.add(EventType::agreement_change_proposed, Object{change}, change.client, Mode::live);
  return {};
}

Added decide(Decision& decision, const AskForAgreement& intent) {
  const Command& command = decision.command();
  MOHUR_TRY_SET(client, decision.client(command.client));
  MOHUR_TRY(check_proposed(decision, *client, intent.proposed));
  MOHUR_TRY(check_asks_once(decision, intent.claim));
  const AgreementChange change{.id = decision.next_id<registry::AgreementChangeId>(),
                               .client = client->id,
                               .created_at = command.at,
                               .updated_at = command.at,
                               .sequence = 1,
                               .status = AgreementChangeStatus::asked,
                               .proposed = intent.proposed,
                               .reason = intent.reason,
                               .proposed_by = {},
                               .decided_by = {},
                               .asked_by = registry::CredentialId{command.caller.credential}};
  claim(decision.add(EventType::agreement_change_asked, Object{change}, change.client, Mode::live), intent.claim);
  return {};
}

Added decide(Decision& decision, const TakeUpAgreement& intent) {
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY_SET(change, find_change(decision, intent.change));
  MOHUR_TRY_SET(client, decision.client(change->client));
  MOHUR_TRY_SET(after, registry::take_up(*change, person, decision.command().at));
  MOHUR_TRY(check_proposed(decision, *client, after.proposed));
  decision.add(EventType::agreement_change_proposed, Object{after}, after.client, Mode::live);
  return {};
}

Added decide(Decision& decision, const WithdrawAgreement& intent) {
  MOHUR_TRY_SET(change, find_change(decision, intent.change));
  if (!change->asked_by) return refuse(Outcome::not_found, "agreement_change");  // what others proposed is theirs
  MOHUR_TRY_SET(after, registry::withdraw_change(*change, decision.command().at));
  decision.add(EventType::agreement_change_withdrawn, Object{after}, after.client, Mode::live);
  return {};
}

// An approval is two events of one command: what was decided, and the client as it stands afterwards.
Added decide(Decision& decision, const DecideAgreement& intent) {
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY_SET(change, find_change(decision, intent.change));
  const Time now = decision.command().at;
  MOHUR_TRY_SET(after, registry::decide_change(*change, intent.approve, person, now));
  if (!intent.approve) {
    const auto type = after.asked_by ? EventType::agreement_change_declined : EventType::agreement_change_rejected;
    decision.add(type, Object{after}, after.client, Mode::live);
    return {};
  }
  MOHUR_TRY_SET(client, decision.client(after.client));
  MOHUR_TRY(decision.check_plan(after.proposed.agreement.plan, client->risk_grade));
  MOHUR_TRY(policy::check_sector(client->merchant_category, now));
  MOHUR_TRY_SET(changed, registry::with_change(*client, after, now));
  after.proposed = *changed.next_agreement;  // with its version
  decision.add(EventType::agreement_change_approved, Object{after}, after.client, Mode::live);
  decision.add(EventType::client_agreement_changed, Object{changed}, after.client, Mode::live);
  return {};
}

}  // namespace mohur::kernel
