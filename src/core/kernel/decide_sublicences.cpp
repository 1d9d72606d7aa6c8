// Decisions about sublicences: third parties for which a client may send money.
#include "kernel/decision.hpp"

namespace mohur::kernel {
namespace {

using registry::Sublicence;

// One of the client that the call is for, or any when the operator's people call.
Result<const Sublicence*> find_sublicence(const Decision& decision, registry::SublicenceId id) {
  const auto* found = decision.state().find<Sublicence>(id.value);
  const ClientId client = decision.command().client;
  if (found == nullptr || (!client.is_zero() && found->client != client)) return refuse(Outcome::not_found, "sublicence");
  return found;
}

// The document of the client's application that holds the approval, as one who has the authority gave it.
Result<registry::Document> approval_of(const Decision& decision, ClientId client, registry::DocumentId id) {
  const auto* application = decision.state().find<registry::Application>(client.value);
  if (application != nullptr)
    for (const registry::Document& document : application->documents)
      if (document.id == id && document.kind == registry::DocumentKind::authority) return document;
  return refuse(Outcome::not_found, "approval",
                "The client's application has no such document of kind authority: add the approval to it first.");
}

}  // namespace

Added decide(Decision& decision, const ProposeSublicence& intent) {
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY_SET(client, decision.client(intent.client));
  MOHUR_TRY(registry::check_issue(*client));
  MOHUR_TRY_SET(approval, approval_of(decision, intent.client, intent.approval));
  MOHUR_TRY(policy::check_payout_limits(intent.payout_limits));
  const Time now = decision.command().at;
  const Sublicence proposed{.id = decision.next_id<registry::SublicenceId>(),
                            .client = intent.client,
                            .created_at = now,
                            .updated_at = now,
                            .sequence = 1,
                            .name = intent.name,
                            .reason = intent.reason,
                            .approval = approval,
                            .payout_limits = intent.payout_limits,
                            .proposed_by = person,
                            .decided_by = {},
                            .ended_at = {}};
  decision.add(EventType::sublicence_proposed, Object{proposed}, intent.client, Mode::live);
  return {};
}

Added decide(Decision& decision, const DecideSublicence& intent) {
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY_SET(sublicence, find_sublicence(decision, intent.sublicence));
  MOHUR_TRY_SET(client, decision.client(sublicence->client));
  if (intent.approve) MOHUR_TRY(registry::check_issue(*client));
  MOHUR_TRY_SET(after, registry::decide_sublicence(*sublicence, intent.approve, person, decision.command().at));
  const auto type = intent.approve ? EventType::sublicence_approved : EventType::sublicence_rejected;
  decision.add(type, Object{after}, after.client, Mode::live);
  return {};
}

// Its keys are refused from then on. What was sent to a bank goes on; what waits fails when its time comes.
Added decide(Decision& decision, const EndSublicence& intent) {
  if (decision.command().sublicence) return refuse(Outcome::scope_missing, {}, "The client ends it, or the operator.");
  MOHUR_TRY_SET(sublicence, find_sublicence(decision, intent.sublicence));
  if (!decision.command().client.is_zero() && sublicence->status == registry::SublicenceStatus::proposed)
    return refuse(Outcome::not_found, "sublicence");
  MOHUR_TRY_SET(after, registry::end_sublicence(*sublicence, decision.command().at));
  decision.add(EventType::sublicence_ended, Object{after}, after.client, Mode::live);
  return {};
}

}  // namespace mohur::kernel
