// A shelf: the objects of one kind that a shard has in memory. What is not here may still be on disk.
//
// Kept       Kinds that are looked at again and again, such as beneficiaries: the shelf has copies, and forgets the oldest
//            ones when it is full.
// Passing    Kinds that are mostly done with when they are durable, such as payouts: the shelf has the places of those that are
//            not durable yet, in the events that changed them (copies of very small ones), and what was fetched for the
//            decision at hand.
// Durable    Nothing that changed after the position that is known to be durable is ever forgotten.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <type_traits>

#include "base/ids.hpp"

namespace mohur::kernel {

template <class T>
inline constexpr bool is_kept = false;

template <class T>
class Shelf {
 public:
  const T* find(Key128 key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : found->second.object();
  }

  // What an event says about the object. If the kind passes, the object stays where it is until its position is durable.
  void put(Key128 key, const T& object, std::uint64_t position) {
    Entry& entry = entries_[key];
    if constexpr (is_kept<T> || is_small)
      entry.own(object);
    else
      entry.lie_at(object);
    entry.changed_at = position;
    order_.push_back({key, position});
  }

  // What the disk says about the object. Never replaces what is here.
  void fetched(Key128 key, T object) {
    const auto [entry, is_new] = entries_.try_emplace(key);
    if (!is_new) return;
    entry->second.own(std::move(object));
    order_.push_back({key, 0});
  }

  // Forgets the oldest entries until at most `most` are left, or none if the kind passes, or the next one is not durable yet.
  void trim(std::size_t most, std::uint64_t durable_position) {
    if constexpr (!is_kept<T>) most = 0;
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
  static constexpr bool is_small = sizeof(T) <= 16;  // and needs no place of its own
  struct Small {
    T held;
    const T* object() const { return &held; }
    void own(const T& object) { held = object; }
  };
  struct Large {
    const T* place = nullptr;
    std::unique_ptr<T> held;  // what was fetched or is kept
    const T* object() const { return place; }
    void lie_at(const T& object) {
      held.reset();
      place = &object;
    }
    void own(T object) {
      held = std::make_unique<T>(std::move(object));
      place = held.get();
    }
  };
  struct Entry : std::conditional_t<is_small, Small, Large> {
    std::uint64_t changed_at = 0;  // position of the event that put it here; 0 when it was fetched
  };
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
