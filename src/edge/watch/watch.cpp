#include "watch/watch.hpp"

#include <algorithm>

#include "base/india.hpp"
#include "codec/binary.hpp"
#include "engine/claims.hpp"
#include "journal/reader.hpp"

namespace mohur::watch {
namespace {

using policy::AlertKind;

constexpr policy::Rate kAlerts{.quota = 60, .window_s = 3'600, .burst = 20};
constexpr Duration kLongestWindow = days(1);

// The first bytes of an address, the others zero.
IpAddress network_of(const IpAddress& address, std::size_t v4_bytes, std::size_t v6_bytes) {
  std::array<std::uint8_t, 16> bytes = address.bytes();
  const std::size_t kept = address.is_v4() ? 12 + v4_bytes : v6_bytes;
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(kept), bytes.end(), std::uint8_t{0});
  return IpAddress::v6(bytes);
}

Key128 key_of(const IpAddress& address) {
  const auto& bytes = address.bytes();
  return *Key128::from_bytes({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15;
  const std::uint64_t product = (a ^ b >> 31 ^ b << 33) * kOdd;
  return product ^ product >> 32;
}
std::uint64_t mixed(Key128 key) { return mixed(key.high, key.low); }

// What is wrong with the beneficiary, and not with a bank or the balance.
bool is_about_beneficiary(payments::PayoutReason reason) {
  using enum payments::PayoutReason;
  switch (reason) {
    case bank_account_closed:
    case bank_account_frozen:
    case bank_account_invalid:
    case beneficiary_vpa_invalid:
    case beneficiary_bank_rejected:
    case returned_by_beneficiary_bank: return true;
    default: return false;
  }
}

std::string example_of(AlertKind kind, Key128 id) {
  switch (kind) {
    case AlertKind::probing:
    case AlertKind::key_sharing: return registry::RequestId{id}.to_string();
    case AlertKind::shared_destination: return payments::BeneficiaryId{id}.to_string();
    case AlertKind::failing_payouts: return payments::PayoutId{id}.to_string();
  }
  return {};
}

}  // namespace

bool fits_nothing(Outcome outcome) {
  using enum Outcome;
  switch (outcome) {
    case route_not_found:
    case method_not_allowed:
    case credential_malformed:
    case credential_invalid:
    case address_blocked:
    case signature_malformed:
    case signature_invalid:
    case digest_mismatch:
    case scope_missing:
    case body_malformed:
    case cursor_malformed:
    case not_found: return true;
    default: return false;
  }
}

Watch::Watch(const vault::Vault& vault, Random& random)
    : vault_(vault), secret_(Key128{random.next_u64(), random.next_u64()}.to_bytes()) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) lanes_.push_back({Sightings{random}, {}, {}});
}

Result<void> Watch::load(const engine::Archive& archive, const journal::Place& events, Time now) {
  Result<void> outcome;
  MOHUR_TRY(archive.scan(kernel::Table::watch_rules, [&](std::string_view, std::string_view value) {
    policy::WatchRules rules;
    if (codec::decode(value, rules))
      rules_.put(rules);
    else
      outcome = refuse(Outcome::data_damaged, {}, "Watch rules cannot be read.");
    return outcome.has_value();
  }));
  MOHUR_TRY(outcome);
  recalled_from_ = &archive;
  outcome = recall(archive, events, now);
  recalled_from_ = nullptr;
  return outcome;
}

Result<void> Watch::recall(const engine::Archive& archive, const journal::Place& events, Time now) {
  const std::uint64_t end = archive.position();
  MOHUR_TRY_SET(before, archive.position_before(now - kLongestWindow));
  const std::uint64_t first = std::max(before, end - std::min(end, kMostRecalled)) + 1;
  if (first > end) return {};
  MOHUR_TRY_SET(reader, journal::Reader::open(events, {first}));
  while (true) {
    MOHUR_TRY_SET(frame, reader.next());
    if (!frame) return {};
    for (const journal::RecordView record : *frame) {
      if (record.position.value < first) continue;
      kernel::Event event;
      if (!codec::decode(record.bytes, event)) return refuse(Outcome::data_damaged, {}, "An event cannot be read.");
      see(event);
    }
  }
}

void Watch::key_came(const CallSeen& call) {
  const std::uint64_t network = mixed(key_of(network_of(call.from, 3, 6)));
  const std::uint64_t key = mixed(call.credential->value);
  const std::uint64_t came = mixed(mixed(key, network), static_cast<std::uint64_t>(call.at.ns / minutes(1).ns));
  std::uint64_t& last = came_[key % came_.size()];
  if (last == came) return;
  last = came;
  see(AlertKind::key_sharing, {{call.credential->value, call.mode}, call.client, call.credential},
      {network, call.at, call.request});
}

void Watch::was_refused(const CallSeen& call, Outcome outcome, std::initializer_list<std::string_view> asked) {
  if (!fits_nothing(outcome)) return;
  hash_.update(secret_);
  for (const std::string_view part : asked) {
    hash_.update(KeyBytes{0, part.size()});
    hash_.update(part.substr(0, kLookedAt));
  }
  const Thing thing{engine::read_big_endian(hash_.finish().view().substr(0, 8)), call.at, call.request};
  if (call.credential) return see(AlertKind::probing, {{call.credential->value, call.mode}, call.client, call.credential}, thing);
  const IpAddress network = network_of(call.from, 4, 6);
  const std::string text = network.to_string() + (network.is_v4() ? "" : "/48");
  see(AlertKind::probing, {{key_of(network), Mode::live}, {}, {}, text}, thing);
}

void Watch::on_durable(std::uint64_t, std::span<const kernel::Event> events) {
  for (const kernel::Event& event : events) see(event);
}

void Watch::see(const kernel::Event& event) {
  if (const auto* rules = std::get_if<policy::WatchRules>(&event.object)) return rules_.put(*rules);
  const auto* beneficiary = std::get_if<payments::Beneficiary>(&event.object);
  if (beneficiary != nullptr && beneficiary->sequence == 1 && beneficiary->destination_mark)
    return see(AlertKind::shared_destination, {{*beneficiary->destination_mark, event.mode}, {}},
               {mixed(event.client.value), event.at, beneficiary->id.value});
  const auto* payout = std::get_if<payments::Payout>(&event.object);
  if (payout != nullptr && payments::is_undone(payout->status) && is_about_beneficiary(payout->reason))
    see(AlertKind::failing_payouts, {{event.client.value, event.mode}, event.client},
        {mixed(payout->id.value), event.at, payout->id.value});
}

Watch::Lane Watch::lane_of(AlertKind kind, bool is_stranger) {
  switch (kind) {
    case AlertKind::probing: return is_stranger ? Lane::strangers : Lane::probing;
    case AlertKind::key_sharing: return Lane::key_sharing;
    case AlertKind::shared_destination: return Lane::shared_destination;
    case AlertKind::failing_payouts: return Lane::failing_payouts;
  }
  return Lane::strangers;
}

// At a start, events bring about again what they did before it.
bool Watch::was_raised(Key128 claim) const {
  if (recalled_from_ == nullptr) return false;
  const auto known = recalled_from_->get<kernel::Claim>(claim);
  return known && *known;
}

void Watch::see(AlertKind kind, const Whose& whose, const Thing& thing) {
  const policy::WatchRulesBook::InForce rules = rules_.at(thing.at);
  const auto detector = std::ranges::find(*rules.rules, kind, &policy::Detector::kind);
  if (detector == rules.rules->end() || (whose.subject.mode == Mode::test && !detector->test_mode)) return;
  Traffic& lane = traffic(lane_of(kind, whose.address.has_value()));
  if (lane.waiting.size() >= kMostWaiting) return;
  const std::vector<Thing> seen = lane.sightings.see(whose.subject, thing, detector->count, seconds(detector->window_s));
  if (seen.empty()) return;
  const Key128 claim = engine::alert_claim(vault_, kind, whose.subject.key, whose.subject.mode, india::day_of(thing.at));
  if (was_raised(claim)) return;
  policy::Sighting sighting{.kind = kind,
                            .credential = whose.credential,
                            .address = whose.address,
                            .count = static_cast<std::uint32_t>(seen.size()),
                            .window_s = detector->window_s,
                            .first_at = seen.front().at,
                            .last_at = seen.back().at,
                            .examples = {},
                            .rules_version = rules.version};
  for (const Thing& each : seen)
    if (sighting.examples.size() < policy::kMostExamples) sighting.examples.push_back(example_of(kind, each.example));
  lane.waiting.push_back({.caller = registry::by_system(),
                          .client = whose.client,
                          .mode = whose.subject.mode,
                          .intent = kernel::RaiseAlert{std::move(sighting), claim}});
}

void Watch::report(Time now, const Submit& submit) {
  for (Traffic& lane : lanes_)
    while (!lane.waiting.empty()) {
      policy::Meter after = lane.meter;
      const policy::Applied budget[] = {{&kAlerts, &after}};
      if (policy::take(budget, now)) break;
      if (!submit(lane.waiting.front())) return;
      lane.meter = after;
      lane.waiting.pop_front();
    }
}

void Watch::wait_again(kernel::Command command) {
  const policy::Sighting& sighting = std::get<kernel::RaiseAlert>(command.intent).sighting;
  traffic(lane_of(sighting.kind, sighting.address.has_value())).waiting.push_back(std::move(command));
}

std::size_t Watch::waiting() const {
  std::size_t all = 0;
  for (const Traffic& lane : lanes_) all += lane.waiting.size();
  return all;
}

}  // namespace mohur::watch
