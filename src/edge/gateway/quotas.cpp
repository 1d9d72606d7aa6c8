#include "gateway/quotas.hpp"

#include <algorithm>

#include "base/india.hpp"

namespace mohur::gateway {
namespace {

using policy::CallQuota;
using policy::CallWindow;

constexpr CallWindow kWindows[] = {CallWindow::day, CallWindow::month};

// From so many calls on, a percentage of the quota is used.
std::uint64_t share_of(std::uint64_t calls, std::uint32_t percent) { return (calls * percent + 99) / 100; }

// The highest part of the quota that so many calls have used.
std::uint8_t reached(const CallQuota& quota, std::uint64_t used, std::span<const std::uint32_t> notices_at) {
  std::uint8_t highest = 0;
  for (const std::uint32_t percent : notices_at)
    if (used >= share_of(quota.calls, percent)) highest = static_cast<std::uint8_t>(percent);
  return highest;
}

// The calendar is asked once a window, not with every call.
const policy::CallSpan& span_at(CallWindow window, Time at) {
  thread_local policy::CallSpan kept[2];
  policy::CallSpan& span = kept[static_cast<std::size_t>(window) - 1];
  if (at >= span.ends_at || at < span.ends_at - span.length) span = policy::span_of(window, at);
  return span;
}

}  // namespace

Quotas::Reading Quotas::read(CallWindow window, Time at) const {
  Reading reading{.span = span_at(window, at)};
  const Window& kept = in(window);
  if (kept.number < reading.span.number) return reading;
  reading.used = kept.used;
  reading.would_have_refused = kept.would_have_refused;
  return reading;
}

std::optional<CallWindow> Quotas::used_up(const policy::Allowance& allowance, Time at) const {
  std::optional<CallWindow> found;
  for (const CallWindow window : kWindows) {  // a month never ends before its days
    const CallQuota* quota = allowance.quota_of(window);
    if (quota != nullptr && !quota->is_shadow() && read(window, at).used >= quota->calls) found = window;
  }
  return found;
}

Quotas::Taken Quotas::take(const policy::Allowance& allowance, std::span<const std::uint32_t> notices_at, Time at) {
  Taken taken;
  for (const CallWindow window : kWindows) {
    const policy::CallSpan& span = span_at(window, at);
    Window& kept = in(window);
    if (kept.number < span.number) kept = {.number = static_cast<std::int32_t>(span.number)};
    const CallQuota* quota = allowance.quota_of(window);
    if (quota != nullptr && kept.told == kNotKnown) kept.told = reached(*quota, kept.used, notices_at);
    if (quota != nullptr && quota->is_shadow() && kept.used >= quota->calls) {
      kept.would_have_refused += 1;
      taken.would_refuse = to_token(window);
    }
    kept.used += 1;
    if (quota == nullptr) continue;
    const std::uint8_t percent = reached(*quota, kept.used, notices_at);
    if (percent <= kept.told) continue;
    kept.told = percent;
    taken.notice = Notice{window, percent, quota->calls, kept.used, span.ends_at};
  }
  return taken;
}

void Quotas::restore(std::int64_t day, std::uint64_t calls, Time now) {
  const Time at = india::start_of_day(day);
  for (const CallWindow window : kWindows) {
    const std::int64_t number = policy::span_of(window, now).number;
    if (policy::span_of(window, at).number != number) continue;
    Window& kept = in(window);
    kept.number = static_cast<std::int32_t>(number);
    kept.used += calls;
    kept.told = kNotKnown;
  }
}

}  // namespace mohur::gateway
