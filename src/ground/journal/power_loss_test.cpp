// The power goes at any moment, any number of times, and a process is killed: nothing that was flushed is ever lost.
#include <random>

#include "journal/support_test.hpp"

namespace mohur::journal {
namespace {

// Writes through many lives that end badly, and checks after each that the journal holds what it promised.
class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {}

  void live_and_die() {
    disk_.power_off_at(1 + random_() % 60);
    if (auto journal = Journal::open(events, settings_, disk_)) {
      check_history(**journal);
      while (write_some(**journal)) {
      }
    }
    if (random_() % 4 == 0) disk_.kill_process();
    disk_.lose_power(random_());
  }

  void check_at_the_end() {
    const auto journal = open_or_fail(disk_, settings_);
    ASSERT_NE(journal, nullptr);
    check_history(*journal);
    ASSERT_OK(append(*journal, {"the last"}));
    ASSERT_OK(verify(events, disk_));
  }

  std::size_t flushed() const { return flushed_.size(); }

 private:
  bool write_some(Journal& journal) {
    std::vector<Records> batches(1 + random_() % 3);
    Records all;
    for (Records& batch : batches)
      for (std::uint64_t i = 0; i <= random_() % 3; ++i) all.push_back(batch.emplace_back(record()));
    pending_ = all;
    if (!append_together(journal, batches)) return false;
    flushed_.insert(flushed_.end(), all.begin(), all.end());
    pending_.clear();
    return true;
  }

  std::string record() {
    const auto size = static_cast<std::size_t>(random_() % 500);
    return random_() % 10 == 0 ? std::string(size, '\0') : bytes_of_size(size, static_cast<unsigned>(random_() % 1000));
  }

  // All that was flushed, then perhaps a beginning of what was in flight.
  void check_history(const Journal& journal) {
    const auto found = read_all(disk_);
    if (refused(found, Outcome::io_failed)) return;  // the power went meanwhile
    ASSERT_OK(found);
    ASSERT_EQ(found->size(), journal.sealed().position.value);
    ASSERT_GE(found->size(), flushed_.size());
    ASSERT_LE(found->size(), flushed_.size() + pending_.size());
    Records expected = flushed_;
    expected.insert(expected.end(), pending_.begin(), pending_.end());
    expected.resize(found->size());
    ASSERT_EQ(*found, expected);
    flushed_ = *found;
    pending_.clear();
  }

  std::mt19937_64 random_;
  faults::FaultFiles disk_;
  const Settings settings_{.segment_size = 8192, .prepare_in_background = false};
  Records flushed_;
  Records pending_;
};

TEST(PowerLoss, NothingFlushedIsEverLostThroughManyLives) {
  std::size_t flushed = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World world{seed};
    for (int life = 0; life < 12; ++life) world.live_and_die();
    world.check_at_the_end();
    flushed += world.flushed();
    if (HasFailure()) return;
  }
  EXPECT_GT(flushed, 10'000u) << "the lives are too short to show anything";
}

// A torn write, then a power loss at each change that the recovery makes, for many outcomes of both.
TEST(PowerLoss, ARecoveryThatIsInterruptedCanBeRepeated) {
  std::size_t interrupted = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed)
    for (std::uint64_t at = 1; at <= 12; ++at) {
      faults::FaultFiles disk;
      auto journal = open_or_fail(disk, {.segment_size = 8192, .prepare_in_background = false});
      ASSERT_OK(append(*journal, {bytes_of_size(seed * 8 % 512, 1)}));
      disk.power_off_at(2 + seed % 2);
      ASSERT_FALSE(append_together(*journal, {{bytes_of_size(1200, 2)}, {bytes_of_size(900, 3)}}));
      disk.lose_power(seed);
      disk.power_off_at(at);
      if (!Journal::open(events, small, disk)) ++interrupted;
      disk.lose_power(seed * 100 + at);
      const auto again = Journal::open(events, small, disk);
      ASSERT_TRUE(again) << why(again) << " seed " << seed << " at " << at;
      ASSERT_GE((*again)->next(), JournalPosition{2});
      ASSERT_OK(verify(events, disk));
    }
  EXPECT_GT(interrupted, 100u);
}

// The same where the write ended within a sector.
TEST(PowerLoss, ARecoveryFromAWriteThatEndedAtAnyByteCanBeInterrupted) {
  for (const std::size_t filler : {340u, 348u, 372u, 396u}) {
    faults::FaultFiles disk;
    ASSERT_OK(append(*open_or_fail(disk), {bytes_of_size(filler, 1)}));
    const std::string before = disk.content(first_segment);
    ASSERT_OK(append(*open_or_fail(disk), {bytes_of_size(1100, 2)}));
    const std::string after = disk.content(first_segment);
    const std::size_t begin = before.find_last_not_of('\0') + 1;
    const std::size_t end = after.find_last_not_of('\0') + 1;
    for (std::size_t written = begin + 1; written < end; ++written)
      for (std::uint64_t seed = 0; seed < 24; ++seed) {
        disk.set_content(first_segment, after.substr(0, written) + before.substr(written));
        disk.power_off_at(1 + seed % 8);
        (void)Journal::open(events, small, disk);
        disk.lose_power(seed);
        const auto again = Journal::open(events, small, disk);
        ASSERT_TRUE(again) << why(again) << " filler " << filler << " written " << written - begin << " seed " << seed;
        ASSERT_EQ((*again)->next(), JournalPosition{2});
      }
  }
}

// A frame that a killed process had written but not flushed may be served only once it is durable.
TEST(PowerLoss, WhatRecoveryFoundSurvivesTheNextPowerLoss) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    faults::FaultFiles disk;
    auto journal = open_or_fail(disk);
    disk.power_off_at(2);  // the write goes through, the flush does not
    ASSERT_FALSE(append(*journal, {bytes_of_size(1000, 1)}));
    disk.kill_process();
    journal = open_or_fail(disk);
    ASSERT_EQ(journal->next(), JournalPosition{2});
    disk.lose_power(seed);
    ASSERT_EQ(open_or_fail(disk)->next(), JournalPosition{2}) << seed;
  }
}

// After a failed flush the kernel keeps the bytes and takes them for written: whoever reads them sees them, the disk never does.
TEST(PowerLoss, WhatAFailedFlushLeftBehindIsDurableBeforeItIsServed) {
  for (const std::size_t filler : {100u, 400u, 1200u})
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      faults::FaultFiles disk;
      const Settings settings{.segment_size = 8192, .prepare_in_background = false};
      auto journal = open_or_fail(disk, settings);
      ASSERT_OK(append(*journal, {bytes_of_size(filler, 1)}));
      disk.fail({faults::Call::flush});
      ASSERT_FALSE(append_together(*journal, {{bytes_of_size(700, 2)}, {bytes_of_size(700, 3)}}));
      disk.kill_process();
      journal = open_or_fail(disk, settings);
      ASSERT_EQ(journal->next(), JournalPosition{4});
      if (seed % 2 == 0) ASSERT_OK(append(*journal, {"told"}));
      disk.lose_power(seed);
      const auto again = Journal::open(events, settings, disk);
      ASSERT_TRUE(again) << why(again);
      ASSERT_EQ((*again)->next(), JournalPosition{seed % 2 == 0 ? 5u : 4u});
    }
}

// The zeros over an interrupted write can fail to reach the disk as well.
TEST(PowerLoss, ARecoveryWhoseFlushFailsCanBeRepeated) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed)
    for (std::uint64_t nth = 1; nth <= 4; ++nth) {
      faults::FaultFiles disk;
      const Settings settings{.segment_size = 8192, .prepare_in_background = false};
      auto journal = open_or_fail(disk, settings);
      ASSERT_OK(append(*journal, {bytes_of_size(seed * 8 % 512, 1)}));
      disk.power_off_at(2 + seed % 2);
      ASSERT_FALSE(append_together(*journal, {{bytes_of_size(1200, 2)}, {bytes_of_size(900, 3)}}));
      disk.lose_power(seed);
      disk.fail({faults::Call::flush, nth});
      (void)Journal::open(events, settings, disk);
      disk.heal();
      disk.kill_process();
      journal = open_or_fail(disk, settings);
      const JournalPosition next = journal->next();
      ASSERT_OK(append(*journal, {"told"}));
      disk.lose_power(seed * 100 + nth);
      const auto again = Journal::open(events, settings, disk);
      ASSERT_TRUE(again) << why(again) << " seed " << seed << " flush " << nth;
      ASSERT_EQ((*again)->next(), next.next());
    }
}

}  // namespace
}  // namespace mohur::journal
