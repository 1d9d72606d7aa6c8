#include "crypto/system_random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "crypto/key256.hpp"

namespace mohur::crypto {
namespace {

TEST(SystemRandom, never_repeats_a_draw_across_pools) {
  SystemRandom random;
  std::set<std::array<std::uint8_t, 16>> seen;
  for (int i = 0; i < 10'000; ++i) {
    std::array<std::uint8_t, 16> draw{};
    random.fill(draw);
    EXPECT_TRUE(seen.insert(draw).second);
  }
}

TEST(SystemRandom, fills_all_of_every_size) {
  SystemRandom random;
  for (const std::size_t size : {0U, 1U, 12U, 255U, 256U, 257U, 1000U, 5000U}) {
    // A place that stays zero in eight draws was not filled: one chance in 2^64 for each place.
    std::vector<std::uint8_t> any(size);
    for (int i = 0; i < 8; ++i) {
      std::vector<std::uint8_t> draw(size);
      random.fill(draw);
      for (std::size_t at = 0; at < size; ++at) any[at] |= draw[at];
    }
    for (std::size_t at = 0; at < size; ++at) EXPECT_NE(any[at], 0) << size << " at " << at;
  }
}

TEST(SystemRandom, sets_half_of_all_bits) {
  SystemRandom random;
  std::uint64_t ones = 0;
  for (int i = 0; i < 10'000; ++i) ones += static_cast<std::uint64_t>(std::popcount(random.next_u64()));
  // 640,000 bits, standard deviation 400: ten of them is beyond chance.
  EXPECT_NEAR(static_cast<double>(ones), 320'000.0, 4'000.0);
}

static_assert(!std::is_copy_constructible_v<Key256> && !std::is_copy_assignable_v<Key256>);
static_assert(!std::is_default_constructible_v<Key256>);

TEST(Key256, takes_32_bytes_and_leaves_zeros_where_it_was_moved_from) {
  EXPECT_FALSE(Key256::from_bytes(std::string(31, 'k')).has_value());
  EXPECT_FALSE(Key256::from_bytes(std::string(33, 'k')).has_value());
  Key256 key = Key256::from_bytes(std::string(32, 'k')).value();
  const Key256 twin = key.copy();
  const Key256 taken = std::move(key);
  EXPECT_EQ(taken.view(), std::string(32, 'k'));
  EXPECT_EQ(twin.view(), taken.view());
  EXPECT_EQ(key.view(), std::string(32, '\0'));
}

TEST(Key256, is_wiped_when_it_goes_away) {
  alignas(Key256) std::array<unsigned char, sizeof(Key256)> place;
  Key256* const key = new (place.data()) Key256(Key256::from_bytes(std::string(32, 'k')).value());
  EXPECT_EQ(place[0], 'k');
  key->~Key256();
  for (const unsigned char byte : place) EXPECT_EQ(byte, 0);
}

TEST(ConstantTimeEqual, compares_all_bytes_and_the_length) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal("secret", "secret"));
  for (const std::string_view other : {"", "secre", "secrets", "Secret", "secreT"})
    EXPECT_FALSE(constant_time_equal("secret", other)) << other;
}

}  // namespace
}  // namespace mohur::crypto
