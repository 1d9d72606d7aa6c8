#include "vault/key_cache.hpp"

#include "base/assert.hpp"

namespace mohur::vault {

KeyCache::KeyCache(std::size_t capacity) : capacity_(capacity) { MOHUR_ASSERT(capacity > 0); }

crypto::Aead* KeyCache::find(SubjectId subject) {
  const auto place = places_.find(subject);
  if (place == places_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, place->second);
  return &place->second->aead;
}

crypto::Aead& KeyCache::put(SubjectId subject, const crypto::Key256& key) {
  MOHUR_ASSERT(!places_.contains(subject));
  if (entries_.size() < capacity_) {
    entries_.push_front({subject, crypto::Aead{key}});
  } else {
    // The oldest entry's context is used again: expanding a key into it overwrites the old one.
    places_.erase(entries_.back().subject);
    entries_.splice(entries_.begin(), entries_, std::prev(entries_.end()));
    entries_.front().subject = subject;
    entries_.front().aead.rekey(key);
  }
  places_.emplace(subject, entries_.begin());
  return entries_.front().aead;
}

void KeyCache::drop(SubjectId subject) {
  const auto place = places_.find(subject);
  if (place == places_.end()) return;
  entries_.erase(place->second);
  places_.erase(place);
}

}  // namespace mohur::vault
