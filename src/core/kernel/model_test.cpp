// The model's books, clients and clocks, and how it is asked. Payouts and pay-ins are in files of their own.
#include "kernel/model_test.hpp"

#include <algorithm>

namespace mohur::kernel {
namespace {

using ledger::AccountCode;

std::size_t row_number(Outcome outcome) {
  const auto table = outcome_table();
  return static_cast<std::size_t>(&row_of(outcome) - table.data());
}

}  // namespace

std::string to_text(const Verdict& verdict) {
  if (verdict.refusal) return "refused: " + std::string{to_token(*verdict.refusal)};
  if (verdict.replay_of) return "the answer of position " + std::to_string(*verdict.replay_of);
  if (verdict.existing) return "what exists";
  std::string text;
  for (const EventType type : verdict.events) text += (text.empty() ? "" : ", ") + std::string{to_token(type)};
  return text.empty() ? "nothing" : text;
}

// What a rail says has happened, whatever the books say.
bool is_report(const Intent& intent) {
  return std::holds_alternative<ReportPayout>(intent) || std::holds_alternative<ReportRefund>(intent) ||
         std::holds_alternative<ReportCollection>(intent) || std::holds_alternative<ReportBankCredit>(intent) ||
         std::holds_alternative<ReportEscrowCredit>(intent);
}

void Model::add_client(const registry::Client& client) {
  clients_[client.id.value] = {.status = client.status,
                               .agreement = client.agreement,
                               .applied_by = client.applied_by,
                               .reviewed_by = client.reviewed_by.value_or(registry::PersonId{}),
                               .ahead = {},
                               .sequence = client.sequence};
}

Verdict Model::take(const Command& command, std::span<const Key128> made, std::uint64_t position) {
  Turn turn{.command = command, .made = made, .verdict = {}, .reasons = {}, .claims = {}};
  if (command.idempotency) {
    const auto known = answers_.find(command.idempotency->key);
    if (known != answers_.end() && known->second.fingerprint != command.idempotency->fingerprint)
      return {.refusal = Outcome::idempotency_key_reused};
    if (known != answers_.end()) return {.replay_of = known->second.position};
  }
  std::visit(
      [&](const auto& intent) {
        if constexpr (requires { intent.as_of; }) as_of_ = intent.as_of;
        on(turn, intent);
      },
      command.intent);
  as_of_.reset();
  if (turn.refused()) {
    const Outcome refusal = *std::min_element(turn.reasons.begin(), turn.reasons.end(),
                                              [](Outcome a, Outcome b) { return row_number(a) < row_number(b); });
    const bool is_of_the_books = refusal == Outcome::amount_too_large || refusal == Outcome::insufficient_balance;
    if (!is_of_the_books || !is_report(command.intent)) return {.refusal = refusal};
    turn.verdict = {.events = {EventType::exception_raised}};
  }
  if (command.idempotency && !turn.verdict.events.empty())
    answers_[command.idempotency->key] = {command.idempotency->fingerprint, position + 1};
  return turn.verdict;
}

Time Model::now(ClientId client, Mode mode, Time at) const {
  const auto found = clients_.find(client.value);
  if (mode == Mode::live) return at;
  const Time present = found == clients_.end() ? at : at + found->second.ahead;
  return as_of_ ? std::min(*as_of_, present) : present;
}

bool Model::is_theirs(const Turn& turn, const Owned* object) {
  return object != nullptr && object->client == turn.command.client && object->mode == turn.command.mode;
}

Model::Place Model::place(const Owned& object, AccountCode code) {
  const bool is_clients =
      code == AccountCode::client_collections || code == AccountCode::client_payout || code == AccountCode::client_held;
  return {object.mode, code, is_clients ? object.client : ClientId{}};
}

bool Model::move(Turn& turn, const Owned& object, const std::vector<Leg>& legs) {
  std::map<Place, Line> after = lines_;
  for (const Leg& leg : legs) {
    if (leg.amount <= 0) continue;
    Line& debit = after[place(object, leg.debit)];
    Line& credit = after[place(object, leg.credit)];
    debit.debits += leg.amount;
    credit.credits += leg.amount;
    turn.refuse_if(debit.debits > kMost || credit.credits > kMost, Outcome::amount_too_large);
    const bool has_floor = leg.debit == AccountCode::client_collections || leg.debit == AccountCode::client_payout;
    turn.refuse_if(has_floor && debit.available() < 0, Outcome::insufficient_balance);
  }
  if (!turn.refused()) lines_ = std::move(after);
  return !turn.refused();
}

void Model::refuse_unless_writes(Turn& turn, const Client& client, bool money_out) const {
  using enum registry::ClientStatus;
  turn.refuse_if(client.status == terminated, Outcome::client_terminated);
  turn.refuse_if(client.status == suspended, Outcome::client_suspended);
  turn.refuse_if(client.status == restricted && money_out, Outcome::client_restricted);
  turn.refuse_if(client.status == applied || client.status == under_review || client.status == declined,
                 Outcome::client_not_approved);
}

void Model::on(Turn& turn, const FundBalance& intent) {
  const auto client = clients_.find(intent.client.value);
  if (client == clients_.end()) return turn.refuse_if(true, Outcome::not_found);
  const Owned owner{intent.client, intent.mode};
  refuse_unless_writes(turn, client->second, false);
  turn.refuse_if(intent.amount.minor <= 0, Outcome::amount_not_positive);
  turn.refuse_if(intent.amount.minor > 10'000'000'000'000, Outcome::amount_above_maximum);
  turn.refuse_if(claims_.contains(intent.claim), Outcome::state_conflict);
  if (!move(turn, owner, {{AccountCode::bank_payout, AccountCode::client_payout, intent.amount.minor}})) return;
  claims_[intent.claim] = turn.event(EventType::balance_funded);
}

void Model::on(Turn& turn, const AdvanceSandboxClock& intent) {
  const Command& command = turn.command;
  if (command.mode != Mode::test) return turn.refuse_if(true, Outcome::mode_mismatch);
  Client& client = clients_.at(command.client.value);
  turn.refuse_if(intent.to <= command.at + client.ahead, Outcome::clock_backwards);
  turn.refuse_if(intent.to > command.at + days(3'660), Outcome::time_too_far);
  if (turn.refused()) return;
  turn.event(EventType::sandbox_clock_advanced);
  if (!client.caught_up_to) client.caught_up_to = command.at + client.ahead;
  client.ahead = intent.to - command.at;
  client.clock_sequence += 1;
}

void Model::on(Turn& turn, const CatchUpSandboxClock& intent) {
  const auto found = clients_.find(intent.client.value);
  if (found == clients_.end() || !found->second.caught_up_to) return;
  Client& client = found->second;
  turn.event(EventType::sandbox_clock_caught_up);
  client.clock_sequence += 1;
  const Time from = *client.caught_up_to, now = turn.command.at + client.ahead;
  std::vector<Timer> waiting = timers();
  std::erase_if(waiting, [&](const Timer& timer) {
    const bool is_later = intent.next_report ? timer.at >= std::min(*intent.next_report, now) : timer.at > now;
    return timer.owner.client != intent.client || timer.owner.mode == Mode::live || is_later;
  });
  std::ranges::sort(waiting, {}, &Timer::at);
  const auto asks = std::ranges::find_if(waiting, &Timer::asks_the_bank);
  const auto place = std::min<std::ptrdiff_t>(asks - waiting.begin(), 127);
  if (place < std::ssize(waiting))
    client.caught_up_to = std::max(from, waiting[static_cast<std::size_t>(place)].at + Duration{1});
  else if (intent.next_report)
    client.caught_up_to = std::max(from, std::min(*intent.next_report, now));
  else
    client.caught_up_to = std::nullopt;
}

std::vector<Model::Timer> Model::timers() const {
  std::vector<Timer> all;
  for (const auto& [key, payin] : payins_)
    if (payin.is_open()) all.push_back({payin.expires_at, key, payin, false});
  for (const auto& [key, payout] : payouts_)
    if (payout.due) all.push_back({*payout.due, key, payout, true});
  for (const auto& [key, refund] : refunds_)
    if (refund.due) all.push_back({*refund.due, key, refund, true});
  for (const auto& [key, batch] : batches_)
    if (batch.due) all.push_back({*batch.due, key, batch, false});
  for (const auto& [key, measure] : measures_)
    if (measure.confirm_by) all.push_back({*measure.confirm_by, key, measure, false});
  return all;
}

// What a clock that catches up has not come to yet is not due.
std::set<Key128> Model::due(Time at) const {
  std::set<Key128> keys;
  for (const Timer& timer : timers()) {
    const Client& client = clients_.at(timer.owner.client.value);
    const bool is_held = timer.owner.mode == Mode::test && client.caught_up_to && timer.at >= *client.caught_up_to;
    if (timer.at <= now(timer.owner, at) && !is_held) keys.insert(timer.key);
  }
  return keys;
}

std::set<Key128> Model::waiting_for_balance(ClientId client, Mode mode) const {
  std::set<Key128> keys;
  for (const auto& [key, payout] : payouts_)
    if (payout.status == "queued" && payout.reason == "low_balance" && payout.client == client && payout.mode == mode)
      keys.insert(key);
  return keys;
}

std::size_t Model::open() const {
  const auto count = [](const auto& table, auto is_open) { return std::ranges::count_if(table, is_open); };
  return static_cast<std::size_t>(count(payins_, [](const auto& row) { return row.second.is_open(); }) +
                                  count(refunds_, [](const auto& row) { return row.second.status == "pending"; }) +
                                  count(batches_, [](const auto& row) { return row.second.due.has_value(); }) +
                                  count(measures_, [](const auto& row) { return row.second.confirm_by.has_value(); }) +
                                  count(payouts_, [](const auto& row) {
                                    return row.second.status == "pending_approval" || row.second.status == "scheduled" ||
                                           row.second.status == "queued" || row.second.status == "processing";
                                  }));
}

namespace {

// Gathers what differs.
class Difference {
 public:
  template <class A, class B>
  void of(std::string_view name, const A& real, const B& model) {
    if (real != model) text_ += std::string{name} + " is " + show(real) + ", expected " + show(model) + "; ";
  }
  std::string take() { return std::move(text_); }

 private:
  static std::string show(std::string_view text) { return std::string{text}; }
  static std::string show(const std::string& text) { return text; }
  template <class T>
  static std::string show(const T& value) {
    if constexpr (requires { value.ns; })
      return to_rfc3339(Time{value.ns});
    else if constexpr (requires { value.has_value(); })
      return value ? show(*value) : "absent";
    else if constexpr (requires { value.minor; })
      return std::to_string(value.minor);
    else if constexpr (requires { value.value.to_bytes(); })
      return value.to_string();
    else
      return std::to_string(static_cast<long long>(value));
  }
  std::string text_;
};

}  // namespace

std::string Model::difference(const ledger::Account& account) const {
  const auto found = lines_.find({account.mode, account.code, ClientId{account.owner}});
  const Line line = found == lines_.end() ? Line{} : found->second;
  Difference difference;
  difference.of("debits", account.debits_posted, line.debits);
  difference.of("credits", account.credits_posted, line.credits);
  difference.of("pending debits", account.debits_pending, line.debits_pending);
  difference.of("pending credits", account.credits_pending, line.credits_pending);
  return difference.take();
}

std::string Model::difference(const Event& event) const {
  Difference difference;
  const auto owned = [&](const auto& object, const Owned& model) {
    difference.of("client", object.client, model.client);
    difference.of("mode", to_token(object.mode), to_token(model.mode));
    difference.of("sequence", object.sequence, model.sequence);
  };
  if (const auto* payout = std::get_if<payments::Payout>(&event.object)) {
    const Payout& model = payouts_.at(payout->id.value);
    owned(*payout, model);
    difference.of("status", to_token(payout->status), model.status);
    difference.of("reason", to_token(payout->reason), model.reason);
    difference.of("amount", payout->amount.minor, model.amount);
    difference.of("fee", payout->fee.minor, model.fee);
    difference.of("tax", payout->tax.minor, model.tax);
    difference.of("rail", to_token(payout->rail), to_token(model.rail));
    difference.of("dispatch", payout->dispatch, model.dispatch);
    difference.of("inquiries", payout->inquiries, model.inquiries);
    difference.of("due", due_at(*payout), model.due);
    difference.of("hold", payout->hold.has_value(), model.status == "processing");
    difference.of("decisions", payout->approval ? payout->approval->decisions.size() : 0, model.deciders.size());
    difference.of("step", payout->approval ? payout->approval->step - 1 : 0, model.steps_done);
  } else if (const auto* payin = std::get_if<payments::Payin>(&event.object)) {
    const Payin& model = payins_.at(payin->id.value);
    owned(*payin, model);
    difference.of("status", to_token(payin->status), model.status);
    difference.of("amount", payin->amount.minor, model.amount);
    difference.of("paid", payin->amount_paid.minor, model.paid);
    difference.of("refunded", payin->amount_refunded.minor, model.refunded);
    difference.of("fee", payin->fee.minor, model.fee);
    difference.of("tax", payin->tax.minor, model.tax);
    difference.of("attempts", payin->attempts, model.attempts);
    difference.of("due", due_at(*payin), model.is_open() ? std::optional{model.expires_at} : std::nullopt);
  } else if (const auto* attempt = std::get_if<payments::Attempt>(&event.object)) {
    const Attempt& model = attempts_.at(attempt->id.value);
    owned(*attempt, model);
    difference.of("status", to_token(attempt->status), model.status);
    difference.of("amount", attempt->amount.minor, model.amount);
    difference.of("kind", attempt->kind ? to_token(*attempt->kind) : std::string_view{}, model.kind);
    difference.of("pay-in", attempt->payin.value == model.payin, true);
    difference.of("credited", attempt->credited, model.credited);
  } else if (const auto* refund = std::get_if<payments::Refund>(&event.object)) {
    const Refund& model = refunds_.at(refund->id.value);
    owned(*refund, model);
    difference.of("status", to_token(refund->status), model.status);
    difference.of("amount", refund->amount.minor, model.amount);
    difference.of("due", due_at(*refund), model.due);
    difference.of("inquiries", refund->inquiries, model.inquiries);
  } else if (const auto* account = std::get_if<payments::VirtualAccount>(&event.object)) {
    const Account& model = accounts_.at(account->id.value);
    owned(*account, model);
    difference.of("active", account->status == payments::VirtualAccountStatus::active, model.active);
    difference.of("received", account->amount_received.minor, model.received);
  } else if (const auto* beneficiary = std::get_if<payments::Beneficiary>(&event.object)) {
    const Beneficiary& model = beneficiaries_.at(beneficiary->id.value);
    owned(*beneficiary, model);
    difference.of("active", beneficiary->status == payments::BeneficiaryStatus::active, model.active);
  } else if (const auto* client = std::get_if<registry::Client>(&event.object)) {
    const Client& model = clients_.at(client->id.value);
    difference.of("status", to_token(client->status), to_token(model.status));
    difference.of("sequence", client->sequence, model.sequence);
  } else if (const auto* workflow = std::get_if<payments::ApprovalWorkflow>(&event.object)) {
    const Workflow& model = workflows_.at(workflow->id.value);
    owned(*workflow, model);
    difference.of("status", to_token(workflow->status), model.status);
  } else if (const auto* batch = std::get_if<payments::Batch>(&event.object)) {
    const Batch& model = batches_.at(batch->id.value);
    owned(*batch, model);
    difference.of("status", to_token(batch->status), model.status);
    difference.of("reason", to_token(batch->reason), model.reason);
    difference.of("rows", batch->rows, model.rows);
    difference.of("parts", batch->parts.size(), model.parts);
    difference.of("due", due_at(*batch), model.due);
    difference.of("decisions", batch->approval ? batch->approval->decisions.size() : 0, model.deciders.size());
    difference.of("steps", batch->approval ? batch->approval->steps.size() : 0, model.steps.size());
    difference.of("the same steps", !batch->approval || batch->approval->steps == model.steps, true);
  } else if (const auto* measure = std::get_if<registry::Measure>(&event.object)) {
    const Measure& model = measures_.at(measure->id.value);
    difference.of("client", measure->client, model.client);
    difference.of("status", to_token(measure->status), model.status);
    difference.of("sequence", measure->sequence, model.sequence);
    difference.of("confirm by", measure->confirm_by, model.confirm_by);
  } else if (const auto* clock = std::get_if<payments::SandboxClock>(&event.object)) {
    const Client& model = clients_.at(clock->client.value);
    difference.of("sequence", clock->sequence, model.clock_sequence);
    difference.of("ahead", clock->ahead.ns, model.ahead.ns);
    difference.of("caught_up_to", clock->caught_up_to, model.caught_up_to);
  }
  return difference.take();
}

}  // namespace mohur::kernel
