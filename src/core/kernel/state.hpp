// What a shard has in memory to decide with: the ledger, the open objects, nonces, and shelves of everything looked at lately.
//
// A look-up of something that is neither here nor known to be absent is *noted*: the engine fetches what was missed from
// disk and has the command decided again. So a decision stays pure, and memory is bounded by what is open or recent. What is
// nowhere is known to be absent until the next decision.
#pragma once

#include <algorithm>
#include <concepts>
#include <tuple>

#include "kernel/command.hpp"
#include "kernel/nonces.hpp"
#include "kernel/open_objects.hpp"
#include "kernel/shelf.hpp"

namespace mohur::kernel {

// The tables of the durable state. Numbers are permanent; those of objects are their places in Object.
MOHUR_ENUM(Table, (1, clients), (2, credentials), (3, persons), (4, webhook_endpoints), (5, ledger_accounts), (6, beneficiaries),
           (7, payins), (8, attempts), (9, payouts), (10, refunds), (11, virtual_accounts), (12, bank_credits), (13, fundings),
           (14, sandbox_clocks), (15, exceptions), (16, plans), (17, agreement_changes), (18, incidents), (19, throttle_episodes),
           (20, usage_notices), (21, conducts), (22, tier_reviews), (23, ladders), (24, policy_versions),
           (25, policy_acceptances), (26, notices), (27, measures), (28, tickets), (29, revoked_tokens), (30, applications),
           (31, person_changes), (32, sign_ins), (33, sessions), (34, sublicences), (35, approval_workflows), (36, batches),
           (37, watch_rules), (38, alerts), (39, payout_schedules), (40, balance_thresholds),
           // And the others, counted up from 201.
           (201, claims), (202, answers), (203, open_objects), (204, objects_by_client), (205, events_by_client),
           (206, balances_by_position), (207, usages), (208, nonces))

// Who owns a claimed key.
struct Claim {
  Key128 object;
  MOHUR_DESCRIBE(Claim, (1, object))
};

// What a call with an idempotency key did: where its first event is, and what was asked.
struct Answer {
  std::uint64_t position = 0;
  std::uint64_t fingerprint = 0;
  MOHUR_DESCRIBE(Answer, (1, position), (2, fingerprint))
};

// Something that a decision looked for in vain.
struct Missed {
  Table table{};
  Key128 key;
  bool operator==(const Missed&) const = default;
};

template <class T>
inline constexpr Table table_of = Table{};
template <>
inline constexpr Table table_of<registry::Client> = Table::clients;
template <>
inline constexpr Table table_of<registry::Credential> = Table::credentials;
template <>
inline constexpr Table table_of<registry::Person> = Table::persons;
template <>
inline constexpr Table table_of<registry::WebhookEndpoint> = Table::webhook_endpoints;
template <>
inline constexpr Table table_of<payments::Beneficiary> = Table::beneficiaries;
template <>
inline constexpr Table table_of<payments::Payin> = Table::payins;
template <>
inline constexpr Table table_of<payments::Attempt> = Table::attempts;
template <>
inline constexpr Table table_of<payments::Payout> = Table::payouts;
template <>
inline constexpr Table table_of<payments::Refund> = Table::refunds;
template <>
inline constexpr Table table_of<payments::VirtualAccount> = Table::virtual_accounts;
template <>
inline constexpr Table table_of<payments::BankCredit> = Table::bank_credits;
template <>
inline constexpr Table table_of<payments::Funding> = Table::fundings;
template <>
inline constexpr Table table_of<payments::SandboxClock> = Table::sandbox_clocks;
template <>
inline constexpr Table table_of<Exception> = Table::exceptions;
template <>
inline constexpr Table table_of<policy::Plan> = Table::plans;
template <>
inline constexpr Table table_of<registry::AgreementChange> = Table::agreement_changes;
template <>
inline constexpr Table table_of<policy::Usage> = Table::usages;
template <>
inline constexpr Table table_of<registry::Incident> = Table::incidents;
template <>
inline constexpr Table table_of<policy::PolicyVersion> = Table::policy_versions;
template <>
inline constexpr Table table_of<policy::PolicyAcceptance> = Table::policy_acceptances;
template <>
inline constexpr Table table_of<registry::Notice> = Table::notices;
template <>
inline constexpr Table table_of<registry::Measure> = Table::measures;
template <>
inline constexpr Table table_of<registry::Ticket> = Table::tickets;
template <>
inline constexpr Table table_of<registry::RevokedToken> = Table::revoked_tokens;
template <>
inline constexpr Table table_of<policy::ThrottleEpisode> = Table::throttle_episodes;
template <>
inline constexpr Table table_of<policy::UsageNotice> = Table::usage_notices;
template <>
inline constexpr Table table_of<policy::Conduct> = Table::conducts;
template <>
inline constexpr Table table_of<policy::TierReview> = Table::tier_reviews;
template <>
inline constexpr Table table_of<policy::Ladder> = Table::ladders;
template <>
inline constexpr Table table_of<registry::Application> = Table::applications;
template <>
inline constexpr Table table_of<registry::PersonChange> = Table::person_changes;
template <>
inline constexpr Table table_of<registry::SignIn> = Table::sign_ins;
template <>
inline constexpr Table table_of<registry::Session> = Table::sessions;
template <>
inline constexpr Table table_of<registry::Sublicence> = Table::sublicences;
template <>
inline constexpr Table table_of<payments::ApprovalWorkflow> = Table::approval_workflows;
template <>
inline constexpr Table table_of<payments::Batch> = Table::batches;
template <>
inline constexpr Table table_of<policy::WatchRules> = Table::watch_rules;
template <>
inline constexpr Table table_of<policy::Alert> = Table::alerts;
template <>
inline constexpr Table table_of<payments::PayoutSchedule> = Table::payout_schedules;
template <>
inline constexpr Table table_of<payments::BalanceThreshold> = Table::balance_thresholds;
template <>
inline constexpr Table table_of<Claim> = Table::claims;
template <>
inline constexpr Table table_of<Answer> = Table::answers;

// Kinds of objects that decisions look at again and again.
template <class T>
  requires(std::same_as<T, registry::Client> || std::same_as<T, registry::Credential> || std::same_as<T, registry::Person> ||
           std::same_as<T, registry::WebhookEndpoint> || std::same_as<T, payments::Beneficiary> ||
           std::same_as<T, payments::Payin> || std::same_as<T, payments::VirtualAccount> ||
           std::same_as<T, payments::SandboxClock> || std::same_as<T, policy::Plan> || std::same_as<T, policy::Usage> ||
           std::same_as<T, registry::Sublicence> || std::same_as<T, payments::ApprovalWorkflow> ||
           std::same_as<T, payments::Batch>)
inline constexpr bool is_kept<T> = true;

// Ledger accounts are not: all of them are in memory.
template <class T>
inline constexpr bool is_shelved = table_of<T> != Table{};

class State {
 public:
  std::uint64_t position = 0;  // of the last event applied
  Time time;                   // its journal time
  ledger::Ledger ledger;
  OpenObjects open;
  policy::Ladders ladders;             // all that were approved
  policy::WatchRulesBook watch_rules;  // the same
  payments::BalanceThresholds thresholds;
  Nonces nonces;
  registry::Owners owners;

  // The object, or nullptr. A miss that the disk could fill is noted.
  template <class T>
  const T* find(Key128 key) const {
    const T* found = shelf<T>().find(key);
    if (found == nullptr && !is_absent({table_of<T>, key})) missed_.push_back({table_of<T>, key});
    return found;
  }

  template <class T>
  const Shelf<T>& shelf() const {
    return std::get<Shelf<T>>(shelves_);
  }
  template <class T>
  Shelf<T>& shelf() {
    return std::get<Shelf<T>>(shelves_);
  }
  template <class F>
  void for_each_shelf(F&& f) {
    std::apply([&](auto&... shelves) { (f(shelves), ...); }, shelves_);
  }

  // What was missed since the last call.
  std::vector<Missed> take_missed() const { return std::exchange(missed_, {}); }

  // The disk does not have it either.
  void know_absent(const Missed& missed) { absent_.push_back(missed); }
  void forget_absent() { absent_.clear(); }

  // The present on a client's clock: its sandbox clock in test mode.
  Time now_of(ClientId client, Mode mode, Time at) const { return mode == Mode::test ? at + open.ahead_of(client) : at; }

 private:
  bool is_absent(const Missed& looked_for) const {
    return std::find(absent_.begin(), absent_.end(), looked_for) != absent_.end();
  }

  std::tuple<Shelf<registry::Client>, Shelf<registry::Credential>, Shelf<registry::Person>, Shelf<registry::WebhookEndpoint>,
             Shelf<payments::Beneficiary>, Shelf<payments::Payin>, Shelf<payments::Attempt>, Shelf<payments::Payout>,
             Shelf<payments::Refund>, Shelf<payments::VirtualAccount>, Shelf<payments::BankCredit>, Shelf<payments::Funding>,
             Shelf<payments::SandboxClock>, Shelf<Exception>, Shelf<policy::Plan>, Shelf<registry::AgreementChange>,
             Shelf<policy::Usage>, Shelf<registry::Incident>, Shelf<policy::PolicyVersion>, Shelf<policy::PolicyAcceptance>,
             Shelf<registry::Notice>, Shelf<registry::Measure>, Shelf<registry::Ticket>, Shelf<registry::RevokedToken>,
             Shelf<registry::Application>, Shelf<policy::ThrottleEpisode>, Shelf<policy::UsageNotice>, Shelf<policy::Conduct>,
             Shelf<policy::TierReview>, Shelf<policy::Ladder>, Shelf<registry::PersonChange>, Shelf<registry::SignIn>,
             Shelf<registry::Session>, Shelf<registry::Sublicence>, Shelf<payments::ApprovalWorkflow>, Shelf<payments::Batch>,
             Shelf<policy::WatchRules>, Shelf<policy::Alert>, Shelf<payments::PayoutSchedule>, Shelf<payments::BalanceThreshold>,
             Shelf<Claim>, Shelf<Answer>>
      shelves_;
  mutable std::vector<Missed> missed_;
  std::vector<Missed> absent_;  // a handful: what the decision at hand has asked for
};

}  // namespace mohur::kernel
