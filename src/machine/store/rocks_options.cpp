#include "store/rocks_options.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/universal_compaction.h>

#include <cstdarg>
#include <string>

namespace mohur::store {
namespace {

constexpr std::uint64_t mebibyte = 1u << 20;

// A tool that only reads leaves no file behind.
class SilentLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, std::va_list) override {}
};

rocksdb::BlockBasedTableOptions block_options(const std::shared_ptr<rocksdb::Cache>& cache, const TableSpec& spec) {
  rocksdb::BlockBasedTableOptions options;
  // Indexes and filters count against the block cache, so that its size says how much memory reading takes.
  options.block_cache = cache;
  options.cache_index_and_filter_blocks = true;
  if (spec.keys == KeyOrder::by_time) {
    // The newest keys are the ones in use: only their part of an index or filter has to be in memory.
    options.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
    options.partition_filters = true;
    options.metadata_block_size = 8 * 1024;
    options.pin_top_level_index_and_filter = true;
    // Twice the usual size compresses better and halves the index.
    options.block_size = 8 * 1024;
  } else {
    // Any key may be asked for: indexes, and filters where runs have them, are whole and always in memory.
    options.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kAll;
    options.block_size = 4 * 1024;
  }
  options.checksum = rocksdb::kXXH3;
  options.format_version = 5;
  if (spec.bloom_bits > 0) options.filter_policy.reset(rocksdb::NewBloomFilterPolicy(spec.bloom_bits));
  return options;
}

rocksdb::ColumnFamilyOptions common_options() {
  rocksdb::ColumnFamilyOptions options;
  // The memtables stay empty: everything arrives as sorted runs.
  options.write_buffer_size = 64 * 1024;
  options.arena_block_size = 4 * 1024;
  // No clock decides when data is merged.
  options.ttl = 0;
  options.periodic_compaction_seconds = 0;
  return options;
}

}  // namespace

rocksdb::Options database_options(bool read_only) {
  rocksdb::Options options;
  options.create_if_missing = !read_only;
  options.paranoid_checks = true;
  // Bounds the open files and their readers, however long the history is.
  options.max_open_files = 512;
  options.max_file_opening_threads = 1;
  // One background thread: merging must not take the cores that answer requests.
  options.max_background_jobs = 2;
  options.max_subcompactions = 1;
  // No statistics, and a log that holds warnings only and stays small.
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.max_log_file_size = mebibyte;
  options.keep_log_file_num = 2;
  if (read_only) options.info_log = std::make_shared<SilentLogger>();
  // Opening does not read a property block of every file.
  options.skip_stats_update_on_db_open = true;
  // Merges read ahead, a little for each of their many runs, and write back steadily instead of in one burst that delays
  // the journal's flush.
  options.compaction_readahead_size = 256 * 1024;
  options.bytes_per_sync = mebibyte;
  options.max_manifest_file_size = 16 * mebibyte;
  options.manifest_preallocation_size = 64 * 1024;
  // What failed in the background is told, not retried: the process stops and replays the journal.
  options.max_bgerror_resume_count = 0;
  return options;
}

rocksdb::ColumnFamilyOptions table_options(const TableSpec& spec, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options = common_options();
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(block_options(cache, spec)));
  if (spec.keys == KeyOrder::by_time) {
    // Levels: a run that overlaps nothing goes straight to the last one and is never rewritten.
    options.compaction_style = rocksdb::kCompactionStyleLevel;
    options.level_compaction_dynamic_level_bytes = true;
    // Runs that do overlap, since they change older records, are merged into it eight at a time.
    options.level0_file_num_compaction_trigger = 8;
    options.max_bytes_for_level_base = 256 * mebibyte;
    // Records shrink to about half for 0.3 us each.
    options.compression = rocksdb::kLZ4Compression;
  } else {
    // Tiers: up to twelve runs, then those of similar size are merged at once, so that a key is rewritten once in the
    // first ten million. More runs would make it dearer to find a key, fewer would merge the same keys again and again.
    options.compaction_style = rocksdb::kCompactionStyleUniversal;
    options.level0_file_num_compaction_trigger = 12;
    options.compaction_options_universal.min_merge_width = 4;
    options.compaction_options_universal.stop_style = rocksdb::kCompactionStopStyleSimilarSize;
    options.compaction_options_universal.size_ratio = 60;
    // All runs become one when the older ones may be a fifth of the whole: this is what reclaims erased keys.
    options.compaction_options_universal.max_size_amplification_percent = 400;
    // Hashes do not shrink.
    options.compression = rocksdb::kNoCompression;
  }
  options.target_file_size_base = 128 * mebibyte;
  // With this many runs unmerged the next one waits, see Disk::ingest. Nothing is slowed down before.
  options.level0_slowdown_writes_trigger = 32;
  options.level0_stop_writes_trigger = 32;
  return options;
}

rocksdb::ColumnFamilyOptions meta_options(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options = common_options();
  TableSpec spec;
  spec.bloom_bits = 0;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(block_options(cache, spec)));
  options.compression = rocksdb::kNoCompression;
  // What is written once goes to the last level and stays; what each ingest writes again is merged straight into it.
  options.level_compaction_dynamic_level_bytes = true;
  return options;
}

rocksdb::IngestExternalFileOptions ingest_options() {
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.failed_move_fall_back_to_copy = false;
  options.write_global_seqno = false;
  // No RocksDB snapshots are taken, and nothing was ever written that would have to be flushed first.
  options.snapshot_consistency = false;
  options.allow_blocking_flush = false;
  return options;
}

Refusal refusal_of(const rocksdb::Status& status, std::string_view doing) {
  const Outcome outcome = status.IsNoSpace()      ? Outcome::storage_full
                          : status.IsCorruption() ? Outcome::data_damaged
                                                  : Outcome::io_failed;
  return {outcome, {}, std::string{doing} + ": " + status.ToString()};
}

Refusal read_refusal_of(const rocksdb::Status& status) {
  Refusal refusal = refusal_of(status, "reading the store");
  if (status.IsPathNotFound()) refusal.outcome = Outcome::data_damaged;
  return refusal;
}

}  // namespace mohur::store
