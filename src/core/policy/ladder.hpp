// The escalation ladder: what follows when a client goes on calling although it was told to wait. Data with dates, changed by
// two people.
//
// Strike    An episode of throttling in which so many calls came before the told Retry-After was over. To be refused is no
//           strike; to wait as told is good conduct.
// Rung      The highest that the strikes reach says what follows: a warning, a block for a time, a review of the client's plan by
//           a person. Nothing on the ladder is for good.
// Decay     After so long without a strike one is forgotten, and then one more after as long again.
// Source    policy clauses P6.2, P6.3
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "money/mode.hpp"
#include "policy/dated.hpp"

namespace mohur::policy {

using LadderId = Id<"ladder">;

MOHUR_ENUM(Consequence, (1, warning), (2, block), (3, tier_review))

struct Rung {
  std::uint32_t strikes = 1;  // from so many on
  Consequence consequence = Consequence::warning;
  std::optional<std::uint32_t> block_s;

  bool operator==(const Rung&) const = default;
  MOHUR_DESCRIBE(Rung, (1, strikes, "From so many strikes on."), (2, consequence),
                 (3, block_s, "For how long calls are refused, in seconds: of a block, and of a tier review if wanted."))
};

struct LadderRules {
  std::uint32_t ignored_calls = 10;               // in one episode, to be a strike
  std::uint32_t strike_lasts_s = 3'600;           // 60 to 31 days
  std::uint32_t quiet_s = 60;                     // without a refusal, and an episode is over; 1 to 3,600
  std::uint32_t longest_s = 300;                  // then an episode is over although it goes on, and the next begins; 1 to 86,400
  std::vector<Rung> rungs;                        // by strikes, ascending; at most 16
  std::vector<std::uint32_t> notices_at_percent;  // of a quota; ascending, 1 to 100; at most 10

  bool operator==(const LadderRules&) const = default;
  MOHUR_DESCRIBE(LadderRules, (1, ignored_calls, "Calls before Retry-After was over that make an episode a strike."),
                 (2, strike_lasts_s, "Good conduct after which one strike is forgotten, in seconds."),
                 (3, quiet_s, "Seconds without a refusal after which an episode is over."),
                 (4, longest_s, "Seconds after which an episode that goes on is told, and the next begins."),
                 (5, rungs, "By strikes, ascending."), (6, notices_at_percent, "Parts of a quota at which the client is told."))
};

// Errors: field_out_of_range, field_missing, each with the field.
Result<void> check_ladder(const LadderRules& rules);

struct Ladder {
  static constexpr std::string_view object_name = "ladder";

  LadderId id;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  ProposalStatus status = ProposalStatus::proposed;
  std::optional<std::uint32_t> version;
  Time effective_at;
  LadderRules rules;
  std::string reason;
  PersonId proposed_by;
  std::optional<PersonId> decided_by;

  bool operator==(const Ladder&) const = default;
  MOHUR_DESCRIBE(Ladder, (1, id), (2, created_at), (3, updated_at), (4, sequence), (5, status),
                 (6, version, "Given when it is approved; the ladder that the house begins with is version 1."),
                 (7, effective_at, "From then on, until the next one is in force."), (8, rules),
                 (9, reason, "Why it is asked for."), (10, proposed_by), (11, decided_by, "Never the one who proposed it."))
};

// What holds until a ladder is approved.
const LadderRules& standard_ladder();

using Ladders = Dated<Ladder, &Ladder::rules, standard_ladder>;

// Where a client stands on the ladder, in one mode.
struct Standing {
  Mode mode = Mode::test;
  std::uint32_t strikes = 0;  // when the last one was counted
  Time struck_at;
  std::optional<Rung> rung;  // that the last strike reached
  std::optional<Time> blocked_until;
  std::uint32_t ladder_version = 1;  // by which it was decided

  bool operator==(const Standing&) const = default;
  MOHUR_DESCRIBE(Standing, (1, mode), (2, strikes, "When the last one was counted; they decay."), (3, struck_at),
                 (4, rung, "Of the ladder, that the last strike reached."), (5, blocked_until),
                 (6, ladder_version, "Of the ladder by which it was decided."))
};

// The strikes that count now: those that are forgotten left out.
std::uint32_t strikes_at(const Standing& standing, const LadderRules& rules, Time now);

// The standing after one more strike.
Standing struck(const Standing& standing, const Ladders::InForce& ladder, Time now);

// Until when calls are refused; nothing when they are not.
std::optional<Time> blocked_until(const Standing& standing, Time now);

}  // namespace mohur::policy
