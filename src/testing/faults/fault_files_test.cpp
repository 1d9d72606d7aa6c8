#include "faults/fault_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace mohur::faults {
namespace {

using journal::OpenMode;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr std::uint64_t seeds = 200;

std::unique_ptr<journal::File> create(FaultFiles& disk, const std::string& path, std::uint64_t size) {
  auto file = disk.open(path, OpenMode::create_new);
  EXPECT_TRUE(file && (*file)->preallocate(size) && (*file)->flush() && disk.sync_folder("/d"));
  return *std::move(file);
}

// What can be on the disk after a power loss, over all seeds.
template <class Prepare>
std::set<std::string> outcomes(Prepare prepare) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    FaultFiles disk;
    const auto file = create(disk, "/d/a", 1024);
    prepare(disk, *file);
    disk.lose_power(seed);
    const std::string content = disk.content("/d/a");
    seen.insert({content[0], content[512]});
  }
  return seen;
}

const std::string none(2, '\0');
const std::string first_only{'a', '\0'};
const std::string second_only{'\0', 'a'};

TEST(FaultFiles, APowerLossKeepsAnyOfTheSectorsThatWereNotFlushed) {
  const auto seen = outcomes([](FaultFiles&, journal::File& file) { EXPECT_TRUE(write_all(file, std::string(1024, 'a'), 0)); });
  EXPECT_THAT(seen, UnorderedElementsAre(none, first_only, second_only, "aa"));
}

TEST(FaultFiles, APowerLossKeepsWhatWasFlushed) {
  const auto seen = outcomes([](FaultFiles&, journal::File& file) {
    EXPECT_TRUE(write_all(file, std::string(1024, 'a'), 0));
    EXPECT_TRUE(file.flush());
    EXPECT_TRUE(write_all(file, "b", 0));
  });
  EXPECT_THAT(seen, UnorderedElementsAre("aa", "ba"));
}

TEST(FaultFiles, APowerLossMayKeepAStateBetweenTwoWrites) {
  const auto seen = outcomes([](FaultFiles&, journal::File& file) {
    EXPECT_TRUE(write_all(file, "a", 0));
    EXPECT_TRUE(write_all(file, "b", 0));
  });
  EXPECT_THAT(seen, UnorderedElementsAre(none, first_only, std::string({'b', '\0'})));
}

TEST(FaultFiles, AFailedFlushLosesItsDataEvenIfTheNextSucceeds) {
  const auto seen = outcomes([](FaultFiles& disk, journal::File& file) {
    EXPECT_TRUE(write_all(file, "a", 0));
    disk.fail({Call::flush});
    EXPECT_FALSE(file.flush());
    EXPECT_TRUE(file.flush());
    EXPECT_EQ(disk.content("/d/a")[0], 'a') << "still in the cache";
  });
  EXPECT_THAT(seen, ElementsAre(none));
}

TEST(FaultFiles, ThePowerMayGoInTheMiddleOfAWrite) {
  const auto seen = outcomes([](FaultFiles& disk, journal::File& file) {
    disk.power_off_at(1);
    EXPECT_FALSE(write_all(file, std::string(1024, 'a'), 0));
    EXPECT_FALSE(write_all(file, std::string(1024, 'b'), 0)) << "the power is off";
  });
  EXPECT_THAT(seen, UnorderedElementsAre(none, first_only, second_only, "aa"));
}

TEST(FaultFiles, NamesThatWereNotSyncedMayBeLostFromTheLastOn) {
  std::set<std::vector<std::string>> seen;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    FaultFiles disk;
    create(disk, "/d/a", 512);
    EXPECT_TRUE(disk.rename("/d/a", "/d/b"));
    EXPECT_TRUE(disk.open("/d/c", OpenMode::create_new));
    disk.lose_power(seed);
    seen.insert(disk.paths());
  }
  EXPECT_THAT(seen, UnorderedElementsAre(ElementsAre("/d/a"), ElementsAre("/d/b"), ElementsAre("/d/b", "/d/c")));
}

TEST(FaultFiles, AKilledProcessLosesItsFilesAndLocksAndNothingElse) {
  FaultFiles disk;
  const auto file = create(disk, "/d/a", 512);
  const auto lock = disk.lock("/d");
  EXPECT_FALSE(disk.lock("/d"));
  EXPECT_TRUE(write_all(*file, "a", 0));
  disk.kill_process();
  EXPECT_FALSE(write_all(*file, "b", 0));
  EXPECT_EQ(disk.content("/d/a")[0], 'a');
  EXPECT_TRUE(disk.lock("/d"));
}

TEST(FaultFiles, FailsTheCallThatItWasToldToOnceOrLastingly) {
  FaultFiles disk;
  const auto file = create(disk, "/d/a", 512);
  disk.fail({Call::write, 2, Outcome::storage_full});
  EXPECT_TRUE(file->pwrite("a", 0));
  EXPECT_TRUE(file->flush());
  EXPECT_EQ(file->pwrite("a", 0).error().outcome, Outcome::storage_full);
  EXPECT_TRUE(file->pwrite("a", 0));
  disk.fail({Call::flush, 1, Outcome::io_failed, true});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(file->flush().error().outcome, Outcome::io_failed);
  disk.heal();
  EXPECT_TRUE(file->flush());
}

TEST(FaultFiles, TakesNoMoreOfAWriteThanItWasToldTo) {
  FaultFiles disk;
  const auto file = create(disk, "/d/a", 512);
  disk.write_at_most(3);
  EXPECT_EQ(*file->pwrite("abcdef", 0), 3u);
  EXPECT_EQ(disk.content("/d/a").substr(0, 4), std::string("abc\0", 4));
}

}  // namespace
}  // namespace mohur::faults
