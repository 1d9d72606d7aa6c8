#include "kernel/apply.hpp"

namespace mohur::kernel {
namespace {

void put(State&, const std::monostate&, std::uint64_t) {}
void put(State& state, const ledger::Account& account, std::uint64_t) { state.ledger.open(account); }
void put(State& state, const payments::SandboxClock& clock, std::uint64_t position) {
  state.shelf<payments::SandboxClock>().put(clock.client.value, clock, position);
  state.open.set_clock(clock.client, clock.ahead);
}
template <class T>
void put(State& state, const T& object, std::uint64_t position) {
  state.shelf<T>().put(object.id.value, object, position);
}

void apply_transfers(State& state, const Event& event, Observer& observer) {
  const ledger::TransferId first = first_transfer_id(event.at, state.position);
  for (const ledger::Transfer& transfer : event.transfers)
    if (transfer.pending) observer.pending_closed(*transfer.pending);
  state.ledger.apply(event.transfers, first,
                     [&](const ledger::Account& before, const ledger::Account& after) { observer.account_moved(before, after); });
  for (std::size_t n = 0; n < event.transfers.size(); ++n)
    if (event.transfers[n].kind == ledger::TransferKind::pending)
      observer.pending_opened(*state.ledger.find_pending(ledger::nth(first, n)));
}

}  // namespace

void apply(State& state, const Event& event, Observer& observer) {
  state.position += 1;
  state.time = event.at;
  const Key128 key = key_of(event.object);
  std::visit([&](const auto& object) { put(state, object, state.position); }, event.object);
  if (const auto* account = std::get_if<ledger::Account>(&event.object)) observer.account_moved(*account, *account);
  apply_transfers(state, event, observer);

  const std::optional<OpenObject> entry = waits(event.object);
  if (entry || state.open.find(key) != nullptr) {
    state.open.set(key, entry);
    observer.open_object_changed(key, entry);
  }
  for (const Key128 claim : event.claims) state.shelf<Claim>().put(claim, Claim{key}, state.position);
  if (event.idempotency)
    state.shelf<Answer>().put(event.idempotency->key, Answer{state.position, event.idempotency->fingerprint}, state.position);
}

}  // namespace mohur::kernel
