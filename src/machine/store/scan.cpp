#include "store/scan.hpp"

#include <optional>
#include <utility>

#include "store/rocks_options.hpp"

namespace mohur::store {

LayerCursor::LayerCursor(std::shared_ptr<const Overlay> layer, const ScanRange& range, std::shared_mutex& mutex)
    : layer_(std::move(layer)), table_(&layer_->table(range.table)), range_(range), mutex_(&mutex) {
  if (table_->ordered()) {
    const auto& tree = table_->tree();
    const bool is_forward = range.direction == Direction::forward;
    at_ = !is_forward && range.to.empty() ? tree.end() : tree.lower_bound(is_forward ? range.from : range.to);
  } else {
    sorted_ = table_->sorted(range.from, range.to);
    left_ = sorted_.size();
  }
  load();
}

void LayerCursor::next() {
  const std::shared_lock lock(*mutex_);
  load();
}

const Entry* LayerCursor::step() {
  const bool is_forward = range_.direction == Direction::forward;
  if (!table_->ordered()) {
    if (left_ == 0) return nullptr;
    --left_;
    return is_forward ? sorted_[sorted_.size() - 1 - left_] : sorted_[left_];
  }
  const auto& tree = table_->tree();
  if (is_forward) {
    if (at_ == tree.end() || (!range_.to.empty() && at_->key() >= range_.to)) return nullptr;
    return &*at_++;
  }
  if (at_ == tree.begin()) return nullptr;
  --at_;
  return at_->key() < range_.from ? nullptr : &*at_;
}

void LayerCursor::load() {
  const Entry* entry = step();
  valid_ = entry != nullptr;
  if (!valid_) return;
  key_.assign(entry->key());
  value_.assign(entry->value());
  erased_ = entry->erased;
}

Result<void> merge(std::vector<LayerCursor> layers, Disk::Range& disk, const ScanRange& range, const Store::Visit& visit) {
  const bool is_forward = range.direction == Direction::forward;
  rocksdb::Iterator& oldest = *disk.iterator;
  is_forward ? oldest.Seek(range.from) : oldest.SeekToLast();
  while (true) {
    std::optional<std::string_view> key;
    const auto offer = [&](std::string_view other) {
      if (!key || (is_forward ? other < *key : other > *key)) key = other;
    };
    for (const LayerCursor& layer : layers)
      if (layer.valid()) offer(layer.key());
    if (oldest.Valid()) offer(oldest.key().ToStringView());
    if (!key || !oldest.status().ok()) break;

    const LayerCursor* newest = nullptr;
    for (const LayerCursor& layer : layers)
      if (!newest && layer.valid() && layer.key() == *key) newest = &layer;
    const bool erased = newest && newest->erased();
    if (!erased && !visit(*key, newest ? newest->value() : oldest.value().ToStringView())) return {};

    const std::string passed{*key};
    for (LayerCursor& layer : layers)
      if (layer.valid() && layer.key() == passed) layer.next();
    if (oldest.Valid() && oldest.key() == passed) is_forward ? oldest.Next() : oldest.Prev();
  }
  if (!oldest.status().ok()) return std::unexpected(read_refusal_of(oldest.status()));
  return {};
}

// The layers are taken before the disk is opened: what leaves the layers meanwhile is then on the disk.
Result<void> Store::scan(TableNumber table, std::string_view from, std::string_view to, Direction direction,
                         const Visit& visit) const {
  if (from.data() == nullptr) from = "";  // an empty view may point nowhere; RocksDB wants a place
  const ScanRange range{table, from, to, direction};
  std::vector<LayerCursor> layers;
  {
    const std::shared_lock lock(mutex_);
    layers.emplace_back(overlay_, range, mutex_);
    if (frozen_) layers.emplace_back(frozen_, range, mutex_);
  }
  const auto disk = disk_->range(table, from, to);
  return merge(std::move(layers), *disk, range, visit);
}

}  // namespace mohur::store
