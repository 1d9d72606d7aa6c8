// A session: one of the operator's people has signed in, in a browser or a program, for some hours.
//
// Token    Opaque; shown once, kept as a keyed hash. `kid` is the public part by which it is found.
// Ends     At its time, whatever happens; earlier when it is idle, ended by its person or an owner, or when the person's password
//          changes. That it is used is journaled now and then, so that it is not idle after a restart that it was not before.
// States   active → ended. One that is over without anybody having ended it is shown as over, and stays active in the journal.
#pragma once

#include "registry/person.hpp"

namespace mohur::registry {

using SessionId = Id<"ses">;

MOHUR_ENUM(SessionStatus, (1, active), (2, ended), (3, over))
// How the token is kept by who signed in: a cookie of a browser, or a bearer token of a program.
MOHUR_ENUM(SessionKind, (1, cookie), (2, bearer))
MOHUR_ENUM(SignInManner, (1, password), (2, provider))

struct Session {
  static constexpr std::string_view object_name = "session";

  SessionId id;
  PersonId person;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  SessionStatus status = SessionStatus::active;
  SessionKind kind = SessionKind::cookie;
  SignInManner manner = SignInManner::password;
  std::string kid;
  std::string token_hash;
  Time used_at;
  Time expires_at;
  std::optional<PersonId> ended_by;

  bool operator==(const Session&) const = default;
  MOHUR_DESCRIBE(Session, (1, id), (2, person), (3, created_at), (4, updated_at), (5, sequence),
                 (6, status, "Over: by its times, or its person's password or state changed."), (7, kind),
                 (8, manner, "Signed in with a password and a code, or by an OpenID provider."), (9, kid, internal),
                 (10, token_hash, internal), (11, used_at, "To some minutes."),
                 (12, expires_at, "Until then at the latest; earlier when it is idle."), (13, ended_by))
};

Session used(const Session& before, Time now);
// Somebody ends it, or the system does.
Session ended(const Session& before, std::optional<PersonId> by, Time now);

}  // namespace mohur::registry
