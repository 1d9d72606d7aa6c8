// The cursor's file: what a power loss leaves of it, and what its bytes are.
#include "rails/cursor.hpp"

#include <gtest/gtest.h>

#include "crypto/encoding.hpp"
#include "faults/fault_files.hpp"

namespace mohur::rails {
namespace {

using faults::FaultFiles;

const std::string kPath = "/rails/cursor";
constexpr InHand kStart{{1}, {7}};

Result<InHand> noted(FaultFiles& files) {
  MOHUR_TRY_SET(cursor, Cursor::open("/rails", kStart, files));
  return cursor.noted();
}

InHand frame_at(std::uint64_t first) { return {{first}, {first + 4}}; }

TEST(Cursor, RemembersTheLastNote) {
  FaultFiles files;
  EXPECT_EQ(noted(files), kStart);
  for (std::uint64_t first = 5; first < 50; first += 5) {
    auto cursor = Cursor::open("/rails", {}, files);
    ASSERT_TRUE(cursor);
    ASSERT_TRUE(cursor->note(frame_at(first)));
    EXPECT_EQ(noted(files), frame_at(first));
  }
}

TEST(Cursor, AfterAPowerLossInAnyCallHoldsTheNoteBeforeOrTheOneInHand) {
  for (std::uint64_t nth = 1; nth <= 30; ++nth) {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      SCOPED_TRACE(testing::Message() << "change " << nth << ", seed " << seed);
      FaultFiles files;
      files.power_off_at(nth);
      InHand durable = kStart;
      InHand in_hand = kStart;
      if (auto cursor = Cursor::open("/rails", kStart, files)) {
        for (std::uint64_t first = 10; first < 60; first += 10) {
          in_hand = frame_at(first);
          if (!cursor->note(in_hand)) break;
          durable = in_hand;
        }
      }
      files.lose_power(seed);
      const auto found = noted(files);
      ASSERT_TRUE(found) << found.error().detail;
      EXPECT_TRUE(*found == durable || *found == in_hand) << found->first.value;
    }
  }
}

TEST(Cursor, DamageOfBothSlotsIsNamedAndOfOneLeavesTheOther) {
  FaultFiles files;
  auto cursor = Cursor::open("/rails", kStart, files);
  ASSERT_TRUE(cursor && cursor->note(frame_at(10)) && cursor->note(frame_at(20)));
  std::string bytes = files.content(kPath);
  bytes[16] ^= 1;  // frame 20 is in the first slot
  files.set_content(kPath, bytes);
  EXPECT_EQ(noted(files), frame_at(10));
  bytes[4096 + 40] ^= 1;
  files.set_content(kPath, bytes);
  EXPECT_EQ(noted(files).error().outcome, Outcome::data_damaged);
}

TEST(Cursor, BytesAreAsDocumented) {
  FaultFiles files;
  auto cursor = Cursor::open("/rails", {{1}, {0}}, files);
  ASSERT_TRUE(cursor && cursor->note({{17}, {19}}));
  const std::string bytes = files.content(kPath);
  ASSERT_EQ(bytes.size(), 8192U);
  EXPECT_EQ(crypto::hex(bytes.substr(4096, 64)),
            "6d6f687572637572"
            "0200000000000000"
            "1100000000000000"
            "1300000000000000"
            "b968d50573d6e4209e0c3af4a56a1a775ad5841793ff4178baea664aa2cfeda5");
  EXPECT_EQ(bytes.find_first_not_of('\0', 4096 + 64), std::string::npos);
}

}  // namespace
}  // namespace mohur::rails
