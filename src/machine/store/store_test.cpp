#include "store/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/support_test.hpp"

namespace mohur::store {
namespace {

using namespace testing;

Batch one(TableNumber table, std::string_view key, std::string_view value) {
  Batch batch;
  batch.put(table, key, value);
  return batch;
}

// Makes runs of moves against the store and a model of it, and compares what both answer.
class ModelRun {
 public:
  explicit ModelRun(std::uint64_t seed) : chance_(seed) {}

  void step() {
    switch (chance_.below(40)) {
      case 0: return reopen();
      case 1: return checkpoint();
      case 2: return compare_all();
      case 3:
      case 4:
      case 5:
      case 6: return scan();
      default: return chance_.below(2) == 0 ? apply() : get();
    }
  }

  void compare_all() { expect_same(*store_, model_); }

 private:
  void apply() {
    journal_.push_back(chance_.changes());
    model_.apply(journal_.back());
    ASSERT_TRUE(store_->apply(batch_of(journal_.back()), journal_.size()).has_value());
    ASSERT_EQ(store_->position(), journal_.size());
  }

  void get() {
    const TableNumber table = chance_.table();
    const std::string key = chance_.key();
    const auto& expected = model_.table(table);
    const auto found = store_->get(table, key);
    ASSERT_TRUE(found.has_value());
    const auto at = expected.find(key);
    ASSERT_EQ(*found, at == expected.end() ? std::nullopt : std::optional{at->second}) << key;
  }

  void scan() {
    const TableNumber table = chance_.table();
    const auto direction = chance_.below(2) == 0 ? Direction::forward : Direction::backward;
    const std::string from = chance_.below(4) == 0 ? "" : chance_.key();
    const std::string to = chance_.below(4) == 0 ? "" : chance_.key();
    const std::size_t limit = 1 + chance_.below(100);
    auto expected = model_.range(table, from, to, direction);
    if (expected.size() > limit) expected.resize(limit);
    ASSERT_EQ(scanned(*store_, table, from, to, direction, limit), expected) << from << " to " << to;
  }

  void checkpoint() {
    ASSERT_TRUE(store_->checkpoint().has_value());
    ASSERT_EQ(store_->durable_position(), journal_.size());
    ASSERT_EQ(store_->statistics().overlay_entries, 0u);
  }

  // What was not written is gone, exactly; then it is replayed.
  void reopen() {
    store_.reset();
    store_ = open_store(folder_.path());
    const std::uint64_t position = store_->position();
    ASSERT_LE(position, journal_.size());
    Model prefix;
    for (std::size_t i = 0; i < position; ++i) prefix.apply(journal_[i]);
    expect_same(*store_, prefix);
    for (std::size_t i = position; i < journal_.size(); ++i) ASSERT_TRUE(store_->apply(batch_of(journal_[i]), i + 1).has_value());
  }

  Chance chance_;
  TempFolder folder_;
  std::unique_ptr<Store> store_ = open_store(folder_.path());
  Model model_;
  std::vector<Changes> journal_;
};

class StoreModel : public ::testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, StoreModel, ::testing::Range<std::uint64_t>(1, 6));

TEST_P(StoreModel, AnswersAsAMapPerTableDoesWhateverHappens) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  ModelRun run(GetParam());
  for (int i = 0; i < 3000 && !::testing::Test::HasFatalFailure(); ++i) run.step();
  run.compare_all();
}

TEST(Store, KeepsThePositionOfFramesThatChangedNothing) {
  const TempFolder folder;
  {
    auto store = open_store(folder.path());
    ASSERT_TRUE(store->apply(Batch{}, 41).has_value());
    ASSERT_TRUE(store->checkpoint().has_value());
    ASSERT_TRUE(store->checkpoint().has_value());
    EXPECT_EQ(store->statistics().ingests, 1u);
  }
  EXPECT_EQ(open_store(folder.path())->position(), 41u);
}

TEST(Store, ErasesAcrossLayersAndLetsAKeyComeBack) {
  const TempFolder folder;
  auto store = open_store(folder.path());
  Batch erase;
  erase.erase(3, "key");
  ASSERT_TRUE(store->apply(one(3, "key", "on the disk"), 1).has_value());
  ASSERT_TRUE(store->checkpoint().has_value());
  ASSERT_TRUE(store->apply(erase, 2).has_value());
  EXPECT_EQ(store->get(3, "key"), std::nullopt);
  EXPECT_TRUE(scanned(*store, 3, "", "", Direction::backward).empty());
  ASSERT_TRUE(store->checkpoint().has_value());
  EXPECT_EQ(store->get(3, "key"), std::nullopt);
  ASSERT_TRUE(store->apply(one(3, "key", "again"), 3).has_value());
  EXPECT_EQ(store->get(3, "key"), "again");
}

TEST(Store, MergesItsRunsSoThatTheirNumberStaysSmall) {
  const TempFolder folder;
  auto store = open_store(folder.path());
  Chance chance(1);
  Model model;
  std::uint64_t most_files = 0;
  for (std::uint64_t position = 1; position <= 150; ++position) {
    Changes changes;
    for (const TableSpec& spec : specs)
      for (const std::string& key : {std::string{"a"}, chance.key(), std::string{"z"}})  // each run overlaps all others
        changes.push_back({spec.number, false, key, chance.value()});
    model.apply(changes);
    ASSERT_TRUE(store->apply(batch_of(changes), position).has_value());
    ASSERT_TRUE(store->checkpoint().has_value());
    most_files = std::max(most_files, store->statistics().files);
  }
  EXPECT_LE(most_files, 5 * 33u);  // as many runs as a table may have unmerged, for four tables and what lies beside them
  expect_same(*store, model);
}

TEST(StoreOpen, RefusesAFolderThatAnotherStoreHolds) {
  const TempFolder folder;
  const auto store = open_store(folder.path());
  const auto second = Store::open({.folder = folder.path()}, specs);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().outcome, Outcome::io_failed);
}

TEST(StoreOpen, RefusesWhatOtherTablesOrAnotherFoldMade) {
  const TempFolder folder;
  {
    auto store = open_store(folder.path());
    ASSERT_TRUE(store->apply(one(1, "key", "value"), 1).has_value());
    ASSERT_TRUE(store->checkpoint().has_value());
  }
  std::vector<TableSpec> fewer(specs.begin(), specs.end() - 1);
  std::vector<TableSpec> more(specs.begin(), specs.end());
  more.push_back({20, "added", false});
  struct Case {
    const char* what;
    std::vector<TableSpec> tables;
    std::uint32_t fold_version;
  };
  for (const Case& c :
       {Case{"fewer tables", fewer, 2}, Case{"more tables", more, 2}, Case{"another fold", {specs.begin(), specs.end()}, 3}}) {
    for (const bool read_only : {false, true}) {
      const auto store = Store::open({.folder = folder.path(), .fold_version = c.fold_version, .read_only = read_only}, c.tables);
      ASSERT_FALSE(store.has_value()) << c.what;
      EXPECT_EQ(store.error().outcome, Outcome::state_conflict) << c.what;
    }
  }
  ASSERT_TRUE(Store::discard(folder.path()).has_value());
  const auto rebuilt = Store::open({.folder = folder.path(), .fold_version = 3}, more);
  ASSERT_TRUE(rebuilt.has_value());
  EXPECT_EQ((*rebuilt)->position(), 0u);
}

TEST(StoreOpen, MakesTheTablesThatAnEmptyStoreLacks) {
  const TempFolder folder;
  {
    ASSERT_TRUE(Store::open({.folder = folder.path()}, std::span{specs}.first(2)).has_value());
  }
  EXPECT_EQ(open_store(folder.path())->get(3, "key"), std::nullopt);
}

TEST(StoreOpen, ReadsWithoutLeavingATraceWhenReadOnly) {
  const TempFolder folder;
  const auto nothing = Store::open({.folder = folder.path() / "none", .read_only = true}, specs);
  ASSERT_FALSE(nothing.has_value());
  EXPECT_EQ(nothing.error().outcome, Outcome::not_found);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "none"));
  {
    auto store = open_store(folder.path());
    ASSERT_TRUE(store->apply(one(2, "key", "value"), 7).has_value());
    ASSERT_TRUE(store->checkpoint().has_value());
  }
  const auto files = [&] {
    std::map<std::string, std::uintmax_t> sizes;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder.path()))
      if (file.is_regular_file()) sizes[file.path().string()] = file.file_size();
    return sizes;
  };
  const auto before = files();
  {
    const auto store = Store::open({.folder = folder.path(), .read_only = true}, specs);
    ASSERT_TRUE(store.has_value());
    EXPECT_EQ((*store)->position(), 7u);
    EXPECT_EQ((*store)->get(2, "key"), "value");
    EXPECT_TRUE((*store)->verify().has_value());
  }
  EXPECT_EQ(files(), before);
}

TEST(Store, LetsTheWriterWaitForTheDiskSoThatMemoryStaysBounded) {
  const TempFolder folder;
  constexpr std::size_t limit = 16 * 1024;
  const std::string value(1024, 'v');
  auto store = open_store(folder.path(), limit);
  std::uint64_t position = 0;
  while (store->statistics().waits < 5) {
    ++position;
    ASSERT_TRUE(store->apply(one(1, "key " + std::to_string(position), value), position).has_value());
    ASSERT_LE(store->statistics().overlay_bytes, 2 * (limit + value.size() + 200));
  }
  for (std::uint64_t n = 1; n <= position; ++n) ASSERT_EQ(store->get(1, "key " + std::to_string(n)), value) << n;
}

TEST(Store, TellsWhatFailedInTheBackgroundAndGoesOnReading) {
  const TempFolder folder;
  auto store = open_store(folder.path());
  ASSERT_TRUE(store->apply(one(1, "old", "on the disk"), 1).has_value());
  ASSERT_TRUE(store->checkpoint().has_value());
  EXPECT_TRUE(store->health().has_value());
  std::filesystem::remove_all(folder.path() / "incoming");
  ASSERT_TRUE(store->apply(one(1, "new", "in memory"), 2).has_value());
  const auto failed = store->checkpoint();
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().outcome, Outcome::io_failed);
  EXPECT_EQ(store->health(), failed);
  EXPECT_EQ(store->apply(one(1, "newer", "refused"), 3), failed);
  EXPECT_EQ(store->checkpoint(), failed);
  EXPECT_EQ(store->position(), 2u);
  EXPECT_EQ(store->durable_position(), 1u);
  EXPECT_EQ(store->get(1, "old"), "on the disk");
  EXPECT_EQ(store->get(1, "new"), "in memory");
  EXPECT_EQ(store->get(1, "newer"), std::nullopt);
  store.reset();
  EXPECT_EQ(open_store(folder.path())->position(), 1u);
}

}  // namespace
}  // namespace mohur::store
