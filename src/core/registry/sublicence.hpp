// A sublicence: a third party for which a client may send money, with keys of its own.
//
// Approved   One of the operator's people proposes it with the written approval, a document of the client's application; another
//            decides. It begins when it is approved, and ends when it is ended, or with its client.
// Apart      What was made with its keys is its own: they see nothing else of the client. The client sees all of it.
// Limits     Its own come on top of the agreement's: a payout keeps to both. So it never has more than its client.
// Source     policy clause P3.4
#pragma once

#include "registry/application.hpp"
#include "registry/credential.hpp"

namespace mohur::registry {

MOHUR_ENUM(SublicenceStatus, (1, proposed), (2, active), (3, rejected), (4, ended))

struct Sublicence {
  static constexpr std::string_view object_name = "sublicence";

  SublicenceId id;
  ClientId client;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  SublicenceStatus status = SublicenceStatus::proposed;
  Sealed name;
  std::string reason;
  Document approval;
  std::vector<PayoutLimit> payout_limits;
  PersonId proposed_by;
  std::optional<PersonId> decided_by;
  std::optional<Time> ended_at;

  bool operator==(const Sublicence&) const = default;
  MOHUR_DESCRIBE(Sublicence, (1, id), (2, client), (3, created_at), (4, updated_at), (5, sequence), (6, status),
                 (7, name, "Of the third party."), (8, reason, "Why the client sends money for it."),
                 (9, approval, "The written approval, as it is on file with the client's application."),
                 (10, payout_limits, "What its payouts keep to, besides the limits of the client's agreement."),
                 (11, proposed_by), (12, decided_by, "Never the one who proposed it."), (13, ended_at))
};

// What a key of a sublicence may do: send money, and look at what it sent.
constexpr bool is_for_sublicences(Scope scope) {
  return scope == Scope::read_payouts || scope == Scope::write_payouts || scope == Scope::read_beneficiaries ||
         scope == Scope::write_beneficiaries || scope == Scope::read_personal;
}

// Errors: state_conflict for one that is decided already; four_eyes_required for whoever proposed it.
Result<Sublicence> decide_sublicence(const Sublicence& sublicence, bool approve, PersonId by, Time now);
// Errors: state_conflict for one that is not active.
Result<Sublicence> end_sublicence(const Sublicence& sublicence, Time now);
// Whether keys may be made for it, and used. Errors: sublicence_ended.
Result<void> check_active(const Sublicence& sublicence);

}  // namespace mohur::registry
