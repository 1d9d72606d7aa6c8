// The model's beneficiaries and payouts.
#include <algorithm>

#include "kernel/model_test.hpp"

namespace mohur::kernel {
namespace {

using ledger::AccountCode;
using registry::Purpose;
using registry::Rail;

struct RailRow {
  Rail rail;
  const char* since;  // a day in India
  std::int64_t least, most;
  std::int64_t opens, closes;  // minutes of the day in India
  bool weekdays;
};
constexpr std::int64_t kRupee = 100, kLakh = 100'000 * kRupee, kNoCeiling = std::numeric_limits<std::int64_t>::max();
constexpr RailRow kRails[] = {
    {Rail::imps, "2010-11-22", kRupee, 2 * kLakh, 0, 1'440, false},
    {Rail::imps, "2021-10-08", kRupee, 5 * kLakh, 0, 1'440, false},
    {Rail::neft, "2005-11-21", kRupee, kNoCeiling, 480, 1'110, true},
    {Rail::neft, "2019-12-16", kRupee, kNoCeiling, 0, 1'440, false},
    {Rail::rtgs, "2004-03-26", 2 * kLakh, kNoCeiling, 540, 990, true},
    {Rail::rtgs, "2020-12-14", 2 * kLakh, kNoCeiling, 0, 1'440, false},
    {Rail::upi, "2016-04-11", kRupee, kLakh, 0, 1'440, false},
};

const RailRow* row_at(Rail rail, Time at) {
  static const auto begins = [] {
    std::vector<Time> all;
    for (const RailRow& row : kRails) all.push_back(*parse_rfc3339(std::string{row.since} + "T00:00:00+05:30"));
    return all;
  }();
  const RailRow* found = nullptr;
  for (std::size_t i = 0; i < std::size(kRails); ++i)
    if (kRails[i].rail == rail && begins[i] <= at) found = &kRails[i];
  return found;
}

// Minutes since a Sunday midnight in India: 4 January 1970.
std::int64_t indian_minutes(Time at) { return at.unix_s() / 60 + 330 - 3 * 1'440; }

bool is_open(const RailRow& row, std::int64_t minutes) {
  const std::int64_t weekday = minutes / 1'440 % 7;
  const std::int64_t minute = minutes % 1'440;
  return minute >= row.opens && minute < row.closes && !(row.weekdays && (weekday == 0 || weekday == 6));
}

// The first opening after a closed moment, to the minute.
Time opening_after(const RailRow& row, Time at) {
  std::int64_t minutes = indian_minutes(at);
  do {
    ++minutes;
  } while (!is_open(row, minutes));
  return Time{} + mohur::minutes(minutes - 330 + 3 * 1'440);
}

bool pays(Purpose purpose, payments::BeneficiaryKind kind) {
  const std::string_view name = to_token(purpose);
  const std::string_view who = to_token(kind);
  if (name == "salary") return who == "employee";
  if (name == "vendor") return who == "vendor" || who == "partner";
  if (name == "incentive") return who == "employee" || who == "agent" || who == "partner";
  if (name == "settlement") return who == "self";
  return who == "customer";  // cashback, wallet redemption, refund
}

template <class T>
bool contains(const std::vector<T>& list, T value) {
  return std::ranges::find(list, value) != list.end();
}

// 18 %, half a paisa up.
std::int64_t tax_on(std::int64_t fee) { return (fee * 18 + 50) / 100; }

}  // namespace

void Model::on(Turn& turn, const CreateBeneficiary& intent) {
  const Command& command = turn.command;
  refuse_unless_writes(turn, clients_.at(command.client.value), false);
  if (turn.refused()) return;
  if (const auto known = claims_.find(intent.claim); known != claims_.end() && beneficiaries_.at(known->second).active) {
    turn.verdict.existing = known->second;
    if (!command.idempotency) return;
    turn.event(EventType::beneficiary_matched);
    beneficiaries_.at(known->second).sequence += 1;
    return;
  }
  const Key128 key = turn.event(EventType::beneficiary_created);
  beneficiaries_[key] = {{command.client, command.mode, 1},
                         true,
                         intent.beneficiary.kind,
                         intent.beneficiary.destination == payments::DestinationKind::vpa,
                         this->now(command.client, command.mode, command.at)};
  claims_[intent.claim] = key;
}

void Model::on(Turn& turn, const DeactivateBeneficiary& intent) {
  const auto found = beneficiaries_.find(intent.beneficiary.value);
  turn.refuse_if(found == beneficiaries_.end() || !is_theirs(turn, &found->second), Outcome::not_found);
  if (turn.refused()) return;
  turn.refuse_if(!found->second.active, Outcome::state_conflict);
  if (turn.refused()) return;
  turn.event(EventType::beneficiary_deactivated);
  found->second.active = false;
  found->second.sequence += 1;
}

std::optional<Outcome> Model::obstacle(const Payout& payout) {
  Line from = line(payout, AccountCode::client_payout);
  const auto reserve = [&](AccountCode to, std::int64_t amount) -> std::optional<Outcome> {
    from.debits_pending += amount;
    if (from.debits_pending > kMost || line(payout, to).credits_pending + amount > kMost) return Outcome::amount_too_large;
    return from.available() < 0 ? std::optional{Outcome::insufficient_balance} : std::nullopt;
  };
  std::optional<Outcome> found = reserve(AccountCode::in_flight_payout, payout.amount);
  if (!found && payout.fee > 0) found = reserve(AccountCode::platform_fees, payout.fee);
  if (!found && payout.tax > 0) found = reserve(AccountCode::platform_tax_payable, payout.tax);
  return found;
}

void Model::hold(const Payout& payout, int sign) {
  const auto reserve = [&](AccountCode to, std::int64_t amount) {
    line(payout, AccountCode::client_payout).debits_pending += sign * amount;
    line(payout, to).credits_pending += sign * amount;
  };
  reserve(AccountCode::in_flight_payout, payout.amount);
  reserve(AccountCode::platform_fees, payout.fee);
  reserve(AccountCode::platform_tax_payable, payout.tax);
}

bool Model::is_behind(const Payout& payout) const {
  const auto line = waiting_.find({payout.client, payout.mode});
  if (line == waiting_.end() || line->second.empty()) return false;
  const Key128 last{~std::uint64_t{}, ~std::uint64_t{}};
  return *line->second.begin() < std::pair{payout.urgency, payout.key.is_zero() ? last : payout.key};
}

std::optional<Outcome> Model::shortage(const Payout& payout) {
  const auto found = obstacle(payout);
  return !found && payout.may_queue && is_behind(payout) ? std::optional{Outcome::insufficient_balance} : found;
}

std::vector<Key128> Model::next_in_line(ClientId client, Mode mode) {
  std::vector<Key128> keys;
  Line::Wide left = lines_[{mode, AccountCode::client_payout, client}].available();
  for (const auto& [urgency, key] : waiting_[{client, mode}]) {
    const Payout& payout = payouts_.at(key);
    left -= Line::Wide{payout.amount} + payout.fee + payout.tax;
    if (left < 0) break;
    keys.push_back(key);
  }
  return keys;
}

// What the rail never had goes again, twice; what it would not take goes by another one that the order names.
bool Model::send_again(Turn& turn, Payout& payout, bool was_lost, const std::string& reason, Time now) {
  const Client& client = clients_.at(payout.client.value);
  if (client.status != registry::ClientStatus::approved || !beneficiaries_.at(payout.beneficiary).active) return false;
  const auto takes = [&](Rail rail) {
    const RailRow* row = row_at(rail, now);
    return row != nullptr && is_open(*row, indian_minutes(now)) && payout.amount >= row->least && payout.amount <= row->most;
  };
  const bool again =
      was_lost && payout.dispatch - payout.sent_by_others < 3 && is_open(*row_at(payout.rail, now), indian_minutes(now));
  if (!again) {
    static const std::set<std::string> kRailsOwn = {"beneficiary_bank_offline", "gateway_timeout", "imps_not_allowed",
                                                    "transaction_limit_exceeded", "dispatch_not_received"};
    if (!kRailsOwn.contains(reason)) return false;
    while (!payout.other_rails.empty() &&
           !(takes(payout.other_rails.front()) && contains(client.agreement.rails, payout.other_rails.front())))
      payout.other_rails.erase(payout.other_rails.begin());
    if (payout.other_rails.empty()) return false;
    payout.rail = payout.other_rails.front();
    payout.other_rails.erase(payout.other_rails.begin());
    payout.sent_by_others = payout.dispatch;
  }
  turn.event(EventType::payout_redispatched);
  payout.reason = "payout_bank_processing";
  payout.sequence += 1;
  payout.dispatch += 1;
  payout.inquiries = 0;
  payout.dispatched_at = now;
  payout.due = now + seconds(90);
  return true;
}

void Model::queue(Turn& turn, Payout& payout, std::string reason, Time now) {
  auto& line = waiting_[{payout.client, payout.mode}];
  line.erase({payout.urgency, payout.key});
  if (reason == "low_balance" && !payout.key.is_zero()) line.insert({payout.urgency, payout.key});
  turn.event(payout.status == "queued" ? EventType::payout_updated : EventType::payout_queued);
  payout.status = "queued";
  payout.sequence += 1;
  if (!payout.expires_at) payout.expires_at = now + days(90);
  payout.due = payout.expires_at;
  if (reason == "bank_window_closed") payout.due = std::min(*payout.expires_at, opening_after(*row_at(payout.rail, now), now));
  payout.reason = std::move(reason);
}

void Model::send(Turn& turn, Payout& payout, Time now) {
  waiting_[{payout.client, payout.mode}].erase({payout.urgency, payout.key});
  turn.event(EventType::payout_initiated);
  payout.status = "processing";
  payout.reason = "payout_bank_processing";
  payout.sequence += 1;
  payout.dispatch += 1;
  payout.dispatched_at = now;
  payout.due = now + seconds(90);
  hold(payout, +1);
}

void Model::go(Turn& turn, Payout& payout, bool is_short, Time now) {
  if (is_short) return queue(turn, payout, "low_balance", now);
  if (!is_open(*row_at(payout.rail, now), indian_minutes(now))) return queue(turn, payout, "bank_window_closed", now);
  send(turn, payout, now);
}

void Model::finish(Turn& turn, Payout& payout, EventType type, std::string status, std::string reason) {
  turn.event(type);
  waiting_[{payout.client, payout.mode}].erase({payout.urgency, payout.key});
  if (payout.status == "processing") hold(payout, -1);
  if (status != "processed") payout.fee = payout.tax = 0;
  payout.status = std::move(status);
  payout.reason = std::move(reason);
  payout.sequence += 1;
  payout.due = std::nullopt;
}

// Ends it with money that moves; what is reserved may be used for that.
void Model::settle(Turn& turn, Payout& payout, const std::vector<Leg>& legs, EventType type, std::string status,
                   std::string reason) {
  const bool is_held = payout.status == "processing";
  if (is_held) hold(payout, -1);
  const bool moved = move(turn, payout, legs);
  if (is_held) hold(payout, +1);
  if (moved) finish(turn, payout, type, std::move(status), std::move(reason));
}

void Model::on(Turn& turn, const CreatePayout& intent) {
  const Command& command = turn.command;
  if (intent.row_claim && claims_.contains(*intent.row_claim)) {
    turn.verdict.existing = claims_.at(*intent.row_claim);
    return;
  }
  const Client& client = clients_.at(command.client.value);
  const Time now = this->now(command.client, command.mode, command.at);
  payments::PayoutOrder order = intent.order;
  if (intent.row && order.scheduled_at && *order.scheduled_at <= now) order.scheduled_at = std::nullopt;
  const std::int64_t amount = order.amount.minor;
  const auto found = beneficiaries_.find(intent.beneficiary.value);
  const Beneficiary* to = found != beneficiaries_.end() && is_theirs(turn, &found->second) ? &found->second : nullptr;

  refuse_unless_writes(turn, client, true);
  turn.refuse_if(intent.reference_claim && claims_.contains(*intent.reference_claim), Outcome::reference_id_reused);
  turn.refuse_if(!contains(client.agreement.purposes, order.purpose), Outcome::purpose_not_approved);
  const std::vector<Rail>& others = order.fallback_rails;
  std::vector<Rail> named = others;
  if (order.rail) named.push_back(*order.rail);
  turn.refuse_if(std::set<Rail>(named.begin(), named.end()).size() < named.size(), Outcome::field_repeated);
  turn.refuse_if(order.queue_expires_at && !order.queue_if_low_balance, Outcome::field_unknown);
  turn.refuse_if(others.size() > 3, Outcome::field_out_of_range);
  for (const Rail rail : named) turn.refuse_if(!contains(client.agreement.rails, rail), Outcome::rail_not_approved);
  const auto batch = intent.row ? batches_.find(intent.row->batch.value) : batches_.end();
  const bool has_batch = batch != batches_.end() && is_theirs(turn, &batch->second);
  turn.refuse_if(to == nullptr || (intent.row && !has_batch), Outcome::not_found);
  turn.refuse_if(has_batch && batch->second.status != "processing", Outcome::state_conflict);
  if (intent.row && turn.refused()) return;
  turn.refuse_if(amount <= 0, Outcome::amount_not_positive);
  turn.refuse_if(order.scheduled_at && *order.scheduled_at <= now, Outcome::time_not_in_future);
  turn.refuse_if(order.scheduled_at && *order.scheduled_at > now + days(92), Outcome::time_too_far);
  const Time begins = order.scheduled_at.value_or(now);
  turn.refuse_if(order.queue_expires_at && *order.queue_expires_at <= begins, Outcome::time_not_in_future);
  turn.refuse_if(order.queue_expires_at && *order.queue_expires_at > begins + days(90), Outcome::time_too_far);
  if (to == nullptr) return;

  const RailRow* instant = row_at(Rail::imps, now);
  const bool is_instant = instant != nullptr && amount <= instant->most;
  const Rail rail = order.rail.value_or(to->has_vpa ? Rail::upi : is_instant ? Rail::imps : Rail::rtgs);
  turn.refuse_if(!contains(client.agreement.rails, rail), Outcome::rail_not_approved);
  turn.refuse_if(!to->active, Outcome::beneficiary_inactive);
  turn.refuse_if(!pays(order.purpose, to->kind), Outcome::purpose_destination_mismatch);
  const auto look_at = [&](Rail by) {
    const RailRow* row = row_at(by, now);
    turn.refuse_if((by == Rail::upi) != to->has_vpa, Outcome::rail_destination_mismatch);
    turn.refuse_if(row == nullptr, Outcome::rail_unavailable);
    turn.refuse_if(row != nullptr && amount > 0 && amount < row->least, Outcome::amount_below_minimum);
    turn.refuse_if(row != nullptr && amount > row->most, Outcome::amount_above_maximum);
  };
  look_at(rail);
  for (const Rail other : others) look_at(other);
  if (turn.refused()) return;

  const std::int64_t fee = client.agreement.fees.payout.minor;
  Payout payout{{command.client, command.mode, 0},
                "",
                "",
                amount,
                fee,
                tax_on(fee),
                rail,
                intent.beneficiary.value,
                order.queue_if_low_balance,
                {},
                {},
                {},
                0,
                0};
  if (!turn.made.empty()) payout.key = turn.made[0];
  payout.urgency = static_cast<int>(order.priority) - 1;
  payout.expires_at = order.queue_expires_at;
  for (const Rail other : others)
    if (other != rail) payout.other_rails.push_back(other);
  if (!intent.row) payout.steps = steps_for(command, {amount, order.purpose, to->since});
  if (!payout.steps.empty()) {
    turn.event(EventType::payout_approval_requested);
    payout.status = "pending_approval";
    payout.reason = "approval_pending";
    payout.sequence = 1;
    payout.made_by = command.caller.id;
    payout.scheduled_at = order.scheduled_at;
    payout.due = std::min(now + days(30), order.scheduled_at.value_or(now + days(30)));
    if (turn.made.empty()) return;
    payouts_[turn.made[0]] = payout;
    if (intent.reference_claim) claims_[*intent.reference_claim] = turn.made[0];
    if (intent.row_claim) claims_[*intent.row_claim] = turn.made[0];
    return;
  }
  const auto obstacle = shortage(payout);
  if (obstacle && !order.scheduled_at && !payout.may_queue) return turn.refuse_if(true, *obstacle);
  if (order.scheduled_at) {
    turn.event(EventType::payout_scheduled);
    payout.status = "scheduled";
    payout.reason = "scheduled_for_later";
    payout.sequence = 1;
    payout.due = order.scheduled_at;
  } else {
    go(turn, payout, obstacle.has_value(), now);
  }
  if (turn.made.empty()) return;
  payouts_[turn.made[0]] = payout;
  if (intent.reference_claim) claims_[*intent.reference_claim] = turn.made[0];
  if (intent.row_claim) claims_[*intent.row_claim] = turn.made[0];
}

void Model::on(Turn& turn, const CancelPayout& intent) {
  const auto found = payouts_.find(intent.payout.value);
  turn.refuse_if(found == payouts_.end() || !is_theirs(turn, &found->second), Outcome::not_found);
  if (turn.refused()) return;
  Payout& payout = found->second;
  const bool may = payout.status == "scheduled" || payout.status == "queued" || payout.status == "pending_approval";
  turn.refuse_if(!may, Outcome::state_conflict);
  if (!turn.refused()) finish(turn, payout, EventType::payout_cancelled, "cancelled", "cancelled_by_client");
}

void Model::on(Turn& turn, const ReportPayout& intent) {
  const auto found = payouts_.find(intent.payout.value);
  if (found == payouts_.end()) return turn.refuse_if(true, Outcome::not_found);
  Payout& payout = found->second;
  const std::string_view says = to_token(intent.report.verdict);
  const std::string reason{to_token(intent.report.reason)};
  const bool is_processing = payout.status == "processing";
  if (payout.dispatch == 0 || intent.report.dispatch != payout.dispatch) return raise(turn);
  if (says == "accepted") return;
  if (says == "unknown") {
    if (!is_processing || payout.reason != "payout_bank_processing") return;
    turn.event(EventType::payout_updated);
    payout.reason = "beneficiary_bank_confirmation_pending";
    payout.sequence += 1;
  } else if (says == "succeeded") {
    if (payout.status == "processed") return;
    if (!is_processing) return raise(turn);
    settle(turn, payout,
           {{AccountCode::client_payout, AccountCode::in_flight_payout, payout.amount},
            {AccountCode::client_payout, AccountCode::platform_fees, payout.fee},
            {AccountCode::client_payout, AccountCode::platform_tax_payable, payout.tax},
            {AccountCode::in_flight_payout, AccountCode::bank_payout, payout.amount}},
           EventType::payout_processed, "processed", "payout_processed");
  } else if (says == "failed" || says == "not_received") {
    if (payout.status == "failed") return;
    if (!is_processing) return raise(turn);
    if (send_again(turn, payout, says == "not_received", reason, now(payout, turn.command.at))) return;
    finish(turn, payout, EventType::payout_failed, "failed", reason);
  } else {  // returned
    if (payout.status == "reversed") return;
    std::vector<Leg> back;
    if (payout.status == "processed")
      back = {{AccountCode::bank_payout, AccountCode::client_payout, payout.amount},
              {AccountCode::platform_fees, AccountCode::client_payout, payout.fee},
              {AccountCode::platform_tax_payable, AccountCode::client_payout, payout.tax}};
    settle(turn, payout, back, EventType::payout_reversed, "reversed", reason);
  }
}

void Model::on(Turn& turn, const WakePayout& intent) {
  const auto found = payouts_.find(intent.payout.value);
  if (found == payouts_.end()) return turn.refuse_if(true, Outcome::not_found);
  Payout& payout = found->second;
  const Time now = this->now(payout, turn.command.at);
  const RailRow* row = row_at(payout.rail, now);
  const bool is_funded = !shortage(payout);
  const bool is_ready = is_funded && is_open(*row, indian_minutes(now));
  const bool may_leave = payout.status == "queued" && (is_ready || (is_funded && payout.reason == "low_balance"));
  turn.refuse_if(!(payout.due && *payout.due <= now) && !may_leave, Outcome::state_conflict);
  if (turn.refused()) return;
  if (payout.status == "processing") {
    static const std::vector<Duration> upi = {seconds(90), minutes(30), hours(2)};
    static const std::vector<Duration> bank = {seconds(90), minutes(5), minutes(15), hours(1), hours(4),
                                               hours(12),   hours(24),  hours(48),   hours(72)};
    const std::vector<Duration>& delays = payout.rail == Rail::upi ? upi : bank;
    turn.event(EventType::payout_inquired);
    payout.sequence += 1;
    payout.inquiries += 1;
    payout.due =
        payout.inquiries < delays.size() ? std::optional{*payout.dispatched_at + delays[payout.inquiries]} : std::nullopt;
    if (!payout.due) payout.reason = "manual_review";
  } else if (payout.status == "pending_approval") {
    finish(turn, payout, EventType::payout_rejected, "rejected", "approval_expired");
  } else if (clients_.at(payout.client.value).status != registry::ClientStatus::approved) {
    finish(turn, payout, EventType::payout_failed, "failed", "client_not_allowed");
  } else if (!beneficiaries_.at(payout.beneficiary).active) {
    finish(turn, payout, EventType::payout_failed, "failed", "beneficiary_inactive");
  } else if (is_ready) {
    send(turn, payout, now);
  } else if (payout.expires_at && *payout.expires_at <= now) {
    finish(turn, payout, EventType::payout_failed, "failed", "queue_expired");
  } else if (!is_funded && payout.status == "scheduled" && !payout.may_queue) {
    finish(turn, payout, EventType::payout_failed, "failed", "insufficient_funds");
  } else {
    queue(turn, payout, is_funded ? "bank_window_closed" : "low_balance", now);
  }
}

}  // namespace mohur::kernel
