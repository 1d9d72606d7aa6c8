// The tokens that were revoked, each for as long as it would have been good.
//
// Bounded  What is over is let go whenever another one comes: an hour's revocations at most are known.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <map>

#include "registry/token.hpp"

namespace mohur::gateway {

class RevokedTokens {
 public:
  bool holds(registry::TokenId id) const { return known_.contains(id); }
  std::size_t size() const { return known_.size(); }

  void put(const registry::RevokedToken& token) {
    while (!by_end_.empty() && by_end_.begin()->first < token.updated_at) {
      known_.erase(by_end_.begin()->second);
      by_end_.erase(by_end_.begin());
    }
    if (known_.insert(token.id).second) by_end_.emplace(token.expires_at, token.id);
  }

 private:
  boost::unordered_flat_set<registry::TokenId> known_;
  std::multimap<Time, registry::TokenId> by_end_;
};

}  // namespace mohur::gateway
