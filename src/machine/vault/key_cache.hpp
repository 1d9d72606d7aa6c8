// The data keys of recently used subjects, unwrapped and expanded, so that sealing again costs one encryption and no more.
//
// Bounds   At most `capacity` keys; the one that was unused for longest goes first. About 1 KiB a key.
// Secrets  A key that leaves is overwritten.
// Threads  None of its own: the vault calls it under a lock.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <list>

#include "base/sealed.hpp"
#include "crypto/aead.hpp"

namespace mohur::vault {

class KeyCache {
 public:
  explicit KeyCache(std::size_t capacity);

  // Null when the subject is not here. Valid until the next put or drop.
  crypto::Aead* find(SubjectId subject);
  crypto::Aead& put(SubjectId subject, const crypto::Key256& key);
  void drop(SubjectId subject);
  std::size_t size() const { return places_.size(); }

 private:
  struct Entry {
    SubjectId subject;
    crypto::Aead aead;
  };
  std::size_t capacity_;
  std::list<Entry> entries_;  // the most recently used one first
  boost::unordered_flat_map<SubjectId, std::list<Entry>::iterator> places_;
};

}  // namespace mohur::vault
