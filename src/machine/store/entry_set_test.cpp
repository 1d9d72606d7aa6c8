// The set of entries: what it holds as it grows, and where keys share a place.
#include "store/entry_set.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

namespace mohur::store {
namespace {

class EntrySetTest : public testing::Test {
 protected:
  Entry* entry_of(const std::string& key) {
    std::string& bytes = keys_.emplace_back(key);
    return &entries_.emplace_back(Entry{.bytes = bytes.data(), .key_size = static_cast<std::uint16_t>(bytes.size())});
  }

  EntrySet set;

 private:
  std::deque<std::string> keys_;
  std::deque<Entry> entries_;
};

TEST_F(EntrySetTest, AnEmptyOneHoldsNothingAndMayBeAsked) {
  EXPECT_EQ(set.find("a", EntrySet::hash_of("a")), nullptr);
  set.prefetch_place(1);
  set.prefetch_entry(1);
  set.reserve(0);
  EXPECT_EQ(set.size(), 0U);
}

TEST_F(EntrySetTest, HoldsEachKeyOnceHoweverOftenItGrew) {
  constexpr int kKeys = 20'000;
  for (int n = 0; n < kKeys; ++n) {
    const std::string key = std::to_string(n);
    Entry* const entry = entry_of(key);
    EXPECT_EQ(set.insert(entry, EntrySet::hash_of(key)), std::pair(entry, true));
    EXPECT_EQ(set.insert(entry_of(key), EntrySet::hash_of(key)), std::pair(entry, false));
  }
  EXPECT_EQ(set.size(), std::size_t{kKeys});
  for (int n = 0; n < kKeys; ++n) {
    const std::string key = std::to_string(n);
    ASSERT_NE(set.find(key, EntrySet::hash_of(key)), nullptr);
    ASSERT_EQ(set.find(key, EntrySet::hash_of(key))->key(), key);
  }
  EXPECT_EQ(set.find("none", EntrySet::hash_of("none")), nullptr);
}

// The last place is followed by the first.
TEST_F(EntrySetTest, KeysOfOneHashAreToldApartAlsoAroundTheEnd) {
  constexpr std::uint64_t kLastPlace = ~std::uint64_t{0};
  for (int n = 0; n < 40; ++n) EXPECT_TRUE(set.insert(entry_of(std::to_string(n)), kLastPlace).second);
  for (int n = 0; n < 40; ++n) EXPECT_EQ(set.find(std::to_string(n), kLastPlace)->key(), std::to_string(n));
  EXPECT_EQ(set.find("40", kLastPlace), nullptr);
  set.reserve(1'000);
  for (int n = 0; n < 40; ++n) EXPECT_EQ(set.find(std::to_string(n), kLastPlace)->key(), std::to_string(n));
}

TEST(EntryHash, KeysOfIdsSpreadOverThePlaces) {
  std::vector<int> places(1'024);
  for (std::uint64_t n = 0; n < 65'536; ++n) {
    std::string key(16, '\0');
    for (int i = 0; i < 8; ++i) key[15 - static_cast<std::size_t>(i)] = static_cast<char>(n << 16 >> 8 * i);
    places[EntrySet::hash_of(key) >> 54] += 1;
  }
  for (const int keys : places) {
    EXPECT_GT(keys, 0);
    EXPECT_LT(keys, 64 * 4);
  }
}

}  // namespace
}  // namespace mohur::store
