#include "policy/ladder.hpp"

#include <algorithm>

#include "policy/ranges.hpp"

namespace mohur::policy {
namespace {

constexpr std::uint32_t kMonth = 31 * 86'400;
constexpr std::size_t kMostRungs = 16;
constexpr std::size_t kMostNotices = 10;

Result<void> check_rung(const Rung& rung, std::uint32_t least_strikes, const std::string& field) {
  MOHUR_TRY(check_between(rung.strikes, least_strikes, 1'000, field + ".strikes"));
  if (rung.consequence == Consequence::block && !rung.block_s)
    return refuse(Outcome::field_missing, field + ".block_s", "Say for how long calls are refused.");
  if (rung.consequence == Consequence::warning && rung.block_s)
    return refuse(Outcome::field_out_of_range, field + ".block_s", "A warning refuses nothing.");
  return rung.block_s ? check_between(*rung.block_s, 1, kMonth, field + ".block_s") : Result<void>{};
}

}  // namespace

Result<void> check_ladder(const LadderRules& rules) {
  MOHUR_TRY(check_between(rules.ignored_calls, 1, 1'000'000, "ignored_calls"));
  MOHUR_TRY(check_between(rules.strike_lasts_s, 60, kMonth, "strike_lasts_s"));
  MOHUR_TRY(check_between(rules.quiet_s, 1, 3'600, "quiet_s"));
  MOHUR_TRY(check_between(rules.longest_s, 1, 86'400, "longest_s"));
  if (rules.rungs.size() > kMostRungs) return refuse(Outcome::field_out_of_range, "rungs", "A ladder has at most 16 rungs.");
  std::uint32_t least = 1;
  for (std::size_t i = 0; i < rules.rungs.size(); ++i) {
    MOHUR_TRY(check_rung(rules.rungs[i], least, "rungs[" + std::to_string(i) + "]"));
    least = rules.rungs[i].strikes + 1;
  }
  if (rules.notices_at_percent.size() > kMostNotices)
    return refuse(Outcome::field_out_of_range, "notices_at_percent", "A client is told at most ten times.");
  least = 1;
  for (std::size_t i = 0; i < rules.notices_at_percent.size(); ++i) {
    MOHUR_TRY(check_between(rules.notices_at_percent[i], least, 100, "notices_at_percent[" + std::to_string(i) + "]"));
    least = rules.notices_at_percent[i] + 1;
  }
  return {};
}

const LadderRules& standard_ladder() {
  using enum Consequence;
  static const LadderRules rules{.rungs = {{2, warning, {}},
                                           {3, block, 60},
                                           {4, block, 5 * 60},
                                           {5, block, 15 * 60},
                                           {6, block, 60 * 60},
                                           {7, block, 24 * 60 * 60},
                                           {8, tier_review, 24 * 60 * 60}},
                                 .notices_at_percent = {80, 90, 100}};
  return rules;
}

std::uint32_t strikes_at(const Standing& standing, const LadderRules& rules, Time now) {
  if (now <= standing.struck_at) return standing.strikes;
  const std::int64_t forgotten = (now - standing.struck_at).ns / seconds(rules.strike_lasts_s).ns;
  return forgotten >= standing.strikes ? 0 : standing.strikes - static_cast<std::uint32_t>(forgotten);
}

Standing struck(const Standing& standing, const Ladders::InForce& ladder, Time now) {
  Standing after = standing;
  after.strikes = strikes_at(standing, *ladder.rules, now) + 1;
  after.struck_at = now;
  after.ladder_version = ladder.version;
  after.rung.reset();
  for (const Rung& rung : ladder.rules->rungs)
    if (rung.strikes <= after.strikes) after.rung = rung;
  if (after.rung && after.rung->block_s)
    after.blocked_until = std::max(standing.blocked_until.value_or(now), now + seconds(*after.rung->block_s));
  return after;
}

std::optional<Time> blocked_until(const Standing& standing, Time now) {
  return standing.blocked_until && now < *standing.blocked_until ? standing.blocked_until : std::nullopt;
}

}  // namespace mohur::policy
