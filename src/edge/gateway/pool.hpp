// Whose calls count together: a client's in one mode, whichever key they come with.
#pragma once

#include "money/mode.hpp"
#include "registry/agreement.hpp"

namespace mohur::gateway {

struct Pool {
  registry::ClientId client;
  Mode mode = Mode::test;

  bool operator==(const Pool&) const = default;
  friend std::size_t hash_value(const Pool& pool) {
    return mohur::hash_value(pool.client) * 2 + static_cast<std::size_t>(pool.mode);
  }
};

}  // namespace mohur::gateway
