// Wrong credentials by address: when a block begins, how it grows, whom it touches, and that memory stays bounded.
#include "gateway/guesses.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace mohur::gateway {
namespace {

class Fixed final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, std::uint8_t{0x5a}); }
};

class GuessesTest : public testing::Test {
 protected:
  // What the wrong credentials after another are answered with, in seconds; 0 while they are told as wrong.
  std::vector<std::int64_t> wrong(const char* address, int times, Duration apart = {}) {
    std::vector<std::int64_t> answers;
    for (int n = 0; n < times; ++n) {
      const auto block = guesses.wrong(*IpAddress::parse(address), now);
      answers.push_back(block ? block->ns / seconds(1).ns : 0);
      now = now + apart;
    }
    return answers;
  }

  Fixed random;
  Guesses guesses{random};
  Time now = Time{} + hours(1);
};

TEST_F(GuessesTest, ThirtyAreToldAsWrongAndThenTheAddressIsBlocked) {
  const auto answers = wrong("192.0.2.7", 32);
  EXPECT_EQ(std::ranges::count(answers, 0), 30);
  EXPECT_THAT(std::vector(answers.begin() + 30, answers.end()), testing::ElementsAre(60, 60));
  EXPECT_THAT(wrong("192.0.2.8", 1), testing::ElementsAre(0)) << "another address";
}

TEST_F(GuessesTest, EachBlockIsTwiceAsLongUpToAnHour) {
  wrong("192.0.2.7", 30);
  std::vector<std::int64_t> blocks;
  for (int n = 0; n < 8; ++n) {
    blocks.push_back(wrong("192.0.2.7", 1).front());
    now = now + seconds(blocks.back());
  }
  EXPECT_THAT(blocks, testing::ElementsAre(60, 120, 240, 480, 960, 1'920, 3'600, 3'600));
}

TEST_F(GuessesTest, WhatComesDuringABlockDoesNotMakeItLonger) {
  wrong("192.0.2.7", 31);
  now = now + seconds(20);
  EXPECT_THAT(wrong("192.0.2.7", 100), testing::Each(40));
}

TEST_F(GuessesTest, AQuarterOfAnHourWithoutForgetsItAll) {
  wrong("192.0.2.7", 31);
  now = now + seconds(60) + minutes(15);
  const auto answers = wrong("192.0.2.7", 31);
  EXPECT_EQ(std::ranges::count(answers, 0), 30);
  EXPECT_EQ(answers.back(), 60) << "the first block again";
}

TEST_F(GuessesTest, OneInHalfAMinuteIsNeverBlocked) {
  wrong("192.0.2.7", 29);
  EXPECT_THAT(wrong("192.0.2.7", 1'000, seconds(30)), testing::Each(0));
}

TEST_F(GuessesTest, AHouseholdOfIpV6IsOneAddress) {
  for (int n = 0; n < 30; ++n) wrong(("2001:db8:1:2::" + std::to_string(n)).c_str(), 1);
  EXPECT_THAT(wrong("2001:db8:1:2:ffff::1", 1), testing::ElementsAre(60));
  EXPECT_THAT(wrong("2001:db8:1:3::1", 1), testing::ElementsAre(0));
}

TEST_F(GuessesTest, HoweverManyAddressesGuessOnlySoManyAreKeptAndABlockedOneLongest) {
  wrong("192.0.2.7", 40);
  for (std::uint32_t n = 0; n < 300'000; ++n) {
    const auto byte = [n](int shift) { return static_cast<std::uint8_t>(n >> shift); };
    guesses.wrong(IpAddress::v4({10, byte(16), byte(8), byte(0)}), now);
    EXPECT_LE(guesses.addresses(), Guesses::kMostAddresses);
  }
  EXPECT_THAT(wrong("192.0.2.7", 1), testing::ElementsAre(60));
}

}  // namespace
}  // namespace mohur::gateway
