// Batches: each step from each state, what is asked for the whole, and when time is over.
#include "payments/batch.hpp"

#include <algorithm>
#include <random>

#include "payments/rig_test.hpp"

namespace mohur::payments {
namespace {

using enum BatchStatus;

const ApproverRole kFinance = ApproverRole::trusted("finance"), kOwner = ApproverRole::trusted("owner");
constexpr CredentialId kMaker{{1, 1}}, kAsha{{1, 2}}, kBina{{1, 3}};
const std::vector<ApproverRole> kBoth = {kFinance, kOwner};

// Each of other bytes.
BatchPart part(std::uint32_t rows) {
  static int made = 0;
  return {.hash = std::to_string(++made), .bytes = rows * 10ULL, .rows = rows, .added_at = {}};
}
// Rows of 1,000 paise.
BatchReport report(std::uint32_t valid, std::uint32_t invalid, const std::vector<Purpose>& purposes = {Purpose::vendor}) {
  BatchReport report{.valid = valid, .invalid = invalid, .amount = {valid * 1'000}};
  for (const Purpose purpose : purposes)
    report.purposes.emplace_back(PurposeShare{.purpose = purpose}).add({1'000}, kNow - days(100));
  return report;
}

// A batch of ten rows in that state.
Batch at(BatchStatus status, std::uint32_t invalid = 0) {
  Batch batch{.id = {{9, 9}},
              .created_at = kNow,
              .updated_at = kNow,
              .sequence = 1,
              .made_by = kMaker,
              .parts = {},
              .expires_at = kNow + kBatchLife,
              .handled_by = {kMaker}};
  batch = *add_rows(batch, part(10), kMaker, kNow);
  if (status == open) return batch;
  if (status == cancelled) return *cancel_batch(batch, kNow);
  batch = *check_rows(batch, kNow);
  if (status == validating) return batch;
  if (status == rejected) return *report_rows(batch, report(0, 10), kNow);
  batch = *report_rows(batch, report(10 - invalid, invalid), kNow);
  if (status == validated) return batch;
  if (status == pending_approval) {
    ApprovalState asked{.workflow = {{5, 5}},
                        .made_by = kMaker,
                        .steps = {{StepMatch::all, {{kFinance}}}, {StepMatch::all, {{kOwner}}}},
                        .decisions = {},
                        .expires_at = kNow + kApprovalLife};
    return *accept_batch(batch, BatchTake::valid_rows, asked, kMaker, kNow);
  }
  batch = *accept_batch(batch, BatchTake::valid_rows, {}, kMaker, kNow);
  return status == processing ? batch : *finish_batch(batch, {.processed = 10}, kNow);
}

Result<Batch> voted(const Batch& batch, CredentialId by, bool approve = true) {
  return decide_batch(batch, {.by = by, .roles = kBoth, .as = {}, .approve = approve, .remarks = {}}, kNow);
}

TEST(Batch, EachStepIsTakenFromItsOwnStateAndFromNoOther) {
  const auto enumerators = described_enumerators(BatchStatus{});
  for (const auto& row : enumerators) {
    const Batch batch = at(row.value);
    ASSERT_EQ(batch.status, row.value);
    const auto is_from = [&](const Result<Batch>& after, BatchStatus wanted) {
      EXPECT_EQ(after.has_value(), batch.status == wanted) << row.token;
      if (!after) {
        EXPECT_EQ(after.error().outcome, Outcome::state_conflict) << row.token;
        return;
      }
      EXPECT_TRUE(after->status == batch.status || may_become(batch.status, after->status)) << row.token;
      EXPECT_EQ(after->sequence, batch.sequence + 1);
    };
    is_from(add_rows(batch, part(1), kMaker, kNow), open);
    is_from(check_rows(batch, kNow), open);
    is_from(report_rows(batch, report(9, 1), kNow), validating);
    is_from(accept_batch(batch, BatchTake::all_rows, {}, kMaker, kNow), validated);
    is_from(voted(batch, kAsha), pending_approval);
    is_from(finish_batch(batch, {}, kNow), processing);
    EXPECT_EQ(cancel_batch(batch, kNow).has_value(), may_become(batch.status, cancelled)) << row.token;
  }
}

TEST(Batch, HasAMillionRowsInTwoHundredPartsAtTheMostAndOneAtTheLeast) {
  Batch batch{.made_by = kMaker, .parts = {}, .expires_at = kNow + kBatchLife};
  EXPECT_EQ(check_rows(batch, kNow).error().outcome, Outcome::batch_empty);
  batch = *add_rows(batch, part(kMostBatchRows - 1), kMaker, kNow);
  EXPECT_EQ(add_rows(batch, part(2), kMaker, kNow).error().outcome, Outcome::batch_too_large);
  EXPECT_TRUE(add_rows(batch, part(1), kMaker, kNow));
  for (std::size_t n = 1; n < kMostBatchParts; ++n) batch = *add_rows(batch, part(0), kMaker, kNow);
  EXPECT_EQ(add_rows(batch, part(1), kMaker, kNow).error().outcome, Outcome::batch_too_large);
}

TEST(Batch, ThePartThatIsThereIsNotTakenTwice) {
  const Batch batch = at(open);
  EXPECT_EQ(add_rows(batch, batch.parts[0], kMaker, kNow).error().outcome, Outcome::batch_part_repeated);
}

TEST(Batch, WithoutAValidRowItIsRejected) {
  const Batch none = *report_rows(at(validating), report(0, 10), kNow);
  EXPECT_EQ(none.status, rejected);
  EXPECT_EQ(none.reason, BatchReason::no_valid_rows);
  EXPECT_EQ(none.report->invalid, 10U) << "its rows are still told";
}

TEST(Batch, WithTooManyInvalidRowsItIsRejectedBeforeAllAreLookedAt) {
  Batch batch = *add_rows(at(open), part(900'000), kMaker, kNow);
  batch = *check_rows(batch, kNow);
  const Batch bad = *report_rows(batch, report(5, kMostInvalidRows + 1), kNow);
  EXPECT_EQ(bad.status, rejected);
  EXPECT_EQ(bad.reason, BatchReason::too_many_invalid_rows);
}

TEST(Batch, AllRowsAreTakenOnlyWhenAllAreValid) {
  EXPECT_EQ(accept_batch(at(validated, 1), BatchTake::all_rows, {}, kMaker, kNow).error().outcome, Outcome::batch_row_invalid);
  EXPECT_EQ(accept_batch(at(validated, 1), BatchTake::valid_rows, {}, kMaker, kNow)->status, processing);
  EXPECT_EQ(accept_batch(at(validated), BatchTake::all_rows, {}, kMaker, kNow)->status, processing);
}

TEST(Batch, GoesWhenAllStepsHaveAgreedAndNeverByItsMaker) {
  const Batch asked = at(pending_approval);
  EXPECT_EQ(voted(asked, kMaker).error().outcome, Outcome::four_eyes_required);
  const Batch once = *voted(asked, kAsha);
  EXPECT_EQ(once.status, pending_approval);
  EXPECT_EQ(voted(once, kAsha).error().outcome, Outcome::four_eyes_required);
  EXPECT_EQ(voted(once, kBina)->status, processing);
  const Batch refused = *voted(once, kBina, false);
  EXPECT_EQ(refused.status, rejected);
  EXPECT_EQ(refused.reason, BatchReason::approval_rejected);
}

// The strictest of what is asked for any purpose in it, and each step once.
TEST(Batch, IsAskedForAsAWholeForEachPurposeInIt) {
  const auto asks = [](Purpose purpose, std::vector<ApprovalStep> steps, std::optional<Amount> min = {}) {
    return ApprovalRule{
        .min_amount = min, .max_amount = {}, .purposes = {purpose}, .beneficiary_days = {}, .steps = std::move(steps)};
  };
  const ApprovalStep finance{StepMatch::all, {{kFinance}}}, owner{StepMatch::all, {{kOwner}}};
  const ApprovalWorkflow workflow{.id = {{5, 5}},
                                  .rules = {asks(Purpose::cashback, {}), asks(Purpose::salary, {finance}),
                                            asks(Purpose::vendor, {finance, owner}, Amount{10'000})},
                                  .proposed_by = {},
                                  .decided_by = {},
                                  .replaces = {}};
  const auto steps = [&](std::uint32_t valid, std::vector<Purpose> purposes) {
    Batch batch = at(validating);
    batch.report = report(valid, 10 - valid, std::move(purposes));
    const auto state = needed(workflow, batch, kNow);
    return state ? state->steps : std::vector<ApprovalStep>{};
  };
  EXPECT_EQ(steps(10, {Purpose::cashback}), std::vector<ApprovalStep>{});
  EXPECT_EQ(steps(10, {Purpose::cashback, Purpose::salary}), (std::vector{finance}));
  EXPECT_EQ(steps(10, {Purpose::cashback, Purpose::salary, Purpose::vendor}), (std::vector{finance, owner}));
  EXPECT_EQ(steps(9, {Purpose::cashback, Purpose::vendor}), std::vector<ApprovalStep>{}) << "of the whole: below 10,000 paise";
}

// A band that ends below the whole, and one rule that asks the same step twice.
TEST(Batch, IsAskedWhateverItsRowsWouldBeAsked) {
  const ApprovalStep finance{StepMatch::all, {{kFinance}}};
  const auto rule = [](std::optional<Amount> most, Purpose purpose, std::vector<ApprovalStep> steps) {
    return ApprovalRule{
        .min_amount = {}, .max_amount = most, .purposes = {purpose}, .beneficiary_days = {}, .steps = std::move(steps)};
  };
  ApprovalWorkflow workflow{
      .id = {{5, 5}},
      .rules = {rule(Amount{5'000}, Purpose::vendor, {finance}), rule({}, Purpose::salary, {finance, finance})},
      .proposed_by = {},
      .decided_by = {},
      .replaces = {}};
  Batch batch = at(validating);
  batch.report = report(10, 0, {Purpose::vendor});
  EXPECT_EQ(needed(workflow, batch, kNow)->steps, (std::vector{finance})) << "of a row: 1,000 paise";
  batch.report = report(10, 0, {Purpose::vendor, Purpose::salary});
  EXPECT_EQ(needed(workflow, batch, kNow)->steps, (std::vector{finance, finance}));
}

TEST(Batch, ABeneficiaryThatIsNotKnownYetIsNewWhenItIsAccepted) {
  ApprovalRule rule{
      .min_amount = {}, .max_amount = {}, .purposes = {}, .beneficiary_days = 3, .steps = {{StepMatch::all, {{kFinance}}}}};
  const ApprovalWorkflow workflow{.id = {{5, 5}}, .rules = {rule}, .proposed_by = {}, .decided_by = {}, .replaces = {}};
  Batch batch = at(validating);
  batch.report = report(10, 0);
  EXPECT_FALSE(needed(workflow, batch, kNow));
  batch.report->purposes[0].add({1'000}, std::nullopt);
  EXPECT_TRUE(needed(workflow, batch, kNow + days(5)));
}

// Whatever the rules and the rows are: what would be asked about a row alone is asked about the batch.
TEST(Batch, NoRowIsPaidUnaskedThatWouldBeAskedAboutAlone) {
  std::mt19937_64 random{2026};
  const auto below = [&](std::uint64_t end) { return static_cast<std::int64_t>(random() % end); };
  const ApproverRole roles[] = {kFinance, kOwner, ApproverRole::trusted("risk")};
  const Purpose purposes[] = {Purpose::salary, Purpose::vendor};
  for (int world = 0; world < 3'000; ++world) {
    ApprovalWorkflow workflow{.id = {{5, 5}}, .rules = {}, .proposed_by = {}, .decided_by = {}, .replaces = {}};
    for (auto n = 1 + below(4); n > 0; --n) {
      ApprovalRule& rule = workflow.rules.emplace_back();
      if (below(2) == 0) rule.min_amount = Amount{1 + below(100)};
      if (below(2) == 0) rule.max_amount = Amount{rule.min_amount.value_or(Amount{1}).minor + below(60)};
      if (below(3) == 0) rule.purposes = {purposes[below(2)]};
      if (below(2) == 0) rule.beneficiary_days = static_cast<std::uint32_t>(1 + below(5));
      for (auto steps = below(3); steps > 0; --steps) rule.steps.push_back({StepMatch::all, {{roles[below(3)]}}});
    }
    struct Row {
      Purpose purpose;
      Amount amount;
      std::optional<Time> since;
    };
    std::vector<Row> rows;
    BatchReport report;
    for (auto n = 1 + below(6); n > 0; --n) {
      const std::optional<Time> since = below(4) == 0 ? std::nullopt : std::optional{kNow - hours(below(150))};
      const Row& row = rows.emplace_back(purposes[below(2)], Amount{1 + below(120)}, since);
      report.amount.minor += row.amount.minor;
      auto share = std::ranges::find(report.purposes, row.purpose, &PurposeShare::purpose);
      if (share == report.purposes.end()) share = report.purposes.insert(share, {.purpose = row.purpose});
      share->add(row.amount, row.since);
    }
    Batch batch = at(validating);
    batch.report = report;
    const Time now = kNow + hours(below(40));
    const auto all = needed(workflow, batch, now);
    for (const Row& row : rows) {
      const auto alone = needed(workflow, ToApprove{.amount = row.amount,
                                                    .purpose = row.purpose,
                                                    .beneficiary_since = row.since.value_or(now),
                                                    .scheduled_at = {},
                                                    .made_by = kMaker,
                                                    .now = now});
      if (!alone) continue;
      ASSERT_TRUE(all) << world;
      for (const ApprovalStep& step : alone->steps)
        ASSERT_GE(std::ranges::count(all->steps, step), std::ranges::count(alone->steps, step)) << world;
    }
  }
}

TEST(Batch, EndsWhenItsClientOrItsApproversDoNotAnswerInTime) {
  EXPECT_EQ(due_at(at(open)), kNow + kBatchLife);
  EXPECT_EQ(due_at(at(validating)), std::nullopt);
  EXPECT_EQ(due_at(at(validated)), kNow + kBatchLife);
  EXPECT_EQ(due_at(at(pending_approval)), kNow + kApprovalLife);
  EXPECT_EQ(due_at(at(processing)), std::nullopt);
  EXPECT_EQ(expire_batch(at(validated), kNow + kBatchLife).reason, BatchReason::time_is_over);
  EXPECT_EQ(expire_batch(at(pending_approval), kNow + kApprovalLife).reason, BatchReason::approval_expired);
  EXPECT_EQ(check_rows(at(open), kNow + kBatchLife).error().outcome, Outcome::state_conflict) << "even before a timer has looked";
}

}  // namespace
}  // namespace mohur::payments
