#include "kernel/decide.hpp"

#include "kernel/decision.hpp"
#include "kernel/permissions.hpp"

namespace mohur::kernel {
namespace {

// A signature counts once: not even an answer that was given is given again for it. Nonces are kept for as long as their
// signatures are good by journal time, so that none is good which is not known any more.
Result<void> check_nonce(const State& state, const Command& command) {
  if (!command.nonce) return {};
  if (command.nonce->until < command.at) return refuse(Outcome::signature_expired);
  if (state.nonces.holds(command.nonce->key, command.at)) return refuse(Outcome::signature_replayed);
  return {};
}

// A sublicence may have ended since its call came. Whoever holds a key may still end that.
Result<void> check_sublicence(const State& state, const Command& command) {
  if (!command.sublicence || std::holds_alternative<ReportCompromise>(command.intent)) return {};
  const auto* sublicence = state.find<registry::Sublicence>(command.sublicence->value);
  if (sublicence == nullptr || sublicence->client != command.client) return refuse(Outcome::not_found, "sublicence");
  return registry::check_active(*sublicence);
}

// Idempotency comes before all else of the call itself: what was answered once is answered the same way again.
Result<std::optional<std::uint64_t>> replay_of(const State& state, const Command& command) {
  if (!command.idempotency) return std::nullopt;
  const Answer* answer = state.find<Answer>(command.idempotency->key);
  if (answer == nullptr) return std::nullopt;
  if (answer->fingerprint != command.idempotency->fingerprint) return refuse(Outcome::idempotency_key_reused);
  return answer->position;
}

// What a rail's report is about.
struct Subject {
  ClientId client;
  Mode mode = Mode::test;
  std::string id;
};

template <class T>
std::optional<Subject> subject_in(const State& state, Key128 key) {
  const T* found = state.find<T>(key);
  return found == nullptr ? std::nullopt : std::optional{Subject{found->client, found->mode, found->id.to_string()}};
}
std::optional<Subject> subject_of(const State& state, const ReportPayout& report) {
  return subject_in<payments::Payout>(state, report.payout.value);
}
std::optional<Subject> subject_of(const State& state, const ReportRefund& report) {
  return subject_in<payments::Refund>(state, report.refund.value);
}
std::optional<Subject> subject_of(const State& state, const ReportCollection& report) {
  return subject_in<payments::Payin>(state, report.payin.value);
}
std::optional<Subject> subject_of(const State& state, const ReportEscrowCredit& report) {
  return subject_in<payments::Attempt>(state, report.attempt.value);
}
std::optional<Subject> subject_of(const State&, const ReportBankCredit& report) {
  return Subject{{}, report.mode, report.utr.str()};
}
template <class T>
std::optional<Subject> subject_of(const State&, const T&) {
  return std::nullopt;
}

// What a rail reports has happened, whether or not the books can take it. Where they cannot, a person has to look.
bool is_of_the_books(Outcome outcome) { return outcome == Outcome::amount_too_large || outcome == Outcome::insufficient_balance; }

}  // namespace

Result<Decided> decide(const State& state, const Command& command, std::vector<Event>& events) {
  MOHUR_TRY(check_nonce(state, command));
  MOHUR_TRY_SET(replay, replay_of(state, command));
  if (replay) return Decided{0, replay, std::nullopt};
  MOHUR_TRY(check_permission(state, command));
  MOHUR_TRY(check_sublicence(state, command));
  Decision decision{state, command, events};
  Added added = std::visit([&](const auto& intent) { return decide(decision, intent); }, command.intent);
  if (!added) {
    decision.take_back();
    std::optional<Subject> subject;
    if (is_of_the_books(added.error().outcome))
      subject = std::visit([&](const auto& intent) { return subject_of(state, intent); }, command.intent);
    if (!subject) return std::unexpected(std::move(added).error());
    raise(decision, subject->client, subject->mode, subject->id,
          "The rail's report cannot be posted: " + std::string{to_token(added.error().outcome)} + ".");
  }
  return Decided{decision.added(), std::nullopt, decision.existing()};
}

AskedFirst asked_first(const Command& command) {
  AskedFirst asked;
  if (command.idempotency) asked.answer = command.idempotency->key;
  std::visit(
      [&](const auto& intent) {
        if constexpr (requires { intent.reference_claim; })
          asked.claim = intent.reference_claim;
        else if constexpr (requires { intent.claim; })
          asked.claim = intent.claim;
      },
      command.intent);
  return asked;
}

std::vector<Intent> due_intents(const State& state, Time now, std::size_t most) {
  std::vector<Intent> intents;
  for (const OpenObjects::Wake& wake : state.open.due(now, most)) {
    switch (wake.kind) {
      case OpenKind::payin: intents.push_back(WakePayin{{wake.key}, wake.due}); break;
      case OpenKind::payout: intents.push_back(WakePayout{{wake.key}, wake.due}); break;
      case OpenKind::refund: intents.push_back(WakeRefund{{wake.key}, wake.due}); break;
      case OpenKind::measure: intents.push_back(WakeMeasure{{wake.key}}); break;
      case OpenKind::batch: intents.push_back(WakeBatch{{wake.key}, wake.due}); break;
      case OpenKind::payout_schedule: intents.push_back(WakePayoutSchedule{{wake.key}, wake.due}); break;
    }
  }
  return intents;
}

std::vector<Intent> queue_intents(const State& state, ClientId client, Mode mode) {
  std::vector<Intent> intents;
  const ledger::Account* account = state.ledger.find(state.ledger.id_of(mode, ledger::AccountCode::client_payout, client.value));
  const Amount balance{account == nullptr ? 0 : account->available()};
  for (const Key128 key : state.open.covered(client, mode, balance)) intents.push_back(WakePayout{{key}});
  return intents;
}

}  // namespace mohur::kernel
