// Decisions about beneficiaries and payouts.
#include "kernel/paying.hpp"

namespace mohur::kernel {
namespace {

using payments::Beneficiary;
using payments::Payout;
using payments::PayoutStatus;

// `was` is nothing of a new one.
EventType type_of(const Payout* was, const Payout& after) {
  using enum PayoutStatus;
  const PayoutStatus before = was == nullptr ? pending_approval : was->status;
  switch (after.status) {
    case scheduled: return EventType::payout_scheduled;
    case queued: return before == queued ? EventType::payout_updated : EventType::payout_queued;
    case processing:
      if (before != processing) return EventType::payout_initiated;
      return after.dispatch > was->dispatch ? EventType::payout_redispatched : EventType::payout_updated;
    case processed: return EventType::payout_processed;
    case failed: return EventType::payout_failed;
    case reversed: return EventType::payout_reversed;
    case cancelled: return EventType::payout_cancelled;
    case pending_approval: return after.sequence == 1 ? EventType::payout_approval_requested : EventType::payout_approval_given;
    case rejected: return EventType::payout_rejected;
  }
  return EventType::payout_updated;
}

struct Found {
  const Payout* payout;
  const registry::Client* client;
  const Beneficiary* beneficiary;
};

Result<Found> find(Decision& decision, payments::PayoutId id) {
  const Payout* payout = decision.state().find<Payout>(id.value);
  if (payout == nullptr) return refuse(Outcome::not_found, "payout");
  decision.follow(*payout);
  MOHUR_TRY_SET(client, decision.client(payout->client));
  const Beneficiary* beneficiary = decision.state().find<Beneficiary>(payout->beneficiary.value);
  if (beneficiary == nullptr) return refuse(Outcome::not_found, "beneficiary");
  return Found{payout, client, beneficiary};
}

payments::PayoutFacts facts_of(Decision& decision, const registry::Client& client, const Beneficiary& beneficiary, Mode mode) {
  return {client,
          decision.agreement(client),
          beneficiary,
          decision.state().ledger,
          decision.now(client.id, mode),
          decision.next_transfer()};
}

// A beneficiary has one owner, who pays it: so what it was paid is counted in one place.
Result<void> check_owner(const Beneficiary& beneficiary, const Payer& payer) {
  if (beneficiary.sublicence == payer.sublicence) return {};
  return refuse(Outcome::not_found, "beneficiary", "A sublicence has made it, and pays it: create one of your own.");
}

// Who sends money for its client is not told what the client has.
std::unexpected<Refusal> told_to_caller(const Decision& decision, Refusal refusal) {
  if (decision.command().sublicence && refusal.outcome == Outcome::insufficient_balance) refusal.detail.clear();
  return std::unexpected(std::move(refusal));
}

policy::Spending spending_of(const Payout& payout) {
  return {payout.mode, payout.purpose, payout.rail, payout.amount, payout.counted_at.value_or(payout.created_at)};
}

// Whether others that wait for balance go before it.
bool is_behind(const Decision& decision, const QueuePlace& place, ClientId client, Mode mode) {
  const auto first = decision.state().open.first_queued(client, mode);
  return first && *first < place;
}
bool is_behind(const Decision& decision, const Payout& payout) {
  return is_behind(decision, {payout.priority, payout.id.value}, payout.client, payout.mode);
}

policy::Usage usage_of(const Decision& decision, Key128 owner) {
  const policy::Usage* known = decision.state().find<policy::Usage>(owner);
  return known == nullptr ? policy::Usage{.owner = owner, .counters = {}} : *known;
}

// What the client's workflow asks about a payout that is about to be made.
Result<std::optional<payments::ApprovalState>> approval_of(const Decision& decision, const registry::Client& client,
                                                           const Payer& payer, const payments::PayoutOrder& order,
                                                           const Beneficiary& beneficiary) {
  const auto& id = client.workflow(payer.mode);
  if (!id) return std::nullopt;
  const auto* workflow = decision.state().find<payments::ApprovalWorkflow>(id->value);
  if (workflow == nullptr) return refuse(Outcome::not_found, "approval_workflow");
  return payments::needed(*workflow, payments::to_approve(order, beneficiary, payer.key, decision.now(client.id, payer.mode)));
}

// Nothing where it is of none. Errors: not_found.
Result<const payments::Batch*> batch_of(const Decision& decision, const std::optional<payments::BatchRow>& row) {
  if (!row) return nullptr;
  return decision.own<payments::Batch>(row->batch.value, "batch");
}

// Nothing more is paid of a batch once a key that had a hand in it is revoked: its rows may be somebody else's.
Result<void> check_hands(const Decision& decision, const std::optional<payments::BatchRow>& row) {
  const auto* batch = row ? decision.state().find<payments::Batch>(row->batch.value) : nullptr;
  if (batch != nullptr)
    for (const registry::CredentialId hand : batch->handled_by) MOHUR_TRY(check_not_revoked(decision, hand.value));
  return {};
}

Result<void> check_accepted(const payments::Batch* batch) {
  if (batch == nullptr || batch->status == payments::BatchStatus::processing) return {};
  return refuse(Outcome::state_conflict, {}, "The batch is " + std::string{to_token(batch->status)} + ".");
}

// A row whose time has passed while its batch waited is due now.
payments::PayoutOrder due_order(const Decision& decision, const CreatePayout& intent) {
  payments::PayoutOrder order = intent.order;
  if (intent.row && order.scheduled_at && *order.scheduled_at <= decision.now()) order.scheduled_at.reset();
  return order;
}

// Who has counters of a payout: its client, its beneficiary, and whoever it is sent for.
std::vector<Key128> counting(const registry::Client& client, const Payout& payout) {
  if (!client.counts_payouts && !payout.sublicence) return {};
  std::vector<Key128> owners{client.id.value, payout.beneficiary.value};
  if (payout.sublicence) owners.push_back(payout.sublicence->value);
  return owners;
}

// Counts a payout in the limits of the agreement, and of the sublicence, from what is used of them: in the order of counting().
// Errors: payout_limit_exceeded.
Result<std::vector<policy::Usage>> count_on(const Decision& decision, const registry::Client& client, const Payout& payout,
                                            std::vector<policy::Usage> usages) {
  if (usages.empty()) return usages;
  const registry::Agreement& agreement = decision.agreement(client);
  std::vector<policy::LimitSet> sets{{agreement.payout_limits, usages[0], agreement.version, !payout.sublicence}};
  if (payout.sublicence) {
    const auto* sublicence = decision.state().find<registry::Sublicence>(payout.sublicence->value);
    if (sublicence == nullptr) return refuse(Outcome::not_found, "sublicence");
    sets.push_back({sublicence->payout_limits, usages[2]});
  }
  MOHUR_TRY(policy::count(sets, spending_of(payout), usages[1]));
  std::erase_if(usages, [](const policy::Usage& usage) { return usage.counters.empty(); });
  return usages;
}

Result<std::vector<policy::Usage>> count(const Decision& decision, const registry::Client& client, const Payout& payout) {
  std::vector<policy::Usage> usages;
  for (const Key128 owner : counting(client, payout)) usages.push_back(usage_of(decision, owner));
  return count_on(decision, client, payout, std::move(usages));
}

// A payout that changes to another rail counts there and now, and no longer where it did. Errors: payout_limit_exceeded.
Result<std::vector<policy::Usage>> recount(const Decision& decision, const registry::Client& client, const Payout& before,
                                           Payout& after) {
  after.counted_at = after.updated_at;
  std::vector<policy::Usage> usages;
  for (const Key128 owner : counting(client, before)) {
    usages.push_back(usage_of(decision, owner));
    policy::release(spending_of(before), usages.back());
  }
  return count_on(decision, client, after, std::move(usages));
}

// What did not go out in the end is taken out of the limits again.
std::vector<policy::Usage> release(const Decision& decision, const registry::Client& client, const Payout& payout) {
  std::vector<policy::Usage> usages;
  for (const Key128 owner : counting(client, payout)) {
    policy::Usage usage = usage_of(decision, owner);
    if (policy::release(spending_of(payout), usage)) usages.push_back(std::move(usage));
  }
  return usages;
}

Added take(Decision& decision, const registry::Client& client, const Payout& before, payments::PayoutStep step,
           std::vector<policy::Usage> usages = {}) {
  MOHUR_TRY(decision.state().ledger.check(step.chain));
  const EventType type = type_of(&before, step.after);
  if (!payments::is_undone(before.status) && payments::is_undone(step.after.status))
    usages = release(decision, client, step.after);
  decision.add(type, std::move(step.after), std::move(step.chain)).usages = std::move(usages);
  return {};
}

// What this caller created before under the same tuple, while payouts to it are allowed.
const Beneficiary* match(const State& state, Key128 tuple) {
  const Claim* known = state.find<Claim>(tuple);
  if (known == nullptr) return nullptr;
  const auto* beneficiary = state.find<Beneficiary>(known->object);
  return beneficiary != nullptr && beneficiary->status == payments::BeneficiaryStatus::active ? beneficiary : nullptr;
}

// The caller is handed the object that is there. Nothing happens, except that a key which came with the call is kept: as with
// any other call, the same key with another body is refused from then on.
void hand_out(Decision& decision, const Beneficiary& known) {
  decision.hand_out(known.id.value);
  if (!decision.command().idempotency) return;
  Beneficiary matched = known;
  matched.sequence += 1;
  decision.add(EventType::beneficiary_matched, std::move(matched));
}

}  // namespace

bool has_ended(const Decision& decision, const std::optional<registry::SublicenceId>& id) {
  if (!id) return false;
  const auto* sublicence = decision.state().find<registry::Sublicence>(id->value);
  return sublicence == nullptr || !registry::check_active(*sublicence);
}

Result<void> check_not_revoked(const Decision& decision, Key128 key) {
  const auto* credential = decision.state().find<registry::Credential>(key);
  if (credential == nullptr || credential->status != registry::CredentialStatus::revoked) return {};
  return refuse(Outcome::credential_revoked, {}, "A key that had a hand in it was revoked.");
}

Result<payments::PayoutStep> new_payout(Decision& decision, const Payer& payer, payments::BeneficiaryId to,
                                        const payments::PayoutOrder& order, const payments::Batch* batch) {
  MOHUR_TRY_SET(client, decision.client(payer.client));
  MOHUR_TRY_SET(beneficiary, decision.own<Beneficiary>(to.value, "beneficiary"));
  MOHUR_TRY(check_owner(*beneficiary, payer));
  MOHUR_TRY(check_accepted(batch));
  payments::PayoutFacts facts = facts_of(decision, *client, *beneficiary, payer.mode);
  if (batch == nullptr) {  // a batch was agreed to as a whole
    MOHUR_TRY_SET(approval, approval_of(decision, *client, payer, order, *beneficiary));
    facts.approval = std::move(approval);
  }
  const auto id = decision.next_id<payments::PayoutId>();
  facts.is_behind = is_behind(decision, {order.priority, id.value}, client->id, payer.mode);
  MOHUR_TRY_SET(step, payments::create_payout(id, payer.mode, order, facts));
  step.after.sublicence = payer.sublicence;
  return step;
}

Result<Event*> add_payout(Decision& decision, payments::PayoutStep step) {
  Payout& payout = step.after;
  MOHUR_TRY_SET(client, decision.client(payout.client));
  MOHUR_TRY_SET(usages, count(decision, *client, payout));
  const EventType type = type_of(nullptr, payout);
  Event& event = decision.add(type, std::move(payout), std::move(step.chain));
  event.usages = std::move(usages);
  return &event;
}

Added decide(Decision& decision, const CreateBeneficiary& intent) {
  MOHUR_TRY(check_not_revoked(decision, decision.command().caller.id));
  MOHUR_TRY_SET(client, decision.client(decision.command().client));
  MOHUR_TRY(registry::check_may_write(*client));
  if (const Beneficiary* known = match(decision.state(), intent.claim)) {
    hand_out(decision, *known);
    return {};
  }
  Beneficiary made = intent.beneficiary;
  made.id = decision.next_id<payments::BeneficiaryId>();
  made.client = decision.command().client;
  made.sublicence = decision.command().sublicence;
  made.mode = decision.command().mode;
  made.created_at = made.updated_at = decision.now();
  made.sequence = 1;
  claim(decision.add(EventType::beneficiary_created, made), intent.claim);
  return {};
}

Added decide(Decision& decision, const DeactivateBeneficiary& intent) {
  MOHUR_TRY_SET(beneficiary, decision.own<Beneficiary>(intent.beneficiary.value, "beneficiary"));
  MOHUR_TRY_SET(after, payments::deactivate(*beneficiary, decision.now()));
  decision.add(EventType::beneficiary_deactivated, after);
  return {};
}

Added decide(Decision& decision, const CreatePayout& intent) {
  if (const Claim* known = intent.row_claim ? decision.state().find<Claim>(*intent.row_claim) : nullptr) {
    decision.hand_out(known->object);
    return {};
  }
  MOHUR_TRY(check_hands(decision, intent.row));
  MOHUR_TRY_SET(client, decision.client(decision.command().client));
  MOHUR_TRY(registry::check_may_send_money(*client));
  MOHUR_TRY(payments::check_form(intent.order));
  MOHUR_TRY(decision.check_unclaimed(intent.reference_claim, "reference_id"));
  const payments::PayoutOrder order = due_order(decision, intent);
  MOHUR_TRY(payments::check_order(order, decision.agreement(*client)));
  MOHUR_TRY_SET(batch, batch_of(decision, intent.row));
  const Command& command = decision.command();
  const Payer payer{client->id, command.mode, command.sublicence, payments::CredentialId{command.caller.id}};
  auto step = new_payout(decision, payer, intent.beneficiary, order, batch);
  if (!step) return told_to_caller(decision, std::move(step).error());
  step->after.batch = intent.row;
  MOHUR_TRY_SET(event, add_payout(decision, std::move(*step)));
  claim(*event, intent.reference_claim);
  claim(*event, intent.row_claim);
  return {};
}

Added decide(Decision& decision, const CancelPayout& intent) {
  MOHUR_TRY_SET(payout, decision.own<Payout>(intent.payout.value, "payout"));
  MOHUR_TRY_SET(step, payments::cancel_payout(*payout, decision.now()));
  MOHUR_TRY_SET(client, decision.client(payout->client));
  return take(decision, *client, *payout, std::move(step));
}

Added decide(Decision& decision, const DecidePayout& intent) {
  MOHUR_TRY_SET(key, decision.key());
  MOHUR_TRY_SET(own, decision.own<Payout>(intent.payout.value, "payout"));
  MOHUR_TRY_SET(found, find(decision, own->id));
  const Payout& payout = *found.payout;
  payments::PayoutFacts facts = facts_of(decision, *found.client, *found.beneficiary, payout.mode);
  facts.sublicence_ended = has_ended(decision, payout.sublicence);
  facts.is_behind = is_behind(decision, payout);
  const payments::Vote vote{key->id, key->approver_roles, intent.as, intent.approve, intent.remarks};
  MOHUR_TRY_SET(step, payments::decide_payout(payout, vote, facts));
  return take(decision, *found.client, payout, std::move(step));
}

Added decide(Decision& decision, const ReportPayout& intent) {
  MOHUR_TRY_SET(found, find(decision, intent.payout));
  const Payout& payout = *found.payout;
  payments::PayoutFacts facts = facts_of(decision, *found.client, *found.beneficiary, payout.mode);
  facts.sublicence_ended = has_ended(decision, payout.sublicence);
  auto step = payments::report_payout(payout, intent.report, facts);
  std::vector<policy::Usage> usages;
  while (step && *step && (*step)->after.rail != payout.rail) {
    auto counted = recount(decision, *found.client, payout, (*step)->after);
    if (counted) {
      usages = std::move(*counted);
      break;
    }
    facts.barred.push_back((*step)->after.rail);
    step = payments::report_payout(payout, intent.report, facts);
  }
  if (!step) {
    raise(decision, payout.client, payout.mode, payout.id.to_string(), step.error().detail);
    return {};
  }
  if (!*step) return {};
  return take(decision, *found.client, payout, std::move(**step), std::move(usages));
}

// A timer that is due, or balance that has come for a queued payout.
Added decide(Decision& decision, const WakePayout& intent) {
  MOHUR_TRY_SET(found, find(decision, intent.payout));
  const Payout& payout = *found.payout;
  payments::PayoutFacts facts = facts_of(decision, *found.client, *found.beneficiary, payout.mode);
  facts.sublicence_ended = has_ended(decision, payout.sublicence);
  facts.is_behind = is_behind(decision, payout);
  const auto due = payments::due_at(payout);
  const bool is_due = due && *due <= facts.now;
  if (!is_due && !payments::can_leave_queue(payout, facts)) return refuse(Outcome::state_conflict, {}, "Nothing is due.");
  if (payout.status != PayoutStatus::processing)
    return take(decision, *found.client, payout, payments::advance_payout(payout, facts));
  decision.add(EventType::payout_inquired, payments::inquire_payout(payout, facts.now).after);
  return {};
}

}  // namespace mohur::kernel
