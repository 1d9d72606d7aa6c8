// Commands by chance, repeatable by seed: sensible ones, and those that a confused caller or bank would send.
#pragma once

#include <map>
#include <random>

#include "kernel/rig_test.hpp"

namespace mohur::kernel {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t below(std::uint64_t most) { return engine_() % most; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  template <class T>
  const T& of(const std::vector<T>& all) {
    return all[below(all.size())];
  }
  // Any value of an enumeration.
  template <DescribedEnum E>
  E any() {
    const auto rows = described_enumerators(E{});
    return rows[below(rows.size())].value;
  }
  std::uint64_t bits() { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

// What a caller could name: the ids and look-up keys that were ever given.
struct Known {
  std::vector<ClientId> clients;
  std::vector<Key128> beneficiaries, payins, attempts, payouts, refunds, accounts, measures;  // oldest first
  std::vector<Key128> references, attempt_claims, account_claims, bank_claims, beneficiary_claims;
  std::vector<Idempotency> keys;
  std::vector<Key128> workflows;
  std::vector<Key128> waiting;  // payouts that wait for approval now
  std::vector<Key128> batches, row_claims, part_claims;
  std::map<ClientId, std::vector<registry::Caller>> callers;  // keys of each client
  void add(const Event& event);
};

class CommandMaker {
 public:
  CommandMaker(Chance& chance, House& house, Known& known) : chance_(chance), house_(house), known_(known) {}
  Command next();
  // Rules by chance, or none.
  Intent workflow_intent();

 private:
  Intent any_intent(ClientId client, Mode mode);
  Intent payin_intent(Time now);
  Intent payout_intent(Time now);
  Intent bank_intent(Mode mode);
  Intent measure_intent(ClientId client);
  Intent approval_intent();
  Intent batch_intent();
  payments::BatchReport batch_report(payments::BatchId batch);
  Intent batch_row_intent(Time now);

  // Mostly a late one of the list, sometimes any, sometimes one that was never given.
  Key128 pick(const std::vector<Key128>& all);
  // A new key, kept in the list; sometimes one that is there.
  Key128 claim(std::vector<Key128>& all);
  std::optional<Key128> reference() { return chance_.one_in(3) ? std::optional{claim(known_.references)} : std::nullopt; }
  Amount amount();
  Time moment_near(Time now);
  std::optional<Time> moment(Time now, Duration horizon);
  std::vector<registry::Rail> fallback_rails();

  Chance& chance_;
  House& house_;
  Known& known_;
};

}  // namespace mohur::kernel
