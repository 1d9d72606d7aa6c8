#include "gateway/limiter.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/assert.hpp"

namespace mohur::gateway {
namespace {

using policy::Applied;
using policy::CallWindow;
using policy::Rate;
using policy::RouteClass;

void append_number(std::string& out, std::uint64_t value) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void begin(std::string& header, std::string_view name) {
  if (!header.empty()) header += ", ";
  header.append("\"").append(name).append("\"");
}

}  // namespace

// `"total";q=60000;w=60, "day";q=100000;w=86400` and `"total";r=59999;t=1, "day";r=99999;t=51300`
void Limiter::tell(const Asked& asked, std::span<const Named> limits, const Quotas& quotas, Told& told) {
  for (const auto& [number, name, limit] : limits) {
    begin(told.policy, name);
    begin(told.limit, name);
    append_number(told.policy.append(";q="), limit.rate->quota);
    append_number(told.policy.append(";w="), limit.rate->window_s);
    const policy::Reading reading = policy::read(*limit.rate, *limit.meter, asked.now);
    append_number(told.limit.append(";r="), reading.remaining);
    if (reading.more_in) append_number(told.limit.append(";t="), static_cast<std::uint64_t>(whole_seconds(*reading.more_in)));
  }
  if (asked.route_class == RouteClass::reserved) return;
  for (const CallWindow window : {CallWindow::day, CallWindow::month}) {
    const policy::CallQuota* quota = asked.allowance.quota_of(window);
    if (quota == nullptr || quota->is_shadow()) continue;
    const Quotas::Reading reading = quotas.read(window, asked.at);
    begin(told.policy, to_token(window));
    begin(told.limit, to_token(window));
    append_number(told.policy.append(";q="), quota->calls);
    append_number(told.policy.append(";w="), static_cast<std::uint64_t>(whole_seconds(reading.span.length)));
    append_number(told.limit.append(";r="), quota->calls - std::min(quota->calls, reading.used));
    append_number(told.limit.append(";t="), static_cast<std::uint64_t>(whole_seconds(reading.span.ends_at - asked.at)));
  }
}

std::unexpected<Refusal> Limiter::refuse_by_quota(const Asked& asked, CallWindow window, Told& told) {
  const Time ends_at = policy::span_of(window, asked.at).ends_at;
  told.retry_after = ends_at - asked.at;
  told.refused_by = to_token(window);
  return refuse(Outcome::quota_exceeded, {},
                "The plan allows " + std::to_string(asked.allowance.quota_of(window)->calls) + " calls in a " +
                    std::string{to_token(window)} + ", and they were made. The window ends at " + to_rfc3339(ends_at) + ".");
}

Result<Limiter::Ticket> Limiter::admit(const Asked& asked, Told& told) {
  Usage& usage = usage_of(asked.pool);
  const bool is_reserved = asked.route_class == RouteClass::reserved;
  std::array<Named, 2> applied;  // those that refuse
  std::array<Named, 2> shadows;
  std::size_t count = 0, shadow_count = 0;
  const auto apply = [&](std::size_t number, std::string_view name, const Rate& rate) {
    (rate.is_shadow() ? shadows[shadow_count++] : applied[count++]) = {number, name, {&rate, &usage.meters[number]}};
  };
  if (!is_reserved) apply(0, "total", asked.allowance.total);
  if (const Rate* rate = asked.allowance.rate_of(asked.route_class))
    apply(static_cast<std::size_t>(asked.route_class), to_token(asked.route_class), *rate);
  const std::span<const Named> limits{applied.data(), count};

  if (!is_reserved && usage.under_way >= asked.allowance.concurrent_calls) {
    tell(asked, limits, usage.quotas, told);
    told.retry_after = seconds(1);
    told.refused_by = "concurrent_calls";
    return refuse(Outcome::too_many_concurrent_calls, {},
                  "The plan allows " + std::to_string(asked.allowance.concurrent_calls) + " calls at one time.");
  }
  const auto used_up = is_reserved ? std::nullopt : usage.quotas.used_up(asked.allowance, asked.at);
  if (used_up) {
    tell(asked, limits, usage.quotas, told);
    return refuse_by_quota(asked, *used_up, told);
  }
  std::array<Applied, 2> metered;
  std::ranges::transform(limits, metered.begin(), &Named::limit);
  if (const auto refused_by = policy::take({metered.data(), count}, asked.now)) {
    tell(asked, limits, usage.quotas, told);
    const auto& [number, name, limit] = limits[*refused_by];
    told.retry_after = policy::read(*limit.rate, *limit.meter, asked.now).retry_in;
    told.refused_by = name;
    return refuse(Outcome::rate_exceeded, {},
                  "The plan's rate \"" + std::string{name} + "\" is " + std::to_string(limit.rate->quota) + " calls in " +
                      std::to_string(limit.rate->window_s) + " seconds, at most " + std::to_string(limit.rate->burst) +
                      " at once. Send the call again in " + std::to_string(whole_seconds(*told.retry_after)) + " s.");
  }
  // After this point, the call is admitted.
  for (const Named& shadow : std::span{shadows.data(), shadow_count}) {
    if (!policy::take({&shadow.limit, 1}, asked.now)) continue;
    usage.would_have_refused[shadow.number] += 1;
    told.would_refuse = shadow.name;
  }
  if (!is_reserved) {
    const Quotas::Taken taken = usage.quotas.take(asked.allowance, asked.notices_at, asked.at);
    told.notice = taken.notice;
    if (!taken.would_refuse.empty()) told.would_refuse = taken.would_refuse;
  }
  tell(asked, limits, usage.quotas, told);
  usage.under_way += 1;
  return Ticket{*this, asked.pool};
}

std::vector<Limiter::Left> Limiter::left(PoolNumber pool, const policy::Allowance& allowance, Time now) const {
  const Usage& usage = usage_of(pool);
  std::vector<Left> all;
  const auto add = [&](std::string_view name, const Rate& rate, std::size_t number) {
    const policy::Reading reading = policy::read(rate, usage.meters[number], now);
    all.push_back({name, rate, reading.remaining, usage.would_have_refused[number], reading.retry_in});
  };
  add("total", allowance.total, 0);
  for (const policy::ClassRate& each : allowance.rates)
    add(to_token(each.route_class), each.rate, static_cast<std::size_t>(each.route_class));
  return all;
}

const Limiter::Usage& Limiter::usage_of(PoolNumber pool) const {
  static const Usage kNothing;
  return pool < pools_.size() ? pools_[pool] : kNothing;
}

Limiter::Usage& Limiter::usage_of(PoolNumber pool) {
  if (pool >= pools_.size()) pools_.resize(std::max<std::size_t>(pool + 1, pools_.size() + pools_.size() / 2));
  return pools_[pool];
}

void Limiter::end(PoolNumber pool) {
  MOHUR_ASSERT(pools_[pool].under_way > 0);
  pools_[pool].under_way -= 1;
}

}  // namespace mohur::gateway
