// Floods of refused calls in the log: however they come, lines are few and counts add up.
#include "projections/floods.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mohur::projections {
namespace {

using registry::ClientId;

constexpr Time kNow{1'795'329'000'000'000'000};

RequestRecord refused(std::uint64_t client, Time at, const std::string& outcome = "rate_exceeded", std::uint16_t status = 429) {
  return {.at = at,
          .client = ClientId{{0, client}},
          .from = "192.0.2.7",
          .route = "/v1/payins",
          .status = status,
          .outcome = outcome};
}

std::uint64_t calls_of(std::span<const RequestRecord> records) {
  std::uint64_t calls = 0;
  for (const RequestRecord& record : records) calls += record.calls;
  return calls;
}

TEST(Floods, AFewAreKeptByThemselvesAndWhatIsNoRefusalAlways) {
  Floods floods;
  for (std::uint32_t n = 0; n < Floods::kAlone; ++n) EXPECT_FALSE(floods.absorb(refused(1, kNow)));
  EXPECT_TRUE(floods.absorb(refused(1, kNow)));
  EXPECT_FALSE(floods.absorb(refused(1, kNow, "ok", 200)));
  EXPECT_FALSE(floods.absorb(refused(1, kNow, "not_found", 404)));
  EXPECT_TRUE(floods.absorb(refused(2, kNow, "credential_invalid", 401)));
  EXPECT_FALSE(floods.absorb(refused(1, kNow + seconds(1)))) << "a second later";
}

TEST(Floods, ASumSaysWhatItsCallsShareAndLeavesTheRestEmpty) {
  Floods floods;
  for (std::uint32_t n = 0; n < Floods::kAlone; ++n) floods.absorb(refused(1, kNow));
  RequestRecord first = refused(1, kNow), second = refused(1, kNow + milliseconds(1));
  first.id = {{0, 1}};
  second.id = {{0, 2}};
  second.route = "/v1/payouts";
  EXPECT_TRUE(floods.absorb(first));
  EXPECT_TRUE(floods.absorb(second));
  std::vector<RequestRecord> sums;
  floods.take_due(kNow, sums);
  ASSERT_EQ(sums.size(), 1U);
  EXPECT_TRUE(floods.empty());
  EXPECT_EQ(sums[0].calls, 2U);
  EXPECT_EQ(sums[0].id, first.id);
  EXPECT_EQ(sums[0].from, "192.0.2.7");
  EXPECT_EQ(sums[0].route, "-");
  EXPECT_EQ(sums[0].at, kNow);
  EXPECT_EQ(sums[0].until, kNow + milliseconds(1));
}

// A minute of 5,000 refused calls a second from 2,000 clients.
TEST(Floods, HoweverManyFloodTheLinesOfASecondAreBoundedAndTheCountsAddUp) {
  Floods floods;
  std::vector<RequestRecord> written;
  std::uint64_t made = 0;
  for (int second = 0; second < 60; ++second) {
    const std::size_t before = written.size();
    for (std::uint64_t n = 0; n < 5'000; ++n, ++made) {
      const RequestRecord record =
          refused(made * 7 % 2'000, kNow + seconds(second) + Duration{static_cast<std::int64_t>(n) * 200'000});
      if (!floods.absorb(record)) written.push_back(record);
    }
    floods.take_due(kNow + seconds(second + 1), written);
    EXPECT_LE(written.size() - before, 2 * Floods::kAlone + Floods::kSums) << "a burst, and a second's worth";
  }
  EXPECT_LE(written.size(), 61U * (Floods::kAlone + Floods::kSums));
  floods.take_all(written);
  EXPECT_EQ(calls_of(written), made);
}

TEST(Floods, BeyondSoManySumsClientsAreNotKeptApartAndStillNothingIsForgotten) {
  Floods floods;
  std::vector<RequestRecord> written;
  for (std::uint64_t client = 1; client <= 2 * Floods::kMostSums; ++client)
    if (const RequestRecord record = refused(client, kNow); !floods.absorb(record)) written.push_back(record);
  floods.take_all(written);
  EXPECT_LE(written.size(), Floods::kAlone + Floods::kMostSums + 1);
  EXPECT_EQ(calls_of(written), 2 * Floods::kMostSums);
}

TEST(Floods, AClockThatIsSetBackOpensNothing) {
  Floods floods;
  for (std::uint32_t n = 0; n < Floods::kAlone; ++n) floods.absorb(refused(1, kNow));
  EXPECT_TRUE(floods.absorb(refused(1, kNow - hours(1))));
}

}  // namespace
}  // namespace mohur::projections
