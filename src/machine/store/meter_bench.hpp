// What a stretch of work took: time by the clock, and processor time of all threads, with what the benchmark itself spent
// taken off. Figures go to standard output as one JSON line each, words for people to standard error.
#pragma once

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace mohur::store {

inline double seconds_of(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// All threads made after this call run on the last core that the process may use, and so does the caller.
inline void stay_on_one_core() {
  cpu_set_t allowed, one;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return std::perror("sched_getaffinity");
  if (CPU_COUNT(&allowed) == 1) return;
  std::size_t last = CPU_SETSIZE - 1;
  while (!CPU_ISSET(last, &allowed)) --last;
  CPU_ZERO(&one);
  CPU_SET(last, &one);
  if (::sched_setaffinity(0, sizeof one, &one) != 0) std::perror("sched_setaffinity");
}

// Seconds.
struct Usage {
  double wall = 0;
  double cpu = 0;
};

class Meter {
 public:
  // What `f` does is the benchmark's own. Called on the thread that made the meter.
  template <class F>
  void leave_out(F&& f) {
    const double begin = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    f();
    left_out_ += seconds_of(CLOCK_THREAD_CPUTIME_ID) - begin;
  }

  Usage read() const {
    return {seconds_of(CLOCK_MONOTONIC) - wall_ - left_out_, seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu_ - left_out_};
  }

 private:
  double wall_ = seconds_of(CLOCK_MONOTONIC);
  double cpu_ = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  double left_out_ = 0;
};

inline double memory_mib(std::string_view field = "VmRSS:") {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(field)) return std::strtod(line.c_str() + field.size(), nullptr) / 1024;
  return 0;
}

// CPU of each thread so far, by name, in seconds.
inline std::map<std::string, double> cpu_by_thread() {
  std::map<std::string, double> sums;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream stat(task.path() / "stat");
    std::string line;
    std::getline(stat, line);
    const auto open = line.find('('), close = line.rfind(')');
    if (close == line.npos) continue;
    std::istringstream rest(line.substr(close + 2));
    std::string word;
    double ticks = 0;
    for (int field = 3; field <= 15 && rest >> word; ++field)
      if (field >= 14) ticks += std::strtod(word.c_str(), nullptr);
    sums[line.substr(open + 1, close - open - 1)] += ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
  return sums;
}

// What one look at memory takes that no cache has: nanoseconds, in five rounds. A payout is some dozens of them, so figures of
// two days are compared by it.
inline std::vector<double> cache_miss_ns() {
  constexpr std::size_t kPlaces = std::size_t{64} << 20 >> 6, kLooks = 300'000;
  struct alignas(64) Place {
    std::size_t next = 0;
  };
  std::vector<Place> places(kPlaces);
  for (std::size_t i = 0, at = 0; i < kPlaces; ++i) at = places[at].next = (at * 5 + 12'345) % kPlaces;  // once through all
  std::vector<double> rounds;
  std::size_t at = 0;
  for (int round = 0; round < 5; ++round) {
    const double begin = seconds_of(CLOCK_MONOTONIC);
    for (std::size_t i = 0; i < kLooks; ++i) at = places[at].next;
    rounds.push_back((seconds_of(CLOCK_MONOTONIC) - begin) / kLooks * 1e9);
  }
  if (at == kPlaces) std::fprintf(stderr, " ");  // so that the looks are not left out
  return rounds;
}

struct Figure {
  std::string name;
  const char* unit;
  const char* better;  // "lower" or "higher"
  double target = 0;   // 0: none
};

inline void print(const Figure& figure, std::vector<double> rounds) {
  std::ranges::sort(rounds);
  std::printf(R"({"name":"%s","value":%.4g,"unit":"%s","better":"%s","target":)", figure.name.c_str(), rounds[rounds.size() / 2],
              figure.unit, figure.better);
  figure.target > 0 ? std::printf("%.10g", figure.target) : std::printf("null");
  std::printf(R"(,"min":%.4g,"max":%.4g,"rounds":%zu})"
              "\n",
              rounds.front(), rounds.back(), rounds.size());
  std::fflush(stdout);
}

[[noreturn]] inline void give_up(const Refusal& refusal) {
  std::fprintf(stderr, "%s: %s\n", std::string{to_token(refusal.outcome)}.c_str(), refusal.detail.c_str());
  std::exit(1);
}
inline void must(const Result<void>& result) {
  if (!result) give_up(result.error());
}
template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error());
  return std::move(*result);
}

}  // namespace mohur::store
