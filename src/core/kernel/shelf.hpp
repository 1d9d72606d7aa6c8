// A shelf: the objects of one kind that a shard has in memory. What is not here may still be on disk.
//
// A look-up tells three things apart: here, known to exist nowhere, and not looked for yet. Old entries are forgotten when
// the shelf is full, but never one that changed after the position that is known to be durable.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/ids.hpp"

namespace mohur::kernel {

template <class T>
class Shelf {
 public:
  struct Entry {
    std::optional<T> value;        // empty: known to exist nowhere
    std::uint64_t changed_at = 0;  // position of the event that put it here; 0 when it was fetched
  };

  const Entry* find(Key128 key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : &found->second;
  }

  // What an event says about the object.
  void put(Key128 key, T value, std::uint64_t position) {
    Entry& entry = entries_[key];
    entry.value = std::move(value);
    entry.changed_at = position;
    order_.push_back({key, position});
  }

  // What the disk says about the object, or that it says nothing. Never replaces what is here.
  void fetched(Key128 key, std::optional<T> value) {
    if (entries_.try_emplace(key, Entry{std::move(value), 0}).second) order_.push_back({key, 0});
  }

  // Forgets the oldest entries until at most `most` are left or the next one is not durable yet.
  void trim(std::size_t most, std::uint64_t durable_position) {
    while (entries_.size() > most && !order_.empty() && order_.front().position <= durable_position) {
      const auto found = entries_.find(order_.front().key);
      if (found != entries_.end() && found->second.changed_at == order_.front().position) entries_.erase(found);
      order_.pop_front();
    }
    if (order_.size() > 2 * entries_.size() + kPlacesToSpare) std::erase_if(order_, [&](Place p) { return is_overtaken(p); });
  }

  std::size_t size() const { return entries_.size(); }
  // Of changes: a few for each entry at most, however often it changes.
  std::size_t places() const { return order_.size(); }

 private:
  struct Place {
    Key128 key;
    std::uint64_t position;
  };
  static constexpr std::size_t kPlacesToSpare = 64;
  bool is_overtaken(Place place) const {
    const auto found = entries_.find(place.key);
    return found == entries_.end() || found->second.changed_at != place.position;
  }

  boost::unordered_flat_map<Key128, Entry> entries_;
  std::deque<Place> order_;  // oldest change first; an entry that changed again stands here more than once
};

}  // namespace mohur::kernel
