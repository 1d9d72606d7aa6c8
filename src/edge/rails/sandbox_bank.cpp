#include "rails/sandbox_bank.hpp"

#include "codec/binary.hpp"
#include "engine/claims.hpp"
#include "journal/reader.hpp"

namespace mohur::rails {
namespace {

using payments::AttemptStatus;
using payments::RailVerdict;

// Reports that were due so shortly before a restart may have been lost with it, and are given again.
constexpr Duration kAgainAfterRestart = minutes(10);

std::size_t utr_digits(registry::Rail rail) {
  switch (rail) {
    case registry::Rail::neft: return 16;
    case registry::Rail::rtgs: return 22;
    case registry::Rail::imps:
    case registry::Rail::upi: return 12;
  }
  return 12;
}

std::uint32_t place_of(const Script& script) { return static_cast<std::uint32_t>(&script - all_scripts().data()); }

kernel::Command from_bank(kernel::Intent intent) {
  kernel::Command command{};
  command.caller = registry::by_rail();
  command.intent = std::move(intent);
  return command;
}

// What the payer brings in the n-th report, and in which state.
struct Try {
  AttemptStatus status;
  std::int64_t minor;
  std::size_t number;  // tries with different numbers are different attempts
};

std::vector<Try> tries_of(const Entry& entry) {
  const std::int64_t minor = entry.amount.minor;
  switch (static_cast<PayerScript>(entry.script)) {
    case PayerScript::succeed: return {{AttemptStatus::succeeded, minor, 0}};
    case PayerScript::fail: return {{AttemptStatus::failed, minor, 0}};
    case PayerScript::pending_then_succeed: return {{AttemptStatus::pending, minor, 0}, {AttemptStatus::succeeded, minor, 0}};
    case PayerScript::succeed_twice: return {{AttemptStatus::succeeded, minor, 0}, {AttemptStatus::succeeded, minor, 1}};
    case PayerScript::pay_less: return {{AttemptStatus::succeeded, std::max<std::int64_t>(1, minor - 100), 0}};
    case PayerScript::pay_more: return {{AttemptStatus::succeeded, minor + 100, 0}};
  }
  return {};
}

}  // namespace

std::string payout_reference(payments::PayoutId payout, std::uint32_t dispatch) {
  return payout.to_string() + "-" + std::to_string(dispatch);
}
std::string refund_reference(payments::RefundId refund) { return refund.to_string(); }

SandboxBank::SandboxBank(std::unique_ptr<journal::Journal> book, const engine::Archive& archive, vault::Vault& vault,
                         Clock& clock, Random& random, Desk& desk)
    : book_(std::move(book)), archive_(archive), vault_(vault), clock_(clock), random_(random), desk_(desk) {}

Result<std::unique_ptr<SandboxBank>> SandboxBank::open(const std::string& folder, const engine::Archive& archive,
                                                       vault::Vault& vault, Clock& clock, Random& random, Desk& desk) {
  const journal::Place place{folder, "sandbox-bank", 0};
  MOHUR_TRY_SET(book, journal::Journal::open(place, {.segment_size = 4u << 20}));
  std::unique_ptr<SandboxBank> bank{new SandboxBank{std::move(book), archive, vault, clock, random, desk}};
  MOHUR_TRY(bank->load(place));
  return bank;
}

Result<void> SandboxBank::load(const journal::Place& place) {
  MOHUR_TRY_SET(reader, journal::Reader::open(place, {1}, book_->watermark()));
  while (true) {
    MOHUR_TRY_SET(frame, reader.next());
    if (!frame) return {};
    for (const journal::RecordView record : *frame) {
      Entry entry;
      if (!codec::decode(record.bytes, entry))
        return refuse(Outcome::data_damaged, {}, "The sandbox bank's book cannot be read.");
      schedule(entry, now_of(entry.client) - kAgainAfterRestart);
      entries_.emplace(entry.reference, std::move(entry));
    }
  }
}

// Writes the entry into the book, durably, and only then acts on it.
Result<void> SandboxBank::receive(Entry entry) {
  const std::lock_guard hold{mutex_};
  if (entries_.contains(entry.reference)) return {};  // the bank knows this reference already
  entry.received_at = now_of(entry.client);
  journal::FrameBuilder builder;
  codec::encode(entry, builder.begin_record());
  builder.end_record();
  MOHUR_TRY(book_->reserve(builder.payload_size()));
  MOHUR_TRY_SET(frame, book_->seal(std::move(builder)));
  MOHUR_TRY(book_->write_and_flush(std::span{&frame, 1}));
  schedule(entry, entry.received_at);
  entries_.emplace(entry.reference, std::move(entry));
  return {};
}

std::vector<Step> SandboxBank::steps_of(const Entry& entry) const {
  if (entry.kind == EntryKind::payout || entry.kind == EntryKind::refund) {
    const auto steps = all_scripts()[entry.script].steps;
    return {steps.begin(), steps.end()};
  }
  if (entry.kind == EntryKind::bank_credit) return {Step{}};
  std::vector<Step> steps(tries_of(entry).size());
  if (static_cast<PayerScript>(entry.script) == PayerScript::pending_then_succeed) steps.back().after = minutes(2);
  return steps;
}

void SandboxBank::schedule(const Entry& entry, Time not_before) {
  const std::vector<Step> steps = steps_of(entry);
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (const Time at = entry.received_at + steps[i].after; at >= not_before) due_[entry.client].insert({at, entry.reference, i});
}

std::optional<Time> SandboxBank::step() {
  const std::lock_guard hold{mutex_};
  submit_again();
  const Time now = clock_.now();
  std::optional<Time> next;
  for (auto& [client, steps] : due_) {
    const Time client_now = now_of(client);
    while (!steps.empty() && steps.begin()->at <= client_now) {
      const Due due = *steps.begin();
      steps.erase(steps.begin());
      report(entries_.at(due.reference), due.step);
    }
    if (steps.empty()) continue;
    const Time real = now + (steps.begin()->at - client_now);
    if (!next || real < *next) next = real;
  }
  return next;
}

void SandboxBank::report(const Entry& entry, std::size_t step) {
  if (entry.kind == EntryKind::bank_credit) {
    return submit(from_bank(kernel::ReportBankCredit{.mode = Mode::test,
                                                     .account_claim = entry.account_claim,
                                                     .amount = entry.amount,
                                                     .utr = payments::Utr::trusted(entry.utr),
                                                     .claim = engine::utr_claim(vault_, Mode::test, entry.utr),
                                                     .payer = entry.payer}));
  }
  if (entry.kind == EntryKind::collection) {
    const Try attempt = tries_of(entry)[step];
    const std::string utr = attempt.number == 0 ? entry.utr : new_utr(entry.utr, 12);
    const bool has_failed = attempt.status == AttemptStatus::failed;
    return submit(from_bank(
        kernel::ReportCollection{.payin = payments::PayinId{entry.object},
                                 .claim = engine::rail_reference_claim(vault_, Mode::test, utr),
                                 .report = {.status = attempt.status,
                                            .amount = {attempt.minor},
                                            .reason = has_failed ? entry.reason : std::nullopt,
                                            .utr = has_failed ? std::nullopt : std::optional{payments::Utr::trusted(utr)},
                                            .payer = entry.payer}}));
  }
  const Step said = steps_of(entry)[step];
  const bool has_utr = said.verdict == RailVerdict::succeeded || said.verdict == RailVerdict::returned;
  const payments::RailReport report{entry.dispatch, said.verdict, said.reason,
                                    has_utr ? std::optional{payments::Utr::trusted(entry.utr)} : std::nullopt};
  if (entry.kind == EntryKind::payout)
    submit(from_bank(kernel::ReportPayout{payments::PayoutId{entry.object}, report}));
  else
    submit(from_bank(kernel::ReportRefund{payments::RefundId{entry.object}, report}));
}

void SandboxBank::submit(kernel::Command command) {
  if (!waiting_.empty() || !desk_.submit(command)) waiting_.push_back(std::move(command));
}

void SandboxBank::submit_again() {
  std::vector<kernel::Command> waiting = std::exchange(waiting_, {});
  for (kernel::Command& command : waiting) submit(std::move(command));
}

Result<void> SandboxBank::dispatch(const payments::Payout& payout, const Destination& destination) {
  const std::string reference = payout_reference(payout.id, payout.dispatch);
  return receive({.kind = EntryKind::payout,
                  .reference = reference,
                  .client = payout.client,
                  .object = payout.id.value,
                  .dispatch = payout.dispatch,
                  .amount = payout.amount,
                  .script = place_of(script_of(destination.account_number, destination.vpa)),
                  .utr = new_utr(reference, utr_digits(payout.rail))});
}

Result<void> SandboxBank::dispatch(const payments::Refund& refund) {
  const std::string reference = refund_reference(refund.id);
  return receive({.kind = EntryKind::refund,
                  .reference = reference,
                  .client = refund.client,
                  .object = refund.id.value,
                  .amount = refund.amount,
                  .script = place_of(refund_script_of(refund.amount)),
                  .utr = new_utr(reference, 12)});
}

// Says again what it said last about this reference, or that it never came.
Result<void> SandboxBank::tell(const std::string& reference, kernel::Intent not_received) {
  const std::lock_guard hold{mutex_};
  const auto found = entries_.find(reference);
  if (found == entries_.end()) {
    submit(from_bank(std::move(not_received)));
    return {};
  }
  const std::vector<Step> steps = steps_of(found->second);
  const Time now = now_of(found->second.client);
  for (std::size_t i = steps.size(); i-- > 0;) {
    if (found->second.received_at + steps[i].after > now) continue;
    report(found->second, i);
    break;
  }
  return {};
}

Result<void> SandboxBank::inquire(const payments::Payout& payout) {
  return tell(payout_reference(payout.id, payout.dispatch),
              kernel::ReportPayout{
                  payout.id, {payout.dispatch, RailVerdict::not_received, payments::PayoutReason::dispatch_not_received, {}}});
}

Result<void> SandboxBank::inquire(const payments::Refund& refund) {
  return tell(refund_reference(refund.id),
              kernel::ReportRefund{refund.id, {0, RailVerdict::not_received, payments::PayoutReason::dispatch_not_received, {}}});
}

// UPI and bank transfers alike reach the escrow account at once.
Result<void> SandboxBank::settle(const payments::Attempt& attempt) {
  const std::lock_guard hold{mutex_};
  submit(from_bank(kernel::ReportEscrowCredit{attempt.id}));
  return {};
}

Result<void> SandboxBank::pay(const payments::Payin& payin, PayerScript how, std::optional<payments::AttemptReason> reason,
                              std::string_view payer_vpa) {
  const std::string reference = "try-" + std::to_string(random_.next_u64());
  MOHUR_TRY_SET(payer, vault_.seal(vault_.create_subject(clock_.now()), payer_vpa, "p•••@bank"));
  return receive({.kind = EntryKind::collection,
                  .reference = reference,
                  .client = payin.client,
                  .object = payin.id.value,
                  .amount = {payin.amount.minor - payin.amount_paid.minor > 0 ? payin.amount.minor - payin.amount_paid.minor
                                                                              : payin.amount.minor},
                  .script = static_cast<std::uint32_t>(how),
                  .utr = new_utr(reference, 12),
                  .reason = how == PayerScript::fail ? std::optional{reason.value_or(payments::AttemptReason::declined_by_payer)}
                                                     : std::nullopt,
                  .payer = std::move(payer)});
}

Result<void> SandboxBank::transfer(registry::ClientId client, std::string_view account_number, Amount amount,
                                   std::string_view payer_name) {
  const std::string reference = "credit-" + std::to_string(random_.next_u64());
  MOHUR_TRY_SET(payer, vault_.seal(vault_.create_subject(clock_.now()), payer_name, "•••"));
  return receive({.kind = EntryKind::bank_credit,
                  .reference = reference,
                  .client = client,
                  .amount = amount,
                  .utr = new_utr(reference, 16),
                  .payer = std::move(payer),
                  .account_claim = engine::account_claim(vault_, Mode::test, account_number)});
}

Time SandboxBank::now_of(registry::ClientId client) const {
  const auto clock = archive_.get<payments::SandboxClock>(client.value);
  return clock_.now() + (clock && *clock ? (*clock)->ahead : Duration{});
}

// Deterministic: the same reference has the same bank reference for ever.
std::string SandboxBank::new_utr(std::string_view reference, std::size_t digits) const {
  const Key128 key = vault_.blind_index("sandbox-utr", reference);
  std::string utr = std::to_string(key.high) + std::to_string(key.low);
  utr.resize(digits, '0');
  return utr;
}

std::size_t SandboxBank::entries() const {
  const std::lock_guard hold{mutex_};
  return entries_.size();
}

}  // namespace mohur::rails
