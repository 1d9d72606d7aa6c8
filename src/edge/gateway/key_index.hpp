// Which number a key has, and with whose calls its calls count, by its kid: a table that only grows, since keys are never
// forgotten, and whose memory can be asked for before it is needed. A look-up touches one line of memory.
//
// Cost     64 to 128 bytes a key.
// Threads  The reactor's thread only.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "crypto/api_key.hpp"
#include "gateway/pool.hpp"

namespace mohur::gateway {

class KeyIndex {
 public:
  using Number = std::uint32_t;
  struct Found {
    Number number = 0;
    std::optional<PoolNumber> pool;  // none: a person's
    bool operator==(const Found&) const = default;
  };

  void prefetch(std::string_view kid) const {
    if (kid.size() == crypto::api_key_kid_size) gateway::prefetch(&entries_[place_of(kid)], sizeof(Entry));
  }
  std::optional<Found> find(std::string_view kid) const {
    if (kid.size() != crypto::api_key_kid_size) return std::nullopt;
    const Entry& entry = entries_[find_place(kid)];
    if (entry.is_free()) return std::nullopt;
    return Found{entry.number, entry.pool == kNoPool ? std::nullopt : std::optional{entry.pool}};
  }
  // A kid that is not there yet.
  void add(std::string_view kid, const Found& key) {
    MOHUR_ASSERT(kid.size() == crypto::api_key_kid_size && key.number != kFree);
    if (2 * ++size_ > entries_.size()) grow();
    Entry& entry = entries_[find_place(kid)];
    MOHUR_ASSERT(entry.is_free());
    kid.copy(entry.kid.data(), entry.kid.size());
    entry.number = key.number;
    entry.pool = key.pool.value_or(kNoPool);
  }
  std::size_t size() const { return size_; }

 private:
  static constexpr Number kFree = ~Number{0};
  static constexpr PoolNumber kNoPool = ~PoolNumber{0};
  struct alignas(32) Entry {  // so that none lies on two lines
    std::array<char, crypto::api_key_kid_size> kid{};
    Number number = kFree;
    PoolNumber pool = kNoPool;
    bool is_free() const { return number == kFree; }
    std::string_view view() const { return {kid.data(), kid.size()}; }
  };

  // Kids are made by chance, so that little mixing does.
  std::size_t place_of(std::string_view kid) const {
    std::uint64_t begin = 0, end = 0;
    std::memcpy(&begin, kid.data(), sizeof begin);
    std::memcpy(&end, kid.data() + kid.size() - sizeof end, sizeof end);
    const std::uint64_t mixed = (begin ^ end << 1) * 0x9e37'79b9'7f4a'7c15ULL;
    return static_cast<std::size_t>(mixed >> 32) & (entries_.size() - 1);
  }
  // Where it is, or would be.
  std::size_t find_place(std::string_view kid) const {
    std::size_t place = place_of(kid);
    while (!entries_[place].is_free() && entries_[place].view() != kid) place = (place + 1) & (entries_.size() - 1);
    return place;
  }
  void grow() {
    std::vector<Entry> before(2 * entries_.size());
    before.swap(entries_);
    for (const Entry& entry : before)
      if (!entry.is_free()) entries_[find_place(entry.view())] = entry;
  }

  std::vector<Entry> entries_{64};  // a power of two, half of them free
  std::size_t size_ = 0;
};

}  // namespace mohur::gateway
