// The operator's house, its people, and how they sign in. The person is the caller, but where the system or an owner acts.
#pragma once

#include "kernel/event.hpp"
#include "registry/life.hpp"

namespace mohur::kernel {

struct FoundHouse {  // first start: the people, and the operator's accounts in both modes
  struct Founder {
    Sealed name;
    std::string kid, secret_hash, last_four;
  };
  std::vector<Founder> founders;
  std::vector<Key128> claims;  // one per founder: the look-up key of the kid
};
struct ProposePersonChange {
  registry::PersonChangeKind kind = registry::PersonChangeKind::appoint;
  registry::PersonId person;  // of an appointment: nobody yet
  std::optional<Sealed> name, email;
  Key128 email_key;  // look-up key of the address
  std::vector<registry::Role> roles;
  std::string reason;
  std::string half_hash;  // keyed hash of the first half of an invitation
};
struct DecidePersonChange {
  registry::PersonChangeId change;
  bool approve = false;
  std::string half_hash;  // of the second half
};
struct AcceptInvitation {
  registry::PersonId person;
  std::string first_half_hash, second_half_hash;
  registry::Factors factors;
};
struct EnrolSignIn {  // by whoever has a key of their own
  registry::PersonId person;
  registry::Factors factors;
  Sealed email;
  Key128 email_key;
};
struct ChangePassword {
  registry::PersonId person;
  std::string password;  // its hash, sealed
  std::string compared;  // the one that was found right
};
struct OpenSession {  // whose password, or provider, was found right
  registry::PersonId person;
  registry::SessionKind kind = registry::SessionKind::cookie;
  registry::SignInManner manner = registry::SignInManner::password;
  registry::SecondFactor factor;
  std::string compared;  // the sealed hash of the password that was found right
  std::string subject;   // or a keyed hash of whom the provider says that it is
  Key128 subject_key;    // and a look-up key of the same
  std::string kid, token_hash;
  Key128 network;  // look-up key of where it comes from
  Duration lifetime;
};
struct TouchSession {
  registry::PersonId person;
  registry::SessionId session;
};
struct EndSession {
  registry::SessionId session;
};
struct BlockSignIn {  // by the gate
  registry::PersonId person;
  Time until;
};

}  // namespace mohur::kernel
