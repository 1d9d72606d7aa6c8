#include "store/run_writer.hpp"

#include <rocksdb/sst_file_writer.h>

#include <algorithm>

#include "store/rocks_options.hpp"

namespace mohur::store {
namespace {

// Sorted by key, entries lie anywhere in memory: they are asked for this many steps before they are needed.
constexpr std::size_t ahead = 8;

constexpr const char* doing = "writing a run of the store";

std::filesystem::path run_folder(const std::filesystem::path& store_folder) { return store_folder / "incoming"; }

rocksdb::Status add(rocksdb::SstFileWriter& writer, const Entry& entry) {
  return entry.erased ? writer.Delete(entry.key()) : writer.Put(entry.key(), entry.value());
}

}  // namespace

Result<void> prepare_run_folder(const std::filesystem::path& store_folder) {
  std::error_code failed;
  std::filesystem::remove_all(run_folder(store_folder), failed);
  if (!failed) std::filesystem::create_directories(run_folder(store_folder), failed);
  if (failed) return refuse(Outcome::io_failed, {}, "preparing " + run_folder(store_folder).string() + ": " + failed.message());
  return {};
}

RunWriter::RunWriter(const std::filesystem::path& store_folder, rocksdb::DB& db) : folder_(run_folder(store_folder)), db_(db) {}

template <class Fill>
Result<void> RunWriter::write(std::string_view name, rocksdb::ColumnFamilyHandle* family, Fill&& fill) {
  const std::string path = folder_ / (std::string{name} + ".sst");
  const rocksdb::Options options = db_.GetOptions(family);
  // The file's pages stay cached: the newest run is the next to be read, and to be merged.
  constexpr bool drop_cached_pages = false;
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions{options}, options, family, drop_cached_pages);
  rocksdb::Status status = writer.Open(path);
  if (status.ok()) status = fill(writer);
  if (status.ok()) status = writer.Finish();  // flushes the file to the disk
  if (!status.ok()) return std::unexpected(refusal_of(status, doing));
  auto runs = std::ranges::find(runs_, family, &rocksdb::IngestExternalFileArg::column_family);
  if (runs == runs_.end()) {
    runs = runs_.emplace(runs_.end());
    runs->column_family = family;
    runs->options = ingest_options();
  }
  runs->external_files.push_back(path);
  return {};
}

Result<void> RunWriter::add_table(std::string_view name, rocksdb::ColumnFamilyHandle* family, const OverlayTable& table) {
  return write(name, family, [&](rocksdb::SstFileWriter& writer) {
    const std::vector<const Entry*> entries = table.sorted();
    rocksdb::Status status;
    for (std::size_t i = 0; i < entries.size() && status.ok(); ++i) {
      if (i + ahead < entries.size()) __builtin_prefetch(entries[i + ahead]);
      status = add(writer, *entries[i]);
    }
    return status;
  });
}

Result<void> RunWriter::add_records(std::string_view name, rocksdb::ColumnFamilyHandle* family,
                                    const std::map<std::string, std::string>& records) {
  return write(name, family, [&](rocksdb::SstFileWriter& writer) {
    rocksdb::Status status;
    for (auto record = records.begin(); record != records.end() && status.ok(); ++record)
      status = writer.Put(record->first, record->second);
    return status;
  });
}

Result<void> RunWriter::ingest() {
  const auto status = db_.IngestExternalFiles(runs_);
  if (!status.ok()) return std::unexpected(refusal_of(status, "taking runs into the store"));
  return {};
}

}  // namespace mohur::store
