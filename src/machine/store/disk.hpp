// The oldest layer of the tables: a RocksDB database that always reflects exactly a prefix of the journal.
//
// Ingest   One overlay becomes one sorted run per table; all runs and the new position join the database in one atomic
//          step, so that a crash at any moment leaves either all of the overlay or nothing of it.
// Layout   docs/formats/store.md.
// Threads  Reads may come from any thread; ingest from one at a time.
#pragma once

#include <rocksdb/db.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/key_filter.hpp"
#include "store/overlay.hpp"
#include "store/table.hpp"

namespace mohur::store {

class BackgroundEvents;
class RunWriter;

class Disk {
 public:
  struct Setup {
    std::filesystem::path folder;
    std::size_t block_cache_bytes;
    std::uint32_t fold_version;
    bool read_only;
    std::function<void(Refusal)> on_background_error;  // called on a RocksDB thread
  };

  static Result<std::unique_ptr<Disk>> open(Setup setup, std::span<const TableSpec> tables);
  ~Disk();

  // The journal position that the disk reflects; 0 for a new folder.
  std::uint64_t position() const { return position_; }

  // Whether the table holds the key; then `value` is what it holds.
  Result<bool> get(TableNumber table, std::string_view key, std::string& value) const;
  void prefetch(TableNumber table, std::string_view key) const;

  // Visits from <= key < to; an empty `to` means no upper end. The views must outlive the iterator.
  struct Range {
    rocksdb::Slice from, to;
    std::unique_ptr<rocksdb::Iterator> iterator;
  };
  std::unique_ptr<Range> range(TableNumber table, std::string_view from, std::string_view to) const;

  // Blocks while merging is too far behind to take another run, unless stop_waiting() was called.
  Result<void> ingest(const Overlay& overlay, std::uint64_t position);
  void stop_waiting();

  // Reads every block of every file and compares its checksum.
  Result<void> verify() const;

  std::uint64_t bytes() const;
  std::uint64_t files() const;

 private:
  explicit Disk(Setup setup, std::span<const TableSpec> tables);

  bool is_behind() const;
  Result<void> open_families();
  Result<void> read_position(bool families_are_missing);
  Result<void> create_families();
  Result<void> read_filters();
  Result<std::unique_ptr<KeyFilter>> read_filter(std::string_view table) const;
  Result<void> add_filter(std::string_view table, KeyFilter& filter, RunWriter& writer,
                          std::map<std::string, std::string>& changing);
  rocksdb::ColumnFamilyHandle* family_of(TableNumber table) const;

  const Setup setup_;
  const std::vector<TableSpec> tables_;
  std::shared_ptr<BackgroundEvents> events_;
  std::shared_ptr<rocksdb::Cache> cache_;
  std::unique_ptr<rocksdb::DB> db_;
  rocksdb::ColumnFamilyHandle* meta_ = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;  // by table number; nullptr where there is no such table
  std::vector<std::unique_ptr<KeyFilter>> filters_;     // the same; only hashed tables have one
  rocksdb::ReadOptions reading_;
  std::atomic<std::uint64_t> position_{0};
};

}  // namespace mohur::store
