#include "journal/reader.hpp"

#include <numeric>
#include <thread>

#include "journal/lookup.hpp"
#include "journal/support_test.hpp"

namespace mohur::journal {
namespace {

using ::testing::ElementsAre;

TEST(Reader, BeginsWithTheFrameThatHoldsThePositionAskedFor) {
  faults::FaultFiles disk;
  const auto journal = open_or_fail(disk);
  for (unsigned i = 0; i < 12; ++i) ASSERT_OK(append(*journal, {bytes_of_size(500, 2 * i), bytes_of_size(500, 2 * i + 1)}));
  for (const auto& live : {std::shared_ptr<const Watermark>{}, journal->watermark()})
    for (std::uint64_t from = 1; from <= 24; ++from) {
      auto reader = Reader::open(events, {from}, live, disk);
      ASSERT_OK(reader);
      const JournalPosition first{(from - 1) / 2 * 2 + 1};
      EXPECT_EQ(reader->position(), first);
      std::uint64_t next = first.value;
      while (true) {
        const auto frame = reader->next();
        ASSERT_OK(frame);
        if (!*frame) break;
        for (const auto& [position, bytes] : **frame) {
          EXPECT_EQ(position, JournalPosition{next});
          EXPECT_EQ(bytes, bytes_of_size(500, static_cast<unsigned>(next - 1)));
          ++next;
        }
        EXPECT_EQ(reader->previous_hash(), (*frame)->hash());
      }
      EXPECT_EQ(next, 25u);
    }
}

TEST(Reader, MayWaitAtTheEndButNotBeyond) {
  faults::FaultFiles disk;
  const auto journal = open_or_fail(disk);
  EXPECT_TRUE(refused(Reader::open(events, {2}, journal->watermark(), disk), Outcome::position_unknown));
  auto reader = Reader::open(events, {1}, journal->watermark(), disk);
  ASSERT_OK(reader);
  EXPECT_EQ(*reader->next(), std::nullopt);
  ASSERT_OK(append(*journal, {"a"}));
  EXPECT_EQ((*reader->next())->first(), JournalPosition{1});
  EXPECT_EQ(*reader->next(), std::nullopt);
  for (const auto& live : {std::shared_ptr<const Watermark>{}, journal->watermark()}) {
    EXPECT_TRUE(refused(Reader::open(events, {0}, live, disk), Outcome::position_unknown));
    ASSERT_OK(Reader::open(events, {2}, live, disk));
    EXPECT_TRUE(refused(Reader::open(events, {3}, live, disk), Outcome::position_unknown));
  }
}

TEST(Reader, SeesNothingThatIsWrittenButNotFlushed) {
  faults::FaultFiles disk;
  const auto journal = open_or_fail(disk);
  auto reader = Reader::open(events, {1}, journal->watermark(), disk);
  disk.fail({faults::Call::flush});
  ASSERT_FALSE(append(*journal, {"a"}));
  EXPECT_EQ(*reader->next(), std::nullopt);
  EXPECT_THAT(*read_all(disk), ElementsAre("a")) << "it is in the file";
}

TEST(Reader, NamesADurableFrameThatIsGone) {
  faults::FaultFiles disk;
  const auto journal = open_or_fail(disk);
  ASSERT_OK(append(*journal, {"a"}));
  ASSERT_OK(append(*journal, {"b"}));
  std::string content = disk.content(first_segment);
  const std::size_t second = content.rfind(frame_magic);
  content.replace(second, content.size() - second, content.size() - second, '\0');
  disk.set_content(first_segment, content);
  auto reader = Reader::open(events, {1}, journal->watermark(), disk);
  ASSERT_OK(reader->next());
  EXPECT_TRUE(refused(reader->next(), Outcome::data_damaged));
  Lookup lookup{events, journal->watermark(), disk};
  EXPECT_EQ(*lookup.record({1}), "a");
  EXPECT_TRUE(refused(lookup.record({2}), Outcome::data_damaged));
}

TEST(Reader, ManyFollowTheWriterAcrossThreads) {
  faults::FaultFiles disk;
  const auto journal = open_or_fail(disk, {.segment_size = 8192});
  constexpr std::uint64_t frames = 400;
  std::vector<std::thread> followers;
  std::vector<std::uint64_t> sums(3);
  for (std::uint64_t& sum : sums)
    followers.emplace_back([&disk, &journal, &sum] {
      auto reader = Reader::open(events, {1}, journal->watermark(), disk);
      for (std::uint64_t seen = 0; reader && seen < 2 * frames;) {
        auto frame = reader->next();
        if (!frame) return;
        if (!*frame) {
          std::this_thread::yield();
          continue;
        }
        for (const RecordView record : **frame) {
          ++seen;
          if (record.position.value == seen) sum += record.bytes.size();
        }
      }
    });
  std::uint64_t written = 0;
  for (unsigned i = 0; i < frames; ++i) {
    const Records records{bytes_of_size(i % 300, i), bytes_of_size(200, i)};
    written += records[0].size() + records[1].size();
    ASSERT_OK(append(*journal, records));
  }
  for (std::thread& follower : followers) follower.join();
  for (const std::uint64_t sum : sums) EXPECT_EQ(sum, written);
}

TEST(Lookup, FindsEveryRecordAndNothingElse) {
  faults::FaultFiles disk;
  const auto journal = open_or_fail(disk, {.segment_size = 1u << 18, .prepare_in_background = false});
  Lookup lookup{events, journal->watermark(), disk};
  EXPECT_TRUE(refused(lookup.record({1}), Outcome::position_unknown));
  for (unsigned i = 0; i < 1000; ++i) ASSERT_OK(append(*journal, {bytes_of_size(300, 2 * i), bytes_of_size(300, 2 * i + 1)}));
  for (const std::uint64_t stride : {7u, 1999u, 3u}) {
    for (std::uint64_t at = 0; at < 2000; ++at) {
      const JournalPosition position{1 + at * stride % 2000};
      const auto record = lookup.record(position);
      ASSERT_OK(record);
      EXPECT_EQ(*record, bytes_of_size(300, static_cast<unsigned>(position.value - 1)));
    }
  }
  EXPECT_TRUE(refused(lookup.record({0}), Outcome::position_unknown));
  EXPECT_TRUE(refused(lookup.record({2001}), Outcome::position_unknown));
}

TEST(Verify, CountsWhatIsThereAndNamesTheEnd) {
  faults::FaultFiles disk;
  const auto journal = open_or_fail(disk);
  const auto nothing = verify(events, disk);
  ASSERT_OK(nothing);
  EXPECT_EQ(nothing->last, (Head{{0}, genesis_hash("events", 7)}));
  for (unsigned i = 0; i < 9; ++i) ASSERT_OK(append(*journal, Records(i + 1, bytes_of_size(90, i))));
  const auto verified = verify(events, disk);
  ASSERT_OK(verified);
  EXPECT_EQ(verified->frames, 9u);
  EXPECT_EQ(verified->records, 45u);
  EXPECT_EQ(verified->segments, 2u);
  EXPECT_EQ(verified->last, journal->sealed());
  EXPECT_EQ(verified->interrupted, std::nullopt);
}

TEST(Verify, ReportsTheRemainsOfAnInterruptedWriteAndLeavesThem) {
  faults::FaultFiles disk;
  const auto journal = open_or_fail(disk);
  ASSERT_OK(append(*journal, {"a"}));
  std::string content = disk.content(first_segment);
  const std::size_t end = content.find_last_not_of('\0') + 1;
  content.replace(end, 4, frame_magic);
  disk.set_content(first_segment, content);
  const auto verified = verify(events, disk);
  ASSERT_OK(verified);
  EXPECT_EQ(verified->interrupted, (Cut{first_segment, end, 4, {2}}));
  EXPECT_EQ(disk.content(first_segment), content);
}

}  // namespace
}  // namespace mohur::journal
