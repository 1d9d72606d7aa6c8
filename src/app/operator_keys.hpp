// New keys for the operator's people when all are lost: for who has the data folder of a stopped server and its
// key-encryption key.
//
// Evidence  Each key is a `credential.issued` of the system in the journal, and each old one ends with `credential.revoked`.
// Errors    not_found: there is no house; state_conflict: a server runs in the folder; those of the rooms that are opened.
#pragma once

#include <string>
#include <vector>

#include "app/settings.hpp"
#include "base/result.hpp"
#include "registry/credential.hpp"

namespace mohur::app {

struct IssuedKey {
  registry::PersonId person;
  std::string text;  // shown once
};

// One for each person. Durable when it answers.
Result<std::vector<IssuedKey>> replace_operator_keys(const Settings& settings);

// Prints them, a line each: `operator_key <person> <key>`. Answers the process's exit status.
int print_new_operator_keys(const Settings& settings);

}  // namespace mohur::app
