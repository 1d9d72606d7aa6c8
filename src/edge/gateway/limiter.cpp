#include "gateway/limiter.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/assert.hpp"

namespace mohur::gateway {
namespace {

using policy::Applied;
using policy::Rate;
using policy::RouteClass;

// A limit that applies to the call, and the name under which the headers tell it.
struct Named {
  std::string_view name;
  Applied limit;
};

void append_number(std::string& out, std::uint64_t value) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

// `"total";q=60000;w=60, "money_out";q=30000;w=60` and `"total";r=59999;t=1, "money_out";r=29999;t=1`
void tell(std::span<const Named> limits, Time now, Limiter::Told& told) {
  for (const auto& [name, limit] : limits) {
    for (std::string* header : {&told.policy, &told.limit}) {
      if (!header->empty()) *header += ", ";
      header->append("\"").append(name).append("\"");
    }
    append_number(told.policy.append(";q="), limit.rate->quota);
    append_number(told.policy.append(";w="), limit.rate->window_s);
    const policy::Reading reading = policy::read(*limit.rate, *limit.meter, now);
    append_number(told.limit.append(";r="), reading.remaining);
    if (reading.more_in) append_number(told.limit.append(";t="), static_cast<std::uint64_t>(whole_seconds(*reading.more_in)));
  }
}

}  // namespace

Result<Limiter::Ticket> Limiter::admit(ClientId client, Mode mode, const policy::Allowance& allowance, RouteClass route_class,
                                       Time now, Told& told) {
  if (clients_.size() >= look_again_at_) let_idle_go(now);
  Usage& usage = clients_[{client, mode}];
  std::array<Named, 2> applied;
  std::size_t count = 0;
  if (route_class != RouteClass::reserved) applied[count++] = {"total", {&allowance.total, &usage.meters[0]}};
  if (const Rate* rate = allowance.rate_of(route_class))
    applied[count++] = {to_token(route_class), {rate, &usage.meters[static_cast<std::size_t>(route_class)]}};
  const std::span<const Named> limits{applied.data(), count};

  if (route_class != RouteClass::reserved && usage.under_way >= allowance.concurrent_calls) {
    tell(limits, now, told);
    told.retry_after = seconds(1);
    return refuse(Outcome::too_many_concurrent_calls, {},
                  "The plan allows " + std::to_string(allowance.concurrent_calls) + " calls at one time.");
  }
  std::array<Applied, 2> metered;
  std::ranges::transform(limits, metered.begin(), &Named::limit);
  const auto refused_by = policy::take({metered.data(), count}, now);
  tell(limits, now, told);
  if (refused_by) {
    const auto& [name, limit] = limits[*refused_by];
    told.retry_after = policy::read(*limit.rate, *limit.meter, now).retry_in;
    return refuse(Outcome::rate_exceeded, {},
                  "The plan's rate \"" + std::string{name} + "\" is " + std::to_string(limit.rate->quota) + " calls in " +
                      std::to_string(limit.rate->window_s) + " seconds, at most " + std::to_string(limit.rate->burst) +
                      " at once. Send the call again in " + std::to_string(whole_seconds(*told.retry_after)) + " s.");
  }
  usage.under_way += 1;
  return Ticket{*this, client, mode};
}

std::vector<Limiter::Left> Limiter::left(ClientId client, Mode mode, const policy::Allowance& allowance, Time now) const {
  static const Usage kNothing;
  const auto found = clients_.find(Pool{client, mode});
  const Usage& usage = found == clients_.end() ? kNothing : found->second;
  std::vector<Left> all{{"total", allowance.total, policy::read(allowance.total, usage.meters[0], now).remaining}};
  for (const policy::ClassRate& each : allowance.rates) {
    const policy::Meter& meter = usage.meters[static_cast<std::size_t>(each.route_class)];
    all.push_back({to_token(each.route_class), each.rate, policy::read(each.rate, meter, now).remaining});
  }
  return all;
}

void Limiter::end(ClientId client, Mode mode) {
  const auto found = clients_.find(Pool{client, mode});
  MOHUR_ASSERT(found != clients_.end() && found->second.under_way > 0);
  found->second.under_way -= 1;
}

// Whose meters have all drained is as one that never called. What is left sets when to look again, so that the looking costs
// each new client a constant.
void Limiter::let_idle_go(Time now) {
  boost::unordered::erase_if(clients_, [&](const auto& entry) {
    const Usage& usage = entry.second;
    return usage.under_way == 0 && std::ranges::all_of(usage.meters, [&](const policy::Meter& m) { return m.drained_at <= now; });
  });
  look_again_at_ = std::max<std::size_t>(1'024, 2 * clients_.size());
}

}  // namespace mohur::gateway
