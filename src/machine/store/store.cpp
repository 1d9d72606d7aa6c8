#include "store/store.hpp"

#include <utility>

#include "base/assert.hpp"
#include "base/thread.hpp"
#include "store/arena.hpp"
#include "store/disk.hpp"
#include "store/overlay.hpp"

namespace mohur::store {

Store::Store(Options options, std::span<const TableSpec> tables)
    : options_(std::move(options)),
      tables_(tables.begin(), tables.end()),
      pool_(std::make_shared<ChunkPool>(options_.overlay_bytes)),
      overlay_(std::make_shared<Overlay>(tables_, pool_, nullptr)) {}

Result<std::unique_ptr<Store>> Store::open(Options options, std::span<const TableSpec> tables) {
  std::unique_ptr<Store> store{new Store(std::move(options), tables)};
  const Options& chosen = store->options_;
  auto disk = Disk::open({.folder = chosen.folder,
                          .block_cache_bytes = chosen.block_cache_bytes,
                          .fold_version = chosen.fold_version,
                          .read_only = chosen.read_only,
                          .on_background_error = [self = store.get()](Refusal refusal) { self->remember(std::move(refusal)); }},
                         tables);
  if (!disk) return std::unexpected(std::move(disk).error());
  store->disk_ = std::move(*disk);
  store->position_ = store->disk_->position();
  if (!chosen.read_only) store->background_ = std::thread([self = store.get()] { self->write_out(); });
  return store;
}

Result<void> Store::discard(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::remove_all(folder, failed);
  if (failed) return refuse(Outcome::io_failed, {}, "removing " + folder.string() + ": " + failed.message());
  return {};
}

Store::~Store() {
  if (!background_.joinable()) return;
  {
    const std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  disk_->stop_waiting();
  background_.join();
}

std::uint64_t Store::durable_position() const { return disk_->position(); }

Result<void> Store::apply(const Batch& batch, std::uint64_t position) {
  MOHUR_ASSERT(!options_.read_only);
  std::unique_lock lock(mutex_);
  MOHUR_ASSERT(position > position_);
  if (overlay_->bytes() >= options_.overlay_bytes) {
    if (frozen_) ++waits_;
    changed_.wait(lock, [this] { return !frozen_ || failure_; });
    if (!failure_) freeze(lock);
  }
  if (failure_) return std::unexpected(*failure_);
  overlay_->apply(batch);
  position_ = position;
  return {};
}

Result<void> Store::checkpoint() {
  MOHUR_ASSERT(!options_.read_only);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !frozen_ || failure_; });
  if (!failure_ && position_ > disk_->position()) {
    freeze(lock);
    changed_.wait(lock, [this] { return !frozen_ || failure_; });
  }
  if (failure_) return std::unexpected(*failure_);
  return {};
}

// Hands the overlay to the background thread. The lock is held, and nothing is frozen.
void Store::freeze(std::unique_lock<std::shared_mutex>& lock) {
  MOHUR_ASSERT(lock.owns_lock() && !frozen_);
  frozen_ = std::exchange(overlay_, std::make_shared<Overlay>(tables_, pool_, overlay_.get()));
  frozen_position_ = position_;
  changed_.notify_all();
}

// The background thread: writes out one frozen overlay after the other. After a failure the frozen overlay stays where
// readers find it.
void Store::write_out() {
  begin_thread("store", Standing::behind);
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return frozen_ || stopping_; });
    if (stopping_) return;
    std::shared_ptr<const Overlay> overlay = frozen_;
    const std::uint64_t position = frozen_position_;
    lock.unlock();
    auto written = disk_->ingest(*overlay, position);
    lock.lock();
    if (written) {
      frozen_.reset();
      ++ingests_;
    } else if (!failure_) {
      failure_ = std::move(written).error();
    }
    changed_.notify_all();
    if (failure_) return;
    lock.unlock();
    overlay.reset();  // with the lock released: a large overlay takes a while to be given back
    lock.lock();
  }
}

void Store::remember(Refusal refusal) {
  const std::unique_lock lock(mutex_);
  if (!failure_) failure_ = std::move(refusal);
  changed_.notify_all();
}

Result<void> Store::health() const {
  const std::shared_lock lock(mutex_);
  if (failure_) return std::unexpected(*failure_);
  return {};
}

void Store::prefetch(TableNumber table, std::string_view key) const {
  const std::uint64_t hash = EntrySet::hash_of(key);
  {
    const std::shared_lock lock(mutex_);
    overlay_->table(table).entries().prefetch_place(hash);
    if (frozen_) frozen_->table(table).entries().prefetch_place(hash);
  }
  disk_->prefetch(table, key);
}

Result<bool> Store::get(TableNumber table, std::string_view key, std::string& value) const {
  {
    const std::shared_lock lock(mutex_);
    const Entry* entry = overlay_->table(table).find(key);
    if (!entry && frozen_) entry = frozen_->table(table).find(key);
    if (entry) {
      if (!entry->erased) value.assign(entry->value());
      return !entry->erased;
    }
  }
  return disk_->get(table, key, value);
}

Result<std::optional<std::string>> Store::get(TableNumber table, std::string_view key) const {
  std::string value;
  MOHUR_TRY_SET(found, get(table, key, value));
  if (!found) return std::nullopt;
  return value;
}

Result<void> Store::verify() const { return disk_->verify(); }

Statistics Store::statistics() const {
  Statistics sum{.disk_bytes = disk_->bytes(), .files = disk_->files()};
  const std::shared_lock lock(mutex_);
  for (const Overlay* layer : {static_cast<const Overlay*>(overlay_.get()), frozen_.get()}) {
    if (!layer) continue;
    sum.overlay_entries += layer->entries();
    sum.overlay_bytes += layer->bytes();
  }
  sum.ingests = ingests_;
  sum.waits = waits_;
  return sum;
}

}  // namespace mohur::store
