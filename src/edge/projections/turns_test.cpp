// Whose turn it is, with nobody on the wire.
#include "projections/turns.hpp"

#include <gtest/gtest.h>

namespace mohur::projections {
namespace {

class TurnsTest : public testing::Test {
 protected:
  // Deliveries that are due one after the other from the moment 1 on. The endpoint's number begins with its client's.
  void add(std::uint64_t client, std::uint64_t endpoint, std::size_t count) {
    for (std::size_t n = 0; n < count; ++n)
      pending_[{{client, endpoint}}].emplace(Time{static_cast<std::int64_t>(n + 1)}, DeliveryId{{client << 32 | endpoint, n}});
  }
  // Begins what is chosen, and answers how many to each endpoint.
  std::map<std::uint64_t, std::size_t> begin_chosen(Time now = {1'000}) {
    std::map<std::uint64_t, std::size_t> counts;
    for (const DeliveryId id : turns_.choose(pending_, now)) {
      running_.push_back({.id = id, .client = {{0, id.value.high >> 32}}, .webhook_endpoint = {{id.value.high >> 32, low(id)}}});
      turns_.begin(running_.back());
      counts[low(id)] += 1;
    }
    return counts;
  }
  // They are not tried again: what was begun leaves the queue.
  void end_all() {
    for (const Delivery& one : std::exchange(running_, {})) {
      turns_.end(one.id, one.client, one.webhook_endpoint);
      std::erase_if(pending_[one.webhook_endpoint], [&](const auto& entry) { return entry.second == one.id; });
    }
  }
  static std::uint64_t low(DeliveryId id) { return id.value.high & 0xffff'ffff; }

  using Counts = std::map<std::uint64_t, std::size_t>;
  Turns::Pending pending_;
  std::vector<Delivery> running_;
  Turns turns_{[](WebhookEndpointId id) { return ClientId{{0, id.value.high}}; }};
};

TEST_F(TurnsTest, AnEndpointHasEightAndAClientThirtyTwo) {
  for (std::uint64_t endpoint = 1; endpoint <= 6; ++endpoint) add(1, endpoint, 20);
  EXPECT_EQ(begin_chosen(), (Counts{{1, 8}, {2, 8}, {3, 8}, {4, 8}}));
  EXPECT_EQ(begin_chosen(), Counts{});
  EXPECT_EQ(turns_.next_due(pending_), std::nullopt) << "what ends wakes whoever waits";
}

TEST_F(TurnsTest, AClientsTurnsGoOnWhereTheyEndedWhateverOthersDid) {
  for (std::uint64_t endpoint = 1; endpoint <= 6; ++endpoint) add(1, endpoint, 20);
  add(2, 9, 20);
  EXPECT_EQ(begin_chosen(), (Counts{{1, 8}, {2, 8}, {3, 8}, {4, 8}, {9, 8}}));
  end_all();
  EXPECT_EQ(begin_chosen(), (Counts{{5, 8}, {6, 8}, {1, 8}, {2, 8}, {9, 8}}));
}

TEST_F(TurnsTest, WhenFewPlacesAreLeftTheyGoToWhoHasTheFewest) {
  for (std::uint64_t client = 1; client <= 8; ++client)
    for (std::uint64_t endpoint = 1; endpoint <= 4; ++endpoint) add(client, client * 10 + endpoint, 20);
  begin_chosen();
  EXPECT_EQ(running_.size(), Turns::kMost);
  add(9, 91, 20);
  EXPECT_EQ(begin_chosen(), Counts{});
  const Delivery first = running_.front();
  turns_.end(first.id, first.client, first.webhook_endpoint);
  EXPECT_EQ(begin_chosen(), (Counts{{91, 1}}));
}

TEST_F(TurnsTest, WhatIsNotDueYetWaits) {
  add(1, 1, 3);
  EXPECT_EQ(begin_chosen({2}), (Counts{{1, 2}}));
  EXPECT_EQ(turns_.next_due(pending_), Time{3});
}

}  // namespace
}  // namespace mohur::projections
