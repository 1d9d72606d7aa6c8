// The newest layer of the tables, in memory: what the batches since the last hand-over to the disk have changed.
//
// Find     every table has a hash set of its entries; an ordered table also threads them into a tree for scans.
// Erased   an erased key stays as an entry that says so, because it must hide what older layers hold under that key.
// Threads  none of its own: the store lets one thread apply, or many read.
#pragma once

#include <boost/intrusive/set.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/arena.hpp"
#include "store/batch.hpp"
#include "store/entry_set.hpp"
#include "store/table.hpp"

namespace mohur::store {

using TreeHook = boost::intrusive::set_base_hook<boost::intrusive::link_mode<boost::intrusive::normal_link>,
                                                 boost::intrusive::optimize_size<true>>;
struct OrderedEntry : Entry, TreeHook {};

struct KeyOf {
  using type = std::string_view;
  type operator()(const Entry& entry) const { return entry.key(); }
};
class OverlayTable {
 public:
  using Tree =
      boost::intrusive::set<OrderedEntry, boost::intrusive::key_of_value<KeyOf>, boost::intrusive::constant_time_size<false>>;

  explicit OverlayTable(bool ordered) : ordered_(ordered) {}

  // `hash` is that of the change's key.
  void apply(const Batch::Change& change, std::uint64_t hash, Arena& arena);
  const Entry* find(std::string_view key) const;
  void reserve(std::size_t entries);
  std::size_t size() const { return entries_.size(); }
  bool ordered() const { return ordered_; }

  const EntrySet& entries() const { return entries_; }

  // In the order in which their keys came.
  std::span<const Entry* const> arrived() const { return arrived_; }
  const Tree& tree() const { return tree_; }  // empty unless ordered

  // The entries with from <= key < to, ascending; an empty `to` means no upper end.
  std::vector<const Entry*> sorted(std::string_view from = {}, std::string_view to = {}) const;

 private:
  const bool ordered_;
  EntrySet entries_;
  std::vector<const Entry*> arrived_;  // the same in order of arrival: nearly sorted where keys come by time
  Tree tree_;
};

class Overlay {
 public:
  // `like` is an overlay before this one, whose sizes are expected again; nullptr if there was none.
  Overlay(std::span<const TableSpec> tables, std::shared_ptr<ChunkPool> pool, const Overlay* like);

  void apply(const Batch& batch);
  const OverlayTable& table(TableNumber number) const;

  std::size_t entries() const;
  std::size_t bytes() const;

 private:
  OverlayTable& writable(TableNumber number);

  Arena arena_;
  std::vector<std::unique_ptr<OverlayTable>> tables_;  // by number; nullptr where there is no such table
};

}  // namespace mohur::store
