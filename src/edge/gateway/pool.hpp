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

// Clients and their pools are numbered as the process meets them, from 0: what every call looks at is found by a number, without
// a search.
using ClientNumber = std::uint32_t;
using PoolNumber = std::uint32_t;
constexpr PoolNumber pool_number(ClientNumber client, Mode mode) { return client * 2 + (mode == Mode::live ? 1 : 0); }
constexpr ClientNumber client_number(PoolNumber pool) { return pool / 2; }

// Asks for memory that is about to be read, line by line. To the compiler, which leaves out what has no effect, it has one.
inline void prefetch(const void* at, std::size_t bytes) {
  for (std::size_t line = 0; line < bytes; line += 64) __builtin_prefetch(static_cast<const char*>(at) + line);
  asm volatile("" : : "r"(at));
}

}  // namespace mohur::gateway
