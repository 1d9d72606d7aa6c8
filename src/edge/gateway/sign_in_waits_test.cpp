// Who must wait before the next try to sign in, and who need not.
#include "gateway/sign_in_waits.hpp"

#include <gtest/gtest.h>

#include "engine/rig_test.hpp"

namespace mohur::gateway {
namespace {

struct Door {
  std::optional<std::int64_t> wait(const SignInTry& attempt) {  // in seconds
    const auto told = waits.begin(attempt, now);
    return told ? std::optional{told->ns / seconds(1).ns} : std::nullopt;
  }
  SignInTry from(std::uint64_t network, bool is_known = false) const { return {{1, 1}, {2, network}, is_known}; }

  engine::SeededRandom random;
  SignInWaits waits{random};
  Time now{1'000'000'000'000'000};
};

TEST(SignInWaits, FiveAreLookedAtAndThenEachWaitIsTwiceAsLong) {
  Door door;
  for (std::uint64_t i = 0; i < 5; ++i) EXPECT_EQ(door.wait(door.from(i)), std::nullopt);
  for (const std::int64_t expected : {30, 60, 120, 240, 480, 900, 900, 900}) {
    EXPECT_EQ(door.wait(door.from(9)), expected);
    EXPECT_EQ(door.wait(door.from(9)), expected) << "what is not looked at does not count";
    door.now = door.now + seconds(expected);
    EXPECT_EQ(door.wait(door.from(9)), std::nullopt);
  }
}

TEST(SignInWaits, AnHourWithoutOneForgets) {
  Door door;
  for (std::uint64_t i = 0; i < 5; ++i) door.wait(door.from(i));
  EXPECT_EQ(door.wait(door.from(9)), 30);
  door.now = door.now + hours(1);
  for (std::uint64_t i = 0; i < 5; ++i) EXPECT_EQ(door.wait(door.from(i)), std::nullopt);
}

TEST(SignInWaits, AStrangerDoesNotLockOutWhoComesFromWhereTheyAreKnown) {
  Door door;
  for (std::uint64_t i = 0; i < 5; ++i) door.wait(door.from(i));
  EXPECT_EQ(door.wait(door.from(9)), 30);
  EXPECT_EQ(door.wait(door.from(50, true)), std::nullopt);
  for (std::uint64_t i = 0; i < 4; ++i) door.wait(door.from(50, true));
  EXPECT_EQ(door.wait(door.from(50, true)), 30) << "but there, too, guesses are counted";
  EXPECT_EQ(door.wait(door.from(51, true)), std::nullopt);
}

TEST(SignInWaits, WhatWasRightIsTakenBack) {
  Door door;
  for (std::uint64_t i = 0; i < 40; ++i) {
    EXPECT_EQ(door.wait(door.from(7)), std::nullopt);
    door.waits.right(door.from(7));
  }
  EXPECT_EQ(door.waits.rows(), 0U);
}

TEST(SignInWaits, OnesOwnAccountDoesNotWashTheNetworkOfGuessesAtOthers) {
  Door door;
  for (std::uint64_t i = 0; i < SignInWaits::kOfANetwork - 1; ++i) EXPECT_EQ(door.wait({{3, i}, {2, 7}, false}), std::nullopt);
  EXPECT_EQ(door.wait(door.from(7)), std::nullopt);
  door.waits.right(door.from(7));
  EXPECT_EQ(door.wait({{4, 1}, {2, 7}, false}), std::nullopt);
  EXPECT_EQ(door.wait({{4, 2}, {2, 7}, false}), 30);
}

TEST(SignInWaits, ManyAtOneTimeAreMany) {
  Door door;
  int looked_at = 0;
  for (std::uint64_t i = 0; i < 100; ++i) looked_at += door.wait(door.from(static_cast<std::uint64_t>(i))) ? 0 : 1;
  EXPECT_EQ(looked_at, 5) << "none of them has been answered yet";
}

TEST(SignInWaits, MemoryIsBoundedAndTheLatestStay) {
  Door door;
  for (std::uint64_t i = 0; i < SignInWaits::kMostRows; ++i) {
    door.wait({{5, i}, {6, i}, false});
    door.now = door.now + milliseconds(1);
    ASSERT_LE(door.waits.rows(), SignInWaits::kMostRows);
  }
  for (std::uint64_t i = 0; i < 4; ++i) door.wait({{5, SignInWaits::kMostRows - 1}, {7, 1}, false});
  EXPECT_EQ(door.wait({{5, SignInWaits::kMostRows - 1}, {7, 2}, false}), 30);
}

TEST(SignInWaits, AFloodPushesOutNobodysAccount) {
  Door door;
  const SignInTry person{{1, 1}, {2, 1}, false, true};
  for (int i = 0; i < 6; ++i) door.wait(person);
  for (std::uint64_t i = 0; i < 2 * SignInWaits::kMostRows; ++i) {
    door.wait({{5, i}, {6, i}, false});
    door.now = door.now + Duration{10'000};
  }
  EXPECT_EQ(door.wait(person), 28);
}

}  // namespace
}  // namespace mohur::gateway
