// Which of the operator's people may bring which command: the core asks, whatever the screens and routes have asked before.
//
// Errors   role_missing for a person whose roles do not permit it, who is disabled, or whom nobody knows.
// Source   registry/roles.hpp
#pragma once

#include "kernel/state.hpp"

namespace mohur::kernel {

Result<void> check_permission(const State& state, const Command& command);

}  // namespace mohur::kernel
