#include "observe/metrics.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/assert.hpp"
#include "base/text.hpp"

namespace mohur::observe {
namespace {

bool is_metric_name(std::string_view name) {
  return !name.empty() && !is_digit(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '_'; });
}

template <class Number>
void append_number(std::string& out, Number number) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

// Nanoseconds as decimal seconds, without going through floating point: 2500000 -> 0.0025.
void append_seconds(std::string& out, std::int64_t ns) {
  if (ns < 0) out += '-';
  const auto size = static_cast<std::uint64_t>(ns < 0 ? -ns : ns);
  append_number(out, size / 1'000'000'000);
  std::string fraction = std::to_string(1'000'000'000 + size % 1'000'000'000).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (!fraction.empty()) out.append(".").append(fraction);
}

void append_value(std::string& out, Histogram::Unit unit, std::int64_t value) {
  if (unit == Histogram::Unit::seconds) {
    append_seconds(out, value);
  } else {
    append_number(out, value);
  }
}

// name="value",... with the three escapes that the format knows; without braces.
std::string render_labels(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    MOHUR_ASSERT(is_metric_name(name));
    if (!out.empty()) out += ',';
    out.append(name).append("=\"");
    for (const char c : value) {
      if (c == '\\' || c == '"') out += '\\';
      if (c == '\n') {
        out += "\\n";
      } else {
        out += c;
      }
    }
    out += '"';
  }
  return out;
}

void append_name(std::string& out, std::string_view name, std::string_view labels) {
  out += name;
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out += ' ';
}

}  // namespace

Histogram::Histogram(Unit unit, std::span<const std::int64_t> bounds)
    : unit_(unit),
      bounds_(bounds.begin(), bounds.end()),
      buckets_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds.size() + 1)) {
  MOHUR_ASSERT(std::ranges::is_sorted(bounds_));
}

void Histogram::observe(std::int64_t value) noexcept {
  const auto at = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  buckets_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::span<const std::int64_t> latency_bounds() {
  static constexpr std::int64_t us = 1'000;
  static constexpr std::int64_t ms = 1'000'000;
  static constexpr std::array bounds{50 * us, 100 * us, 250 * us, 500 * us, 1 * ms,    2 * ms,    5 * ms,    10 * ms,    25 * ms,
                                     50 * ms, 100 * ms, 250 * ms, 500 * ms, 1000 * ms, 2500 * ms, 5000 * ms, 10'000 * ms};
  return bounds;
}

Counter& Metrics::counter(std::string_view name, std::string_view help, const Labels& labels) {
  const std::lock_guard lock{mutex_};
  Series& found = series(Kind::counter, name, help, labels);
  if (!found.counter) found.counter = std::make_unique<Counter>();
  return *found.counter;
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help, const Labels& labels) {
  const std::lock_guard lock{mutex_};
  Series& found = series(Kind::gauge, name, help, labels);
  if (!found.gauge) found.gauge = std::make_unique<Gauge>();
  return *found.gauge;
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help, Histogram::Unit unit,
                              std::span<const std::int64_t> bounds, const Labels& labels) {
  const std::lock_guard lock{mutex_};
  Series& found = series(Kind::histogram, name, help, labels);
  if (!found.histogram) found.histogram = std::make_unique<Histogram>(unit, bounds);
  return *found.histogram;
}

Metrics::Series& Metrics::series(Kind kind, std::string_view name, std::string_view help, const Labels& labels) {
  MOHUR_ASSERT(is_metric_name(name));
  auto family = families_.find(name);
  if (family == families_.end()) family = families_.emplace(std::string{name}, Family{kind, std::string{help}, {}}).first;
  MOHUR_ASSERT(family->second.kind == kind);
  return family->second.series[render_labels(labels)];
}

std::string Metrics::render() const {
  static constexpr std::array<std::string_view, 3> kinds{"counter", "gauge", "histogram"};
  const std::lock_guard lock{mutex_};
  std::string out;
  for (const auto& [name, family] : families_) {
    out.append("# HELP ").append(name).append(" ").append(family.help).append("\n");
    out.append("# TYPE ").append(name).append(" ").append(kinds[static_cast<std::size_t>(family.kind)]).append("\n");
    for (const auto& [labels, series] : family.series) {
      if (series.histogram) {
        render_histogram(out, name, labels, *series.histogram);
        continue;
      }
      append_name(out, name, labels);
      if (series.counter) append_number(out, series.counter->value());
      if (series.gauge) append_number(out, series.gauge->value());
      out += '\n';
    }
  }
  return out;
}

void Metrics::render_histogram(std::string& out, std::string_view name, const std::string& labels, const Histogram& histogram) {
  std::uint64_t below = 0;
  const std::string bucket = std::string{name} + "_bucket";
  for (std::size_t i = 0; i <= histogram.bounds_.size(); ++i) {
    below += histogram.buckets_[i].load(std::memory_order_relaxed);
    std::string bound = labels.empty() ? "le=\"" : labels + ",le=\"";
    if (i < histogram.bounds_.size()) {
      append_value(bound, histogram.unit_, histogram.bounds_[i]);
    } else {
      bound += "+Inf";
    }
    append_name(out, bucket, bound + '"');
    append_number(out, below);
    out += '\n';
  }
  append_name(out, std::string{name} + "_sum", labels);
  append_value(out, histogram.unit_, histogram.sum_.load(std::memory_order_relaxed));
  out += '\n';
  append_name(out, std::string{name} + "_count", labels);
  append_number(out, below);
  out += '\n';
}

}  // namespace mohur::observe
