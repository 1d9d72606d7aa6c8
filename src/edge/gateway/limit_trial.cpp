#include "gateway/limit_trial.hpp"

#include <algorithm>
#include <map>

#include "gateway/limiter.hpp"
#include "gateway/route.hpp"
#include "policy/payout_trial.hpp"

namespace mohur::gateway {
namespace {

using payments::Payout;
using policy::RouteClass;

constexpr std::size_t kPage = 1'000;

std::unexpected<Refusal> stopped() { return refuse(Outcome::stopping); }

// A payout is told of by its events: the first has it as it was accepted.
void feed(policy::PayoutTrial& trial, const Payout& payout) {
  if (payout.sequence == 1)
    trial.accept(payout.id.value, payout.beneficiary.value,
                 {payout.mode, payout.purpose, payout.rail, payout.amount, payout.created_at});
  if (payments::is_undone(payout.status)) trial.undo(payout.id.value);
}

TriedPayouts told(const policy::PayoutTrial& trial) {
  TriedPayouts tried{trial.payouts(), trial.amount(), trial.refused(), trial.refused_amount(), {}};
  for (const auto& each : trial.limits()) tried.limits.push_back({each.limit, each.refused, each.first_at});
  return tried;
}

Result<void> try_payouts(const TrialPlace& place, const std::vector<registry::PayoutLimit>& limits, LimitTrial& result,
                         const std::stop_token& stop) {
  policy::PayoutTrial trial{limits};
  std::size_t looked_at = 0;
  bool is_over = false;
  const auto take = [&](const engine::StoredEvent& stored) {
    looked_at += 1;
    is_over = is_over || stored.event.at >= result.to;
    const auto* payout = std::get_if<Payout>(&stored.event.object);
    if (!is_over && payout != nullptr) feed(trial, *payout);
    return false;
  };
  MOHUR_TRY_SET(before, place.archive.position_before(result.from));
  std::optional<engine::Cursor> next;
  do {
    if (stop.stop_requested()) return stopped();
    MOHUR_TRY_SET(page, place.archive.events_after(result.client, result.mode, before, next, kPage, take));
    next = page.next;
  } while (next && !is_over && looked_at < kMostTried);
  if (next && !is_over) result.is_whole = false;
  result.payouts = told(trial);
  return {};
}

// A call that came as far as to the plan's limits.
struct Came {
  Time at, ends_at;
  RouteClass route_class = RouteClass::read;
};

// Of the routes that plans are about, by method and template.
std::optional<RouteClass> class_of(const CallRecord& record) {
  using Key = std::pair<std::string, std::string>;
  static const auto classes = [] {
    std::map<Key, RouteClass> made;
    for (const Route& route : all_routes())
      if (route.access == Access::client || route.access == Access::client_or_us || route.access == Access::oauth)
        made[{is_write(route) ? "POST" : "GET", std::string{route.path}}] = route.route_class;
    return made;
  }();
  const auto found = classes.find({record.method == "HEAD" ? "GET" : record.method, record.route});
  return found == classes.end() ? std::nullopt : std::optional{found->second};
}

// Whether it came as far as to the plan's limits. What counts against quotas did; so did what was refused by one of the limits. A
// reserved call counts against nothing: it came so far unless it was refused for what is told before them.
bool came_so_far(const CallRecord& record, RouteClass route_class) {
  using enum Outcome;
  const auto is = [&](Outcome outcome) { return record.outcome == to_token(outcome); };
  if (record.counted || is(temporarily_blocked) || is(quota_exceeded) || is(rate_exceeded) || is(too_many_concurrent_calls))
    return true;
  if (route_class != RouteClass::reserved) return false;
  const auto table = outcome_table();
  const auto told = std::ranges::find(table, std::string_view{record.outcome}, &OutcomeRow::token);
  return told == table.end() || told >= std::ranges::find(table, temporarily_blocked, &OutcomeRow::outcome);
}

// The calls of a client over a stretch of time, out of a log that is read from its newest line on.
class CallReader {
 public:
  explicit CallReader(LimitTrial& stretch) : stretch_(stretch) {}

  void take(const CallRecord& record) {
    looked_at_ += 1;
    const Time ended = std::max(record.until.value_or(record.at), record.at + Duration{record.duration_us * 1'000});
    is_over_ = is_over_ || ended + kLate < stretch_.from;
    if (!is_over_ && record.caller.kind != registry::CallerKind::person) add(record);
  }
  bool is_over() const { return is_over_; }
  bool has_room() const { return looked_at_ < kMostTried && came_.size() < kMostTried; }
  std::vector<Came> finish() {
    std::ranges::sort(came_, {}, &Came::at);
    return std::move(came_);
  }

 private:
  // Lines are in the order in which calls ended, but for floods, whose sum is written so late at most.
  static constexpr Duration kLate = minutes(10);

  // One line may stand for a flood, whose calls came evenly. Where they were not of one route, nobody knows any more of which.
  void add(const CallRecord& record) {
    const auto route_class = class_of(record);
    const Time ends_at = record.until.value_or(record.at);
    if (!route_class && record.calls > 1 && ends_at >= stretch_.from && record.at < stretch_.to) stretch_.is_whole = false;
    if (!route_class || !came_so_far(record, *route_class)) return;
    const auto calls = static_cast<std::int64_t>(record.calls);
    const Duration apart{(ends_at - record.at).ns / calls}, lasted{record.duration_us * 1'000 / calls};
    for (std::int64_t i = 0; i < calls; ++i) {
      const Time at = record.at + Duration{apart.ns * i};
      if (at < stretch_.from || at >= stretch_.to) continue;
      if (came_.size() == kMostTried) stretch_.is_whole = false;
      if (came_.size() == kMostTried) return;
      came_.push_back({at, at + lasted, *route_class});
    }
  }

  LimitTrial& stretch_;
  std::vector<Came> came_;
  std::size_t looked_at_ = 0;
  bool is_over_ = false;
};

Result<std::vector<Came>> calls_of(const TrialPlace& place, LimitTrial& stretch, const std::stop_token& stop) {
  CallReader reader{stretch};
  CallLog::Query query{.client = stretch.client, .mode = stretch.mode, .after = {}, .limit = kPage, .wanted = {}};
  query.wanted = [&](const CallRecord& record) {
    reader.take(record);
    return false;
  };
  do {
    if (stop.stop_requested()) return stopped();
    MOHUR_TRY_SET(page, place.calls.list(query));
    query.after = page.next;
  } while (query.after && !reader.is_over() && reader.has_room());
  if (query.after && !reader.is_over()) stretch.is_whole = false;
  return reader.finish();
}

class CallTrial {
 public:
  explicit CallTrial(const policy::Allowance& allowance) : allowance_(allowance) {}

  void admit(const Came& came) {
    under_way_.erase(under_way_.begin(), under_way_.upper_bound(came.at));
    Limiter::Told told;
    auto ticket = limiter_.admit({kPool, allowance_, came.route_class, came.at, came.at, {}}, told);
    tried_.calls += 1;
    if (ticket) under_way_.emplace(came.ends_at, std::move(*ticket));
    if (!ticket) tried_.refused += 1;
    const std::string_view name = ticket ? told.would_refuse : told.refused_by;
    if (!name.empty()) count(name, came.at);
  }
  const TriedCalls& tried() const { return tried_; }

 private:
  void count(std::string_view name, Time at) {
    auto found = std::ranges::find(tried_.limits, name, &TriedRate::name);
    if (found == tried_.limits.end()) found = tried_.limits.insert(found, {std::string{name}, 0, at});
    found->refused += 1;
  }

  static constexpr PoolNumber kPool = 0;
  const policy::Allowance& allowance_;
  Limiter limiter_;
  std::multimap<Time, Limiter::Ticket> under_way_;  // by when they end
  TriedCalls tried_;
};

}  // namespace

Result<LimitTrial> try_limits(const TrialPlace& place, registry::ClientId client, const LimitTrialInput& input,
                              const std::stop_token& stop) {
  LimitTrial result{.client = client, .mode = input.mode, .from = input.from, .to = input.to, .payouts = {}, .calls = {}};
  if (input.payout_limits) MOHUR_TRY(try_payouts(place, *input.payout_limits, result, stop));
  if (!input.allowance) return result;
  MOHUR_TRY_SET(came, calls_of(place, result, stop));
  CallTrial trial{*input.allowance};
  for (const Came& each : came) trial.admit(each);
  result.calls = trial.tried();
  return result;
}

}  // namespace mohur::gateway
