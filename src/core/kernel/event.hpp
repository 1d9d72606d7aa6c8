// An event: one thing that happened, as the journal keeps it for ever.
//
// An event carries the whole object as it stands afterwards and the ledger transfers that belong to the change. So applying
// it cannot fail, a webhook needs no second source, and the history of an object is the list of its events.
// The record's place in the journal gives its id, which is therefore not stored: see event_id.
// Source   docs/formats/events.md; docs/decisions
#pragma once

#include <array>
#include <variant>

#include "payments/balance_threshold.hpp"
#include "payments/payout_schedule.hpp"
#include "payments/refund.hpp"
#include "payments/virtual_account.hpp"
#include "policy/alert.hpp"
#include "policy/conduct.hpp"
#include "policy/payout_limits.hpp"
#include "policy/policy_version.hpp"
#include "registry/application.hpp"
#include "registry/caller.hpp"
#include "registry/incident.hpp"
#include "registry/measure.hpp"
#include "registry/session.hpp"
#include "registry/sign_in.hpp"
#include "registry/sublicence.hpp"
#include "registry/ticket.hpp"
#include "registry/token.hpp"

namespace mohur::kernel {

using EventId = Id<"evt">;
using registry::ClientId;

enum class EventType : std::uint8_t {
#define EVENT(enumerator, number, token, audience) enumerator = number,
#include "kernel/events.def"
#undef EVENT
};

constexpr std::string_view described_enum_name(EventType) { return "EventType"; }
constexpr auto described_enumerators(EventType) {
  return std::to_array<Enumerator<EventType>>({
#define EVENT(enumerator, number, token, audience) {EventType::enumerator, token},
#include "kernel/events.def"
#undef EVENT
  });
}

enum class Audience : std::uint8_t { operator_only, client_too };
Audience audience_of(EventType type);

// Something that needs a person's eyes: a report that contradicts what is final. The object it is about stays as it is.
using ExceptionId = Id<"exc">;
struct Exception {
  static constexpr std::string_view object_name = "exception";

  ExceptionId id;
  std::optional<ClientId> client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  std::string subject;  // id of the object
  std::string detail;

  bool operator==(const Exception&) const = default;
  MOHUR_DESCRIBE(Exception, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence), (7, subject),
                 (8, detail))
};

// Order is permanent: it gives the field numbers in the journal. Append only.
using ObjectVariant =
    std::variant<std::monostate, registry::Client, registry::Credential, registry::Person, registry::WebhookEndpoint,
                 ledger::Account, payments::Beneficiary, payments::Payin, payments::Attempt, payments::Payout, payments::Refund,
                 payments::VirtualAccount, payments::BankCredit, payments::Funding, payments::SandboxClock, Exception,
                 policy::Plan, registry::AgreementChange, registry::Incident, policy::ThrottleEpisode, policy::UsageNotice,
                 policy::Conduct, policy::TierReview, policy::Ladder, policy::PolicyVersion, policy::PolicyAcceptance,
                 registry::Notice, registry::Measure, registry::Ticket, registry::RevokedToken, registry::Application,
                 registry::PersonChange, registry::SignIn, registry::Session, registry::Sublicence, payments::ApprovalWorkflow,
                 payments::Batch, policy::WatchRules, policy::Alert, payments::PayoutSchedule, payments::BalanceThreshold>;

// How so many kinds are copied and moved is compiled in one source, not in all that hold an event.
struct Object : ObjectVariant {
  using ObjectVariant::ObjectVariant;
  Object() noexcept;
  Object(const Object& other);
  Object(Object&& other) noexcept;
  Object& operator=(const Object& other);
  Object& operator=(Object&& other) noexcept;
  ~Object();
};

// The key under which an object is stored: its id; a sandbox clock and an application go by their client's.
Key128 key_of(const Object& object);

// What a call with an Idempotency-Key left behind: a keyed hash of the key, and a fingerprint of the request.
struct Idempotency {
  Key128 key;
  std::uint64_t fingerprint = 0;
  bool operator==(const Idempotency&) const = default;
  MOHUR_DESCRIBE(Idempotency, (1, key), (2, fingerprint))
};

// What a signed call used up: stands for its credential and its nonce, which no other call may bring until then.
struct Nonce {
  Key128 key;
  Time until;  // and not beyond it is the signature good
  bool operator==(const Nonce&) const = default;
  MOHUR_DESCRIBE(Nonce, (1, key), (2, until))
};

// The number of an event's object field, its last; each kind of object has its own, counted up from here.
inline constexpr std::uint32_t kObjectField = 20;
template <class T, std::size_t Index = 1>
constexpr std::uint32_t object_field() {
  if constexpr (std::is_same_v<std::variant_alternative_t<Index, ObjectVariant>, T>)
    return kObjectField + Index - 1;
  else
    return object_field<T, Index + 1>();
}

struct Event {
  EventType type{};
  Time at;         // journal time: UTC, never backwards
  Duration ahead;  // of the client's sandbox clock; the object's own times are on that clock
  Key128 command;  // one command's events share it and lie in one frame
  registry::Caller caller;
  ClientId client;  // whose event it is; zero for the operator's own
  Mode mode = Mode::test;
  std::optional<Idempotency> idempotency;  // on the first event of a command
  std::vector<Key128> claims;  // keys that now belong to the object for ever: references, account numbers, bank references
  ledger::Chain transfers;
  std::vector<policy::Usage> usages;  // of limits, as they stand afterwards
  std::optional<Nonce> nonce;         // on the first event of a command that was signed
  Object object;

  bool operator==(const Event&) const = default;
  MOHUR_DESCRIBE(Event, (1, type), (2, at), (3, ahead), (4, command), (5, caller), (6, client), (7, mode), (8, idempotency),
                 (9, claims), (10, transfers), (11, usages), (12, nonce), (kObjectField, object))
};

// An event's id holds its time and position; its transfers' ids follow it. So none of them is stored, and all can be found.
constexpr EventId event_id(Time at, std::uint64_t position) {
  return {{static_cast<std::uint64_t>(at.unix_ms()) << 16 | position >> 48, position << 16}};
}
constexpr ledger::TransferId first_transfer_id(Time at, std::uint64_t position) {
  return {{event_id(at, position).value.high, event_id(at, position).value.low + 1}};
}
constexpr std::uint64_t position_of(Key128 event_or_transfer) {
  return event_or_transfer.high << 48 | event_or_transfer.low >> 16;
}
// Which transfer of its event this is, from 0.
constexpr std::size_t transfer_index(ledger::TransferId id) { return static_cast<std::size_t>(id.value.low & 0xffff) - 1; }

}  // namespace mohur::kernel
