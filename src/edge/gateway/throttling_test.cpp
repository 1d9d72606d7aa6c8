// Episodes of throttling: when one begins and ends, what counts as ignored, and that no flood makes more than so many commands.
#include "gateway/throttling.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mohur::gateway {
namespace {

using kernel::ReportThrottling;

constexpr Time kMorning{1'795'329'000'000'000'000};

class ThrottlingTest : public testing::Test {
 protected:
  void refuse(std::uint64_t client = 1, std::string_view limit = "total", Duration retry_after = seconds(10),
              bool shadow = false) {
    throttling.refused({{{{0, client}}, Mode::test}, shadow, limit, retry_after, now, kMorning + (now - Time{})});
  }
  std::vector<kernel::Command> report() {
    std::vector<kernel::Command> commands;
    throttling.report(rules, now, [&](kernel::Command command) {
      if (!takes) return false;
      commands.push_back(std::move(command));
      return true;
    });
    return commands;
  }
  // The one episode that is over.
  ReportThrottling over() {
    const auto commands = report();
    EXPECT_EQ(commands.size(), 1U);
    return commands.empty() ? ReportThrottling{} : std::get<ReportThrottling>(commands.front().intent);
  }

  Throttling throttling;
  policy::LadderRules rules = policy::standard_ladder();
  Time now = Time{} + hours(1);
  bool takes = true;
};

TEST_F(ThrottlingTest, AnEpisodeIsOverWhenItWasQuietForAMinute) {
  for (int n = 0; n < 5; ++n, now = now + seconds(20)) refuse();
  now = now + seconds(39);
  EXPECT_TRUE(report().empty());
  now = now + seconds(1);
  const ReportThrottling episode = over();
  EXPECT_EQ(episode.refused, 5U);
  EXPECT_EQ(episode.ended_at - episode.began_at, seconds(80));
  EXPECT_THAT(episode.limits, testing::ElementsAre("total"));
  EXPECT_EQ(throttling.open(), 0U);
}

TEST_F(ThrottlingTest, OneThatGoesOnIsToldAfterFiveMinutesAndTheNextBegins) {
  std::vector<std::uint64_t> told;
  for (int n = 0; n < 660; ++n, now = now + seconds(1)) {
    refuse();
    for (const auto& command : report()) told.push_back(std::get<ReportThrottling>(command.intent).refused);
  }
  EXPECT_THAT(told, testing::ElementsAre(301, 301));
}

TEST_F(ThrottlingTest, WhatCameBeforeItsRetryAfterWasOverIsIgnoredButForTheFirstTwoSeconds) {
  for (int n = 0; n < 100; ++n) refuse();  // at one moment
  now = now + seconds(2);
  refuse();  // ignored: ten seconds were told
  now = now + seconds(9);
  refuse();  // ignored
  now = now + seconds(10);
  refuse();  // as it was told to
  now = now + minutes(1);
  EXPECT_EQ(over().ignored, 2U);
}

TEST_F(ThrottlingTest, WhatIsTriedOutIsAnEpisodeOfItsOwn) {
  refuse(1, "total");
  refuse(1, "day", seconds(10), true);
  now = now + minutes(1);
  const auto commands = report();
  ASSERT_EQ(commands.size(), 2U);
  std::vector<bool> shadows;
  for (const auto& command : commands) shadows.push_back(std::get<ReportThrottling>(command.intent).shadow);
  EXPECT_THAT(shadows, testing::UnorderedElementsAre(false, true));
}

TEST_F(ThrottlingTest, WhatTheCoreHasNoRoomForIsBroughtAgain) {
  refuse();
  now = now + minutes(1);
  takes = false;
  EXPECT_TRUE(report().empty());
  takes = true;
  now = now + seconds(1);
  EXPECT_EQ(over().refused, 1U);
}

// Ten minutes in which two thousand clients flood.
TEST_F(ThrottlingTest, HoweverManyClientsFloodTheCommandsOfASecondAreBoundedAndNothingIsLost) {
  constexpr std::uint64_t kClients = 2'000;
  std::uint64_t made = 0, told = 0, commands = 0;
  for (int second = 0; second < 600; ++second, now = now + seconds(1)) {
    for (std::uint64_t n = 0; n < 1'000; ++n, ++made) refuse(made % kClients);
    for (int asked = 0; asked < 3; ++asked) {  // however often it is asked
      const auto due = report();
      commands += due.size();
      for (const auto& command : due) told += std::get<ReportThrottling>(command.intent).refused;
    }
    ASSERT_LE(commands, Throttling::kMostASecond * (static_cast<std::uint64_t>(second) + 2));
  }
  EXPECT_GT(commands, Throttling::kMostASecond * 200U);
  EXPECT_LE(throttling.open(), kClients);
  for (now = now + days(1); throttling.open() > 0; now = now + seconds(1))
    for (const auto& command : report()) told += std::get<ReportThrottling>(command.intent).refused;
  EXPECT_EQ(told, made);
}

TEST_F(ThrottlingTest, NoticesShareTheBound) {
  for (std::uint64_t n = 0; n < 12; ++n)
    throttling.give({{{0, n}}, Mode::test}, {policy::CallWindow::day, 80, 100, 80, kMorning});
  std::vector<std::size_t> told;
  for (int second = 0; second < 4; ++second, now = now + seconds(1)) told.push_back(report().size());
  EXPECT_THAT(told, testing::ElementsAre(5, 5, 2, 0));
}

}  // namespace
}  // namespace mohur::gateway
