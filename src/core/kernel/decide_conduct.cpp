// Decisions about conduct: what episodes of throttling lead to, notices of quotas, reviews of plans, and the ladder itself.
#include "kernel/proposals.hpp"

namespace mohur::kernel {
namespace {

using policy::Conduct;
using policy::Consequence;
using policy::Ladder;
using policy::Standing;
using policy::ThrottleEpisode;
using policy::TierReview;
using policy::TierReviewStatus;

EventType type_of(const std::optional<policy::Rung>& rung) {
  if (!rung) return EventType::conduct_struck;
  return rung->block_s ? EventType::conduct_blocked
                       : (rung->consequence == Consequence::warning ? EventType::conduct_warned : EventType::conduct_struck);
}

ThrottleEpisode episode_of(Decision& decision, const ReportThrottling& intent, const policy::Ladders::InForce& ladder) {
  const Command& command = decision.command();
  return {.id = decision.next_id<policy::ThrottleEpisodeId>(),
          .client = command.client,
          .mode = command.mode,
          .created_at = command.at,
          .updated_at = command.at,
          .sequence = 1,
          .limits = intent.limits,
          .began_at = intent.began_at,
          .ended_at = intent.ended_at,
          .refused = intent.refused,
          .ignored = intent.ignored,
          .shadow = intent.shadow,
          .strike = !intent.shadow && intent.ignored >= ladder.rules->ignored_calls,
          .ladder_version = ladder.version};
}

// A client is reviewed once at a time.
bool is_under_review(const State& state, const Conduct& conduct) {
  if (!conduct.review) return false;
  const TierReview* review = state.find<TierReview>(conduct.review->value);
  return review != nullptr && review->status == TierReviewStatus::open;
}

void open_review(Decision& decision, const ThrottleEpisode& episode, const registry::Client& client, Conduct& conduct) {
  const TierReview review{.id = decision.next_id<policy::TierReviewId>(),
                          .client = episode.client,
                          .mode = episode.mode,
                          .created_at = episode.created_at,
                          .updated_at = episode.created_at,
                          .sequence = 1,
                          .episode = episode.id,
                          .strikes = episode.strikes,
                          .plan = decision.agreement(client).plan};
  conduct.review = review.id;
  decision.add(EventType::tier_review_opened, review);
}

}  // namespace

// An episode is one event. One that is a strike is a second, the client's conduct; one that reaches the top of the ladder opens a
// review besides.
Added decide(Decision& decision, const ReportThrottling& intent) {
  const Command& command = decision.command();
  MOHUR_TRY_SET(client, decision.client(command.client));
  const auto ladder = decision.state().ladders.at(command.at);
  const Conduct* known = decision.state().find<Conduct>(client->id.value);
  Conduct conduct = known != nullptr ? *known : Conduct{.client = client->id, .created_at = command.at};
  const bool was_under_review = is_under_review(decision.state(), conduct);
  ThrottleEpisode episode = episode_of(decision, intent, ladder);
  Standing standing = conduct.standing(command.mode);
  if (episode.strike) {
    standing = policy::struck(standing, ladder, command.at);
    episode.rung = standing.rung;
    episode.blocked_until = policy::blocked_until(standing, command.at);
  }
  episode.strikes = policy::strikes_at(standing, *ladder.rules, command.at);
  decision.add(EventType::throttle_episode_ended, episode);
  if (!episode.strike) return {};

  const bool wants_review = standing.rung && standing.rung->consequence == Consequence::tier_review;
  if (wants_review && !was_under_review) open_review(decision, episode, *client, conduct);
  conduct.put(standing);
  conduct.updated_at = command.at;
  conduct.sequence += 1;
  decision.add(type_of(standing.rung), Object{conduct}, client->id, command.mode);
  return {};
}

Added decide(Decision& decision, const GiveUsageNotice& intent) {
  const Command& command = decision.command();
  MOHUR_TRY_SET(client, decision.client(command.client));
  decision.add(EventType::usage_notice_given, policy::UsageNotice{.id = decision.next_id<policy::UsageNoticeId>(),
                                                                  .client = client->id,
                                                                  .mode = command.mode,
                                                                  .created_at = command.at,
                                                                  .updated_at = command.at,
                                                                  .sequence = 1,
                                                                  .window = intent.window,
                                                                  .percent = intent.percent,
                                                                  .calls = intent.calls,
                                                                  .used = intent.used,
                                                                  .window_ends_at = intent.window_ends_at});
  return {};
}

Added decide(Decision& decision, const ProposeLadder& intent) {
  const Result<void> sound = policy::check_ladder(intent.rules);
  MOHUR_TRY_SET(made, proposed<Ladder>(decision, sound, intent.effective_at, intent.reason));
  made.rules = intent.rules;
  decision.add(EventType::ladder_proposed, Object{std::move(made)}, {}, Mode::live);
  return {};
}

Added decide(Decision& decision, const DecideLadder& intent) {
  MOHUR_TRY_SET(after, decided<Ladder>(decision, intent.ladder.value, intent.approve, decision.state().ladders));
  decision.add(intent.approve ? EventType::ladder_approved : EventType::ladder_rejected, Object{std::move(after)}, {},
               Mode::live);
  return {};
}

Added decide(Decision& decision, const CloseTierReview& intent) {
  MOHUR_TRY_SET(person, decision.person());
  const TierReview* review = decision.state().find<TierReview>(intent.review.value);
  if (review == nullptr) return refuse(Outcome::not_found, "tier_review");
  if (review->status != TierReviewStatus::open) return refuse(Outcome::state_conflict, {}, "The review is closed already.");
  TierReview after = *review;
  after.status = TierReviewStatus::closed;
  after.updated_at = decision.command().at;
  after.sequence += 1;
  after.decision = intent.decision;
  after.finding = intent.finding;
  after.decided_by = person;
  decision.add(EventType::tier_review_closed, after);
  return {};
}

}  // namespace mohur::kernel
