#include "store/disk.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/assert.hpp"
#include "base/thread.hpp"
#include "store/background_events.hpp"
#include "store/position_record.hpp"
#include "store/rocks_options.hpp"
#include "store/run_writer.hpp"

namespace mohur::store {
namespace {

// The memory that a key of the filter needs is asked for so many keys before.
constexpr std::size_t kAhead = 16;

// The options under which an existing folder was made for other tables, or by another version of the fold.
std::unexpected<Refusal> foreign(const std::string& found) {
  return refuse(Outcome::state_conflict, {}, "the store " + found + "; discard it and let it be rebuilt from the journal");
}

// A full slice has a record of its own, written once; the last one is a record that each ingest writes again. No key of the
// second kind sorts between two of the first, so that what is written again overlaps nothing that is written once.
std::string full_slice_key(std::string_view table, std::size_t slice) {
  const std::string number = std::to_string(slice);
  return "filter." + std::string{table} + "." + std::string(3 - number.size(), '0') + number;
}
std::string last_slice_key(std::string_view table) { return "last_slice." + std::string{table}; }

}  // namespace

Disk::Disk(Setup setup, std::span<const TableSpec> tables)
    : setup_(std::move(setup)),
      tables_(tables.begin(), tables.end()),
      events_(std::make_shared<BackgroundEvents>(setup_.on_background_error)),
      cache_(rocksdb::NewLRUCache(setup_.block_cache_bytes)) {}

Disk::~Disk() {
  if (!db_) return;
  for (rocksdb::ColumnFamilyHandle* family : families_)
    if (family) db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  if (meta_) db_->DestroyColumnFamilyHandle(meta_).PermitUncheckedError();
  db_->Close().PermitUncheckedError();
}

Result<std::unique_ptr<Disk>> Disk::open(Setup setup, std::span<const TableSpec> tables) {
  std::unique_ptr<Disk> disk{new Disk(std::move(setup), tables)};
  MOHUR_TRY(disk->open_families());
  MOHUR_TRY(disk->read_filters());
  if (!disk->setup_.read_only) MOHUR_TRY(prepare_run_folder(disk->setup_.folder));
  return disk;
}

// Opens the column families that are there, and makes those that are not while the store is still at position 0.
Result<void> Disk::open_families() {
  std::error_code failed;
  if (!setup_.read_only) std::filesystem::create_directories(setup_.folder, failed);
  const bool is_new = !std::filesystem::exists(setup_.folder / "CURRENT", failed);
  if (is_new && setup_.read_only) return refuse(Outcome::not_found, {}, "there is no store in " + setup_.folder.string());

  rocksdb::Options options = database_options(setup_.read_only);
  options.listeners.push_back(events_);
  std::vector<std::string> present;
  if (!is_new) {
    const auto listed = rocksdb::DB::ListColumnFamilies(options, setup_.folder.string(), &present);
    if (!listed.ok()) return std::unexpected(read_refusal_of(listed));
  }
  const std::set<std::string> names(present.begin(), present.end());
  std::vector<rocksdb::ColumnFamilyDescriptor> wanted{{rocksdb::kDefaultColumnFamilyName, meta_options(cache_)}};
  for (const TableSpec& spec : tables_)
    if (names.contains(std::string{spec.name})) wanted.emplace_back(std::string{spec.name}, table_options(spec, cache_));
  if (!is_new && wanted.size() != names.size()) return foreign("has tables that this program does not know");

  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const auto opened = setup_.read_only ? rocksdb::DB::OpenForReadOnly(options, setup_.folder.string(), wanted, &handles, &db)
                                       : rocksdb::DB::Open(options, setup_.folder.string(), wanted, &handles, &db);
  if (!opened.ok()) return std::unexpected(read_refusal_of(opened));
  db_.reset(db);
  // Its one thread that merges, made by now.
  if (!setup_.read_only) db_->GetEnv()->Schedule([](void*) { stand(Standing::behind); }, nullptr, rocksdb::Env::LOW);
  meta_ = handles[0];
  for (std::size_t i = 1; i < handles.size(); ++i) {
    const auto spec = std::find_if(tables_.begin(), tables_.end(), [&](const TableSpec& t) { return t.name == wanted[i].name; });
    if (families_.size() <= spec->number) families_.resize(std::size_t{spec->number} + 1);
    families_[spec->number] = handles[i];
  }
  MOHUR_TRY(read_position(handles.size() != tables_.size() + 1));
  return create_families();
}

Result<void> Disk::read_position(bool families_are_missing) {
  std::string bytes;
  const auto found = db_->Get(reading_, meta_, PositionRecord::key, &bytes);
  if (found.IsNotFound()) {
    const std::unique_ptr<rocksdb::Iterator> any{db_->NewIterator(reading_, meta_)};
    any->SeekToFirst();
    if (any->Valid()) return refuse(Outcome::data_damaged, {}, "the store lacks its position");
    if (!any->status().ok()) return std::unexpected(read_refusal_of(any->status()));
    return {};
  }
  if (!found.ok()) return std::unexpected(read_refusal_of(found));
  const auto record = PositionRecord::from_bytes(bytes);
  if (!record) return refuse(Outcome::data_damaged, {}, "the store's position record is not of its form");
  if (families_are_missing) return foreign("lacks tables that this program needs");
  if (record->fold_version != setup_.fold_version) return foreign("was made by another version of the fold");
  position_ = record->position;
  return {};
}

Result<void> Disk::create_families() {
  for (const TableSpec& spec : tables_) {
    if (families_.size() <= spec.number) families_.resize(std::size_t{spec.number} + 1);
    if (families_[spec.number]) continue;
    if (setup_.read_only) return refuse(Outcome::not_found, {}, "the store holds nothing yet");
    const auto made = db_->CreateColumnFamily(table_options(spec, cache_), std::string{spec.name}, &families_[spec.number]);
    if (!made.ok()) return std::unexpected(refusal_of(made, "making a table of the store"));
  }
  return {};
}

Result<void> Disk::read_filters() {
  for (const TableSpec& spec : tables_) {
    if (filters_.size() <= spec.number) filters_.resize(std::size_t{spec.number} + 1);
    if (spec.keys != KeyOrder::hashed) continue;
    MOHUR_TRY_SET(filter, read_filter(spec.name));
    filters_[spec.number] = std::move(filter);
  }
  return {};
}

// With a slice taken for empty, the store would answer that keys are absent which it holds. So the last one is there since the
// first ingest, and tells how many others must be.
Result<std::unique_ptr<KeyFilter>> Disk::read_filter(std::string_view table) const {
  auto filter = std::make_unique<KeyFilter>();
  if (position_ == 0) return filter;
  rocksdb::ReadOptions once = reading_;
  once.fill_cache = false;
  const auto read = [&](const std::string& key) -> Result<std::string> {
    std::string bytes;
    const auto found = db_->Get(once, meta_, key, &bytes);
    if (found.IsNotFound()) return refuse(Outcome::data_damaged, {}, "the store lacks " + key);
    if (!found.ok()) return std::unexpected(read_refusal_of(found));
    return bytes;
  };
  MOHUR_TRY_SET(last, read(last_slice_key(table)));
  const auto full = KeyFilter::slice_of(last);
  bool fits = full.has_value();
  for (std::size_t slice = 0; fits && slice < *full; ++slice) {
    MOHUR_TRY_SET(bytes, read(full_slice_key(table, slice)));
    fits = filter->restore(bytes);
  }
  if (!fits || !filter->restore(last))
    return refuse(Outcome::data_damaged, {}, "the store's filter of " + std::string{table} + " is not of its form");
  return filter;
}

rocksdb::ColumnFamilyHandle* Disk::family_of(TableNumber table) const {
  MOHUR_ASSERT(table < families_.size() && families_[table]);
  return families_[table];
}

void Disk::prefetch(TableNumber table, std::string_view key) const {
  if (filters_[table]) filters_[table]->prefetch_to_look(key);
}

Result<bool> Disk::get(TableNumber table, std::string_view key, std::string& value) const {
  if (filters_[table] && !filters_[table]->may_hold(key)) return false;
  rocksdb::PinnableSlice found;
  const auto status = db_->Get(reading_, family_of(table), key, &found);
  if (status.IsNotFound()) return false;
  if (!status.ok()) return std::unexpected(read_refusal_of(status));
  value.assign(found.data(), found.size());
  return true;
}

std::unique_ptr<Disk::Range> Disk::range(TableNumber table, std::string_view from, std::string_view to) const {
  auto range = std::make_unique<Range>(Range{from, to, nullptr});
  rocksdb::ReadOptions options = reading_;
  options.iterate_lower_bound = &range->from;
  if (!to.empty()) options.iterate_upper_bound = &range->to;
  range->iterator.reset(db_->NewIterator(options, family_of(table)));
  return range;
}

// Whether some table has so many runs that it takes no further one until they are merged.
bool Disk::is_behind() const {
  std::uint64_t is_stopped = 0;
  return db_->GetIntProperty(rocksdb::DB::Properties::kIsWriteStopped, &is_stopped) && is_stopped != 0;
}

Result<void> Disk::ingest(const Overlay& overlay, std::uint64_t position) {
  if (!events_->wait_while([this] { return is_behind(); })) return refuse(Outcome::stopping);
  RunWriter writer(setup_.folder, *db_);
  std::map<std::string, std::string> changing{{PositionRecord::key, PositionRecord{position, setup_.fold_version}.to_bytes()}};
  for (const TableSpec& spec : tables_) {
    const OverlayTable& table = overlay.table(spec.number);
    if (table.size() > 0) MOHUR_TRY(writer.add_table(spec.name, family_of(spec.number), table));
    if (KeyFilter* const filter = filters_[spec.number].get()) {
      const std::span<const Entry* const> entries = table.arrived();
      for (std::size_t i = 0; i < entries.size(); ++i) {
        if (i + kAhead < entries.size()) filter->prefetch_to_add(entries[i + kAhead]->key());
        filter->add(entries[i]->key());
      }
      MOHUR_TRY(add_filter(spec.name, *filter, writer, changing));
    }
  }
  MOHUR_TRY(writer.add_records(rocksdb::kDefaultColumnFamilyName, meta_, changing));
  MOHUR_TRY(writer.ingest());
  position_ = position;
  return {};
}

// A full slice becomes a run of its own at once; the last one is for the run of what changes.
Result<void> Disk::add_filter(std::string_view table, KeyFilter& filter, RunWriter& writer,
                              std::map<std::string, std::string>& changing) {
  Result<void> added;
  filter.for_each_changed([&](std::size_t slice, bool is_last, std::string bytes) {
    if (is_last) {
      changing[last_slice_key(table)] = std::move(bytes);
    } else if (added) {
      const std::string key = full_slice_key(table, slice);
      added = writer.add_records(key, meta_, {{key, std::move(bytes)}});
    }
  });
  return added;
}

void Disk::stop_waiting() { events_->stop_waiting(); }

Result<void> Disk::verify() const {
  const auto status = db_->VerifyChecksum(reading_);
  if (!status.ok()) return std::unexpected(read_refusal_of(status));
  return {};
}

std::uint64_t Disk::bytes() const {
  std::uint64_t sum = 0;
  db_->GetAggregatedIntProperty(rocksdb::DB::Properties::kTotalSstFilesSize, &sum);
  return sum;
}

std::uint64_t Disk::files() const {
  std::vector<rocksdb::LiveFileMetaData> files;
  db_->GetLiveFilesMetaData(&files);
  return files.size();
}

}  // namespace mohur::store
