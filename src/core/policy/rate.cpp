#include "policy/rate.hpp"

#include <algorithm>

namespace mohur::policy {
namespace {

constexpr std::uint32_t kMostQuota = 1'000'000;
constexpr std::uint32_t kLongestWindow = 31 * 86'400;

__extension__ using Wide = __int128;

// What has not drained, in time under this rate's spacing.
Duration backlog_of(const Rate& rate, const Meter& meter, Time now) {
  const Duration left{std::max<std::int64_t>(0, (meter.drained_at - now).ns)};
  const Duration spacing = spacing_of(rate);
  if (left.ns == 0 || meter.spacing == spacing) return left;
  const Wide scaled = (Wide{left.ns} * spacing.ns + meter.spacing.ns - 1) / meter.spacing.ns;
  return {static_cast<std::int64_t>(std::min<Wide>(scaled, std::int64_t{1} << 61))};
}

}  // namespace

bool is_valid(const Rate& rate) {
  return rate.quota >= 1 && rate.quota <= kMostQuota && rate.window_s >= 1 && rate.window_s <= kLongestWindow &&
         rate.burst >= 1 && rate.burst <= rate.quota;
}

Duration spacing_of(const Rate& rate) { return {(seconds(rate.window_s).ns + rate.quota - 1) / rate.quota}; }

Reading read(const Rate& rate, const Meter& meter, Time now) {
  const Duration spacing = spacing_of(rate);
  const std::int64_t room = (spacing * rate.burst - backlog_of(rate, meter, now)).ns;
  Reading reading;
  reading.remaining = room <= 0 ? 0 : static_cast<std::uint32_t>(room / spacing.ns);
  if (reading.remaining < rate.burst) reading.more_in = Duration{(spacing * (reading.remaining + 1)).ns - room};
  if (spacing.ns > room) reading.retry_in = Duration{spacing.ns - room};
  return reading;
}

std::optional<std::size_t> take(std::span<const Applied> limits, Time now) {
  std::optional<std::size_t> tightest;
  Duration longest;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const auto wait = read(*limits[i].rate, *limits[i].meter, now).retry_in;
    if (!wait || *wait <= longest) continue;
    longest = *wait;
    tightest = i;
  }
  if (tightest) return tightest;
  for (const Applied& limit : limits) {
    const Duration spacing = spacing_of(*limit.rate);
    limit.meter->drained_at = now + backlog_of(*limit.rate, *limit.meter, now) + spacing;
    limit.meter->spacing = spacing;
  }
  return std::nullopt;
}

}  // namespace mohur::policy
