// The log of calls: chained, in groups, by client, and what it does when it cannot keep up.
#include "projections/requests_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/india.hpp"
#include "engine/rig_test.hpp"
#include "journal/reader.hpp"
#include "journal/verify.hpp"

namespace mohur::projections {
namespace {

using registry::ClientId;
using testing::ElementsAre;

constexpr ClientId kAsha{{1, 1}}, kBina{{1, 2}};

class RequestsLogTest : public testing::Test {
 protected:
  RequestsLogTest() : folder(engine::new_test_folder()) { open(); }
  ~RequestsLogTest() override {
    log.reset();
    std::filesystem::remove_all(folder);
  }
  void open() {
    log = *RequestsLog::open(folder, [](const Refusal& refusal) { ADD_FAILURE() << refusal.detail; });
  }
  static RequestRecord record(ClientId client, std::uint64_t n, Mode mode = Mode::test) {
    return {.client = client,
            .mode = mode,
            .id = {{0, n}},
            .method = "GET",
            .route = "/v1/payouts/{id}",
            .status = 200,
            .outcome = "ok"};
  }
  void append(ClientId client, std::uint64_t n, Mode mode = Mode::test) { EXPECT_TRUE(log->append(record(client, n, mode))); }

  std::vector<std::uint64_t> numbers(ClientId client, std::size_t limit = 100, Mode mode = Mode::test) {
    std::vector<std::uint64_t> found;
    std::optional<std::uint64_t> from;
    do {
      const auto page = log->list(client, mode, from, limit);
      EXPECT_TRUE(page);
      EXPECT_LE(page->items.size(), limit);
      for (const RequestRecord& item : page->items) found.push_back(item.id.value.low);
      from = page->next;
    } while (from);
    return found;
  }
  void wait_for(ClientId client, std::size_t count) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (numbers(client).size() < count && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
    ASSERT_EQ(numbers(client).size(), count);
  }

  const std::string folder;
  std::unique_ptr<RequestsLog> log;
};

TEST_F(RequestsLogTest, EachClientFindsItsOwnNewestFirstAndInPages) {
  for (std::uint64_t n = 0; n < 7; ++n) append(n % 2 == 0 ? kAsha : kBina, n);
  append(kAsha, 7, Mode::live);
  append({}, 8);
  wait_for(kAsha, 4);
  wait_for(kBina, 3);
  EXPECT_THAT(numbers(kAsha), ElementsAre(6, 4, 2, 0));
  EXPECT_EQ(numbers(kAsha, 1), numbers(kAsha));
  EXPECT_EQ(numbers(kAsha, 3), numbers(kAsha));
  EXPECT_THAT(numbers(kBina), ElementsAre(5, 3, 1));
  EXPECT_THAT(numbers(kAsha, 10, Mode::live), ElementsAre(7));
  EXPECT_THAT(numbers({}), ElementsAre(8));
  const auto page = log->list(kAsha, Mode::test, {}, 1);
  EXPECT_EQ(page->items[0].route, "/v1/payouts/{id}");
  EXPECT_EQ(page->items[0].outcome, "ok");
}

TEST_F(RequestsLogTest, ACallIsFoundByItsIdWhoseverItIs) {
  for (std::uint64_t n = 1; n <= 40; ++n) append(n % 2 == 0 ? kAsha : ClientId{}, n);
  wait_for(kAsha, 20);
  for (std::uint64_t n = 1; n <= 40; ++n) {
    const auto found = log->get({{0, n}});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id.value.low, n);
    EXPECT_EQ(found->client.is_zero(), n % 2 == 1);
  }
  EXPECT_EQ(log->get({{0, 41}}).error().outcome, Outcome::not_found);
}

TEST_F(RequestsLogTest, AFilterLooksAtABoundedNumberAndGoesOnBehindThem) {
  append(kAsha, 1);
  for (std::uint64_t n = 0; n < 2'500; ++n) append(kAsha, 2);
  wait_for(kAsha, 2'501);
  std::vector<std::uint64_t> found;
  std::size_t pages = 0;
  std::optional<std::uint64_t> from;
  do {
    std::size_t looked_at = 0;
    const auto page = log->list(kAsha, Mode::test, from, 10, [&](const RequestRecord& record) {
      ++looked_at;
      return record.id.value.low == 1;
    });
    ASSERT_TRUE(page);
    EXPECT_LE(looked_at, 1'001U);
    for (const RequestRecord& item : page->items) found.push_back(item.id.value.low);
    from = page->next;
  } while (++pages < 10 && from);
  EXPECT_THAT(found, ElementsAre(1));
  EXPECT_EQ(pages, 3U);
}

TEST_F(RequestsLogTest, WhatIsBufferedWhenItStopsIsWrittenAndTheChainHolds) {
  for (std::uint64_t n = 0; n < 1'000; ++n) append(kAsha, n);
  log.reset();
  const auto verified = journal::verify({folder + "/journal", "requests", 0});
  ASSERT_TRUE(verified) << (verified ? "" : verified.error().detail);
  EXPECT_EQ(verified->last.position.value, 1'000U);
  open();
  EXPECT_EQ(numbers(kAsha).size(), 1'000U);
  EXPECT_EQ(numbers(kAsha).front(), 999U);
}

TEST_F(RequestsLogTest, CallsThatComeTogetherAreWrittenTogether) {
  for (std::uint64_t n = 0; n < 5'000; ++n) append(kAsha, n);
  log.reset();
  auto reader = *journal::Reader::open({folder + "/journal", "requests", 0}, {1});
  std::size_t frames = 0;
  while (*reader.next()) ++frames;
  EXPECT_LT(frames, 500U) << "one flush for many";
}

TEST_F(RequestsLogTest, TheTablesAreAFoldThatCanBeThrownAway) {
  for (std::uint64_t n = 0; n < 50; ++n) append(kAsha, n);
  log.reset();
  std::filesystem::remove_all(folder + "/tables");
  open();
  EXPECT_EQ(numbers(kAsha).size(), 50U);
  EXPECT_TRUE(log->get({{0, 49}}));
}

TEST_F(RequestsLogTest, CallsThatCountAreCountedByDayAlsoOverARestartAndWithoutTables) {
  const Time noon = *parse_rfc3339("2026-11-26T12:00:00+05:30");
  const auto count = [&](ClientId client, Time at, Mode mode, int calls) {
    for (int n = 0; n < calls; ++n) {
      RequestRecord each = record(client, 1, mode);
      each.at = at;
      each.counted = true;
      EXPECT_TRUE(log->append(each));
    }
  };
  const auto counted = [&](std::int64_t first) {
    std::vector<std::string> days;
    const auto found = log->counted_since(first);
    EXPECT_TRUE(found);
    for (const auto& day : *found)
      days.push_back(std::to_string(day.day - india::day_of(noon)) + (day.client == kAsha ? " asha " : " bina ") +
                     std::string{to_token(day.mode)} + " " + std::to_string(day.calls));
    return days;
  };
  count(kAsha, noon - days(1), Mode::test, 2);
  count(kAsha, noon, Mode::test, 3);
  append(kAsha, 2);
  log.reset();
  open();
  count(kAsha, noon, Mode::test, 4);
  count(kAsha, noon, Mode::live, 1);
  count(kBina, noon + hours(12), Mode::test, 5);
  log.reset();
  open();
  EXPECT_THAT(counted(india::day_of(noon)), ElementsAre("0 asha test 7", "0 asha live 1", "1 bina test 5"));
  EXPECT_EQ(counted(0).size(), 4U);
  log.reset();
  std::filesystem::remove_all(folder + "/tables");
  open();
  EXPECT_THAT(counted(india::day_of(noon)), ElementsAre("0 asha test 7", "0 asha live 1", "1 bina test 5"));
}

TEST_F(RequestsLogTest, AFloodOfRefusedCallsIsAFewLinesWhoseCountsAddUp) {
  RequestRecord refused = record(kAsha, 1);
  refused.status = 429;
  refused.outcome = "rate_exceeded";
  for (int n = 0; n < 20'000; ++n) EXPECT_TRUE(log->append(refused));
  append(kAsha, 2);
  log.reset();
  open();
  std::uint64_t calls = 0;
  const auto page = *log->list(kAsha, Mode::test, {}, 10'000);
  for (const RequestRecord& line : page.items) calls += line.calls;
  EXPECT_EQ(calls, 20'001U);
  EXPECT_LE(page.items.size(), Floods::kAlone + 2 * Floods::kSums);
}

// However long the disk stalls: what waited is more than a segment of the journal holds.
TEST_F(RequestsLogTest, AFullBufferIsRefusedAndThenWrittenInPieces) {
  log.reset();
  open();
  std::size_t taken = 0;
  RequestRecord large = record(kAsha, 1);
  large.route = std::string(400, 'r');
  Result<void> appended;
  while ((appended = log->append(large)).has_value() && taken < 1'000'000) ++taken;
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().outcome, Outcome::overloaded);
  log.reset();
  const auto verified = journal::verify({folder + "/journal", "requests", 0});
  ASSERT_TRUE(verified) << (verified ? "" : verified.error().detail);
  EXPECT_EQ(verified->last.position.value, taken);
}

}  // namespace
}  // namespace mohur::projections
