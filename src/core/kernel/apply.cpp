#include "kernel/apply.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace mohur::kernel {
namespace {

template <class T>
void remember_object(State& state, Key128 key, const T& object) {
  if constexpr (is_shelved<T>) state.shelf<T>().put(key, object, state.position);
}

// Only an object that waits has pending transfers, only its own, and only its own events resolve them: so a row of the open
// object holds them too.
bool keeps_to_its_own(const Event& event, ledger::TransferId first, const OpenObject* before,
                      const std::optional<OpenObject>& after) {
  using ledger::chain_of;
  const auto holds = [](const auto& object, ledger::TransferId id) {
    return object && object->hold && chain_of(*object->hold) == chain_of(id);
  };
  return std::ranges::all_of(event.transfers, [&](const ledger::Transfer& transfer) {
    const bool is_new = transfer.kind == ledger::TransferKind::pending;
    return (!transfer.pending || holds(before, *transfer.pending)) && (!is_new || holds(after, first));
  });
}

bool is_known(ledger::TransferKind kind) { return !to_token(kind).empty(); }

}  // namespace

std::optional<std::string_view> contradiction(const State& state, const Event& event) {
  if (event.object.index() == 0) return "carries no object";
  if (event.at < state.time) return "is older than the one before it";
  if (const auto* account = std::get_if<ledger::Account>(&event.object); account && state.ledger.find(account->id) != nullptr)
    return "opens a ledger account that is open";
  if (event.nonce && (event.nonce->until < event.at || state.nonces.holds(event.nonce->key, event.at)))
    return "has a nonce that was used before, or too late";
  if (event.transfers.empty()) return std::nullopt;
  if (!std::ranges::all_of(event.transfers, is_known, &ledger::Transfer::kind)) return "has a transfer of no kind";
  const ledger::TransferId first = first_transfer_id(event.at, state.position + 1);
  if (!keeps_to_its_own(event, first, state.open.find(key_of(event.object)), waits(event.object)))
    return "has a pending transfer that is not its object's own";
  if (!state.ledger.check(event.transfers)) return "has a transfer that the ledger cannot take";
  return std::nullopt;
}

void apply(State& state, const Event& event, Observer& observer) {
  state.position += 1;
  state.time = event.at;
  state.nonces.let_go(event.at, [&](const Nonce& nonce) { observer.nonce_let_go(nonce); });
  if (event.nonce) state.nonces.remember(*event.nonce);
  const Key128 key = key_of(event.object);
  if (const auto* clock = std::get_if<payments::SandboxClock>(&event.object)) state.open.set_clock(*clock);
  if (const auto* person = std::get_if<registry::Person>(&event.object)) state.owners.put(*person);
  if (const auto* ladder = std::get_if<policy::Ladder>(&event.object)) state.ladders.put(*ladder);
  if (const auto* rules = std::get_if<policy::WatchRules>(&event.object)) state.watch_rules.put(*rules);
  if (const auto* threshold = std::get_if<payments::BalanceThreshold>(&event.object)) state.thresholds.put(*threshold);
  if (const auto* account = std::get_if<ledger::Account>(&event.object)) {
    state.ledger.open(*account);
    observer.account_moved(*account, *account);
  }

  const ledger::TransferId first = first_transfer_id(event.at, state.position);
  const std::optional<OpenObject> entry = waits(event.object);
  if (!event.transfers.empty()) MOHUR_ASSERT(keeps_to_its_own(event, first, state.open.find(key), entry));
  state.ledger.apply(event.transfers, first,
                     [&](const ledger::Account& before, const ledger::Account& after) { observer.account_moved(before, after); });
  if (state.open.set(key, entry)) {
    ledger::Ledger::Pendings reserved;
    if (entry && entry->hold) reserved = state.ledger.pendings_of(ledger::chain_of(*entry->hold));
    observer.open_object_changed(key, entry, reserved);
  }
}

void remember(State& state, const Event& event) {
  const Key128 key = key_of(event.object);
  std::visit([&](const auto& object) { remember_object(state, key, object); }, event.object);
  for (const policy::Usage& usage : event.usages) state.shelf<policy::Usage>().put(usage.owner, usage, state.position);
  for (const Key128 claim : event.claims) state.shelf<Claim>().put(claim, Claim{key}, state.position);
  if (event.idempotency)
    state.shelf<Answer>().put(event.idempotency->key, Answer{state.position, event.idempotency->fingerprint}, state.position);
}

}  // namespace mohur::kernel
