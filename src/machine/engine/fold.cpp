#include "engine/fold.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "codec/binary.hpp"

namespace mohur::engine {
namespace {

using kernel::Table;

// Each round finds at least one of the objects that a decision looks at: a handful, or the hundred that a command names at most.
constexpr int kMostRounds = 1'000;

}  // namespace

template <class Row, class Take>
Result<void> Fold::load_table(Table table, Take take) {
  Result<void> outcome;
  const auto scanned =
      store_.scan(number_of(table), {}, {}, store::Direction::forward, [&](std::string_view key, std::string_view value) {
        Row row;
        if (!codec::decode(value, row)) {
          outcome = refuse(Outcome::data_damaged, {}, "A row of table " + std::string{to_token(table)} + " cannot be read.");
          return false;
        }
        take(key, row);
        return true;
      });
  MOHUR_TRY(scanned);
  return outcome;
}

Result<void> Fold::load() {
  state_.position = store_.position();
  MOHUR_TRY((load_table<ledger::Account>(Table::ledger_accounts,
                                         [&](std::string_view, const auto& row) { state_.ledger.restore(row); })));
  MOHUR_TRY((load_table<payments::SandboxClock>(Table::sandbox_clocks,
                                                [&](std::string_view, const auto& row) { state_.open.set_clock(row); })));
  MOHUR_TRY((load_table<registry::Person>(Table::persons, [&](std::string_view, const auto& row) { state_.owners.put(row); })));
  MOHUR_TRY((load_table<policy::Ladder>(Table::ladders, [&](std::string_view, const auto& row) { state_.ladders.put(row); })));
  MOHUR_TRY((load_table<policy::WatchRules>(Table::watch_rules,
                                            [&](std::string_view, const auto& row) { state_.watch_rules.put(row); })));
  MOHUR_TRY((load_table<kernel::Nonce>(Table::nonces, [&](std::string_view, const auto& row) { state_.nonces.remember(row); })));
  MOHUR_TRY((load_table<payments::BalanceThreshold>(Table::balance_thresholds,
                                                    [&](std::string_view, const auto& row) { state_.thresholds.put(row); })));
  return load_table<OpenRow>(Table::open_objects, [&](std::string_view key, const auto& row) {
    state_.open.set(*Key128::from_bytes(key), row.object);
    for (const ledger::Pending& pending : row.reserved) state_.ledger.restore(pending);
  });
}

Result<kernel::Decided> Fold::decide(const kernel::Command& command, std::vector<kernel::Event>& events) {
  const std::size_t before = events.size();
  state_.forget_absent();
  MOHUR_TRY(look_up_first(command));
  for (int round = 0; round < kMostRounds; ++round) {
    Result<kernel::Decided> decided = kernel::decide(state_, command, events);
    const std::vector<kernel::Missed> missed = state_.take_missed();
    if (missed.empty()) return decided;
    events.resize(before);
    for (const kernel::Missed& miss : missed) MOHUR_TRY(fetch(miss));
  }
  MOHUR_ASSERT(false);
}

void Fold::prefetch(const kernel::Command& command) const {
  const kernel::AskedFirst asked = kernel::asked_first(command);
  if (asked.answer) store_.prefetch(number_of(Table::answers), asked.answer->to_bytes());
  if (asked.claim) store_.prefetch(number_of(Table::claims), asked.claim->to_bytes());
}

Result<void> Fold::look_up_first(const kernel::Command& command) {
  const kernel::AskedFirst asked = kernel::asked_first(command);
  if (asked.answer && state_.shelf<kernel::Answer>().find(*asked.answer) == nullptr)
    MOHUR_TRY(fetch_into_shelf<kernel::Answer>(*asked.answer));
  if (asked.answer && state_.shelf<kernel::Answer>().find(*asked.answer) != nullptr)
    return {};  // it was answered: nothing is decided
  if (asked.claim && state_.shelf<kernel::Claim>().find(*asked.claim) == nullptr)
    MOHUR_TRY(fetch_into_shelf<kernel::Claim>(*asked.claim));
  return {};
}

template <class T>
Result<void> Fold::fetch_into_shelf(Key128 key) {
  MOHUR_TRY_SET(found, store_.get(number_of(kernel::table_of<T>), key.to_bytes(), scratch_));
  if (!found) {
    state_.know_absent({kernel::table_of<T>, key});
    return {};
  }
  T value;
  if (!codec::decode(scratch_, value)) return refuse(Outcome::data_damaged, {}, "A stored object cannot be read.");
  state_.shelf<T>().fetched(key, std::move(value));
  return {};
}

Result<void> Fold::fetch(const kernel::Missed& missed) {
  switch (missed.table) {
    case Table::clients: return fetch_into_shelf<registry::Client>(missed.key);
    case Table::credentials: return fetch_into_shelf<registry::Credential>(missed.key);
    case Table::persons: return fetch_into_shelf<registry::Person>(missed.key);
    case Table::webhook_endpoints: return fetch_into_shelf<registry::WebhookEndpoint>(missed.key);
    case Table::beneficiaries: return fetch_into_shelf<payments::Beneficiary>(missed.key);
    case Table::payins: return fetch_into_shelf<payments::Payin>(missed.key);
    case Table::attempts: return fetch_into_shelf<payments::Attempt>(missed.key);
    case Table::payouts: return fetch_into_shelf<payments::Payout>(missed.key);
    case Table::refunds: return fetch_into_shelf<payments::Refund>(missed.key);
    case Table::virtual_accounts: return fetch_into_shelf<payments::VirtualAccount>(missed.key);
    case Table::bank_credits: return fetch_into_shelf<payments::BankCredit>(missed.key);
    case Table::fundings: return fetch_into_shelf<payments::Funding>(missed.key);
    case Table::sandbox_clocks: return fetch_into_shelf<payments::SandboxClock>(missed.key);
    case Table::exceptions: return fetch_into_shelf<kernel::Exception>(missed.key);
    case Table::plans: return fetch_into_shelf<policy::Plan>(missed.key);
    case Table::agreement_changes: return fetch_into_shelf<registry::AgreementChange>(missed.key);
    case Table::incidents: return fetch_into_shelf<registry::Incident>(missed.key);
    case Table::policy_versions: return fetch_into_shelf<policy::PolicyVersion>(missed.key);
    case Table::policy_acceptances: return fetch_into_shelf<policy::PolicyAcceptance>(missed.key);
    case Table::notices: return fetch_into_shelf<registry::Notice>(missed.key);
    case Table::measures: return fetch_into_shelf<registry::Measure>(missed.key);
    case Table::revoked_tokens: return fetch_into_shelf<registry::RevokedToken>(missed.key);
    case Table::tickets: return fetch_into_shelf<registry::Ticket>(missed.key);
    case Table::applications: return fetch_into_shelf<registry::Application>(missed.key);
    case Table::throttle_episodes: return fetch_into_shelf<policy::ThrottleEpisode>(missed.key);
    case Table::usage_notices: return fetch_into_shelf<policy::UsageNotice>(missed.key);
    case Table::conducts: return fetch_into_shelf<policy::Conduct>(missed.key);
    case Table::tier_reviews: return fetch_into_shelf<policy::TierReview>(missed.key);
    case Table::ladders: return fetch_into_shelf<policy::Ladder>(missed.key);
    case Table::watch_rules: return fetch_into_shelf<policy::WatchRules>(missed.key);
    case Table::balance_thresholds: return fetch_into_shelf<payments::BalanceThreshold>(missed.key);
    case Table::payout_schedules: return fetch_into_shelf<payments::PayoutSchedule>(missed.key);
    case Table::alerts: return fetch_into_shelf<policy::Alert>(missed.key);
    case Table::person_changes: return fetch_into_shelf<registry::PersonChange>(missed.key);
    case Table::sign_ins: return fetch_into_shelf<registry::SignIn>(missed.key);
    case Table::sessions: return fetch_into_shelf<registry::Session>(missed.key);
    case Table::sublicences: return fetch_into_shelf<registry::Sublicence>(missed.key);
    case Table::approval_workflows: return fetch_into_shelf<payments::ApprovalWorkflow>(missed.key);
    case Table::batches: return fetch_into_shelf<payments::Batch>(missed.key);
    case Table::usages: return fetch_into_shelf<policy::Usage>(missed.key);
    case Table::claims: return fetch_into_shelf<kernel::Claim>(missed.key);
    case Table::answers: return fetch_into_shelf<kernel::Answer>(missed.key);
    default: MOHUR_ASSERT(false);
  }
}

void Fold::apply(const kernel::Event& event, std::string_view record) {
  kernel::apply(state_, event, *this);
  rows_.add(event, record, state_.position);
}

void Fold::look_at_thresholds(kernel::ClientId client, Mode mode, Amount available) {
  for (const payments::BalanceThresholdId id : state_.thresholds.contradicted_by(client, mode, available))
    if (std::ranges::find(crossed_, id) == crossed_.end()) crossed_.push_back(id);
}

void Fold::look_at_all_thresholds() {
  crossed_.clear();
  state_.thresholds.for_each_balance([&](kernel::ClientId client, Mode mode) {
    const ledger::Ledger& ledger = state_.ledger;
    const auto* account = ledger.find(ledger.id_of(mode, ledger::AccountCode::client_payout, client.value));
    if (account != nullptr) look_at_thresholds(client, mode, {account->available()});
  });
}

std::vector<kernel::OpenObjects::QueueOwner> Fold::take_funded() {
  auto owners = std::exchange(funded_, {});
  for (const auto& owner : state_.open.take_given_up()) owners.push_back(owner);
  return owners;
}

void Fold::account_moved(const ledger::Account& before, const ledger::Account& after) {
  rows_.account_moved(after);
  laws_.visit(before, after);
  if (after.code != ledger::AccountCode::client_payout) return;
  const kernel::ClientId client{after.owner};
  if (after.available() > before.available()) funded_.emplace_back(client, after.mode);
  look_at_thresholds(client, after.mode, {after.available()});
}

void Fold::trim(std::size_t most, std::uint64_t durable_position) {
  state_.for_each_shelf([&](auto& shelf) { shelf.trim(most, durable_position); });
}

}  // namespace mohur::engine
