// For the benches of the rooms: what one call costs, when nobody else uses the machine.
#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdio>

namespace mohur {

struct Rounds {
  int rounds = 5;
  int calls = 100'000;
};

// Prints the best of the rounds, in microseconds a call. The call may take its number within the round, and gives something whose
// sum is kept, so that the compiler cannot leave it out.
template <class F>
void measure_cost(const char* name, Rounds of, F&& call) {
  static std::size_t sum = 0;
  double best_us = 1e9;
  for (int round = 0; round < of.rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < of.calls; ++i) {
      if constexpr (std::invocable<F, std::size_t>)
        sum += static_cast<std::size_t>(call(static_cast<std::size_t>(i)));
      else
        sum += static_cast<std::size_t>(call());
    }
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    best_us = std::min(best_us, took.count() / of.calls);
  }
  asm volatile("" : : "g"(&sum) : "memory");
  std::printf("%-40s %9.3f us\n", name, best_us);
}

}  // namespace mohur
