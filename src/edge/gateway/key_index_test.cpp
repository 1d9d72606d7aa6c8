// The index of keys: every kid that was added, whatever else was, and none that was not.
#include "gateway/key_index.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mohur::gateway {
namespace {

std::string kid_of(std::uint32_t number) {
  std::string kid = std::to_string(number);
  return kid + std::string(crypto::api_key_kid_size - kid.size(), 'k');
}

// Every third is a person's.
KeyIndex::Found key_of(std::uint32_t number) {
  return {number, number % 3 == 0 ? std::nullopt : std::optional<PoolNumber>{number / 7}};
}

TEST(KeyIndex, FindsAllThatWereAddedAsItGrows) {
  KeyIndex index;
  for (std::uint32_t n = 0; n < 20'000; ++n) {
    ASSERT_FALSE(index.find(kid_of(n)));
    index.add(kid_of(n), key_of(n));
    ASSERT_EQ(index.find(kid_of(n)), key_of(n));
  }
  for (std::uint32_t n = 0; n < 20'000; ++n) ASSERT_EQ(index.find(kid_of(n)), key_of(n));
  EXPECT_FALSE(index.find(kid_of(20'000)));
  EXPECT_EQ(index.size(), 20'000U);
}

TEST(KeyIndex, WhatIsNoKidIsNobodys) {
  KeyIndex index;
  index.add("abcdefghijkl", key_of(7));
  for (const std::string_view text : {"", "abcdefghijk", "abcdefghijklm"}) {
    index.prefetch(text);
    EXPECT_FALSE(index.find(text)) << text;
  }
}

}  // namespace
}  // namespace mohur::gateway
