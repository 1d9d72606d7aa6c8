// Decisions about thresholds of payout balances.
#include "kernel/telling.hpp"

namespace mohur::kernel {
namespace {

using payments::BalanceThreshold;
using payments::ThresholdStatus;

Amount available_of(const Decision& decision, ClientId client, Mode mode) {
  const ledger::Ledger& ledger = decision.state().ledger;
  const ledger::Account* account = ledger.find(ledger.id_of(mode, ledger::AccountCode::client_payout, client.value));
  return {account == nullptr ? 0 : account->available()};
}

}  // namespace

Added decide(Decision& decision, const SetBalanceThreshold& intent) {
  const Command& command = decision.command();
  MOHUR_TRY_SET(client, decision.client(command.client));
  MOHUR_TRY(registry::check_may_write(*client));
  if (decision.state().thresholds.count(client->id, command.mode) >= payments::kMostThresholds)
    return refuse(Outcome::state_conflict, {}, "A balance has five thresholds at most: remove one.");
  if (!intent.amount.is_positive()) return refuse(Outcome::amount_not_positive, "amount");
  const Time now = decision.now();
  const Amount available = available_of(decision, client->id, command.mode);
  decision.add(EventType::balance_threshold_set, BalanceThreshold{.id = decision.next_id<payments::BalanceThresholdId>(),
                                                                  .client = client->id,
                                                                  .mode = command.mode,
                                                                  .created_at = now,
                                                                  .updated_at = now,
                                                                  .sequence = 1,
                                                                  .status = payments::status_at(intent.amount, available),
                                                                  .amount = intent.amount,
                                                                  .currency = intent.currency,
                                                                  .available = available});
  return {};
}

Added decide(Decision& decision, const RemoveBalanceThreshold& intent) {
  MOHUR_TRY_SET(threshold, decision.own<BalanceThreshold>(intent.threshold.value, "balance_threshold"));
  MOHUR_TRY_SET(after, payments::remove(*threshold, decision.now()));
  decision.add(EventType::balance_threshold_removed, after);
  return {};
}

Added decide(Decision& decision, const WakeBalanceThreshold& intent) {
  const auto* threshold = decision.state().find<BalanceThreshold>(intent.threshold.value);
  if (threshold == nullptr) return refuse(Outcome::not_found, "balance_threshold");
  const Time now = decision.now(threshold->client, threshold->mode);
  const auto after = payments::crossed(*threshold, available_of(decision, threshold->client, threshold->mode), now);
  if (!after) return {};
  const bool is_below = after->status == ThresholdStatus::below;
  decision.add(is_below ? EventType::balance_threshold_crossed : EventType::balance_threshold_restored, *after);
  if (!is_below || after->mode != Mode::live) return {};
  MOHUR_TRY_SET(client, decision.client(after->client));
  tell(decision, *client, decision.next_id<registry::NoticeId>(), registry::NoticeKind::low_balance, after->id.to_string(),
       notice_text(*after));
  return {};
}

}  // namespace mohur::kernel
