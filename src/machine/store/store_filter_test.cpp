// The filter's records beside the tables: none may be missing, and a full slice is written once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <thread>

#include "store/support_test.hpp"

namespace mohur::store {
namespace {

using namespace testing;
using ::testing::AnyOf;
using ::testing::ElementsAre;

constexpr TableNumber hashes = 2;

class StoreFilter : public ::testing::Test {
 protected:
  // Seventeen thousand keys make two slices.
  void SetUp() override {
    const auto store = open();
    add_keys(*store, 17'000);
    ASSERT_TRUE(store->checkpoint().has_value());
  }

  std::unique_ptr<Store> open() { return open_store(folder_.path(), std::size_t{4} << 20); }

  void add_keys(Store& store, int count) {
    Batch batch;
    for (const int end = keys_ + count; keys_ < end; ++keys_) batch.put(hashes, "key " + std::to_string(keys_), "");
    ASSERT_TRUE(store.apply(batch, store.position() + 1).has_value());
  }

  // Calls `f(database, its default column family)`.
  template <class F>
  void with_database(bool read_only, F&& f) {
    const std::string folder = folder_.path();
    rocksdb::Options options;
    std::vector<std::string> names;
    ASSERT_TRUE(rocksdb::DB::ListColumnFamilies(options, folder, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
    for (const std::string& name : names) wanted.emplace_back(name, rocksdb::ColumnFamilyOptions{});
    rocksdb::DB* opened = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    const auto status = read_only ? rocksdb::DB::OpenForReadOnly(options, folder, wanted, &families, &opened)
                                  : rocksdb::DB::Open(options, folder, wanted, &families, &opened);
    ASSERT_TRUE(status.ok()) << status.ToString();
    const std::unique_ptr<rocksdb::DB> database{opened};
    f(*database, families[0]);
    for (rocksdb::ColumnFamilyHandle* family : families) ASSERT_TRUE(database->DestroyColumnFamilyHandle(family).ok());
  }

  std::vector<std::string> records() {
    std::vector<std::string> keys;
    with_database(true, [&](rocksdb::DB& database, rocksdb::ColumnFamilyHandle* family) {
      const std::unique_ptr<rocksdb::Iterator> at{database.NewIterator({}, family)};
      for (at->SeekToFirst(); at->Valid(); at->Next()) keys.push_back(at->key().ToString());
    });
    return keys;
  }

  struct Run {
    std::string first, last, file;
    int level;
    bool operator==(const Run&) const = default;
  };
  std::vector<Run> runs() {
    std::vector<Run> runs;
    with_database(true, [&](rocksdb::DB& database, rocksdb::ColumnFamilyHandle*) {
      std::vector<rocksdb::LiveFileMetaData> files;
      database.GetLiveFilesMetaData(&files);
      for (const auto& file : files)
        if (file.column_family_name == rocksdb::kDefaultColumnFamilyName)
          runs.push_back({file.smallestkey, file.largestkey, file.name, file.level});
    });
    return runs;
  }

  const TempFolder folder_;
  int keys_ = 0;
};

// With a filter taken for empty, an idempotency key that was used would be new.
TEST_F(StoreFilter, WithoutOneOfItsRecordsIsRefusedAtOpen) {
  const auto keys = records();
  ASSERT_THAT(keys, ElementsAre("filter.hashes.000", "last_slice.hashes", "position"));
  for (const std::string& key : keys) {
    std::string bytes;
    with_database(false, [&](rocksdb::DB& database, rocksdb::ColumnFamilyHandle* family) {
      ASSERT_TRUE(database.Get({}, family, key, &bytes).ok());
      ASSERT_TRUE(database.Delete({}, family, key).ok());
    });
    for (const bool read_only : {true, false}) {
      const auto store = Store::open({.folder = folder_.path(), .read_only = read_only}, specs);
      ASSERT_FALSE(store.has_value()) << key;
      EXPECT_EQ(store.error().outcome, Outcome::data_damaged) << store.error().detail;
    }
    with_database(false, [&](rocksdb::DB& database, rocksdb::ColumnFamilyHandle* family) {
      ASSERT_TRUE(database.Put({}, family, key, bytes).ok());
    });
    EXPECT_EQ(open()->get(hashes, "key 16999"), "");
  }
}

TEST_F(StoreFilter, IsThereFromTheFirstIngestEvenOfATableThatHasNoKeys) {
  const TempFolder other;
  {
    const auto store = open_store(other.path());
    ASSERT_TRUE(store->apply(Batch{}, 1).has_value());
    ASSERT_TRUE(store->checkpoint().has_value());
  }
  const auto store = open_store(other.path());
  EXPECT_EQ(store->position(), 1U);
  EXPECT_EQ(store->get(hashes, "key"), std::nullopt);
}

TEST_F(StoreFilter, LeavesTheRunOfAFullSliceAsItIsWhileTheLastOneIsWrittenAgainAndAgain) {
  const auto full = runs().at(0);
  EXPECT_EQ(full.first, "filter.hashes.000");
  EXPECT_EQ(full.last, "filter.hashes.000");
  EXPECT_GT(full.level, 0);
  {
    const auto store = open();
    for (int i = 0; i < 40; ++i) {
      add_keys(*store, 10);
      ASSERT_TRUE(store->checkpoint().has_value());
    }
    while (store->statistics().files > 20) std::this_thread::yield();  // of eighty: both kinds of runs were merged
  }
  const auto after = runs();
  EXPECT_EQ(std::ranges::count(after, full), 1);
  for (const Run& run : after)
    if (run != full) {
      EXPECT_EQ(run.first, "last_slice.hashes");
      EXPECT_EQ(run.last, "position");
      EXPECT_THAT(run.level, AnyOf(0, full.level)) << "what is merged once is not merged from level to level";
    }
}

}  // namespace
}  // namespace mohur::store
