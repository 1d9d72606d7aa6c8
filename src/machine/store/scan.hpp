// The merge of a table's layers into one ordered walk: of equal keys the newest layer speaks, and erased keys are silent.
#pragma once

#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/disk.hpp"
#include "store/overlay.hpp"
#include "store/store.hpp"

namespace mohur::store {

struct ScanRange {
  TableNumber table;
  std::string_view from;
  std::string_view to;  // empty: no upper end
  Direction direction;
};

// A walk over the entries of one overlay, which may change meanwhile: each entry is copied under the lock.
class LayerCursor {
 public:
  // The caller holds `mutex` (shared) during construction, and only then.
  LayerCursor(std::shared_ptr<const Overlay> layer, const ScanRange& range, std::shared_mutex& mutex);

  bool valid() const { return valid_; }
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }
  bool erased() const { return erased_; }
  void next();

 private:
  const Entry* step();
  void load();

  std::shared_ptr<const Overlay> layer_;
  const OverlayTable* table_;
  ScanRange range_;
  std::shared_mutex* mutex_;
  OverlayTable::Tree::const_iterator at_;  // of an ordered table
  std::vector<const Entry*> sorted_;       // of any other
  std::size_t left_ = 0;                   // how many of `sorted_` are still to come
  std::string key_;
  std::string value_;
  bool erased_ = false;
  bool valid_ = false;
};

// Walks over `layers`, the newest first, and `disk`, which was opened after the layers were taken.
Result<void> merge(std::vector<LayerCursor> layers, Disk::Range& disk, const ScanRange& range, const Store::Visit& visit);

}  // namespace mohur::store
