#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "base/describe.hpp"
#include "base/ids.hpp"
#include "base/neighbour_hash.hpp"
#include "base/outcome.hpp"
#include "base/text.hpp"
#include "base/thread.hpp"
#include "base/time.hpp"

namespace mohur {
namespace {

TEST(Outcome, EveryRowHasItsOwnTokenAndATrueStatus) {
  std::set<std::string_view> tokens;
  for (const OutcomeRow& row : outcome_table()) {
    EXPECT_TRUE(tokens.insert(row.token).second) << row.token;
    EXPECT_TRUE(row.http_status >= 400 && row.http_status < 600) << row.token;
    EXPECT_EQ(row.title.back(), '.') << row.token;
    EXPECT_EQ(outcome_by_token(row.token), row.outcome);
    EXPECT_EQ(&row_of(row.outcome), &row);
  }
  EXPECT_EQ(outcome_by_token("no_such_outcome"), std::nullopt);
}

TEST(Time, TextAndValueAreTheSameThing) {
  const struct {
    const char* text;
    std::int64_t ns;
    const char* canonical;
  } rows[] = {
      {"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z"},
      {"2026-11-22T06:30:00.000Z", 1'795'329'000'000'000'000, "2026-11-22T06:30:00.000Z"},
      {"2026-11-22T12:00:00.123456789+05:30", 1'795'329'000'123'456'789, "2026-11-22T06:30:00.123Z"},
      {"2024-02-29T23:59:59.5Z", 1'709'251'199'500'000'000, "2024-02-29T23:59:59.500Z"},
  };
  for (const auto& row : rows) {
    const auto at = parse_rfc3339(row.text);
    ASSERT_TRUE(at) << row.text;
    EXPECT_EQ(at->ns, row.ns) << row.text;
    EXPECT_EQ(to_rfc3339(*at), row.canonical);
  }
}

TEST(Time, EveryDayOfFourCenturiesReadsAsItWasWritten) {
  const std::int64_t last = parse_rfc3339("2261-12-31T23:59:59.999Z")->ns;
  std::string before;
  for (Time at{7}; at.ns < last; at = at + days(1) + milliseconds(3'661'001)) {
    const std::string text = to_rfc3339(at);
    EXPECT_EQ(parse_rfc3339(text)->ns, at.ns / 1'000'000 * 1'000'000) << text;
    EXPECT_LT(before, text);
    before = text;
  }
}

TEST(Time, WhatIsNotATimeIsRefused) {
  for (const char* text :
       {"", "2026-11-22", "2026-11-22 06:30:00Z", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-22T24:00:00Z",
        "2026-11-22T06:30:00", "2026-11-22T06:30:00.Z", "2026-11-22T06:30:00Zx", "2026-11-22T06:30:60Z", "1969-12-31T00:00:00Z"})
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
}

using LetterId = Id<"letter">;

// What Boost's maps take of a hash: the upper bits choose the group, the lowest byte tells its members apart.
TEST(NeighbourHash, PutsNeighboursIntoOneGroupAndFillsAllGroupsAlike) {
  constexpr std::uint64_t kFirst = 70'000'004;
  constexpr int kGroups = 256;
  const auto id_at = [](std::uint64_t position) { return Key128{0x0199'0000'0000'0000 | position >> 48, position << 16}; };
  std::map<std::size_t, std::set<std::size_t>> members;
  std::size_t moves = 0;
  for (std::uint64_t position = kFirst; position < kFirst + 12 * kGroups; ++position) {
    const std::size_t hash = NeighbourHash{}(id_at(position));
    EXPECT_TRUE(members[hash >> 56].insert(hash & 0xff).second) << "two of a group look alike at " << position;
    moves += (NeighbourHash{}(id_at(position + 1)) >> 56) != hash >> 56;
  }
  EXPECT_EQ(members.size(), std::size_t{kGroups});
  for (const auto& [group, tags] : members) EXPECT_EQ(tags.size(), 12U) << group;
  EXPECT_EQ(moves, std::size_t{kGroups});
}

TEST(Id, TextAndValueAreTheSameThingAndSortAlike) {
  const LetterId low{{0, 1}};
  const LetterId high{{0xffff'ffff'ffff'ffffULL, 0xffff'ffff'ffff'ffffULL}};
  EXPECT_EQ(low.to_string(), "letter_00000000000000000000000001");
  EXPECT_EQ(high.to_string(), "letter_7zzzzzzzzzzzzzzzzzzzzzzzzz");
  EXPECT_LT(low.to_string(), high.to_string());
  for (const LetterId id : {low, high}) {
    EXPECT_EQ(LetterId::parse(id.to_string()), id);
    EXPECT_EQ(Key128::from_bytes(id.value.to_bytes()), id.value);
  }
}

TEST(Id, EachBitHasItsPlaceInTheTextAndInTheBytes) {
  for (unsigned bit = 0; bit < 128; ++bit) {
    const LetterId id{{bit < 64 ? 0 : 1ULL << (bit - 64), bit < 64 ? 1ULL << bit : 0}};
    const std::string text = id.to_string();
    EXPECT_EQ(text[text.size() - 1 - bit / 5], "0123456789abcdefghjkmnpqrstvwxyz"[1U << bit % 5]) << bit;
    EXPECT_EQ(LetterId::parse(text), id);
    const std::string bytes = id.value.to_bytes();
    EXPECT_EQ(static_cast<unsigned char>(bytes[15 - bit / 8]), 1U << bit % 8);
    EXPECT_EQ(Key128::from_bytes(bytes), id.value);
  }
}

TEST(Id, OnlyTheCanonicalFormIsRead) {
  for (const char* text : {"", "letter_", "letter_0000000000000000000000000", "letter_80000000000000000000000000",
                           "other_00000000000000000000000001", "letter_0000000000000000000000000U",
                           "LETTER_00000000000000000000000001", "letter_000000000000000000000000011"})
    EXPECT_EQ(LetterId::parse(text), std::nullopt) << text;
}

MOHUR_ENUM(Colour, (1, red), (7, green))

struct Brush {
  Colour colour = Colour::red;
  std::optional<std::int64_t> width;
  std::string secret;
  MOHUR_DESCRIBE(Brush, (1, colour), (3, width, "In millimetres."), (4, secret, internal))
};

TEST(Describe, FieldsAreListedOnceWithTheirPermanentNumbers) {
  std::string seen;
  for_each_field<Brush>([&](const auto& f) {
    seen += std::to_string(f.number) + ":" + std::string{f.name} + (f.is_internal ? "!" : "") + std::string{f.sentence} + " ";
  });
  EXPECT_EQ(seen, "1:colour 3:widthIn millimetres. 4:secret! ");
  EXPECT_EQ(to_token(Colour::green), "green");
  EXPECT_EQ(from_token<Colour>("red"), Colour::red);
  EXPECT_EQ(from_token<Colour>("blue"), std::nullopt);
}

struct PlateRule {
  static constexpr std::string_view name = "plate";
  static constexpr std::size_t min = 2, max = 4;
  static constexpr std::string_view pattern = "^[A-Z]{2,4}$";
  static bool valid(std::string_view text) {
    for (const char c : text)
      if (!is_upper(c)) return false;
    return true;
  }
};

TEST(Thread, HasItsNameAndStandsBehindOnlyWhenItSaysSo) {
  const auto begun = [](Standing standing) {
    std::pair<std::string, int> seen;
    std::thread{[&] {
      begin_thread("writes-out", standing);
      char name[16];
      pthread_getname_np(pthread_self(), name, sizeof name);
      seen = {name, ::getpriority(PRIO_PROCESS, 0)};
    }}.join();
    return seen;
  };
  const int ours = ::getpriority(PRIO_PROCESS, 0);
  EXPECT_EQ(begun(Standing::in_front), std::pair(std::string{"writes-out"}, ours));
  EXPECT_EQ(begun(Standing::behind), std::pair(std::string{"writes-out"}, std::max(ours, 10)));
}

TEST(Text, HoldsOnlyWhatItsRuleAllows) {
  EXPECT_TRUE(Text<PlateRule>::parse("KA"));
  for (const char* text : {"", "K", "KAAAA", "ka", "K1"}) EXPECT_FALSE(Text<PlateRule>::parse(text)) << text;
}

}  // namespace
}  // namespace mohur
