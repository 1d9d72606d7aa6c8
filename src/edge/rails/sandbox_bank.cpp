#include "rails/sandbox_bank.hpp"

#include <algorithm>
#include <numeric>

#include "base/assert.hpp"
#include "codec/binary.hpp"
#include "engine/claims.hpp"
#include "vault/masks.hpp"

namespace mohur::rails {
namespace {

// More than this is not said before the desk has taken what was said.
constexpr std::size_t kMostWaiting = 4'096;
constexpr Duration kAskDeskAgain = milliseconds(50);

Entry entry_of(const payments::Payout& payout, const Script& script) {
  MOHUR_ASSERT(payout.dispatched_at);
  return {.kind = EntryKind::payout,
          .reference = payout_reference(payout.id, payout.dispatch),
          .client = payout.client,
          .received_at = *payout.dispatched_at,
          .object = payout.id.value,
          .dispatch = payout.dispatch,
          .amount = payout.amount,
          .script = place_of(script),
          .rail = payout.rail};
}

Entry entry_of(const payments::Refund& refund, const Script& script) {
  return {.kind = EntryKind::refund,
          .reference = refund_reference(refund.id),
          .client = refund.client,
          .received_at = refund.created_at,
          .object = refund.id.value,
          .amount = refund.amount,
          .script = place_of(script)};
}

template <FixedString Kind>
std::string new_reference(Random& random) {
  return Id<Kind>{{random.next_u64(), random.next_u64()}}.to_string();
}

}  // namespace

SandboxBank::SandboxBank(SandboxBook book, journal::Reader past, const engine::Archive& archive, vault::Vault& vault,
                         Clock& clock, Random& random, Desk& desk)
    : archive_(archive),
      vault_(vault),
      clock_(clock),
      random_(random),
      desk_(desk),
      book_(std::move(book)),
      past_(std::move(past)),
      past_end_(book_.size()) {}

Result<std::unique_ptr<SandboxBank>> SandboxBank::open(const std::string& folder, const engine::Archive& archive,
                                                       vault::Vault& vault, Clock& clock, Random& random, Desk& desk) {
  MOHUR_TRY_SET(book, SandboxBook::open(folder));
  MOHUR_TRY_SET(past, book.reader());
  std::unique_ptr<SandboxBank> bank{new SandboxBank{std::move(book), std::move(past), archive, vault, clock, random, desk}};
  MOHUR_TRY(bank->recall_clocks());
  return bank;
}

// ---- what the bank is told

Result<void> SandboxBank::receive(Entry entry) {
  MOHUR_TRY_SET(position, book_.add(entry));
  if (position) unwritten_.emplace_back(*position, std::move(entry));
  return {};
}

// Of a call that cannot be made again under a key of its own: it is refused before anything of it is kept, or it is taken.
Result<void> SandboxBank::receive_or_refuse(Entry entry) {
  MOHUR_TRY(vault_.flush());
  MOHUR_TRY(book_.reserve());
  MOHUR_TRY(receive(std::move(entry)));
  return write();
}

// The keys of payers must be durable before the entries that are sealed with them.
Result<void> SandboxBank::write() {
  if (unwritten_.empty()) return {};
  const auto has_payer = [](const auto& each) { return each.second.payer.has_value(); };
  if (std::ranges::any_of(unwritten_, has_payer)) MOHUR_TRY(vault_.flush());
  MOHUR_TRY(book_.flush());
  for (auto& [position, entry] : std::exchange(unwritten_, {})) {
    std::vector<std::size_t> reports(count_reports(entry));
    std::iota(reports.begin(), reports.end(), std::size_t{0});
    MOHUR_TRY(schedule(position, std::move(entry), reports));
  }
  return {};
}

Result<void> SandboxBank::dispatch(const payments::Payout& payout, const Destination& destination) {
  const std::lock_guard hold{mutex_};
  return receive(entry_of(payout, script_of(payout, destination.account_number, destination.vpa)));
}

Result<void> SandboxBank::dispatch(const payments::Refund& refund) {
  const std::lock_guard hold{mutex_};
  return receive(entry_of(refund, refund_script_of(refund.amount)));
}

// UPI and bank transfers alike reach the escrow account at once.
Result<void> SandboxBank::settle(const payments::Attempt& attempt) {
  const std::lock_guard hold{mutex_};
  return receive({.kind = EntryKind::escrow_credit,
                  .reference = attempt.id.to_string(),
                  .client = attempt.client,
                  .received_at = attempt.updated_at,
                  .object = attempt.id.value,
                  .amount = attempt.amount});
}

Result<void> SandboxBank::inquire(const payments::Payout& payout) {
  const std::lock_guard hold{mutex_};
  Entry asked = entry_of(payout, never_came());
  asked.received_at = payout.updated_at;
  return answer(std::move(asked));
}

Result<void> SandboxBank::inquire(const payments::Refund& refund) {
  const std::lock_guard hold{mutex_};
  Entry asked = entry_of(refund, never_came());
  asked.received_at = refund.updated_at;
  return answer(std::move(asked));
}

// Says again what was said last under the reference; what is due besides comes with step(). What was told before the start is
// answered by going through the book; what never came is put down as that, so that it cannot come later.
Result<void> SandboxBank::answer(Entry asked) {
  MOHUR_TRY(write());
  const auto position = book_.find(asked.reference);
  if (!position) return receive(std::move(asked));
  if (past_ && *position >= past_->position().value) return {};
  MOHUR_TRY_SET(agenda, agenda_of(asked.client));
  const auto open = open_.find(*position);
  if (open == open_.end()) {
    MOHUR_TRY_SET(entry, book_.read(*position));
    outbox_.push_back(report_of(entry, count_reports(entry) - 1, vault_, asked.received_at));
    agenda->has_said = true;
    return {};
  }
  const auto& [entry, left] = open->second;
  const std::size_t said = count_reports(entry) - left;
  if (said == 0) return {};
  outbox_.push_back(report_of(entry, said - 1, vault_, asked.received_at));
  agenda->has_said = true;
  return {};
}

Result<void> SandboxBank::keep() {
  const std::lock_guard hold{mutex_};
  return write();
}

Result<void> SandboxBank::pay(const payments::Payin& payin, PayerScript how, std::optional<payments::AttemptReason> reason,
                              std::string_view payer_vpa) {
  MOHUR_TRY_SET(payer, vault_.seal(vault_.create_subject(clock_.now()), payer_vpa, vault::mask_vpa(payer_vpa)));
  const std::int64_t due_minor = payin.amount.minor - payin.amount_paid.minor;
  const std::lock_guard hold{mutex_};
  MOHUR_TRY_SET(now, now_of(payin.client));
  return receive_or_refuse({.kind = EntryKind::collection,
                            .reference = new_reference<"collection">(random_),
                            .client = payin.client,
                            .received_at = now,
                            .object = payin.id.value,
                            .amount = due_minor > 0 ? Amount{due_minor} : payin.amount,
                            .script = static_cast<std::uint32_t>(how),
                            .reason = reason.value_or(payments::AttemptReason::declined_by_payer),
                            .payer = std::move(payer)});
}

Result<void> SandboxBank::transfer(registry::ClientId client, std::string_view account_number, Amount amount,
                                   std::string_view payer_name) {
  MOHUR_TRY_SET(payer, vault_.seal(vault_.create_subject(clock_.now()), payer_name, vault::mask_name(payer_name)));
  const std::lock_guard hold{mutex_};
  MOHUR_TRY_SET(now, now_of(client));
  return receive_or_refuse({.kind = EntryKind::bank_credit,
                            .reference = new_reference<"credit">(random_),
                            .client = client,
                            .received_at = now,
                            .amount = amount,
                            .payer = std::move(payer),
                            .account_claim = engine::account_claim(vault_, Mode::test, account_number),
                            .rail = registry::Rail::neft});
}

// ---- what the bank says

Result<std::optional<Time>> SandboxBank::step(bool knows_all) {
  const std::lock_guard hold{mutex_};
  MOHUR_TRY(write());
  MOHUR_TRY(recall_frame());
  const Time now = clock_.now();
  say_due(now);
  if (knows_all && !past_ && unwritten_.empty()) go_on(now);
  deliver();
  return next_due(now);
}

Result<void> SandboxBank::schedule(std::uint64_t position, Entry entry, std::span<const std::size_t> reports) {
  MOHUR_TRY_SET(agenda, agenda_of(entry.client));
  for (const std::size_t report : reports) agenda->due.insert({due_at(entry, report), position, report});
  open_.emplace(position, Open{std::move(entry), reports.size()});
  return {};
}

Result<SandboxBank::Agenda*> SandboxBank::agenda_of(registry::ClientId client) {
  const auto known = agendas_.find(client);
  if (known != agendas_.end()) return &known->second;
  MOHUR_TRY_SET(clock, archive_.get<payments::SandboxClock>(client.value));
  Agenda agenda;
  if (clock) agenda.ahead = clock->ahead, agenda.caught_up_to = clock->caught_up_to;
  return &agendas_.emplace(client, std::move(agenda)).first->second;
}

void SandboxBank::say_due(Time now) {
  for (auto at = agendas_.begin(); at != agendas_.end();) {
    Agenda& agenda = at->second;
    const Time limit = agenda.limit(now);
    while (!agenda.due.empty() && agenda.due.begin()->at <= limit && outbox_.size() < kMostWaiting) {
      const auto open = open_.find(agenda.due.begin()->position);
      outbox_.push_back(report_of(open->second.entry, agenda.due.begin()->report, vault_));
      if (--open->second.left == 0) open_.erase(open);
      agenda.due.erase(agenda.due.begin());
      agenda.has_said = true;
    }
    at = agenda.is_idle() ? agendas_.erase(at) : std::next(at);
  }
}

// Asks the house of each client whose clock catches up to take the next step; once for each step.
void SandboxBank::go_on(Time now) {
  for (auto& [client, agenda] : agendas_) {
    if (!agenda.caught_up_to || agenda.has_asked) continue;
    std::optional<Time> next;
    if (agenda.has_said)
      next = agenda.caught_up_to;
    else if (!agenda.due.empty() && agenda.due.begin()->at <= agenda.now(now))
      next = agenda.due.begin()->at;
    kernel::Command command{};
    command.caller = registry::by_rail();
    command.intent = kernel::CatchUpSandboxClock{client, next};
    outbox_.push_back(std::move(command));
    agenda.has_asked = true;
    agenda.has_said = false;
  }
}

void SandboxBank::deliver() {
  while (!outbox_.empty() && desk_.submit(outbox_.front())) outbox_.pop_front();
}

std::optional<Time> SandboxBank::next_due(Time now) const {
  if (!outbox_.empty()) return now + kAskDeskAgain;
  if (past_) return now;
  std::optional<Time> next;
  for (const auto& [client, agenda] : agendas_) {
    if (agenda.caught_up_to) continue;  // the next step comes with the journal
    const Time at = agenda.due.begin()->at - agenda.ahead;
    if (!next || at < *next) next = at;
  }
  return next;
}

Result<void> SandboxBank::recall_frame() {
  if (!past_) return {};
  MOHUR_TRY_SET(frame, past_->next());
  if (!frame || frame->first().value > past_end_) {
    past_.reset();
    return {};
  }
  Entry entry;
  for (const journal::RecordView record : *frame) {
    MOHUR_TRY(SandboxBook::decode(record.bytes, entry));
    MOHUR_TRY(recall(record.position.value, entry));
  }
  return {};
}

Result<void> SandboxBank::recall(std::uint64_t position, const Entry& entry) {
  MOHUR_TRY_SET(now, now_of(entry.client));
  std::vector<std::size_t> reports;
  for (std::size_t n = 0; n < count_reports(entry); ++n) {
    bool heard = false;
    if (due_at(entry, n) <= now) {
      MOHUR_TRY_SET(shown, was_heard(entry, n, archive_, vault_));
      heard = shown;
    }
    if (!heard) reports.push_back(n);
  }
  return reports.empty() ? Result<void>{} : schedule(position, entry, reports);
}

// ---- clocks

Result<void> SandboxBank::clock_moved(const payments::SandboxClock& clock) {
  const std::lock_guard hold{mutex_};
  MOHUR_TRY_SET(agenda, agenda_of(clock.client));
  agenda->ahead = clock.ahead;
  agenda->caught_up_to = clock.caught_up_to;
  agenda->has_asked = false;
  return {};
}

// Clocks that were catching up when the process ended.
Result<void> SandboxBank::recall_clocks() {
  Result<void> outcome;
  MOHUR_TRY(archive_.scan(kernel::Table::sandbox_clocks, [&](std::string_view, std::string_view row) {
    payments::SandboxClock clock;
    if (!codec::decode(row, clock)) outcome = refuse(Outcome::data_damaged, {}, "A stored sandbox clock cannot be read.");
    if (outcome && clock.caught_up_to) outcome = clock_moved(clock);
    return outcome.has_value();
  }));
  return outcome;
}

Result<Duration> SandboxBank::ahead_of(registry::ClientId client) const {
  MOHUR_TRY_SET(clock, archive_.get<payments::SandboxClock>(client.value));
  return clock ? clock->ahead : Duration{};
}

Result<Time> SandboxBank::now_of(registry::ClientId client) const {
  MOHUR_TRY_SET(ahead, ahead_of(client));
  return clock_.now() + ahead;
}

std::uint64_t SandboxBank::entries() const {
  const std::lock_guard hold{mutex_};
  return book_.size();
}

}  // namespace mohur::rails
