// Readers beside the writer: what was applied before a read began is seen by it, through every hand-over to the disk.
#include <gtest/gtest.h>

#include <atomic>

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

}  // namespace
}  // namespace mohur::store
