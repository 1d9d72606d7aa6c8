// The sub-commands that look at a house from outside: they read its journal and need no running server.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/settings.hpp"

namespace mohur::app {

// Each answers with the process's exit status: 0 for good, 1 for anything else.

// Walks the whole chain, applies every event to a fresh state, checks the laws after each, and compares with the stored state.
int verify(const Settings& settings);

// Rebuilds the state at a position (the end when absent) and prints its hash. 1 when the journal ends before it.
int replay_until(const Settings& settings, std::optional<std::uint64_t> until);

// Prints events as JSON lines, personal data masked, each with its caller and its transfers.
int inspect(const Settings& settings, std::uint64_t from, std::uint64_t to);

// Writes api/openapi.json, api/mohur.proto, and settings.md and roles.md of docs/reference, below a folder; with `check` only
// compares.
int write_schemas(const std::string& folder, bool check);

}  // namespace mohur::app
