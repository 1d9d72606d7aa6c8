// Turns the tables of an overlay into sorted runs, files beside the database, and moves them all into it in one step.
//
// Files    <folder>/incoming/<name of the run>.sst. What a crash leaves there is not part of the store and is removed at open.
// Errors   storage_full, io_failed, data_damaged. After an error the database is as it was before.
#pragma once

#include <rocksdb/db.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/overlay.hpp"

namespace mohur::store {

// Makes the folder for incoming runs and empties it.
Result<void> prepare_run_folder(const std::filesystem::path& store_folder);

class RunWriter {
 public:
  RunWriter(const std::filesystem::path& store_folder, rocksdb::DB& db);

  Result<void> add_table(std::string_view name, rocksdb::ColumnFamilyHandle* family, const OverlayTable& table);
  // Records by key, as one run. A column family may take several runs if no two overlap.
  Result<void> add_records(std::string_view name, rocksdb::ColumnFamilyHandle* family,
                           const std::map<std::string, std::string>& records);
  Result<void> ingest();

 private:
  template <class Fill>
  Result<void> write(std::string_view name, rocksdb::ColumnFamilyHandle* family, Fill&& fill);

  const std::filesystem::path folder_;
  rocksdb::DB& db_;
  std::vector<rocksdb::IngestExternalFileArg> runs_;
};

}  // namespace mohur::store
