// How one of the operator's people signs in: a password and a second factor, set up by whoever was invited.
//
// Invitation     In two halves: one is shown to the owner who proposes it, the other to the one who approves it. The person
//                needs both, so that neither owner alone can become somebody else. It counts once, and ends by itself.
// Second factor  A code of an app, or one of ten recovery codes; nobody signs in with a password alone. A code counts once:
//                its step is remembered here, and a recovery code that was used is gone.
// Secrets        The hash of the password and the secret of the codes are sealed by the vault; invitations and recovery codes
//                are kept as keyed hashes.
// Source         policy clause P4.2; RFC 6238; docs/reference/people.md
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "registry/agreement.hpp"

namespace mohur::registry {

inline constexpr Duration kInvitationLasts = hours(72);
inline constexpr std::size_t kRecoveryCodes = 10;
inline constexpr std::size_t kMostNetworksKnown = 8;

struct Invitation {
  std::string first_half_hash;
  std::string second_half_hash;
  Time expires_at;

  bool operator==(const Invitation&) const = default;
  MOHUR_DESCRIBE(Invitation, (1, first_half_hash, internal), (2, second_half_hash, internal), (3, expires_at))
};

// What a person sets up at once.
struct Factors {
  std::string password;                     // its hash, sealed
  std::string code_secret;                  // sealed
  std::vector<std::string> recovery_codes;  // keyed hashes

  bool operator==(const Factors&) const = default;
  MOHUR_DESCRIBE(Factors, (1, password, internal), (2, code_secret, internal), (3, recovery_codes, internal))
};

struct SignIn {
  static constexpr std::string_view object_name = "sign_in";

  PersonId person;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  std::optional<Invitation> invitation;
  Factors factors;
  std::uint64_t last_step = 0;  // of the last code that was used
  std::optional<Time> enrolled_at;
  std::optional<Time> signed_in_at;
  std::optional<Time> blocked_until;
  Time sessions_from;            // sessions that were opened before are over
  std::vector<Key128> networks;  // from which the person has signed in, the latest first
  std::string subject;           // as whom the OpenID provider knows the person: a keyed hash; empty until it told

  bool operator==(const SignIn&) const = default;
  MOHUR_DESCRIBE(SignIn, (1, person), (2, created_at), (3, updated_at), (4, sequence),
                 (5, invitation, "Until it is used or over."), (6, factors, internal), (7, last_step, internal),
                 (8, enrolled_at, "When the password and the second factor were set up; null until then."), (9, signed_in_at),
                 (10, blocked_until, "Too many sign-ins failed."), (11, sessions_from, internal), (12, networks, internal),
                 (13, subject, internal))
};

// What is shown for the second factor: the step of a code, or the keyed hash of a recovery code.
struct SecondFactor {
  std::optional<std::uint64_t> step;
  std::string recovery_code;
};

// A sign-in as it begins; `invitation` is what it waits for, if anything.
SignIn new_sign_in(PersonId person, Time now);
SignIn invited(const SignIn& before, Invitation invitation, Time now);

// The sign-in with what the person has set up; sessions end, and the next account of the provider counts. Errors:
// invitation_invalid.
Result<SignIn> accepted(const SignIn& before, const std::string& first_half, const std::string& second_half, Factors factors,
                        Time now);
SignIn enrolled(const SignIn& before, Factors factors, Time now);
// Errors: state_conflict where nothing was set up. Sessions end.
Result<SignIn> with_password(const SignIn& before, std::string password, Time now);
// Errors: sign_in_failed where nothing was set up, or the factor was used before.
Result<SignIn> used(const SignIn& before, const SecondFactor& factor, Key128 network, Time now);
// By an OpenID provider, which has looked at the factors. Errors: sign_in_failed where it knows the person as somebody else.
Result<SignIn> used_at_provider(const SignIn& before, const std::string& subject, Key128 network, Time now);
SignIn blocked(const SignIn& before, Time until, Time now);

}  // namespace mohur::registry
