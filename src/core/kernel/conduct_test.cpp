// Conduct over time: what episodes of throttling lead to, that good conduct forgets, reviews, and ladders changed by two people.
#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using policy::Conduct;
using policy::Consequence;
using policy::Ladder;
using policy::LadderRules;
using policy::ThrottleEpisode;
using policy::TierDecision;
using policy::TierReview;

struct Throttled : House {
  Result<std::vector<Event>> report(std::uint64_t ignored, Mode mode = Mode::test, bool shadow = false) {
    at = at + minutes(5);
    return send(ReportThrottling{{"total"}, at - minutes(1), at, ignored + 20, ignored, shadow}, registry::by_system(), client,
                mode);
  }
  std::vector<std::string> told(std::uint64_t ignored, Mode mode = Mode::test) { return types_of(*report(ignored, mode)); }
  const Conduct& conduct() { return *disk.find<Conduct>(client.value); }
  policy::LadderId propose(LadderRules rules, Time effective_at) {
    return first<Ladder>(send(ProposeLadder{std::move(rules), effective_at, "They do not mend their ways"}, asha)).id;
  }
  std::string told(const Result<std::vector<Event>>& result) {
    return result ? "ok" : std::string{to_token(result.error().outcome)} + " " + result.error().field;
  }
};

using testing::ElementsAre;

TEST(Throttling, WhoWaitsAsToldIsNotStruck) {
  Throttled house;
  for (int n = 0; n < 20; ++n) EXPECT_THAT(house.told(9), ElementsAre("throttle_episode.ended"));
  EXPECT_EQ(house.disk.find<Conduct>(house.client.value), nullptr);
}

TEST(Throttling, WhoGoesOnClimbsTheLadderToAReviewAndIsReviewedOnce) {
  Throttled house;
  const auto next = [&] { return house.told(10).at(1); };
  EXPECT_EQ(next(), "conduct.struck");
  EXPECT_EQ(next(), "conduct.warned");
  for (const std::int64_t block : {60, 300, 900, 3'600, 86'400}) {
    EXPECT_EQ(next(), "conduct.blocked");
    EXPECT_EQ(*house.conduct().standing(Mode::test).blocked_until - house.at, seconds(block));
  }
  EXPECT_THAT(house.told(10), ElementsAre("throttle_episode.ended", "tier_review.opened", "conduct.blocked"));
  EXPECT_THAT(house.told(10), ElementsAre("throttle_episode.ended", "conduct.blocked")) << "it is open";
  const auto review = *house.conduct().review;
  EXPECT_EQ(house.told(house.send(CloseTierReview{review, TierDecision::keep_plan, "x"}, registry::by_credential({}))),
            "scope_missing ");
  const TierReview closed =
      first<TierReview>(house.send(CloseTierReview{review, TierDecision::change_plan, "Too small"}, house.asha));
  EXPECT_EQ(closed.decision, TierDecision::change_plan);
  EXPECT_EQ(house.told(house.send(CloseTierReview{review, TierDecision::keep_plan, "x"}, house.bina)), "state_conflict ");
  EXPECT_THAT(house.told(10), ElementsAre("throttle_episode.ended", "tier_review.opened", "conduct.blocked"));
  EXPECT_NE(*house.conduct().review, review);
  EXPECT_EQ(house.told(house.send(CloseTierReview{{{77, 77}}, TierDecision::keep_plan, "x"}, house.asha)),
            "not_found tier_review");
}

TEST(Throttling, AnHourOfGoodConductForgetsAStrike) {
  Throttled house;
  house.report(10);
  house.report(10);
  house.at = house.at + hours(2);
  const auto events = house.report(10);
  EXPECT_EQ(first<ThrottleEpisode>(events).strikes, 1U);
  EXPECT_THAT(types_of(*events), ElementsAre("throttle_episode.ended", "conduct.struck"));
}

TEST(Throttling, ModesStandApartAndShadowsStrikeNobody) {
  Throttled house;
  house.report(10);
  house.report(10);
  EXPECT_THAT(house.told(10, Mode::live), ElementsAre("throttle_episode.ended", "conduct.struck"));
  EXPECT_THAT(types_of(*house.report(1'000, Mode::test, true)), ElementsAre("throttle_episode.ended"));
  EXPECT_EQ(house.conduct().standing(Mode::test).strikes, 2U);
  EXPECT_EQ(house.conduct().standing(Mode::live).strikes, 1U);
}

TEST(Throttling, OfAClientThatIsNotThereNothingIsKept) {
  Throttled house;
  EXPECT_EQ(house.refusal(ReportThrottling{}, registry::by_system(), ClientId{{77, 77}}), Outcome::not_found);
  EXPECT_EQ(house.refusal(GiveUsageNotice{}, registry::by_system(), ClientId{{77, 77}}), Outcome::not_found);
}

TEST(UsageNotices, AreAnEventOfTheClient) {
  Throttled house;
  const auto events = house.send(GiveUsageNotice{policy::CallWindow::month, 90, 1'000, 900, house.at + days(3)},
                                 registry::by_system(), house.client, Mode::live);
  EXPECT_THAT(types_of(*events), ElementsAre("usage_notice.given"));
  EXPECT_EQ(events->at(0).mode, Mode::live);
  EXPECT_EQ(first<policy::UsageNotice>(events).percent, 90U);
}

TEST(Ladders, AreChangedByTwoPeopleAndCountFromTheirMoment) {
  Throttled house;
  LadderRules strict{.ignored_calls = 1, .rungs = {{1, Consequence::block, 5}}};
  const auto id = house.propose(strict, house.at + hours(1));
  EXPECT_EQ(house.told(house.send(DecideLadder{id, true}, house.asha)), "four_eyes_required ");
  EXPECT_THAT(types_of(*house.send(DecideLadder{id, true}, house.bina)), ElementsAre("ladder.approved"));
  EXPECT_EQ(first<ThrottleEpisode>(house.report(1)).ladder_version, 1U);
  house.at = house.at + hours(1);
  const ThrottleEpisode episode = first<ThrottleEpisode>(house.report(1));
  EXPECT_EQ(episode.ladder_version, 2U);
  EXPECT_EQ(episode.blocked_until, house.at + seconds(5));
  EXPECT_EQ(house.told(house.send(DecideLadder{id, false}, house.bina)), "state_conflict ");
}

TEST(Ladders, AreRefusedByTheirFields) {
  Throttled house;
  const LadderRules sound = policy::standard_ladder();
  LadderRules upside_down = sound;
  std::swap(upside_down.rungs[0].strikes, upside_down.rungs[1].strikes);
  EXPECT_EQ(house.told(house.send(ProposeLadder{upside_down, house.at, "r"}, house.asha)), "field_out_of_range rungs[1].strikes");
  EXPECT_EQ(house.told(house.send(ProposeLadder{sound, house.at + days(367), "r"}, house.asha)), "time_too_far effective_at");
  EXPECT_EQ(house.told(house.send(ProposeLadder{sound, house.at, "r"}, registry::by_credential({}), house.client)),
            "scope_missing ");
  EXPECT_EQ(house.told(house.send(DecideLadder{{{77, 77}}, true}, house.bina)), "not_found ladder");
  const auto id = house.propose(sound, house.at);
  EXPECT_THAT(types_of(*house.send(DecideLadder{id, false}, house.bina)), ElementsAre("ladder.rejected"));
  EXPECT_EQ(house.state.ladders.at(house.at).version, 1U);
}

// However an observer asks: a fresh house that applies the same events has the same ladder.
TEST(Ladders, AreAFold) {
  Throttled house;
  EXPECT_TRUE(house.send(DecideLadder{house.propose({.ignored_calls = 3}, house.at), true}, house.bina));
  State other;
  struct : Observer {
    void account_moved(const ledger::Account&, const ledger::Account&) override {}
    void open_object_changed(Key128, const std::optional<OpenObject>&, std::span<const ledger::Pending>) override {}
    void nonce_let_go(const Nonce&) override {}
  } nobody;
  for (const Event& event : house.events) kernel::apply(other, event, nobody);
  EXPECT_EQ(other.ladders.at(house.at).rules->ignored_calls, 3U);
}

}  // namespace
}  // namespace mohur::kernel
