#include "store/overlay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "store/background_events.hpp"
#include "store/position_record.hpp"

namespace mohur::store {
namespace {

using ::testing::ElementsAre;

constexpr TableSpec specs[] = {{0, "plain", false}, {4, "ordered", true}};

std::vector<std::string> keys_of(const std::vector<const Entry*>& entries) {
  std::vector<std::string> keys;
  for (const Entry* entry : entries) keys.emplace_back(entry->key());
  return keys;
}

TEST(Batch, GivesItsChangesBackInTheOrderInWhichTheyWereMade) {
  Batch batch;
  batch.put(4, "key", std::string{"va\0lue", 6});
  batch.erase(0, "gone");
  batch.put(0, "empty", "");
  std::vector<std::string> seen;
  batch.for_each([&](const Batch::Change& c) {
    seen.push_back(std::to_string(c.table) + (c.erased ? " erase " : " put ") + std::string{c.key} + "=" + std::string{c.value});
  });
  EXPECT_THAT(seen, ElementsAre(std::string{"4 put key=va\0lue", 16}, "0 erase gone=", "0 put empty="));
  batch.clear();
  EXPECT_TRUE(batch.empty());
}

class OverlayTest : public ::testing::TestWithParam<TableNumber> {
 protected:
  void put(std::string_view key, std::string_view value) {
    Batch batch;
    batch.put(GetParam(), key, value);
    overlay_.apply(batch);
  }
  std::string_view value_of(std::string_view key) { return overlay_.table(GetParam()).find(key)->value(); }

  std::shared_ptr<ChunkPool> pool_ = std::make_shared<ChunkPool>(0);
  Overlay overlay_{specs, pool_, nullptr};
};
INSTANTIATE_TEST_SUITE_P(PlainAndOrdered, OverlayTest, ::testing::Values(TableNumber{0}, TableNumber{4}));

TEST_P(OverlayTest, HoldsTheNewestValueWhetherItGrowsOrShrinks) {
  for (const std::string& value :
       {std::string(10, 'a'), std::string(3, 'b'), std::string(500, 'c'), std::string{}, std::string(400, 'd')}) {
    put("key", value);
    EXPECT_EQ(value_of("key"), value);
  }
  EXPECT_EQ(overlay_.entries(), 1u);
}

TEST_P(OverlayTest, TakesNoNewMemoryForAValueThatFitsWhereTheOldOneWas) {
  put("balance", std::string(100, 'x'));
  const std::size_t before = overlay_.bytes();
  for (int i = 0; i < 10'000; ++i) put("balance", std::string(static_cast<std::size_t>(i % 100), 'y'));
  EXPECT_EQ(overlay_.bytes(), before);
}

TEST_P(OverlayTest, RemembersThatAKeyWasErasedAndThatItCameBack) {
  put("key", "one");
  Batch batch;
  batch.erase(GetParam(), "key");
  overlay_.apply(batch);
  EXPECT_TRUE(overlay_.table(GetParam()).find("key")->erased);
  put("key", "two");
  EXPECT_FALSE(overlay_.table(GetParam()).find("key")->erased);
  EXPECT_EQ(value_of("key"), "two");
  EXPECT_EQ(overlay_.table(GetParam()).find("other"), nullptr);
}

TEST_P(OverlayTest, SortsByBytesAlsoWhereTheFirstEightAreEqual) {
  for (const char* key : {"12345678b", "\xff", "12345678", "a", "12345678a", "1234567", "12345678ab"}) put(key, "");
  EXPECT_THAT(keys_of(overlay_.table(GetParam()).sorted()),
              ElementsAre("1234567", "12345678", "12345678a", "12345678ab", "12345678b", "a", "\xff"));
  EXPECT_THAT(keys_of(overlay_.table(GetParam()).sorted("12345678", "12345678b")),
              ElementsAre("12345678", "12345678a", "12345678ab"));
}

TEST_P(OverlayTest, HoldsAValueThatIsLargerThanAChunk) {
  const std::string large(3 * ChunkPool::chunk_bytes, 'L');
  put("small", "s");
  put("large", large);
  put("large", large.substr(1));
  put("small", "t");
  EXPECT_EQ(value_of("large"), large.substr(1));
  EXPECT_EQ(value_of("small"), "t");
  EXPECT_LT(overlay_.bytes(), large.size() + 1000);
}

TEST(PositionRecord, IsTwelveBytesMostSignificantFirst) {
  const PositionRecord record{.position = 0x0102030405060708, .fold_version = 0x0a0b0c0d};
  EXPECT_EQ(record.to_bytes(), "\x01\x02\x03\x04\x05\x06\x07\x08\x0a\x0b\x0c\x0d");
  EXPECT_EQ(PositionRecord::from_bytes(record.to_bytes()), record);
  EXPECT_EQ(PositionRecord::from_bytes("short"), std::nullopt);
  EXPECT_STREQ(PositionRecord::key, "position");
}

TEST(BackgroundEvents, LetsTheNextRunGoWhenMergingHasCaughtUp) {
  BackgroundEvents events([](Refusal) {});
  std::atomic<bool> is_behind = true, is_waited_for = false;
  std::thread merging([&] {
    is_waited_for.wait(false);
    is_behind = false;
    events.OnStallConditionsChanged({});
  });
  const auto asked = [&] {
    is_waited_for = true;
    is_waited_for.notify_one();
    return is_behind.load();
  };
  EXPECT_TRUE(events.wait_while(asked, std::chrono::hours(1))) << "nobody has to ask again";
  merging.join();
}

// RocksDB tells outside its lock, so that of two threads the one that came first may tell last.
TEST(BackgroundEvents, WhatIsToldTheWrongWayRoundHoldsUpNothing) {
  BackgroundEvents events([](Refusal) {});
  rocksdb::WriteStallInfo stopped;
  stopped.condition.cur = rocksdb::WriteStallCondition::kStopped;
  events.OnStallConditionsChanged(stopped);
  EXPECT_TRUE(events.wait_while([] { return false; }));
  int asked = 0;
  EXPECT_TRUE(events.wait_while([&] { return ++asked < 3; })) << "nobody tells that it is over";
}

TEST(BackgroundEvents, EndsTheWaitAndTellsWhenMergingFails) {
  std::vector<Refusal> told;
  BackgroundEvents events([&](Refusal refusal) { told.push_back(std::move(refusal)); });
  rocksdb::Status status = rocksdb::Status::NoSpace();
  events.OnBackgroundError(rocksdb::BackgroundErrorReason::kCompaction, &status);
  EXPECT_FALSE(events.wait_while([] { return true; }));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].outcome, Outcome::storage_full);
}

}  // namespace
}  // namespace mohur::store
