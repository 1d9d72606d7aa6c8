// What the store's tests share: a folder that goes away, a seeded source of chance, and a model of the tables.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "store/store.hpp"

namespace mohur::store::testing {

class TempFolder {
 public:
  TempFolder() {
    // Memory where there is some: thousands of flushes would otherwise wait for the disk, and prove nothing more.
    const std::filesystem::path memory = "/dev/shm";
    const bool has_memory = ::access(memory.c_str(), W_OK) == 0;
    std::string pattern = ((has_memory ? memory : std::filesystem::temp_directory_path()) / "mohur_store_XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// One table of each kind.
inline constexpr std::array<TableSpec, 4> specs{{{1, "records", false, 10, KeyOrder::by_time},
                                                 {2, "hashes", false, 0, KeyOrder::hashed},
                                                 {3, "index", true, 0, KeyOrder::scattered},
                                                 {9, "queue", true, 10, KeyOrder::by_time}}};

inline std::unique_ptr<Store> open_store(const std::filesystem::path& folder, std::size_t overlay_bytes = 16 * 1024) {
  auto store = Store::open({.folder = folder, .overlay_bytes = overlay_bytes, .block_cache_bytes = 1 << 20}, specs);
  if (!store) {
    ADD_FAILURE() << to_token(store.error().outcome) << " " << store.error().detail;
    std::abort();
  }
  return std::move(*store);
}

struct Change {
  TableNumber table;
  bool erased;
  std::string key;
  std::string value;
};
using Changes = std::vector<Change>;

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t below(std::uint64_t end) { return engine_() % end; }
  TableNumber table() { return specs[below(specs.size())].number; }

  // Keys that meet again, of several lengths, many with the same first eight bytes.
  std::string key() {
    std::string key = below(2) == 0 ? "same-start/" : "k";
    key += std::to_string(below(300));
    if (below(3) == 0) key.resize(16, '#');
    return key;
  }
  std::string value() { return std::string(below(200), static_cast<char>('a' + below(26))) + std::to_string(below(1'000'000)); }

  Changes changes() {
    Changes changes(below(12));
    for (Change& change : changes) {
      change = {table(), below(4) == 0, key(), {}};
      if (!change.erased) change.value = value();
    }
    return changes;
  }

 private:
  std::mt19937_64 engine_;
};

inline Batch batch_of(const Changes& changes) {
  Batch batch;
  for (const Change& change : changes)
    change.erased ? batch.erase(change.table, change.key) : batch.put(change.table, change.key, change.value);
  return batch;
}

// What the tables must hold.
class Model {
 public:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  void apply(const Changes& changes) {
    for (const Change& change : changes) {
      if (change.erased)
        tables_[change.table].erase(change.key);
      else
        tables_[change.table][change.key] = change.value;
    }
  }

  const std::map<std::string, std::string>& table(TableNumber number) { return tables_[number]; }

  Pairs range(TableNumber number, const std::string& from, const std::string& to, Direction direction) {
    Pairs pairs;
    for (const auto& [key, value] : tables_[number])
      if (key >= from && (to.empty() || key < to)) pairs.emplace_back(key, value);
    if (direction == Direction::backward) std::reverse(pairs.begin(), pairs.end());
    return pairs;
  }

 private:
  std::map<TableNumber, std::map<std::string, std::string>> tables_;
};

inline Model::Pairs scanned(const Store& store, TableNumber table, const std::string& from, const std::string& to,
                            Direction direction, std::size_t limit = SIZE_MAX) {
  Model::Pairs pairs;
  const auto result = store.scan(table, from, to, direction, [&](std::string_view key, std::string_view value) {
    pairs.emplace_back(key, value);
    return pairs.size() < limit;
  });
  EXPECT_TRUE(result.has_value());
  return pairs;
}

// Scans, and asks for each key as well: a key that is asked for has to pass a filter.
inline void expect_same(const Store& store, Model& model) {
  for (const TableSpec& spec : specs) {
    EXPECT_EQ(scanned(store, spec.number, "", "", Direction::forward), model.range(spec.number, "", "", Direction::forward))
        << spec.name;
    for (const auto& [key, value] : model.table(spec.number))
      EXPECT_EQ(store.get(spec.number, key), value) << spec.name << " " << key;
  }
}

}  // namespace mohur::store::testing
