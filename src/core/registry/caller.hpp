// Who asked for a command: a client's credential, one of the operator's people, a rail, or the system itself.
#pragma once

#include "registry/credential.hpp"

namespace mohur::registry {

MOHUR_ENUM(CallerKind, (1, credential), (2, person), (3, rail), (4, system))

struct Caller {
  CallerKind kind = CallerKind::system;
  Key128 id;          // of the credential or person; zero for rails and the system
  Key128 credential;  // the key that a person used; zero otherwise

  std::optional<PersonId> person() const { return kind == CallerKind::person ? std::optional{PersonId{id}} : std::nullopt; }
  bool operator==(const Caller&) const = default;
  MOHUR_DESCRIBE(Caller, (1, kind), (2, id), (3, credential))
};

// Of one call, as the header of its answer names it.
using RequestId = Id<"req">;

inline Caller by_credential(CredentialId id) { return {CallerKind::credential, id.value, id.value}; }
inline Caller by_person(PersonId id, CredentialId credential) { return {CallerKind::person, id.value, credential.value}; }
inline Caller by_rail() { return {CallerKind::rail, {}, {}}; }
inline Caller by_system() { return {CallerKind::system, {}, {}}; }

}  // namespace mohur::registry
