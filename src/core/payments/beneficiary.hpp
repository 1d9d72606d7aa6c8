// A beneficiary: a person or firm that receives payouts, with one destination that never changes.
//
// The same tuple (name, destination, kind) given again by the same client is the same beneficiary.
#pragma once

#include "base/result.hpp"
#include "base/sealed.hpp"
#include "money/mode.hpp"
#include "payments/forms.hpp"
#include "registry/client.hpp"

namespace mohur::payments {

using BeneficiaryId = Id<"ben">;
using registry::ClientId;
using registry::Purpose;
using registry::Rail;

MOHUR_ENUM(BeneficiaryStatus, (1, active), (2, inactive))
// What the beneficiary is to the client. `self` is the client's own account.
MOHUR_ENUM(BeneficiaryKind, (1, employee), (2, vendor), (3, customer), (4, agent), (5, partner), (6, self))
MOHUR_ENUM(DestinationKind, (1, bank_account), (2, vpa))

struct Beneficiary {
  static constexpr std::string_view object_name = "beneficiary";

  BeneficiaryId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  BeneficiaryStatus status = BeneficiaryStatus::active;
  BeneficiaryKind kind = BeneficiaryKind::vendor;
  Sealed name;
  DestinationKind destination = DestinationKind::bank_account;
  std::optional<Ifsc> ifsc;  // of a bank account
  std::optional<Sealed> account_number;
  std::optional<Sealed> vpa;
  std::optional<Sealed> email;
  std::optional<Sealed> phone;
  std::optional<ReferenceId> reference_id;
  std::optional<SealedNotes> metadata;
  std::optional<registry::SublicenceId> sublicence;
  std::optional<Key128> destination_mark;  // a keyed hash: equal for every client that pays the same account or VPA

  bool operator==(const Beneficiary&) const = default;
  MOHUR_DESCRIBE(Beneficiary, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence), (7, status),
                 (8, kind, "What the beneficiary is to you; purposes are checked against it."), (9, name), (10, destination),
                 (11, ifsc), (12, account_number), (13, vpa), (14, email), (15, phone), (16, reference_id), (17, metadata),
                 (18, sublicence, "By whose keys it was made, of those for whom the client sends money."),
                 (19, destination_mark, internal))
};

// Which kinds of beneficiary a purpose may pay (P2.2).
constexpr bool serves(Purpose purpose, BeneficiaryKind kind) {
  using enum BeneficiaryKind;
  switch (purpose) {
    case Purpose::salary: return kind == employee;
    case Purpose::vendor: return kind == vendor || kind == partner;
    case Purpose::cashback: return kind == customer;
    case Purpose::incentive: return kind == employee || kind == agent || kind == partner;
    case Purpose::wallet_redemption: return kind == customer;
    case Purpose::refund: return kind == customer;
    case Purpose::settlement: return kind == self;
  }
  return false;
}

constexpr bool reaches(Rail rail, DestinationKind destination) {
  return (rail == Rail::upi) == (destination == DestinationKind::vpa);
}

inline Result<Beneficiary> deactivate(const Beneficiary& beneficiary, Time now) {
  if (beneficiary.status == BeneficiaryStatus::inactive)
    return refuse(Outcome::state_conflict, {}, "The beneficiary is inactive already.");
  Beneficiary after = beneficiary;
  after.status = BeneficiaryStatus::inactive;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

}  // namespace mohur::payments
