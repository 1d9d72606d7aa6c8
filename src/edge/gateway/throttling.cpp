#include "gateway/throttling.hpp"

#include <algorithm>

namespace mohur::gateway {
namespace {

constexpr policy::Rate kReports{.quota = Throttling::kMostASecond, .window_s = 1, .burst = Throttling::kMostASecond};

}  // namespace

void Throttling::refused(const Refused& refused) {
  Episode& episode = episodes_[{refused.pool, refused.shadow}];
  if (episode.refused == 0) {
    episode.began = refused.now;
    episode.began_at = refused.at;
  }
  if (std::ranges::find(episode.limits, refused.limit) == episode.limits.end()) episode.limits.push_back(refused.limit);
  const bool could_know = refused.now >= episode.began + kGrace;
  if (could_know && refused.now < episode.told_until) episode.ignored += 1;
  episode.refused += 1;
  episode.last = refused.now;
  episode.last_at = std::max(refused.at, episode.began_at);
  episode.told_until = std::max(episode.told_until, refused.now + refused.retry_after);
}

void Throttling::give(const Pool& pool, const Quotas::Notice& notice) {
  if (notices_.size() < kMostNotices) notices_.emplace_back(pool, notice);
}

void Throttling::report(const policy::LadderRules& rules, Time now, const Submit& submit) {
  if (notices_.empty() && episodes_.empty()) return;
  const policy::Applied budget[] = {{&kReports, &meter_}};
  while (!notices_.empty() && !policy::take(budget, now))
    if (!report_notice(submit)) return;
  using Entry = std::pair<Time, Key>;
  std::vector<Entry> over;
  for (const auto& [key, episode] : episodes_)
    if (now >= episode.last + seconds(rules.quiet_s) || now >= episode.began + seconds(rules.longest_s))
      over.emplace_back(episode.began, key);
  std::ranges::sort(over, {}, &Entry::first);
  for (const auto& [began, key] : over) {
    if (policy::take(budget, now)) return;
    const auto episode = episodes_.find(key);
    if (!submit(command_of(key, episode->second))) return;
    episodes_.erase(episode);
  }
}

bool Throttling::report_notice(const Submit& submit) {
  const auto& [pool, notice] = notices_.front();
  kernel::Command command{
      .caller = registry::by_system(),
      .client = pool.client,
      .mode = pool.mode,
      .intent = kernel::GiveUsageNotice{notice.window, notice.percent, notice.calls, notice.used, notice.window_ends_at}};
  if (!submit(std::move(command))) return false;
  notices_.pop_front();
  return true;
}

kernel::Command Throttling::command_of(const Key& key, const Episode& episode) {
  return {.caller = registry::by_system(),
          .client = key.pool.client,
          .mode = key.pool.mode,
          .intent = kernel::ReportThrottling{{episode.limits.begin(), episode.limits.end()},
                                             episode.began_at,
                                             episode.last_at,
                                             episode.refused,
                                             episode.ignored,
                                             key.shadow}};
}

}  // namespace mohur::gateway
