// Every RocksDB setting of the store, in one place, each with its reason; and how its errors become outcomes.
#pragma once

#include <rocksdb/options.h>
#include <rocksdb/status.h>

#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "store/table.hpp"

namespace rocksdb {
class Cache;
}

namespace mohur::store {

rocksdb::Options database_options(bool read_only);

// For the column family of one table. All tables share the block cache.
rocksdb::ColumnFamilyOptions table_options(const TableSpec& spec, const std::shared_ptr<rocksdb::Cache>& cache);

// For the column family that holds the position and the filters.
rocksdb::ColumnFamilyOptions meta_options(const std::shared_ptr<rocksdb::Cache>& cache);

// Runs are moved into the database, never copied, and their bytes are not touched again.
rocksdb::IngestExternalFileOptions ingest_options();

// storage_full, data_damaged or io_failed; `doing` says what was tried.
Refusal refusal_of(const rocksdb::Status& status, std::string_view doing);

// The same for a read, where a file that is not there is damage, too.
Refusal read_refusal_of(const rocksdb::Status& status);

}  // namespace mohur::store
