// Readers beside the writer: what was applied before a read began is seen by it, through every hand-over to the disk.
#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include <algorithm>
#include <atomic>
#include <future>

#include "base/ids.hpp"
#include "store/support_test.hpp"

#ifdef __SANITIZE_THREAD__
// RocksDB is built without instrumentation: its atomic reference counts are not seen, and what they guard seems to race.
extern "C" const char* __tsan_default_suppressions() { return "race:librocksdb"; }
#endif

namespace mohur::store {
namespace {

using namespace testing;

constexpr std::uint64_t batches = 400;
constexpr int keys = 50;

std::string key_of(int n) { return "key " + std::to_string(1000 + n); }

// Every batch writes its position under every key of every table.
Batch batch_at(std::uint64_t position) {
  Batch batch;
  for (const TableSpec& spec : specs)
    for (int n = 0; n < keys; ++n) batch.put(spec.number, key_of(n), std::to_string(position) + std::string(position % 60, ' '));
  return batch;
}

void read_until(const Store& store, const std::atomic<bool>& done, std::uint64_t seed) {
  Chance chance(seed);
  std::string value;
  while (!done) {
    const std::uint64_t before = store.position();
    if (before == 0) continue;
    const TableNumber table = chance.table();
    const auto found = store.get(table, key_of(static_cast<int>(chance.below(keys))), value);
    ASSERT_TRUE(found.has_value() && *found);
    ASSERT_GE(std::stoull(value), before);

    const auto direction = chance.below(2) == 0 ? Direction::forward : Direction::backward;
    int next = direction == Direction::forward ? 0 : keys - 1;
    const auto scan = store.scan(table, "", "", direction, [&](std::string_view key, std::string_view seen) {
      EXPECT_EQ(key, key_of(next));
      EXPECT_GE(std::stoull(std::string{seen}), before);
      next += direction == Direction::forward ? 1 : -1;
      return true;
    });
    ASSERT_TRUE(scan.has_value());
    ASSERT_EQ(next, direction == Direction::forward ? keys : -1);
  }
}

TEST(StoreThreads, EveryReadSeesWhatWasAppliedBeforeItBegan) {
  const TempFolder folder;
  constexpr std::size_t limit = 64 * 1024;
  const auto store = open_store(folder.path(), limit);
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) readers.emplace_back([&, seed] { read_until(*store, done, seed); });
  for (std::uint64_t position = 1; position <= batches; ++position) {
    ASSERT_TRUE(store->apply(batch_at(position), position).has_value());
    if (position % 8 == 0) {
      ASSERT_TRUE(store->checkpoint().has_value());
    }
    ASSERT_LE(store->statistics().overlay_bytes, 2 * (limit + batch_at(position).bytes() * 3));
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GE(store->statistics().ingests, batches / 8);
}

// RocksDB's one thread that merges, held up until it is let go.
class HeldMerging {
 public:
  HeldMerging() {
    rocksdb::Env::Default()->Schedule(
        [](void* self) {
          static_cast<HeldMerging*>(self)->let_go_.get_future().wait();
          static_cast<HeldMerging*>(self)->over_.set_value();
        },
        this, rocksdb::Env::LOW);
  }
  void let_go() {
    let_go_.set_value();
    over_.get_future().wait();
  }

 private:
  std::promise<void> let_go_, over_;
};

// Else merging would fall behind for good, and every reader would look into ever more runs.
TEST(StoreThreads, WritingOutWaitsWhileTooManyRunsStandUnmerged) {
  constexpr std::uint64_t checkpoints = 60, most_runs = 32;
  const TempFolder folder;
  const auto store = open_store(folder.path(), std::size_t{1} << 20);
  HeldMerging held;
  std::atomic<std::uint64_t> written = 0;
  auto all = std::async(std::launch::async, [&] {
    for (std::uint64_t position = 1; position <= checkpoints; ++position) {
      EXPECT_TRUE(store->apply(batch_at(position), position));
      EXPECT_TRUE(store->checkpoint());
      written = position;
    }
  });
  EXPECT_EQ(all.wait_for(std::chrono::seconds(2)), std::future_status::timeout);
  EXPECT_LE(written, most_runs);
  held.let_go();
  all.get();
  EXPECT_EQ(written, checkpoints);
}

std::string hash_key(std::uint64_t n) {
  std::mt19937_64 chance(n);
  return Key128{chance(), chance()}.to_bytes();
}

// More keys than the first slice of the filter takes, found by readers while it grows, and after each reopening.
TEST(StoreThreads, EveryHashedKeyIsFoundWhileItsFilterGrows) {
  constexpr TableNumber table = 2;
  constexpr std::uint64_t rounds = 4, checkpoints = 3, batches_each = 20, batch_keys = 100;
  constexpr std::uint64_t all_keys = rounds * checkpoints * batches_each * batch_keys;
  static_assert(all_keys > 20'000);
  const TempFolder folder;
  std::atomic<std::uint64_t> keys_applied = 0;
  const auto read_until_done = [&](const Store& store, const std::atomic<bool>& done, std::uint64_t seed) {
    Chance chance(seed);
    std::string value;
    while (!done) {
      const std::uint64_t before = keys_applied;
      if (before == 0) continue;
      const std::uint64_t n = before - 1 - chance.below(chance.below(2) == 0 ? before : std::min<std::uint64_t>(before, 3'000));
      const auto found = store.get(table, hash_key(n), value);
      ASSERT_TRUE(found.has_value() && *found) << n << " of " << before;
      ASSERT_EQ(value, std::to_string(n));
    }
  };
  std::uint64_t position = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const auto store = open_store(folder.path(), std::size_t{1} << 20);
    ASSERT_EQ(store->position(), position);
    for (std::uint64_t n = 0; n < keys_applied; ++n) ASSERT_EQ(store->get(table, hash_key(n)), std::to_string(n));
    std::atomic<bool> done = false;
    std::vector<std::thread> readers;
    for (std::uint64_t seed = 1; seed <= 2; ++seed)
      readers.emplace_back([&, seed] { read_until_done(*store, done, round * 2 + seed); });
    for (std::uint64_t batch_number = 1; batch_number <= checkpoints * batches_each; ++batch_number) {
      Batch batch;
      for (std::uint64_t n = keys_applied; n < keys_applied + batch_keys; ++n) batch.put(table, hash_key(n), std::to_string(n));
      EXPECT_TRUE(store->apply(batch, ++position).has_value());
      keys_applied += batch_keys;
      if (batch_number % batches_each == 0) {
        EXPECT_TRUE(store->checkpoint().has_value());
      }
    }
    done = true;
    for (std::thread& reader : readers) reader.join();
    if (HasFailure()) return;
  }
  const auto store = open_store(folder.path());
  for (std::uint64_t n = 0; n < all_keys; ++n) ASSERT_EQ(store->get(table, hash_key(n)), std::to_string(n));
  for (std::uint64_t n = all_keys; n < all_keys + 1'000; ++n) ASSERT_EQ(store->get(table, hash_key(n)), std::nullopt);
}

}  // namespace
}  // namespace mohur::store
