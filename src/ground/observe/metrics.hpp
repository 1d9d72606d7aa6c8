// Metrics are numbers about the running process: counters, gauges and histograms, rendered as Prometheus text.
//
// Names    `mohur_<room>_<what>_<unit>`, counters end in `_total`; labels are few and their values come from closed lists.
// Cost     Bumping one is a relaxed atomic add on its own cache line: it may stand on the hot path. Making one takes a lock:
//          make it once, keep the reference, which lives as long as the Metrics object.
// Threads  Any, for everything.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace mohur::observe {

class alignas(64) Counter {
 public:
  void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class alignas(64) Gauge {
 public:
  void set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t n) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  std::int64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

// Counts values by upper bound. Values are integers; a histogram of durations takes nanoseconds and is shown in seconds.
class Histogram {
 public:
  enum class Unit : std::uint8_t { plain, seconds };

  // `bounds` rise; a value equal to a bound counts below it; what is above the last bound counts as +Inf.
  Histogram(Unit unit, std::span<const std::int64_t> bounds);
  void observe(std::int64_t value) noexcept;
  void observe(Duration duration) noexcept { observe(duration.ns); }

 private:
  friend class Metrics;
  const Unit unit_;
  const std::vector<std::int64_t> bounds_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> buckets_;  // one a bound, and one for +Inf
  alignas(64) std::atomic<std::int64_t> sum_{0};
};

// 50 us to 10 s in steps of about 2: for the time that a call or a flush takes.
std::span<const std::int64_t> latency_bounds();

using Labels = std::vector<std::pair<std::string, std::string>>;

class Metrics {
 public:
  // The same name and labels give the same object. A name keeps its first kind and help.
  Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, const Labels& labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, Histogram::Unit unit, std::span<const std::int64_t> bounds,
                       const Labels& labels = {});

  // Prometheus text format 0.0.4, families in order of name.
  std::string render() const;
  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

 private:
  enum class Kind : std::uint8_t { counter, gauge, histogram };

  struct Series {
    std::unique_ptr<Counter> counter;
    std::unique_ptr<Gauge> gauge;
    std::unique_ptr<Histogram> histogram;
  };

  struct Family {
    Kind kind;
    std::string help;
    std::map<std::string, Series> series;  // by rendered labels
  };

  Series& series(Kind kind, std::string_view name, std::string_view help, const Labels& labels);
  static void render_histogram(std::string& out, std::string_view name, const std::string& labels, const Histogram& histogram);

  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
};

}  // namespace mohur::observe
