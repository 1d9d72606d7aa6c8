// The definitions of chance_test.hpp.
#include "kernel/chance_test.hpp"

namespace mohur::kernel {
namespace {

bool is_persons(const Intent& intent) {
  return std::holds_alternative<DecideClient>(intent) || std::holds_alternative<TakeMeasure>(intent) ||
         std::holds_alternative<ConfirmMeasure>(intent) || std::holds_alternative<RejectMeasure>(intent) ||
         std::holds_alternative<WithdrawMeasure>(intent);
}

}  // namespace

void Known::add(const Event& event) {
  const Key128 key = kernel::key_of(event.object);
  const auto note = [&]<class T>(std::vector<Key128>& list, const T* object) {
    if (object != nullptr && object->sequence == 1) list.push_back(key);
  };
  note(beneficiaries, std::get_if<payments::Beneficiary>(&event.object));
  note(payins, std::get_if<payments::Payin>(&event.object));
  note(attempts, std::get_if<payments::Attempt>(&event.object));
  note(payouts, std::get_if<payments::Payout>(&event.object));
  note(refunds, std::get_if<payments::Refund>(&event.object));
  note(accounts, std::get_if<payments::VirtualAccount>(&event.object));
  note(measures, std::get_if<registry::Measure>(&event.object));
  note(workflows, std::get_if<payments::ApprovalWorkflow>(&event.object));
  note(batches, std::get_if<payments::Batch>(&event.object));
  if (const auto* payout = std::get_if<payments::Payout>(&event.object)) {
    std::erase(waiting, key);
    if (payout->status == payments::PayoutStatus::pending_approval) waiting.push_back(key);
  }
}

Key128 CommandMaker::pick(const std::vector<Key128>& all) {
  if (all.empty() || chance_.one_in(40)) return {chance_.bits(), chance_.bits()};
  if (chance_.one_in(4)) return chance_.of(all);
  return all[all.size() - 1 - chance_.below(std::min<std::size_t>(all.size(), 12))];
}

Key128 CommandMaker::claim(std::vector<Key128>& all) {
  if (!all.empty() && chance_.one_in(6)) return chance_.of(all);
  return all.emplace_back(Key128{chance_.bits(), chance_.bits()});
}

// Near the limits of rails, of floors and of the number itself, and plain ones.
Amount CommandMaker::amount() {
  static const std::vector<std::int64_t> edges = {
      -1, 0, 1, 99, 100, 9'999'999, 10'000'000, 10'000'001, 19'999'999, 20'000'000, 20'000'001, 50'000'000, 50'000'001};
  if (chance_.one_in(400)) return {std::numeric_limits<std::int64_t>::max() - static_cast<std::int64_t>(chance_.below(2))};
  if (chance_.one_in(5)) return {chance_.of(edges)};
  return {static_cast<std::int64_t>(100 + chance_.below(chance_.one_in(3) ? 30'000'000 : 60'000))};
}

std::vector<registry::Rail> CommandMaker::fallback_rails() {
  std::vector<registry::Rail> rails;
  if (chance_.one_in(3))
    for (std::uint64_t left = 1 + chance_.below(chance_.one_in(12) ? 4 : 2); left > 0; --left)
      rails.push_back(chance_.any<registry::Rail>());
  return rails;
}

std::optional<Time> CommandMaker::moment(Time now, Duration horizon) {
  switch (chance_.below(6)) {
    case 0: return now + Duration{static_cast<std::int64_t>(chance_.below(static_cast<std::uint64_t>(horizon.ns)))};
    case 1: return now + minutes(static_cast<std::int64_t>(chance_.below(600)));
    case 2: return chance_.one_in(3) ? std::optional{now + horizon + seconds(1)} : std::nullopt;
    case 3: return chance_.one_in(8) ? std::optional{now - seconds(static_cast<std::int64_t>(chance_.below(90)))} : std::nullopt;
    default: return std::nullopt;
  }
}

Intent CommandMaker::payout_intent(Time now) {
  const auto kind = chance_.any<payments::BeneficiaryKind>();
  switch (chance_.below(10)) {
    case 0: {
      const bool has_vpa = chance_.one_in(3);
      return CreateBeneficiary{
          {.kind = kind, .destination = has_vpa ? payments::DestinationKind::vpa : payments::DestinationKind::bank_account},
          claim(known_.beneficiary_claims)};
    }
    case 1:
      return chance_.one_in(6) ? Intent{DeactivateBeneficiary{{pick(known_.beneficiaries)}}}
                               : Intent{WakePayout{{pick(known_.payouts)}}};
    case 2: return chance_.one_in(3) ? Intent{CancelPayout{{pick(known_.payouts)}}} : approval_intent();
    case 3: return approval_intent();
    default: break;
  }
  const Key128 beneficiary = pick(known_.beneficiaries);
  auto purpose = chance_.any<registry::Purpose>();
  // Mostly one that fits, or nothing would ever be sent.
  if (const auto* to = house_.disk.find<payments::Beneficiary>(beneficiary); to != nullptr && !chance_.one_in(8))
    while (!payments::serves(purpose, to->kind)) purpose = chance_.any<registry::Purpose>();
  return CreatePayout{{beneficiary},
                      {.amount = amount(),
                       .purpose = purpose,
                       .rail = chance_.one_in(3) ? std::optional{chance_.any<registry::Rail>()} : std::nullopt,
                       .queue_if_low_balance = chance_.one_in(2),
                       .scheduled_at = moment(now, payments::kScheduleHorizon),
                       .priority = chance_.any<payments::QueuePriority>(),
                       .queue_expires_at = chance_.one_in(4) ? moment(now, payments::kQueueLife) : std::nullopt,
                       .fallback_rails = fallback_rails()},
                      reference()};
}

// Decisions about what waits for them; and now and then other rules.
Intent CommandMaker::approval_intent() {
  if (!chance_.one_in(12))
    return DecidePayout{{pick(chance_.one_in(5) ? known_.payouts : known_.waiting)}, !chance_.one_in(9), {}, {}};
  if (chance_.one_in(2)) return DecideWorkflow{{pick(known_.workflows)}, !chance_.one_in(5)};
  return workflow_intent();
}

Intent CommandMaker::workflow_intent() {
  const auto role = [](const char* name) { return payments::ApproverRole::trusted(name); };
  using payments::StepMatch;
  ProposeWorkflow proposed;
  if (chance_.one_in(2))
    proposed.rules.push_back({.min_amount = {},
                              .max_amount = Amount{50'000},
                              .purposes = {registry::Purpose::cashback},
                              .beneficiary_days = {},
                              .steps = {}});
  if (chance_.one_in(2))
    proposed.rules.push_back({.min_amount = Amount{10'000'000},
                              .max_amount = {},
                              .purposes = {},
                              .beneficiary_days = {},
                              .steps = {{StepMatch::all, {{role("finance"), 2}, {role("owner")}}},
                                        {StepMatch::any, {{role("audit"), 2}, {role("owner")}}}}});
  if (!chance_.one_in(4))
    proposed.rules.push_back({.min_amount = Amount{1'000},
                              .max_amount = {},
                              .purposes = {},
                              .beneficiary_days = chance_.one_in(2) ? std::optional{3U} : std::nullopt,
                              .steps = {{StepMatch::all, {{role("finance")}}}}});
  return proposed;
}

// A batch of a few rows on its way: mostly what comes next, sometimes what a confused caller or runner would say of it.
Intent CommandMaker::batch_intent() {
  using enum payments::BatchStatus;
  if (chance_.one_in(9)) return CreateBatch{.reference_id = {}, .reference_claim = reference()};
  const payments::BatchId batch{pick(known_.batches)};
  const auto* known = house_.disk.find<payments::Batch>(batch.value);
  auto status = known == nullptr ? open : known->status;
  if (chance_.one_in(4)) status = chance_.any<payments::BatchStatus>();
  switch (status) {
    case open: {
      if (known != nullptr && known->rows > 0 && chance_.one_in(2)) return CheckBatch{batch};
      const std::uint32_t rows = chance_.one_in(30) ? payments::kMostBatchRows : static_cast<std::uint32_t>(chance_.below(4));
      return AddBatchRows{batch,
                          {.hash = std::to_string(chance_.below(12)), .bytes = 1, .rows = rows, .added_at = {}},
                          claim(known_.part_claims)};
    }
    case validating: return ReportBatch{batch, batch_report(batch)};
    case validated:
      return AcceptBatch{batch, chance_.one_in(2) ? payments::BatchTake::all_rows : payments::BatchTake::valid_rows};
    case pending_approval: return DecideBatch{batch, !chance_.one_in(6), {}, {}};
    case processing: return FinishBatch{batch, {}};
    case processed: return CheckBatch{batch};
    case rejected: return WakeBatch{batch};
    case cancelled: return CancelBatch{batch};
  }
  return WakeBatch{batch};
}

payments::BatchReport CommandMaker::batch_report(payments::BatchId batch) {
  const auto* known = house_.disk.find<payments::Batch>(batch.value);
  const std::uint32_t rows = known == nullptr ? 1 : known->rows;
  const std::uint32_t invalid = chance_.one_in(3) ? static_cast<std::uint32_t>(chance_.below(rows + 1)) : 0;
  payments::BatchReport report{.valid = rows - invalid, .invalid = invalid};
  const auto some = [&] {
    return Amount{100 + static_cast<std::int64_t>(chance_.below(chance_.one_in(2) ? 200'000 : 30'000'000))};
  };
  if (report.valid > 0) report.amount = some();
  for (const auto& row : described_enumerators(registry::Purpose{}))
    if (report.valid > 0 && chance_.one_in(3)) {
      payments::PurposeShare& share = report.purposes.emplace_back(payments::PurposeShare{.purpose = row.value});
      for (std::uint64_t left = 1 + chance_.below(3); left > 0; --left)
        share.add(some(), chance_.one_in(4) ? std::nullopt
                                            : std::optional{house_.at - days(static_cast<std::int64_t>(chance_.below(6)))});
    }
  return report;
}

Intent CommandMaker::batch_row_intent(Time now) {
  Intent intent = payout_intent(now);
  if (auto* payout = std::get_if<CreatePayout>(&intent)) {
    payout->row = payments::BatchRow{{pick(known_.batches)}, static_cast<std::uint32_t>(1 + chance_.below(5))};
    payout->row_claim = claim(known_.row_claims);
  }
  return intent;
}

Intent CommandMaker::payin_intent(Time now) {
  switch (chance_.below(10)) {
    case 0: return CancelPayin{{pick(known_.payins)}};
    case 1: return chance_.one_in(2) ? Intent{WakePayin{{pick(known_.payins)}}} : Intent{WakeRefund{{pick(known_.refunds)}}};
    case 2:
    case 3:
    case 4:
      return CreateRefund{
          {pick(known_.payins)}, {.amount = chance_.one_in(3) ? std::nullopt : std::optional{amount()}}, reference()};
    case 5:
      if (!chance_.one_in(4)) break;
      return CreateVirtualAccount{.account_claim = claim(known_.account_claims),
                                  .payer_type = chance_.any<payments::PayerType>(),
                                  .reference_claim = reference()};
    case 6:
      if (!chance_.one_in(10)) break;
      return CloseVirtualAccount{{pick(known_.accounts)}};
    default: break;
  }
  return CreatePayin{.order = {.amount = amount(),
                               .payer_type = chance_.any<payments::PayerType>(),
                               .method = chance_.any<registry::CollectionMethod>(),
                               .expires_at = moment(now, payments::kPayinHorizon)},
                     .reference_claim = reference(),
                     .account_number = payments::AccountNumber::trusted("990100000001"),
                     .ifsc = payments::Ifsc::trusted("MOHR0000001"),
                     .account_claim = claim(known_.account_claims)};
}

// What rails and banks say: about what they were told, and about what they were not.
Intent CommandMaker::bank_intent(Mode mode) {
  const auto verdict = chance_.any<payments::RailVerdict>();
  const auto reason = chance_.one_in(2) ? payments::PayoutReason::bank_account_closed : payments::PayoutReason::gateway_timeout;
  switch (chance_.below(8)) {
    case 0:
    case 1:
    case 2: {
      const Key128 payout = pick(known_.payouts);
      const auto* object = house_.disk.find<payments::Payout>(payout);
      std::uint32_t dispatch = object == nullptr ? 1 : object->dispatch;
      if (chance_.one_in(10)) dispatch += static_cast<std::uint32_t>(chance_.below(3)) - 1;
      return ReportPayout{{payout}, {.dispatch = dispatch, .verdict = verdict, .reason = reason}};
    }
    case 3: return ReportRefund{{pick(known_.refunds)}, {.dispatch = 1, .verdict = verdict, .reason = reason}};
    case 4: return ReportEscrowCredit{{pick(known_.attempts)}};
    case 5:
      return ReportBankCredit{.mode = mode,
                              .account_claim = chance_.one_in(8) ? std::nullopt : std::optional{pick(known_.account_claims)},
                              .amount = amount(),
                              .utr = payments::Utr::trusted("UTR000002"),
                              .claim = claim(known_.bank_claims)};
    default: break;
  }
  const Key128 payin = pick(known_.payins);
  const auto* object = house_.disk.find<payments::Payin>(payin);
  const Amount asked = object == nullptr ? amount() : object->amount;
  // A try is told of more than once: by the key of a late one.
  const bool again = !known_.attempt_claims.empty() && chance_.one_in(3);
  return ReportCollection{{payin},
                          again ? pick(known_.attempt_claims) : claim(known_.attempt_claims),
                          {.status = chance_.any<payments::AttemptStatus>(), .amount = chance_.one_in(3) ? amount() : asked}};
}

Time CommandMaker::moment_near(Time now) { return now - seconds(static_cast<std::int64_t>(chance_.below(30'000))) + hours(1); }

Intent CommandMaker::any_intent(ClientId client, Mode mode) {
  const Time now = house_.state.now_of(client, mode, house_.at);
  switch (chance_.below(12)) {
    case 0:
      if (chance_.one_in(2))
        return FundBalance{client, mode, amount(), Currency::INR, payments::Utr::trusted("UTR000003"), claim(known_.bank_claims)};
      if (chance_.one_in(2))
        return CatchUpSandboxClock{client, chance_.one_in(3) ? std::optional{moment_near(now)} : std::nullopt};
      return AdvanceSandboxClock{chance_.one_in(8)    ? now
                                 : chance_.one_in(30) ? now + days(4'000)
                                                      : now + seconds(static_cast<std::int64_t>(chance_.below(20'000)))};
    case 1:
    case 2:
    case 3: return payin_intent(now);
    case 4:
    case 5: return payout_intent(now);
    case 6: return chance_.one_in(3) ? batch_row_intent(now) : payout_intent(now);
    case 10:
    case 11: return batch_intent();
    case 7:
      if (!chance_.one_in(15)) break;
      return measure_intent(client);
    default: break;
  }
  return bank_intent(mode);
}

// Critical ones, which do not wait for a notice.
Intent CommandMaker::measure_intent(ClientId client) {
  if (chance_.one_in(10)) {
    const auto to = chance_.any<registry::ClientStatus>();
    return DecideClient{client, to, chance_.one_in(3) ? std::nullopt : std::optional{registry::Reason{}}};
  }
  const registry::MeasureId known{pick(known_.measures)};
  if (chance_.one_in(2)) return ConfirmMeasure{known};
  if (chance_.one_in(6)) return RejectMeasure{known};
  if (chance_.one_in(10)) return WithdrawMeasure{known};
  auto kind = chance_.any<registry::MeasureKind>();
  if (kind == registry::MeasureKind::terminate && !chance_.one_in(6)) kind = registry::MeasureKind::reinstate;
  return TakeMeasure{.client = client, .kind = kind, .evidence = "Case 1", .critical = true};
}

Command CommandMaker::next() {
  const ClientId client = chance_.of(known_.clients);
  const Mode mode = chance_.one_in(5) ? Mode::live : Mode::test;
  Intent intent = any_intent(client, mode);
  registry::Caller caller = chance_.of(known_.callers.at(client));
  if (is_persons(intent)) caller = chance_.one_in(3) ? house_.asha : house_.bina;
  std::optional<Idempotency> key;
  if (chance_.one_in(4)) {
    key = Idempotency{{chance_.bits(), chance_.bits()}, chance_.bits()};
    if (!known_.keys.empty() && chance_.one_in(4)) key = chance_.of(known_.keys);
    if (chance_.one_in(20)) key->fingerprint += 1;
    known_.keys.push_back(*key);
  }
  return house_.command(std::move(intent), caller, client, mode, key);
}

}  // namespace mohur::kernel
