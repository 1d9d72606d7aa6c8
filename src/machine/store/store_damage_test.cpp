// Damage is named and never served: a byte of a file is changed, and every answer is right or a refusal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "store/support_test.hpp"

namespace mohur::store {
namespace {

using namespace testing;

std::vector<std::filesystem::path> runs_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> runs;
  for (const auto& file : std::filesystem::directory_iterator(folder))
    if (file.path().extension() == ".sst") runs.push_back(file.path().filename());
  std::sort(runs.begin(), runs.end());
  return runs;
}

void flip(const std::filesystem::path& file, std::uint64_t offset) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(offset));
  stream.put(static_cast<char>(byte ^ 0x20));
}

class StoreDamage : public ::testing::Test {
 protected:
  // Three runs a table, with newer values over older ones.
  void SetUp() override {
    auto store = open_store(whole());
    Chance chance(5);
    for (std::uint64_t position = 1; position <= 120; ++position) {
      const Changes changes = chance.changes();
      model_.apply(changes);
      ASSERT_TRUE(store->apply(batch_of(changes), position).has_value());
      if (position % 40 == 0) {
        ASSERT_TRUE(store->checkpoint().has_value());
      }
    }
  }

  std::filesystem::path whole() const { return folder_.path() / "whole"; }
  std::filesystem::path damaged() const { return folder_.path() / "damaged"; }

  // A copy of the whole store with one byte of one run changed.
  void damage(const std::filesystem::path& run, std::uint64_t offset) {
    std::filesystem::remove_all(damaged());
    std::filesystem::copy(whole(), damaged(), std::filesystem::copy_options::recursive);
    flip(damaged() / run, offset);
  }

  // Returns how many answers were refusals.
  std::size_t check_all_answers() {
    const auto store = Store::open({.folder = damaged(), .read_only = true}, specs);
    if (!store) {
      EXPECT_EQ(store.error().outcome, Outcome::data_damaged) << store.error().detail;
      return 1;
    }
    std::size_t refused = 0;
    for (const TableSpec& spec : specs) {
      for (const auto& [key, value] : model_.table(spec.number)) {
        const auto found = (*store)->get(spec.number, key);
        if (found)
          EXPECT_EQ(*found, value) << spec.name << " " << key;
        else
          refused += found.error().outcome == Outcome::data_damaged;
      }
      Model::Pairs seen;
      const auto result =
          (*store)->scan(spec.number, "", "", Direction::forward, [&](std::string_view key, std::string_view value) {
            seen.emplace_back(key, value);
            return true;
          });
      auto expected = model_.range(spec.number, "", "", Direction::forward);
      if (!result) {
        EXPECT_EQ(result.error().outcome, Outcome::data_damaged) << result.error().detail;
        ++refused;
        if (expected.size() > seen.size()) expected.resize(seen.size());
      }
      EXPECT_EQ(seen, expected) << spec.name;
    }
    return refused;
  }

  TempFolder folder_;
  Model model_;
};

TEST_F(StoreDamage, OfAnyByteOfARunNeverShowsInAnAnswer) {
  std::size_t flips = 0;
  std::size_t noticed = 0;
  for (const auto& run : runs_in(whole())) {
    const std::uint64_t size = std::filesystem::file_size(whole() / run);
    for (std::uint64_t offset = flips % 7; offset < size; offset += 193) {
      SCOPED_TRACE(run.string() + " at " + std::to_string(offset) + " of " + std::to_string(size));
      damage(run, offset);
      ++flips;
      noticed += check_all_answers() > 0;
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(noticed, flips / 4);
}

TEST_F(StoreDamage, OfARecordIsFoundByVerify) {
  std::size_t records = 0;
  for (const auto& run : runs_in(whole())) {
    damage(run, 10);  // in the first block of data
    const auto store = Store::open({.folder = damaged(), .read_only = true}, specs);
    const auto verified = store ? (*store)->verify() : Result<void>{std::unexpected(store.error())};
    ASSERT_FALSE(verified.has_value()) << run;
    EXPECT_EQ(verified.error().outcome, Outcome::data_damaged) << verified.error().detail;
    ++records;
  }
  EXPECT_GE(records, 5u);
  EXPECT_TRUE(open_store(whole())->verify().has_value());
}

TEST_F(StoreDamage, ByTheLossOfAFileIsNamedAtOpen) {
  std::filesystem::copy(whole(), damaged(), std::filesystem::copy_options::recursive);
  std::filesystem::remove(damaged() / runs_in(damaged()).front());
  const auto store = Store::open({.folder = damaged()}, specs);
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().outcome, Outcome::data_damaged);
}

TEST_F(StoreDamage, IsNotSeenInFilesThatACrashLeftBehind) {
  std::ofstream(whole() / "incoming" / "records.sst") << "half a run";
  std::ofstream(whole() / "999999.sst") << "a run that never became part of the store";
  expect_same(*open_store(whole()), model_);
  EXPECT_TRUE(std::filesystem::is_empty(whole() / "incoming"));
  EXPECT_FALSE(std::filesystem::exists(whole() / "999999.sst"));
}

}  // namespace
}  // namespace mohur::store
