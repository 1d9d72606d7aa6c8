// Sightings: what counts as different, what a window is, that a subject is told once a day, and that memory is bounded.
#include "watch/sightings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/india.hpp"
#include "engine/rig_test.hpp"

namespace mohur::watch {
namespace {

constexpr Time kMorning{1'795'329'000'000'000'000};

class SightingsTest : public testing::Test {
 protected:
  std::size_t see(std::uint64_t subject, std::uint64_t mark, Duration later = {}, std::size_t count = 3) {
    return sightings.see({{0, subject}}, {mark, kMorning + later, {0, mark}}, count, minutes(10)).size();
  }
  engine::SeededRandom random;
  Sightings sightings{random};
};

TEST_F(SightingsTest, CountsWhatIsDifferentOfEachSubject) {
  EXPECT_EQ(see(1, 1), 0U);
  EXPECT_EQ(see(1, 1), 0U) << "the same again";
  EXPECT_EQ(see(1, 2), 0U);
  EXPECT_EQ(see(2, 3), 0U) << "of somebody else";
  EXPECT_EQ(see(1, 2), 0U);
  EXPECT_EQ(see(1, 3), 3U);
  EXPECT_EQ(sightings.see({{0, 2}, Mode::test}, {4, kMorning, {}}, 2, minutes(10)).size(), 0U) << "the modes stand apart";
}

TEST_F(SightingsTest, ForgetsWhatIsOlderThanTheWindow) {
  EXPECT_EQ(see(1, 1), 0U);
  EXPECT_EQ(see(1, 2, minutes(5)), 0U);
  EXPECT_EQ(see(1, 3, minutes(10)), 0U) << "the first one was ten minutes ago";
  EXPECT_EQ(see(1, 2, minutes(12)), 0U) << "seen again, it is as good as new";
  EXPECT_EQ(see(1, 4, minutes(20)), 0U) << "the third one is over";
  EXPECT_EQ(see(1, 5, minutes(21)), 3U);
}

TEST_F(SightingsTest, HandsOutWhatItSawOldestFirst) {
  see(1, 1);
  see(1, 2, seconds(1));
  see(1, 1, seconds(2));
  const auto all = sightings.see({{0, 1}}, {3, kMorning + seconds(3), {7, 7}}, 3, minutes(10));
  std::vector<std::uint64_t> marks;
  for (const Thing& each : all) marks.push_back(each.mark);
  EXPECT_THAT(marks, testing::ElementsAre(2, 1, 3));
  EXPECT_EQ(all.back().example, (Key128{7, 7}));
  EXPECT_EQ(sightings.things(), 0U);
}

TEST_F(SightingsTest, TellsOfASubjectOnceADayAndBeginsAnewAtMidnightInIndia) {
  for (std::uint64_t mark = 1; mark <= 3; ++mark) see(1, mark);
  for (std::uint64_t mark = 4; mark <= 100; ++mark) EXPECT_EQ(see(1, mark, seconds(1)), 0U);
  EXPECT_EQ(sightings.things(), 0U) << "nothing is kept of what will not be told";
  const Duration midnight = india::start_of_day(india::day_of(kMorning) + 1) - kMorning;
  EXPECT_EQ(see(1, 4, midnight - Duration{1}), 0U);
  EXPECT_EQ(see(1, 5, midnight), 0U);
  EXPECT_EQ(see(1, 6, midnight), 0U);
  EXPECT_EQ(see(1, 7, midnight), 3U);
}

TEST_F(SightingsTest, AClockThatIsSetBackNeitherSilencesNorMakesUp) {
  const Duration ahead = days(3);
  for (std::uint64_t mark = 1; mark <= 3; ++mark) see(1, mark, ahead);
  for (std::uint64_t mark = 1; mark <= 2; ++mark) see(2, mark, ahead);
  EXPECT_EQ(see(2, 3), 0U) << "what lies days ahead is not within ten minutes";
  EXPECT_EQ(see(1, 4), 0U);
  EXPECT_EQ(see(1, 5), 0U);
  EXPECT_EQ(see(1, 6), 3U) << "it was told on another day";
}

TEST_F(SightingsTest, GivesBackTheRoomOfWhatIsOver) {
  for (std::uint64_t mark = 1; mark <= 500; ++mark) see(1, mark, {}, 1'000);
  EXPECT_GE(sightings.things(), 500U);
  see(1, 1, minutes(11), 1'000);
  EXPECT_LE(sightings.things(), 16U);
}

TEST_F(SightingsTest, LetsGoOfThoseThatWereQuietForLongest) {
  for (std::uint64_t mark = 1; mark <= 3; ++mark) see(7'000'000, mark);
  for (std::uint64_t subject = 0; subject < 2 * Sightings::kMostSubjects; ++subject) {
    see(subject, 1, Duration{static_cast<std::int64_t>(subject)});
    see(7'000'000, 4);
  }
  EXPECT_LE(sightings.subjects(), Sightings::kMostSubjects);
  EXPECT_EQ(see(7'000'000, 4, seconds(1)), 0U) << "told";
  EXPECT_GE(sightings.subjects(), Sightings::kMostSubjects / 2);
  EXPECT_EQ(see(2 * Sightings::kMostSubjects - 1, 2, seconds(1)), 0U);
  EXPECT_EQ(see(2 * Sightings::kMostSubjects - 1, 3, seconds(1)), 3U) << "the latest is still known";
}

TEST_F(SightingsTest, KeepsSoManyThingsAtMost) {
  for (std::uint64_t subject = 0; subject < 1'200; ++subject)
    for (std::uint64_t mark = 0; mark < 900; ++mark) see(subject, mark, Duration{static_cast<std::int64_t>(subject)}, 1'000);
  EXPECT_LE(sightings.things(), Sightings::kMostThings);
  EXPECT_GT(sightings.things(), Sightings::kMostThings / 3);
}

// Beside a model that keeps every sighting for ever.
TEST_F(SightingsTest, AreWhatAModelOfThemIs) {
  std::map<std::uint64_t, std::map<std::uint64_t, Time>> latest;  // by subject and mark
  std::map<std::uint64_t, std::int64_t> told_on;
  Time now = kMorning;
  int told = 0;
  for (int step = 0; step < 50'000; ++step) {
    now = now + seconds(static_cast<std::int64_t>(random.next_u64() % 40));
    const std::uint64_t subject = random.next_u64() % 5, mark = random.next_u64() % 40;
    const std::int64_t day = india::day_of(now);
    std::size_t expected = 0;
    if (!told_on.contains(subject) || told_on[subject] != day) {
      const bool is_new = !latest[subject].contains(mark) || latest[subject][mark] + minutes(10) <= now;
      latest[subject][mark] = now;
      const auto in_window = static_cast<std::size_t>(
          std::ranges::count_if(latest[subject], [&](const auto& entry) { return now < entry.second + minutes(10); }));
      if (is_new && in_window >= 6) {
        expected = in_window;
        told_on[subject] = day;
        latest[subject].clear();
        told += 1;
      }
    }
    ASSERT_EQ(sightings.see({{0, subject}}, {mark, now, {}}, 6, minutes(10)).size(), expected) << "step " << step;
  }
  EXPECT_GT(told, 20);
}

}  // namespace
}  // namespace mohur::watch
