// An incident: a key that fell into wrong hands, from the report that ended it to what people made of it.
//
// The report revokes the key in the same command: there is no moment at which one is known and the other is not done.
// Source   policy clause P1.3
#pragma once

#include "registry/credential.hpp"

namespace mohur::registry {

using IncidentId = Id<"inc">;

MOHUR_ENUM(IncidentStatus, (1, open), (2, closed))
// Who says so: whoever holds the key, one of the operator's people, or a partner that looks for keys in public places.
MOHUR_ENUM(IncidentSource, (1, holder), (2, person), (3, scanner))

struct Incident {
  static constexpr std::string_view object_name = "incident";

  IncidentId id;
  std::optional<ClientId> client;  // none: of a key of the operator's people
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  IncidentStatus status = IncidentStatus::open;
  CredentialId credential;
  IncidentSource source = IncidentSource::holder;
  std::optional<PersonId> reported_by;
  std::optional<std::string> note;
  std::optional<PersonId> closed_by;
  std::optional<std::string> finding;
  std::optional<std::string> scanner;

  bool operator==(const Incident&) const = default;
  MOHUR_DESCRIBE(Incident, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence), (7, status),
                 (8, credential, "The key that was revoked. `GET /v1/requests?credential=` lists what it was used for."),
                 (9, source, "Who reported it: whoever held the key, one of the operator's people, or a scanner for leaks."),
                 (10, reported_by), (11, note, "What was reported."), (12, closed_by), (13, finding, "What came of it."),
                 (14, scanner, "Which partner found the key."))
};

}  // namespace mohur::registry
