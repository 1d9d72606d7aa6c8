// The durable state: tables of opaque keys and values that always equal a fold over a prefix of the journal.
//
// Layers   A change lands in the newest layer, the overlay in memory. A full overlay is frozen, and a background thread
//          writes it to the disk together with its journal position, in one atomic step. Reads ask overlay, frozen, disk.
// Promise  After a crash the tables are exactly as they were at position(), which open() tells; the caller applies the
//          journal from there. The store can be discarded at any time and is rebuilt from the journal.
// Threads  apply() and checkpoint() are called by one thread; everything else by any.
// Memory   At most two overlays, the block cache, and the buffers of a merge, however long the history is; and 2 bytes for
//          each key of a hashed table.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "store/batch.hpp"
#include "store/table.hpp"

namespace mohur::store {

class ChunkPool;
class Disk;
class Overlay;

struct Options {
  std::filesystem::path folder;
  std::size_t overlay_bytes = std::size_t{64} << 20;      // an overlay that reached this size is written out
  std::size_t block_cache_bytes = std::size_t{64} << 20;  // blocks, indexes and filters of runs that memory holds
  std::uint32_t fold_version = 2;  // of the code that makes tables from events: with another number, tables are rebuilt
  bool read_only = false;          // for tools beside a stopped server: nothing is written, apply() is not called
};

struct Statistics {
  std::uint64_t overlay_entries = 0;  // in both layers of memory
  std::uint64_t overlay_bytes = 0;
  std::uint64_t disk_bytes = 0;
  std::uint64_t files = 0;
  std::uint64_t ingests = 0;  // since open
  std::uint64_t waits = 0;    // times that apply() had to wait for the disk, since open
};

class Store {
 public:
  // Errors: state_conflict (made for other tables or by another fold: discard() it), data_damaged (discard() it),
  // not_found (read_only and nothing there), io_failed, storage_full.
  static Result<std::unique_ptr<Store>> open(Options options, std::span<const TableSpec> tables);

  // Removes the folder with all that is in it. The store must not be open.
  static Result<void> discard(const std::filesystem::path& folder);

  // What was not written yet is dropped: the journal has it. Call checkpoint() first for a quick restart.
  ~Store();

  std::uint64_t position() const { return position_; }  // of the newest batch applied; 0 for none
  std::uint64_t durable_position() const;               // which the disk reflects

  // Makes the changes visible to all readers at once. `position` grows from call to call. Waits if two overlays are full.
  // Refuses with health(), and then changes nothing.
  Result<void> apply(const Batch& batch, std::uint64_t position);

  // Writes out everything applied, and waits for it. Refuses with health().
  Result<void> checkpoint();

  // Good, or what failed in the background. It stays so until the store is opened again; reads go on.
  Result<void> health() const;

  // Whether the table holds the key; then `value`, whose memory is used again, is what it holds.
  // Errors: data_damaged, io_failed; `value` is not to be used then.
  Result<bool> get(TableNumber table, std::string_view key, std::string& value) const;
  Result<std::optional<std::string>> get(TableNumber table, std::string_view key) const;

  // Asks ahead of time for the memory that get() of this key looks at first.
  void prefetch(TableNumber table, std::string_view key) const;

  // Visits the pairs with from <= key < to in order, until `visit` returns false; an empty `to` means no upper end.
  // Sees all that was applied before the call, and possibly some of what is applied during it. The views are valid
  // during the visit; `visit` may call the store. Errors: data_damaged, io_failed.
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;
  Result<void> scan(TableNumber table, std::string_view from, std::string_view to, Direction direction, const Visit& visit) const;

  // Reads every block on the disk and compares its checksum. Errors: data_damaged, io_failed.
  Result<void> verify() const;

  Statistics statistics() const;

 private:
  Store(Options options, std::span<const TableSpec> tables);

  void freeze(std::unique_lock<std::shared_mutex>& lock);
  void write_out();
  void remember(Refusal refusal);

  const Options options_;
  const std::vector<TableSpec> tables_;
  const std::shared_ptr<ChunkPool> pool_;

  mutable std::shared_mutex mutex_;  // guards what follows, and the entries of `overlay_`
  std::condition_variable_any changed_;
  std::shared_ptr<Overlay> overlay_;
  std::shared_ptr<const Overlay> frozen_;  // nothing when the disk has it all
  std::uint64_t frozen_position_ = 0;
  std::optional<Refusal> failure_;
  std::uint64_t ingests_ = 0;
  std::uint64_t waits_ = 0;
  bool stopping_ = false;

  std::atomic<std::uint64_t> position_{0};
  std::unique_ptr<Disk> disk_;  // goes first, since its threads may still report a failure
  std::thread background_;
};

}  // namespace mohur::store
