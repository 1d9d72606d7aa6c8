// Batches: from rows to payouts, by whom, when, and how often.
#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using payments::ApproverRole;
using payments::Batch;
using payments::BatchReason;
using payments::BatchStatus;
using payments::BatchTake;
using payments::Payout;
using payments::PayoutStatus;

struct Office : House {
  Office() {
    client = approve_client(everything());
    fund({100'000'000});
    maker = key({});
    finance = key({"finance"});
    owner = key({"owner"});
    beneficiary = first<payments::Beneficiary>(
                      send(CreateBeneficiary{{.kind = payments::BeneficiaryKind::vendor}, some_key(1, 1)}, maker, client))
                      .id;
  }
  registry::Caller key(std::vector<std::string> roles) {
    IssueCredential intent{.client = client, .label = "key", .kid = std::to_string(++keys_), .claim = some_key(5, keys_)};
    intent.scopes = {registry::Scope::write_payouts, registry::Scope::approve_payouts};
    for (const std::string& role : roles) intent.approver_roles.push_back(ApproverRole::trusted(role));
    return registry::by_credential(first<registry::Credential>(send(intent, asha)).id);
  }
  void ask_finance_from(std::int64_t minor) {
    payments::ApprovalRule rule{
        .min_amount = Amount{minor}, .max_amount = {}, .purposes = {}, .beneficiary_days = {}, .steps = {}};
    rule.steps.push_back({.needs = {{ApproverRole::trusted("finance")}}});
    const auto made = first<payments::ApprovalWorkflow>(by(maker, ProposeWorkflow{{rule}}));
    EXPECT_TRUE(by(owner, DecideWorkflow{made.id, true}));
  }
  Result<std::vector<Event>> by(const registry::Caller& caller, Intent intent) {
    return send(std::move(intent), caller, client, Mode::test);
  }
  // The first event's type, or the refusal's token.
  std::string told(const Result<std::vector<Event>>& result) {
    if (!result) return std::string{to_token(result.error().outcome)};
    const auto types = types_of(*result);
    return types.empty() ? "-" : types.front();
  }
  // Rows of 10,000 paise.
  payments::PurposeShare share(std::uint32_t rows) {
    payments::PurposeShare share{.purpose = registry::Purpose::vendor};
    for (; rows > 0; --rows) share.add({10'000}, at);
    return share;
  }
  AddBatchRows rows_of(payments::BatchId batch, std::string hash, std::uint32_t rows = 1) {
    return {batch, {.hash = hash, .bytes = 10, .rows = rows, .added_at = {}}, some_key(9, hash.size())};
  }
  payments::BatchId with_rows(std::uint32_t rows) {
    const auto made = first<Batch>(by(maker, CreateBatch{})).id;
    EXPECT_EQ(told(by(maker, rows_of(made, "ab", rows))), "batch.rows_added");
    return made;
  }
  payments::BatchId checked(std::uint32_t valid, std::uint32_t invalid = 0) {
    const auto id = with_rows(valid + invalid);
    EXPECT_EQ(told(by(maker, CheckBatch{id})), "batch.checking");
    EXPECT_EQ(
        told(send(ReportBatch{id, {.valid = valid, .invalid = invalid, .amount = {valid * 10'000}, .purposes = {share(valid)}}},
                  registry::by_system(), client, Mode::test)),
        "batch.validated");
    return id;
  }
  Result<std::vector<Event>> pay(payments::BatchId batch, std::uint32_t row) {
    return by(maker, CreatePayout{.beneficiary = beneficiary,
                                  .order = {.amount = {10'000}},
                                  .reference_claim = {},
                                  .row = payments::BatchRow{batch, row},
                                  .row_claim = some_key(8, row)});
  }
  const Batch& now(payments::BatchId id) { return *disk.find<Batch>(id.value); }

  registry::Caller maker, finance, owner;
  payments::BeneficiaryId beneficiary;

 private:
  std::uint64_t keys_ = 0;
};

TEST(Batches, ARowBecomesAPayoutOnceAndOnlyAfterTheWholeWasAccepted) {
  Office house;
  const auto id = house.checked(2);
  EXPECT_EQ(house.told(house.pay(id, 1)), "state_conflict") << "nobody has accepted it";
  EXPECT_EQ(house.told(house.by(house.maker, AcceptBatch{id, BatchTake::all_rows})), "batch.started");
  const auto made = house.pay(id, 1);
  ASSERT_EQ(house.told(made), "payout.initiated");
  const Payout payout = first<Payout>(made);
  EXPECT_EQ(payout.batch, (payments::BatchRow{id, 1}));
  const std::int64_t after = house.available();
  const auto again = house.pay(id, 1);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->empty()) << "the same row is the same payout";
  EXPECT_EQ(house.available(), after);
  EXPECT_EQ(house.told(house.send(FinishBatch{id, {.processed = 2}}, registry::by_system(), house.client, Mode::test)),
            "batch.processed");
  EXPECT_EQ(house.told(house.pay(id, 2)), "state_conflict") << "it is over";
}

TEST(Batches, IsApprovedAsAWholeAndItsPayoutsAreNotAskedAboutAgain) {
  Office house;
  house.ask_finance_from(15'000);
  const auto id = house.checked(2);
  EXPECT_EQ(house.told(house.by(house.maker, AcceptBatch{id, BatchTake::all_rows})), "batch.approval_requested");
  EXPECT_EQ(house.told(house.by(house.maker, DecideBatch{id, true, {}, {}})), "four_eyes_required");
  EXPECT_EQ(house.told(house.by(house.owner, DecideBatch{id, true, {}, {}})), "approver_role_missing");
  EXPECT_EQ(house.told(house.pay(id, 1)), "state_conflict");
  EXPECT_EQ(house.told(house.by(house.finance, DecideBatch{id, true, {}, {}})), "batch.started");
  house.ask_finance_from(1);
  EXPECT_EQ(house.told(house.pay(id, 1)), "payout.initiated") << "a workflow of later asks nothing about it";
}

TEST(Batches, ARejectionACancellationAndTimeEndIt) {
  Office house;
  house.ask_finance_from(1);
  const auto refused = house.checked(1), cancelled = house.checked(1), forgotten = house.checked(1), open = house.with_rows(1);
  EXPECT_EQ(house.told(house.by(house.maker, AcceptBatch{refused, BatchTake::all_rows})), "batch.approval_requested");
  EXPECT_EQ(house.told(house.by(house.finance, DecideBatch{refused, false, {}, {}})), "batch.rejected");
  EXPECT_EQ(house.told(house.by(house.maker, CancelBatch{cancelled})), "batch.cancelled");
  EXPECT_EQ(house.told(house.by(house.maker, AcceptBatch{cancelled, BatchTake::all_rows})), "state_conflict");
  EXPECT_EQ(house.told(house.send(WakeBatch{forgotten})), "state_conflict") << "nothing is due";
  house.at = house.at + payments::kBatchLife;
  for (const auto id : {forgotten, open}) {
    EXPECT_EQ(house.told(house.send(WakeBatch{id})), "batch.rejected");
    EXPECT_EQ(house.now(id).reason, BatchReason::time_is_over);
  }
}

TEST(Batches, AreTheirClientsAndTheirSendersAlone) {
  Office house;
  const auto id = house.checked(1);
  const ClientId mine = house.client;
  house.client = house.approve_client(everything());
  const registry::Caller stranger = house.key({"finance"});
  EXPECT_EQ(house.told(house.by(stranger, AcceptBatch{id, BatchTake::all_rows})), "not_found");
  EXPECT_EQ(house.told(house.by(stranger, CancelBatch{id})), "not_found");
  EXPECT_EQ(house.told(house.pay(id, 1)), "not_found");
  house.client = mine;
  EXPECT_EQ(house.told(house.send(AcceptBatch{id, BatchTake::all_rows}, house.maker, mine, Mode::live)), "not_found");
}

TEST(Batches, NobodyWhoHadAHandInItApprovesIt) {
  Office house;
  house.ask_finance_from(1);
  const registry::Caller also = house.key({"finance"}), third = house.key({"finance"});
  const auto id = house.with_rows(1);
  EXPECT_EQ(house.told(house.by(house.finance, house.rows_of(id, "abc"))), "batch.rows_added");
  EXPECT_EQ(house.told(house.by(house.maker, CheckBatch{id})), "batch.checking");
  const payments::BatchReport report{.valid = 2, .amount = {20'000}, .purposes = {house.share(2)}};
  EXPECT_EQ(house.told(house.send(ReportBatch{id, report}, registry::by_system(), house.client, Mode::test)), "batch.validated");
  EXPECT_EQ(house.told(house.by(also, AcceptBatch{id, BatchTake::all_rows})), "batch.approval_requested");
  for (const registry::Caller& hand : {house.maker, house.finance, also})
    EXPECT_EQ(house.told(house.by(hand, DecideBatch{id, true, {}, {}})), "four_eyes_required");
  EXPECT_EQ(house.told(house.by(third, DecideBatch{id, true, {}, {}})), "batch.started");
}

TEST(Batches, ThePartThatIsThereIsNotTakenAgainAndOneOfAnotherBatchIsTold) {
  Office house;
  const auto first = house.with_rows(1), second = house.with_rows(1);
  EXPECT_EQ(house.told(house.by(house.maker, house.rows_of(first, "ab"))), "batch_part_repeated");
  EXPECT_EQ(house.now(first).rows, 1U);
  EXPECT_EQ(house.now(first).parts.front().handed_in_before, std::nullopt);
  EXPECT_EQ(house.now(second).parts.front().handed_in_before, first);
}

TEST(Batches, AScheduleThatPassedWhileTheBatchWaitedIsNow) {
  Office house;
  const auto id = house.checked(1);
  EXPECT_EQ(house.told(house.by(house.maker, AcceptBatch{id, BatchTake::all_rows})), "batch.started");
  const auto pay = [&](std::uint32_t row, Time at) {
    return house.by(house.maker, CreatePayout{.beneficiary = house.beneficiary,
                                              .order = {.amount = {10'000}, .scheduled_at = at},
                                              .reference_claim = {},
                                              .row = payments::BatchRow{id, row},
                                              .row_claim = some_key(8, row)});
  };
  EXPECT_EQ(house.told(pay(1, house.at - seconds(1))), "payout.initiated");
  EXPECT_EQ(house.told(pay(2, house.at + seconds(1))), "payout.scheduled");
}

TEST(Batches, OfAKeyThatIsRevokedNothingMoreIsPaid) {
  Office house;
  const auto id = house.checked(2);
  EXPECT_EQ(house.told(house.by(house.maker, AcceptBatch{id, BatchTake::all_rows})), "batch.started");
  EXPECT_EQ(house.told(house.pay(id, 1)), "payout.initiated");
  EXPECT_TRUE(house.send(RevokeCredential{registry::CredentialId{house.maker.id}}, house.asha));
  EXPECT_EQ(house.told(house.pay(id, 2)), "credential_revoked");
  EXPECT_EQ(house.told(house.by(house.maker, CreateBeneficiary{{}, some_key(1, 2)})), "credential_revoked");
}

}  // namespace
}  // namespace mohur::kernel
