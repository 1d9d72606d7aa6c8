#include "store/key_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/ids.hpp"
#include "store/support_test.hpp"

namespace mohur::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

std::string key_of(std::uint64_t n) {
  std::mt19937_64 chance(n);
  return Key128{chance(), chance()}.to_bytes();
}

// Those that changed.
std::vector<std::string> slices_of(KeyFilter& filter) {
  std::vector<std::string> slices;
  filter.for_each_changed([&](std::size_t, bool, std::string bytes) { slices.push_back(std::move(bytes)); });
  return slices;
}

double share_let_through(const KeyFilter& filter, std::uint64_t from, std::uint64_t looks = 100'000) {
  std::uint64_t let_through = 0;
  for (std::uint64_t n = from; n < from + looks; ++n)
    if (filter.may_hold(key_of(n))) ++let_through;
  return static_cast<double>(let_through) / static_cast<double>(looks);
}

TEST(KeyFilter, LetsEveryKeyThroughThatWasAddedAndHardlyAnother) {
  KeyFilter filter;
  EXPECT_FALSE(filter.may_hold(key_of(1)));
  constexpr std::uint64_t kKeys = 300'000;  // three slices and the begin of a fourth
  for (std::uint64_t n = 0; n < kKeys; ++n) filter.add(key_of(n));
  for (std::uint64_t n = 0; n < kKeys; ++n) ASSERT_TRUE(filter.may_hold(key_of(n))) << n;
  EXPECT_LT(share_let_through(filter, kKeys), 0.005);
}

TEST(KeyFilter, KnowsItsKeysAfterItWasTakenBackFromItsSlices) {
  std::vector<std::string> kept;
  const auto keep = [&](std::size_t slice, bool, std::string bytes) {
    kept.resize(std::max(kept.size(), slice + 1));
    kept[slice] = std::move(bytes);
  };
  KeyFilter filter;
  for (std::uint64_t n = 0; n < 20'000; ++n) filter.add(key_of(n));
  filter.for_each_changed(keep);
  ASSERT_EQ(kept.size(), 2U);
  const std::string full = kept[0];
  for (std::uint64_t n = 20'000; n < 30'000; ++n) filter.add(key_of(n));
  const auto changed = [&] {
    std::vector<std::pair<std::size_t, bool>> slices;
    filter.for_each_changed([&](std::size_t slice, bool is_last, std::string bytes) {
      slices.emplace_back(slice, is_last);
      keep(slice, false, std::move(bytes));
    });
    return slices;
  };
  EXPECT_THAT(changed(), ElementsAre(Pair(1, true))) << "a full slice is not given again";
  EXPECT_THAT(changed(), IsEmpty());

  KeyFilter again;
  for (const std::string& bytes : kept) ASSERT_TRUE(again.restore(bytes));
  for (std::uint64_t n = 0; n < 30'000; ++n) ASSERT_TRUE(again.may_hold(key_of(n))) << n;
  EXPECT_LT(share_let_through(again, 30'000), 0.005);
  for (std::uint64_t n = 30'000; n < 200'000; ++n) again.add(key_of(n));
  EXPECT_TRUE(again.may_hold(key_of(199'999))) << "and goes on";
}

TEST(KeyFilter, GivesASliceEvenWhenItIsEmptySoThatOneThatIsMissingShows) {
  KeyFilter filter;
  const auto slices = slices_of(filter);
  ASSERT_EQ(slices.size(), 1U);
  EXPECT_EQ(KeyFilter::slice_of(slices[0]), 0U);
  EXPECT_THAT(slices_of(filter), IsEmpty());
  KeyFilter again;
  ASSERT_TRUE(again.restore(slices[0]));
  EXPECT_FALSE(again.may_hold(key_of(1)));
}

TEST(KeyFilter, RefusesASliceThatIsNotTheNextOne) {
  KeyFilter small, filter;
  small.add(key_of(1));
  const std::string not_full = slices_of(small)[0];
  for (std::uint64_t n = 0; n < 20'000; ++n) filter.add(key_of(n));
  const auto slices = slices_of(filter);
  KeyFilter other;
  EXPECT_FALSE(other.restore(slices[1]));
  EXPECT_FALSE(other.restore(slices[0].substr(1)));
  EXPECT_FALSE(other.restore(""));
  EXPECT_TRUE(other.restore(slices[0]));
  EXPECT_FALSE(other.restore(slices[0]));
  EXPECT_TRUE(other.restore(slices[1]));
  KeyFilter third;
  EXPECT_TRUE(third.restore(not_full));
  EXPECT_FALSE(third.restore(slices[1])) << "it follows on a full one";
  EXPECT_EQ(KeyFilter::slice_of(slices[0]), 0U);
  EXPECT_EQ(KeyFilter::slice_of(slices[1]), 1U);
  EXPECT_EQ(KeyFilter::slice_of("short"), std::nullopt);
  EXPECT_EQ(KeyFilter::slice_of(std::string(16, '\xff')), std::nullopt);
}

// docs/formats/store.md has the first of them. Filters are on disks: these numbers are permanent.
TEST(KeyFilter, SetsTheBitsOfAKeyThatTheFormatSays) {
  struct Case {
    std::string_view key;
    std::size_t line;
    std::vector<int> bits;
  };
  const Case cases[] = {
      {{"\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17", 16}, 362, {93, 223, 328, 378, 402, 418, 475}},
      {"\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f", 490, {34, 99, 161, 263, 370, 433, 441}},
      {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 75, {22, 261, 328, 347, 360, 364, 445}},
      {"key", 415, {47, 144, 159, 226, 381, 429, 504}},
      {"a key of seventee", 351, {3, 202, 219, 232, 280, 465, 482}},
  };
  for (const Case& c : cases) {
    KeyFilter filter;
    filter.add(c.key);
    const std::string bytes = slices_of(filter).at(0);
    ASSERT_EQ(bytes.size(), 16U + 512 * 64);
    EXPECT_EQ(bytes.substr(0, 16), std::string("\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0", 16)) << "slice 0 with one key";
    std::string expected(512 * 64, '\0');
    for (const int bit : c.bits) {
      char& byte = expected[c.line * 64 + static_cast<std::size_t>(bit / 8)];
      byte = static_cast<char>(byte | 1 << bit % 8);
    }
    EXPECT_TRUE(bytes.substr(16) == expected) << c.key;
  }
}

}  // namespace
}  // namespace mohur::store
