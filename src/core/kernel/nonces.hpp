// The nonces of signed calls: each counts once for as long as its signature is good.
//
// Bounded  What is over is let go with the next event, by the event's own time: so what is known follows from the events alone.
// Cost     About 60 bytes for each signed call of the last minutes.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <vector>

#include "kernel/event.hpp"

namespace mohur::kernel {

class Nonces {
 public:
  // Whether it was used, by a signature that is still good.
  bool holds(Key128 key, Time now) const {
    const auto found = known_.find(key);
    return found != known_.end() && now <= found->second;
  }
  std::size_t size() const { return known_.size(); }

  void remember(const Nonce& nonce) {
    if (known_.emplace(nonce.key, nonce.until).second) by_end_[nonce.until].push_back(nonce.key);
  }

  // Forgets those that are over, and calls `told(nonce)` for each.
  template <class Told>
  void let_go(Time now, Told&& told) {
    while (!by_end_.empty() && by_end_.begin()->first < now) {
      const auto& [until, keys] = *by_end_.begin();
      for (const Key128 key : keys) {
        known_.erase(key);
        told(Nonce{key, until});
      }
      by_end_.erase(by_end_.begin());
    }
  }

 private:
  boost::unordered_flat_map<Key128, Time> known_;
  std::map<Time, std::vector<Key128>> by_end_;  // signatures are made in whole seconds: a few hundred moments
};

}  // namespace mohur::kernel
