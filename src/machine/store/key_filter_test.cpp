#include "store/key_filter.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/ids.hpp"
#include "store/support_test.hpp"

namespace mohur::store {
namespace {

std::string key_of(std::uint64_t n) {
  std::mt19937_64 chance(n);
  return Key128{chance(), chance()}.to_bytes();
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
  const auto keep = [&](std::size_t slice, std::string bytes) {
    kept.resize(std::max(kept.size(), slice + 1));
    kept[slice] = std::move(bytes);
  };
  KeyFilter filter;
  for (std::uint64_t n = 0; n < 20'000; ++n) filter.add(key_of(n));
  filter.for_each_changed(keep);
  ASSERT_EQ(kept.size(), 2U);
  const std::string full = kept[0];
  for (std::uint64_t n = 20'000; n < 30'000; ++n) filter.add(key_of(n));
  std::size_t changed = 0;
  filter.for_each_changed([&](std::size_t slice, std::string bytes) {
    ++changed;
    keep(slice, std::move(bytes));
  });
  EXPECT_EQ(changed, 1U) << "a full slice is not written again";

  KeyFilter again;
  for (const std::string& bytes : kept) ASSERT_TRUE(again.restore(bytes));
  for (std::uint64_t n = 0; n < 30'000; ++n) ASSERT_TRUE(again.may_hold(key_of(n))) << n;
  EXPECT_LT(share_let_through(again, 30'000), 0.005);
  for (std::uint64_t n = 30'000; n < 200'000; ++n) again.add(key_of(n));
  EXPECT_TRUE(again.may_hold(key_of(199'999))) << "and goes on";
}

TEST(KeyFilter, RefusesASliceThatIsNotTheNextOne) {
  KeyFilter filter;
  for (std::uint64_t n = 0; n < 20'000; ++n) filter.add(key_of(n));
  std::vector<std::string> kept;
  filter.for_each_changed([&](std::size_t, std::string bytes) { kept.push_back(std::move(bytes)); });
  KeyFilter other;
  EXPECT_FALSE(other.restore(kept[1]));
  EXPECT_FALSE(other.restore(kept[0].substr(1)));
  EXPECT_TRUE(other.restore(kept[0]));
}

}  // namespace
}  // namespace mohur::store
