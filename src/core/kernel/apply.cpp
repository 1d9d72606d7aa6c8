#include "kernel/apply.hpp"

#include "base/assert.hpp"

namespace mohur::kernel {
namespace {

template <class T>
void remember_object(State& state, Key128 key, const T& object) {
  if constexpr (is_shelved<T>) state.shelf<T>().put(key, object, state.position);
}

// Only an object that waits has pending transfers, only its own, and only its own events resolve them: so a row of the open
// object holds them too.
void check_owner(const Event& event, ledger::TransferId first, const OpenObject* before, const std::optional<OpenObject>& after) {
  using ledger::chain_of;
  for (const ledger::Transfer& transfer : event.transfers) {
    if (transfer.pending)
      MOHUR_ASSERT(before != nullptr && before->hold && chain_of(*before->hold) == chain_of(*transfer.pending));
    if (transfer.kind == ledger::TransferKind::pending)
      MOHUR_ASSERT(after && after->hold && chain_of(*after->hold) == chain_of(first));
  }
}

}  // namespace

void apply(State& state, const Event& event, Observer& observer) {
  state.position += 1;
  state.time = event.at;
  const Key128 key = key_of(event.object);
  if (const auto* clock = std::get_if<payments::SandboxClock>(&event.object)) state.open.set_clock(*clock);
  if (const auto* account = std::get_if<ledger::Account>(&event.object)) {
    state.ledger.open(*account);
    observer.account_moved(*account, *account);
  }

  const ledger::TransferId first = first_transfer_id(event.at, state.position);
  const std::optional<OpenObject> entry = waits(event.object);
  if (!event.transfers.empty()) check_owner(event, first, state.open.find(key), entry);
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
  for (const Key128 claim : event.claims) state.shelf<Claim>().put(claim, Claim{key}, state.position);
  if (event.idempotency)
    state.shelf<Answer>().put(event.idempotency->key, Answer{state.position, event.idempotency->fingerprint}, state.position);
}

}  // namespace mohur::kernel
