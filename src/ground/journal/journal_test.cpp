#include "journal/journal.hpp"

#include <filesystem>
#include <random>

#include "journal/support_test.hpp"

namespace mohur::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

// A folder of its own on the real disk, removed at the end.
class RealFolder {
 public:
  RealFolder() : path_(std::filesystem::temp_directory_path() / ("journal_test_" + std::to_string(std::random_device{}()))) {}
  ~RealFolder() { std::filesystem::remove_all(path_); }
  Place place() const { return {(path_ / "a" / "b").string(), "events", 7}; }

 private:
  std::filesystem::path path_;
};

TEST(Journal, GivesPositionsInOrderAndReadsBackWhatWasWritten) {
  faults::FaultFiles disk;
  auto journal = open_or_fail(disk);
  EXPECT_EQ(journal->next(), JournalPosition{1});
  const auto frame = seal(*journal, {"a", "b", "c"});
  ASSERT_OK(frame);
  EXPECT_EQ(frame->first(), JournalPosition{1});
  EXPECT_EQ(frame->last(), JournalPosition{3});
  EXPECT_EQ(journal->next(), JournalPosition{4});
  EXPECT_EQ(journal->sealed(), (Head{{3}, frame->hash()}));
  EXPECT_EQ(journal->watermark()->position(), JournalPosition{0}) << "sealed is not durable";
  std::vector<Frame> frames{*frame};
  ASSERT_OK(journal->write_and_flush(frames));
  EXPECT_EQ(journal->watermark()->head(), journal->sealed());
  ASSERT_OK(append(*journal, {""}));
  ASSERT_OK(append_together(*journal, {{"d"}, {"e", "f"}, {"g"}}));
  const Head head = journal->sealed();
  EXPECT_THAT(*read_all(disk), ElementsAre("a", "b", "c", "", "d", "e", "f", "g"));

  journal.reset();
  journal = open_or_fail(disk);
  EXPECT_EQ(journal->sealed(), head);
  EXPECT_EQ(journal->cut(), std::nullopt);
  ASSERT_OK(append(*journal, {"h"}));
  EXPECT_THAT(*read_all(disk, {8}), ElementsAre("g", "h"));
}

TEST(Journal, TheSameOnARealDisk) {
  const RealFolder folder;
  const Settings settings{.segment_size = 8192};
  Records all;
  for (unsigned opening = 0; opening < 3; ++opening) {
    auto journal = Journal::open(folder.place(), settings);
    ASSERT_OK(journal);
    EXPECT_EQ((*journal)->next().value, all.size() + 1);
    for (unsigned i = 0; i < 30; ++i) {
      all.push_back(bytes_of_size(300 + 30 * i, i));
      ASSERT_OK(append(**journal, {all.back()}));
    }
  }
  EXPECT_THAT(*read_all(posix_files(), {1}, folder.place()), ElementsAreArray(all));
  const auto verified = verify(folder.place());
  ASSERT_OK(verified);
  EXPECT_EQ(verified->records, all.size());
  EXPECT_GE(verified->segments, 8u);
}

TEST(Journal, ASecondOpeningIsKeptOutAndToldWhere) {
  const RealFolder folder;
  {
    const auto journal = Journal::open(folder.place(), small);
    ASSERT_OK(journal);
    const auto second = Journal::open(folder.place(), small);
    EXPECT_TRUE(refused(second, Outcome::state_conflict));
    EXPECT_THAT(why(second), HasSubstr(folder.place().folder + " is in use by another process"));
  }
  ASSERT_OK(Journal::open(folder.place(), small));
}

TEST(Journal, WrongNamesAndSizesAreRefused) {
  faults::FaultFiles disk;
  for (const char* name : {"", "Events", "a/b", "a b", "a-name-of-more-than-thirty-two-chars"})
    EXPECT_TRUE(refused(Journal::open({"/journal", name, 0}, small, disk), Outcome::field_malformed)) << name;
  for (const std::uint64_t size : {0u, 512u, 4097u, 6144u})
    EXPECT_TRUE(refused(Journal::open(events, {.segment_size = size}, disk), Outcome::field_out_of_range)) << size;
}

TEST(Journal, GoesOnToNewSegmentsAndAcrossThemWithinOneFlush) {
  faults::FaultFiles disk;
  Records all;
  for (const bool background : {false, true}) {
    const auto journal = open_or_fail(disk, {.segment_size = 4096, .prepare_in_background = background});
    for (unsigned i = 0; i < 20; ++i) {
      all.push_back(bytes_of_size(900, i));
      all.push_back(bytes_of_size(700, i));
      ASSERT_OK(append_together(*journal, {{all.end()[-2]}, {all.end()[-1]}}));
    }
  }
  EXPECT_THAT(*read_all(disk), ElementsAreArray(all));
  const auto verified = verify(events, disk);
  ASSERT_OK(verified);
  EXPECT_EQ(verified->frames, 80u);
  EXPECT_GE(verified->segments, 20u);
}

TEST(Journal, TheLargestPayloadHasItsPlaceInAnySegment) {
  faults::FaultFiles disk;
  const auto journal = open_or_fail(disk);
  const std::string largest = bytes_of_size(journal->payload_limit() - record_length_size, 1);
  for (int i = 0; i < 3; ++i) ASSERT_OK(append(*journal, {largest}));
  EXPECT_EQ(read_all(disk)->size(), 3u);
}

TEST(Journal, AnEmptySegmentOfASmallerSizeMakesRoomForTheLargestPayloadOfTheNewSize) {
  faults::FaultFiles disk;
  open_or_fail(disk).reset();
  const auto journal = open_or_fail(disk, {.segment_size = 16384, .prepare_in_background = false});
  const std::string largest = bytes_of_size(journal->payload_limit() - record_length_size, 1);
  ASSERT_OK(append(*journal, {largest}));
  EXPECT_THAT(*read_all(disk), ElementsAre(largest));
  ASSERT_OK(verify(events, disk));
}

TEST(Journal, WritesOnWhereTheDiskTakesOnlyAPartOfEachWrite) {
  faults::FaultFiles disk;
  disk.write_at_most(100);
  const auto journal = open_or_fail(disk);
  const Records records{bytes_of_size(1000, 1), bytes_of_size(1000, 2), bytes_of_size(1000, 3), bytes_of_size(1000, 4)};
  for (const std::string& record : records) ASSERT_OK(append(*journal, {record}));
  EXPECT_THAT(*read_all(disk), ElementsAreArray(records));
}

TEST(Journal, AFullDiskIsToldBeforeAnythingIsAcceptedAndWorkGoesOnWhenThereIsRoomAgain) {
  for (const bool background : {false, true}) {
    faults::FaultFiles disk;
    const auto journal = open_or_fail(disk, {.segment_size = 16384, .prepare_in_background = background});
    disk.fail({faults::Call::preallocate, 1, Outcome::storage_full, true});
    Records accepted;
    while (journal->reserve(1004)) {
      accepted.push_back(bytes_of_size(1000, static_cast<unsigned>(accepted.size())));
      ASSERT_OK(append(*journal, {accepted.back()}));
    }
    EXPECT_TRUE(refused(journal->reserve(1004), Outcome::storage_full)) << background;
    FrameBuilder stop;
    stop.add(bytes_of_size(1000, 99));
    accepted.push_back(bytes_of_size(1000, 99));
    auto frame = journal->seal(std::move(stop));
    ASSERT_OK(frame);
    ASSERT_OK(journal->write_and_flush({&*frame, 1}));
    EXPECT_THAT(*read_all(disk), ElementsAreArray(accepted)) << "reads go on";
    EXPECT_FALSE(journal->failed());

    disk.heal();
    ASSERT_OK(journal->reserve(1004));
    accepted.push_back("again");
    ASSERT_OK(append(*journal, {"again"}));
    ASSERT_OK(append(*journal, {accepted.emplace_back(bytes_of_size(1000, 5))}));
    EXPECT_THAT(*read_all(disk), ElementsAreArray(accepted));
  }
}

TEST(Journal, ANewJournalOnAFullDiskIsRefusedAndCanBeBegunLater) {
  faults::FaultFiles disk;
  disk.fail({faults::Call::write, 1, Outcome::storage_full, true});
  EXPECT_TRUE(refused(Journal::open(events, small, disk), Outcome::storage_full));
  disk.heal();
  ASSERT_OK(append(*open_or_fail(disk), {"a"}));
}

TEST(Journal, TellsWhenAWholeSegmentIsSealedAndNotFlushed) {
  faults::FaultFiles disk;
  const auto journal = open_or_fail(disk);
  std::vector<Frame> frames;
  auto frame = seal(*journal, {bytes_of_size(1500, 1)});
  for (; frame; frame = seal(*journal, {bytes_of_size(1500, 1)})) frames.push_back(*std::move(frame));
  EXPECT_TRUE(refused(frame, Outcome::overloaded));
  EXPECT_EQ(frames.size(), 3u);
  ASSERT_OK(journal->write_and_flush(frames));
  ASSERT_OK(append(*journal, {bytes_of_size(1500, 1)}));
  ASSERT_OK(verify(events, disk));
}

TEST(Journal, AFullDiskInTheMiddleOfAWriteIsFinalToo) {
  faults::FaultFiles disk;
  const auto journal = open_or_fail(disk);
  disk.fail({faults::Call::write, 1, Outcome::storage_full});
  EXPECT_TRUE(refused(append(*journal, {"a"}), Outcome::io_failed));
  EXPECT_TRUE(journal->failed());
}

TEST(Journal, AFailedWriteOrFlushIsFinal) {
  for (const faults::Call call : {faults::Call::write, faults::Call::flush, faults::Call::rename, faults::Call::sync_folder}) {
    faults::FaultFiles disk;
    auto journal = open_or_fail(disk, {.segment_size = 4096, .prepare_in_background = false});
    ASSERT_OK(append(*journal, {bytes_of_size(2000, 1)}));
    auto frame = seal(*journal, {bytes_of_size(2000, 2)});  // opens the next segment
    ASSERT_OK(frame);
    disk.fail({call});
    EXPECT_TRUE(refused(journal->write_and_flush({&*frame, 1}), Outcome::io_failed));
    EXPECT_TRUE(journal->failed());
    EXPECT_TRUE(refused(journal->write_and_flush({&*frame, 1}), Outcome::io_failed))
        << "the disk works again, the journal must not";
    EXPECT_TRUE(refused(journal->reserve(10), Outcome::io_failed));
    EXPECT_TRUE(refused(journal->seal(FrameBuilder{}), Outcome::io_failed));
    EXPECT_EQ(journal->watermark()->position(), JournalPosition{1});

    journal.reset();
    disk.lose_power(1);
    journal = open_or_fail(disk);
    EXPECT_GE(journal->next(), JournalPosition{2});
    ASSERT_OK(append(*journal, {"on"}));
    EXPECT_THAT(read_all(disk)->back(), "on");
  }
}

// Every call of a whole life fails once: nothing flushed is lost, and the journal opens again.
TEST(Journal, SurvivesTheFailureOfAnyOneCall) {
  for (const faults::Call call : {faults::Call::open, faults::Call::read, faults::Call::write, faults::Call::flush,
                                  faults::Call::preallocate, faults::Call::rename, faults::Call::sync_folder})
    for (const Outcome outcome : {Outcome::io_failed, Outcome::storage_full})
      for (std::uint64_t nth = 1; nth <= 40; ++nth) {
        faults::FaultFiles disk;
        disk.fail({call, nth, outcome});
        std::uint64_t flushed = 0;
        for (int life = 0; life < 2; ++life)
          if (auto journal = Journal::open(events, small, disk)) {
            while (flushed < 8 * (static_cast<std::uint64_t>(life) + 1) && append(**journal, {bytes_of_size(900, 1)}))
              flushed = (*journal)->watermark()->position().value;
          }
        disk.heal();
        disk.kill_process();
        const auto journal = Journal::open(events, small, disk);
        ASSERT_TRUE(journal) << why(journal) << " nth " << nth;
        ASSERT_GE((*journal)->next().value, flushed + 1) << nth;
        ASSERT_OK(verify(events, disk));
      }
}

}  // namespace
}  // namespace mohur::journal
