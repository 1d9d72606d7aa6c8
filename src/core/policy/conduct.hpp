// What the house keeps of a client's conduct: episodes of throttling, notices of quotas, where it stands on the ladder, reviews.
//
// Times     All of them are real time, in test mode too: calls are counted on it, whatever a sandbox clock shows.
// Source    policy clauses P6.1 to P6.3
#pragma once

#include "policy/ladder.hpp"
#include "policy/plan.hpp"

namespace mohur::policy {

using ThrottleEpisodeId = Id<"thr">;
using UsageNoticeId = Id<"un">;
using TierReviewId = Id<"review">;

// Refusals of a client's calls that came close together, told as one.
struct ThrottleEpisode {
  static constexpr std::string_view object_name = "throttle_episode";

  ThrottleEpisodeId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  std::vector<std::string> limits;
  Time began_at;
  Time ended_at;
  std::uint64_t refused = 0;
  std::uint64_t ignored = 0;
  bool shadow = false;
  bool strike = false;
  std::uint32_t strikes = 0;
  std::optional<Rung> rung;
  std::optional<Time> blocked_until;
  std::uint32_t ladder_version = 1;

  bool operator==(const ThrottleEpisode&) const = default;
  MOHUR_DESCRIBE(ThrottleEpisode, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence),
                 (7, limits, "What refused: names of rates and quotas as in the RateLimit headers, `concurrent_calls`, `block`."),
                 (8, began_at, "The first refusal."), (9, ended_at, "The last one."), (10, refused, "Calls that were refused."),
                 (11, ignored, "Of them, calls that came before the Retry-After of an earlier one was over."),
                 (12, shadow, "Whether nothing was refused: limits that are only tried out would have."),
                 (13, strike, "Whether it counts on the ladder."), (14, strikes, "That count now, this one included."),
                 (15, rung, "What followed."), (16, blocked_until),
                 (17, ladder_version, "Of the ladder by which it was decided."))
};

// A client is told that a part of its quota is used.
struct UsageNotice {
  static constexpr std::string_view object_name = "usage_notice";

  UsageNoticeId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  CallWindow window = CallWindow::day;
  std::uint32_t percent = 0;
  std::uint64_t calls = 0;
  std::uint64_t used = 0;
  Time window_ends_at;

  bool operator==(const UsageNotice&) const = default;
  MOHUR_DESCRIBE(UsageNotice, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence), (7, window),
                 (8, percent, "So much of the quota is used, or more."), (9, calls, "The quota."), (10, used),
                 (11, window_ends_at))
};

// Where a client stands; it goes by its client's id.
struct Conduct {
  static constexpr std::string_view object_name = "conduct";

  ClientId client;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  std::vector<Standing> standings;  // at most one for each mode
  std::optional<TierReviewId> review;

  // A mode without strikes has one that says nothing.
  Standing standing(Mode mode) const {
    for (const Standing& each : standings)
      if (each.mode == mode) return each;
    return {.mode = mode};
  }
  void put(const Standing& standing) {
    for (Standing& each : standings)
      if (each.mode == standing.mode) {
        each = standing;
        return;
      }
    standings.push_back(standing);
  }
  bool operator==(const Conduct&) const = default;
  MOHUR_DESCRIBE(Conduct, (1, client), (2, created_at), (3, updated_at), (4, sequence), (5, standings),
                 (6, review, "The last one that was opened."))
};

MOHUR_ENUM(TierReviewStatus, (1, open), (2, closed))
// What people decide: the plan fits and the client mends its ways; another plan is proposed; its access is narrowed.
MOHUR_ENUM(TierDecision, (1, keep_plan), (2, change_plan), (3, restrict_client))

// A client that climbed the whole ladder is looked at by a person: perhaps its plan does not fit.
struct TierReview {
  static constexpr std::string_view object_name = "tier_review";

  TierReviewId id;
  ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  TierReviewStatus status = TierReviewStatus::open;
  ThrottleEpisodeId episode;
  std::uint32_t strikes = 0;
  std::optional<PlanId> plan;
  std::optional<TierDecision> decision;
  std::optional<std::string> finding;
  std::optional<PersonId> decided_by;

  bool operator==(const TierReview&) const = default;
  MOHUR_DESCRIBE(TierReview, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, sequence), (7, status),
                 (8, episode, "Of throttling, that led to it."), (9, strikes), (10, plan, "Null for the standard one."),
                 (11, decision), (12, finding, "Why."), (13, decided_by))
};

}  // namespace mohur::policy
