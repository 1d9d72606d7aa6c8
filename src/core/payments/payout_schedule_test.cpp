// Payout schedules: on which days they run, what holidays make of that, and what each state allows.
#include "payments/payout_schedule.hpp"

#include <set>

#include "base/india.hpp"
#include "payments/rig_test.hpp"

namespace mohur::payments {
namespace {

using testing::ElementsAre;

Date date(const char* text) { return *Date::parse(text); }

// Closed at weekends, and on the days named.
BankingDays closed_on(std::vector<const char*> holidays) {
  std::set<std::int64_t> closed;
  for (const char* holiday : holidays) closed.insert(day_number(date(holiday)));
  return [closed](std::int64_t day) { return !india::is_weekend(day) && !closed.contains(day); };
}

// The first days of a rhythm behind the tests' present, as India writes them.
std::vector<std::string> runs(Rhythm rhythm, std::size_t most, const BankingDays& is_banking_day = closed_on({})) {
  if (rhythm.at.empty()) rhythm.at = *DayTime::parse("10:00");
  std::vector<std::string> days;
  auto run = next_run(rhythm, 0, kNow, is_banking_day);
  for (; run && days.size() < most; run = next_run(rhythm, run->number + 1, run->at, is_banking_day))
    days.push_back(date_of_day(india::day_of(run->at)).str());
  return days;
}

TEST(PayoutSchedule, RunsByDayByWeekAndByMonth) {
  const Rhythm daily{.every = Every::day, .interval = 3, .on_holiday = OnHoliday::same_day, .starts_on = date("2026-11-23")};
  EXPECT_THAT(runs(daily, 3), ElementsAre("2026-11-23", "2026-11-26", "2026-11-29"));
  const Rhythm weekly{.every = Every::week, .weekday = Weekday::friday, .starts_on = date("2026-11-23")};
  EXPECT_THAT(runs(weekly, 3), ElementsAre("2026-11-27", "2026-12-04", "2026-12-11"));
  const Rhythm on_its_day{.every = Every::week, .interval = 2, .weekday = Weekday::monday, .starts_on = date("2026-11-23")};
  EXPECT_THAT(runs(on_its_day, 2), ElementsAre("2026-11-23", "2026-12-07"));
  const Rhythm sunday{
      .every = Every::week, .weekday = Weekday::sunday, .on_holiday = OnHoliday::same_day, .starts_on = date("2026-11-23")};
  EXPECT_THAT(runs(sunday, 1), ElementsAre("2026-11-29"));
  const Rhythm monthly{.month_day = 5U, .on_holiday = OnHoliday::same_day, .starts_on = date("2026-11-23")};
  EXPECT_THAT(runs(monthly, 3), ElementsAre("2026-12-05", "2027-01-05", "2027-02-05"));
  const Rhythm quarterly{.interval = 3, .month_day = 1U, .on_holiday = OnHoliday::same_day, .starts_on = date("2026-12-01")};
  EXPECT_THAT(runs(quarterly, 3), ElementsAre("2026-12-01", "2027-03-01", "2027-06-01"));
}

TEST(PayoutSchedule, AShortMonthHasItsLastDay) {
  const Rhythm last{.month_day = 31U, .on_holiday = OnHoliday::same_day, .starts_on = date("2026-11-23")};
  EXPECT_THAT(runs(last, 5), ElementsAre("2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"));
  const Rhythm leap{.month_day = 30U, .on_holiday = OnHoliday::same_day, .starts_on = date("2028-01-01")};
  EXPECT_THAT(runs(leap, 3), ElementsAre("2028-01-30", "2028-02-29", "2028-03-30"));
}

TEST(PayoutSchedule, AHolidayMovesItAsItsRhythmSays) {
  // Friday 1 January 2027 is closed here; 2 and 3 January are a weekend.
  const BankingDays days = closed_on({"2027-01-01"});
  const auto first_of_month = [&](OnHoliday on_holiday) {
    return runs({.month_day = 1U, .on_holiday = on_holiday, .starts_on = date("2027-01-01")}, 2, days);
  };
  EXPECT_THAT(first_of_month(OnHoliday::same_day), ElementsAre("2027-01-01", "2027-02-01"));
  EXPECT_THAT(first_of_month(OnHoliday::day_before), ElementsAre("2026-12-31", "2027-02-01"));
  EXPECT_THAT(first_of_month(OnHoliday::day_after), ElementsAre("2027-01-04", "2027-02-01"));
  EXPECT_THAT(first_of_month(OnHoliday::skip), ElementsAre("2027-02-01", "2027-03-01"));
}

TEST(PayoutSchedule, EndsOnItsLastDayAndNotWhereAHolidayMovesIt) {
  const Rhythm rhythm{.month_day = 1U, .starts_on = date("2026-12-01"), .ends_on = date("2027-01-01")};
  EXPECT_THAT(runs(rhythm, 9, closed_on({"2027-01-01"})), ElementsAre("2026-12-01", "2027-01-04"));
}

TEST(PayoutSchedule, OneOfWhichEachRunIsSkippedHasNone) {
  const Rhythm sundays{
      .every = Every::week, .weekday = Weekday::sunday, .on_holiday = OnHoliday::skip, .starts_on = date("2026-11-23")};
  EXPECT_THAT(runs(sundays, 1), ElementsAre());
  PayoutSchedule asked;
  asked.rhythm = sundays;
  asked.rhythm.at = *DayTime::parse("10:00");
  EXPECT_EQ(outcome_of(create_schedule(asked, closed_on({}), kNow)), "time_not_in_future");
}

TEST(PayoutSchedule, WithNoBankingDayInSightItIsMadeOnItsDay) {
  const Rhythm rhythm{.month_day = 1U, .starts_on = date("2026-12-01"), .runs = 1U};
  EXPECT_THAT(runs(rhythm, 1, [](std::int64_t) { return false; }), ElementsAre("2026-12-01"));
}

TEST(PayoutSchedule, ARhythmThatDoesNotFitTogetherSaysWhere) {
  const Rhythm good{.month_day = 1U, .at = *DayTime::parse("10:00"), .starts_on = date("2026-11-22")};
  EXPECT_TRUE(check_rhythm(good, kNow)) << "today is not too late";
  const struct {
    std::string_view refusal;
    std::function<void(Rhythm&)> make;
  } rows[] = {
      {"field_unknown rhythm.weekday", [](Rhythm& rhythm) { rhythm.weekday = Weekday::monday; }},
      {"field_unknown rhythm.month_day", [](Rhythm& rhythm) { rhythm.every = Every::day; }},
      {"field_missing rhythm.month_day", [](Rhythm& rhythm) { rhythm.month_day.reset(); }},
      {"field_missing rhythm.weekday", [](Rhythm& rhythm) { rhythm.every = Every::week, rhythm.month_day.reset(); }},
      {"field_out_of_range rhythm.interval", [](Rhythm& rhythm) { rhythm.interval = 0; }},
      {"field_out_of_range rhythm.interval", [](Rhythm& rhythm) { rhythm.interval = 13; }},
      {"field_out_of_range rhythm.month_day", [](Rhythm& rhythm) { rhythm.month_day = 0U; }},
      {"field_out_of_range rhythm.month_day", [](Rhythm& rhythm) { rhythm.month_day = 32U; }},
      {"field_out_of_range rhythm.runs", [](Rhythm& rhythm) { rhythm.runs = 0U; }},
      {"field_out_of_range rhythm.runs", [](Rhythm& rhythm) { rhythm.runs = 1'001U; }},
      {"field_out_of_range rhythm.on_holiday", [](Rhythm& rhythm) { rhythm.every = Every::day, rhythm.month_day.reset(); }},
      {"field_out_of_range rhythm.ends_on", [](Rhythm& rhythm) { rhythm.ends_on = date("2026-11-21"); }},
      {"time_not_in_future rhythm.starts_on", [](Rhythm& rhythm) { rhythm.starts_on = date("2026-11-21"); }},
      {"time_too_far rhythm.starts_on", [](Rhythm& rhythm) { rhythm.starts_on = date("2027-11-24"); }},
  };
  for (const auto& row : rows) {
    Rhythm rhythm = good;
    row.make(rhythm);
    const auto checked = check_rhythm(rhythm, kNow);
    EXPECT_EQ(checked ? "ok" : outcome_of(checked) + " " + checked.error().field, row.refusal);
  }
}

// ---- its life

struct Monthly {
  Monthly() {
    PayoutSchedule asked;
    asked.rhythm = {.month_day = 1U, .at = *DayTime::parse("10:00"), .starts_on = date("2026-12-01"), .runs = 3U};
    schedule = *create_schedule(std::move(asked), days, kNow);
  }
  void run(const RunResult& result) { schedule = after_run(schedule, result, days, *schedule.next_run_at); }
  std::string next() const {
    return schedule.next_run_at ? date_of_day(india::day_of(*schedule.next_run_at)).str()
                                : std::string{to_token(schedule.reason)};
  }

  BankingDays days = closed_on({});
  PayoutSchedule schedule;
};

const RunResult kMade{.payout = PayoutId{{5, 5}}, .refusal = {}, .pause = {}};
const RunResult kRefused{.payout = {}, .refusal = Outcome::insufficient_balance, .pause = {}};

TEST(PayoutSchedule, IsOverWhenAllItsRunsAreMadeAndARefusedOneIsNone) {
  Monthly monthly;
  EXPECT_EQ(monthly.next(), "2026-12-01");
  monthly.run(kMade);
  EXPECT_EQ(monthly.next(), "2027-01-01");
  monthly.run(kRefused);
  EXPECT_EQ(monthly.schedule.last_refusal, "insufficient_balance");
  EXPECT_EQ(monthly.next(), "2027-02-01");
  monthly.run(kMade);
  EXPECT_EQ(monthly.schedule.last_refusal, std::nullopt);
  monthly.run(kMade);
  EXPECT_EQ(monthly.next(), "all_runs_made");
  EXPECT_EQ(monthly.schedule.status, ScheduleStatus::completed);
  EXPECT_EQ(monthly.schedule.runs_made, 3U);
  EXPECT_EQ(monthly.schedule.runs_refused, 1U);
}

TEST(PayoutSchedule, ALateRunDoesNotMoveTheNextOne) {
  Monthly monthly;
  monthly.schedule = after_run(monthly.schedule, kMade, monthly.days, *monthly.schedule.next_run_at + days(3));
  EXPECT_EQ(monthly.next(), "2027-01-01");
}

TEST(PayoutSchedule, WhatCannotGoWellPausesItAndWhoeverResumesItOrdersFromThen) {
  Monthly monthly;
  monthly.run({.payout = {}, .refusal = Outcome::credential_revoked, .pause = ScheduleReason::key_revoked});
  EXPECT_EQ(monthly.schedule.status, ScheduleStatus::paused);
  EXPECT_EQ(due_at(monthly.schedule), std::nullopt);
  const Time later = *parse_rfc3339("2027-02-10T06:30:00Z");
  const auto resumed = resume_schedule(monthly.schedule, CredentialId{{7, 7}}, monthly.days, later);
  ASSERT_TRUE(resumed);
  EXPECT_EQ(resumed->made_by, (CredentialId{{7, 7}}));
  EXPECT_EQ(date_of_day(india::day_of(*resumed->next_run_at)).str(), "2027-03-01") << "what was missed is not made up for";
}

TEST(PayoutSchedule, OneWithoutARunAheadCannotBeResumed) {
  Monthly monthly;
  monthly.schedule.rhythm.ends_on = date("2027-01-15");
  monthly.schedule = *pause_schedule(monthly.schedule, kNow);
  EXPECT_EQ(outcome_of(resume_schedule(monthly.schedule, {}, monthly.days, *parse_rfc3339("2027-01-02T00:00:00Z"))),
            "state_conflict");
}

TEST(PayoutSchedule, AHolidayThatWasAnnouncedSinceMovesTheRun) {
  Monthly monthly;
  const Time due = *monthly.schedule.next_run_at;
  EXPECT_EQ(moved(monthly.schedule, monthly.days, due), std::nullopt);
  const auto later = moved(monthly.schedule, closed_on({"2026-12-01"}), due);
  ASSERT_TRUE(later);
  EXPECT_EQ(later->next_run_at, due + days(1));
  EXPECT_EQ(later->next_run, 0U) << "it is the same run";
  monthly.schedule.rhythm.on_holiday = OnHoliday::day_before;
  EXPECT_EQ(moved(monthly.schedule, closed_on({"2026-12-01"}), due), std::nullopt) << "too late for that: it is made now";
  monthly.schedule.rhythm.on_holiday = OnHoliday::skip;
  EXPECT_EQ(moved(monthly.schedule, closed_on({"2026-12-01"}), due)->next_run, 1U);
}

TEST(PayoutSchedule, TellsItsNextFiveRuns) {
  Monthly monthly;
  EXPECT_EQ(upcoming(monthly.schedule, monthly.days).size(), 3U) << "it runs three times";
  monthly.schedule.rhythm.runs.reset();
  EXPECT_EQ(upcoming(monthly.schedule, monthly.days).size(), 5U);
  monthly.schedule.rhythm.ends_on = date("2026-12-31");
  EXPECT_EQ(upcoming(monthly.schedule, monthly.days).size(), 1U);
  EXPECT_EQ(upcoming(*pause_schedule(monthly.schedule, kNow), monthly.days).size(), 0U);
}

TEST(PayoutSchedule, EachStateAllowsWhatTheTableSays) {
  using enum ScheduleStatus;
  for (const auto& from : described_enumerators(ScheduleStatus{})) {
    Monthly monthly;
    monthly.schedule.status = from.value;
    const auto outcome = [](bool may) { return may ? "ok" : "state_conflict"; };
    EXPECT_EQ(outcome_of(pause_schedule(monthly.schedule, kNow)), outcome(from.value == active)) << from.token;
    EXPECT_EQ(outcome_of(resume_schedule(monthly.schedule, {}, monthly.days, kNow)), outcome(from.value == paused)) << from.token;
    EXPECT_EQ(outcome_of(cancel_schedule(monthly.schedule, kNow)), outcome(from.value == active || from.value == paused))
        << from.token;
  }
}

}  // namespace
}  // namespace mohur::payments
