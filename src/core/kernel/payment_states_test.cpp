// Random lives of payments, decided and applied by the kernel and told a second time by the model: step by step the same.
//
// A seed is a world. MOHUR_TEST_STEPS sets how many steps are taken, MOHUR_TEST_SEED the first world; a failure names its own.
#include <cstdlib>
#include <deque>

#include "kernel/chance_test.hpp"
#include "kernel/model_test.hpp"
#include "kernel/watch_test.hpp"

namespace mohur::kernel {
namespace {

constexpr std::uint64_t kStepsOfAWorld = 2'000;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Days on which a rail's rules change soon, and one on which they are all open.
Time beginning(Chance& chance) {
  static const std::vector<std::string> days = {"2012-03-02T04:00:00Z", "2016-04-08T20:00:00Z", "2019-12-13T10:00:00Z",
                                                "2026-11-22T06:30:00Z"};
  return *parse_rfc3339(chance.of(days));
}

// What the walk must have met.
constexpr Outcome kRefusals[] = {
    Outcome::client_terminated,
    Outcome::client_suspended,
    Outcome::client_restricted,
    Outcome::mode_mismatch,
    Outcome::four_eyes_required,
    Outcome::field_repeated,
    Outcome::field_unknown,
    Outcome::field_missing,
    Outcome::field_out_of_range,
    Outcome::idempotency_key_reused,
    Outcome::reference_id_reused,
    Outcome::purpose_not_approved,
    Outcome::payer_type_not_approved,
    Outcome::rail_not_approved,
    Outcome::method_not_approved,
    Outcome::not_found,
    Outcome::state_conflict,
    Outcome::approver_role_missing,
    Outcome::beneficiary_inactive,
    Outcome::purpose_destination_mismatch,
    Outcome::rail_destination_mismatch,
    Outcome::rail_unavailable,
    Outcome::amount_not_positive,
    Outcome::amount_below_minimum,
    Outcome::amount_above_maximum,
    Outcome::time_not_in_future,
    Outcome::time_too_far,
    Outcome::clock_backwards,
    Outcome::refund_exceeds_paid,
    Outcome::insufficient_balance,
};

// What happened over all worlds, so that a walk that never gets anywhere is seen.
struct Tally {
  std::map<std::string, std::uint64_t> events, refusals;
  std::uint64_t replays = 0, existing = 0;
};

// Of critical ones.
constexpr EventType kOfMeasures[] = {EventType::measure_proposed, EventType::measure_taken,    EventType::measure_confirmed,
                                     EventType::measure_lapsed,   EventType::measure_rejected, EventType::measure_withdrawn,
                                     EventType::notice_queued};

// Of the keys of each client: as what they approve payouts.
const std::vector<std::vector<std::string>> kRoles = {
    {}, {}, {"finance"}, {"finance", "owner"}, {"owner", "audit"}, {"finance", "audit"}};

class World {
 public:
  World(std::uint64_t seed, Tally& tally)
      : chance_(seed),
        house_(beginning(chance_), chance_.one_in(2) ? 8 : 100'000),
        maker_(chance_, house_, known_),
        tally_(tally) {
    const registry::Agreement all = everything();
    add_client(house_.client);
    add_client(house_.approve_client({.purposes = all.purposes,
                                      .payer_types = all.payer_types,
                                      .rails = all.rails,
                                      .methods = all.methods,
                                      .fees = {{2}, 1}}));  // a fee whose tax rounds to nothing
    add_client(house_.approve_client({.purposes = {registry::Purpose::vendor, registry::Purpose::refund},
                                      .payer_types = {registry::PayerType::customer},
                                      .rails = {registry::Rail::imps, registry::Rail::upi},
                                      .methods = {registry::CollectionMethod::upi_qr},
                                      .fees = {}}));
    for (const Event& event : house_.events) EXPECT_EQ(watch_.see(event), "");
    set_up_workflow(house_.client);
  }

  // Empty when everything is as the model says.
  std::string step() {
    pass_time();
    if (chance_.one_in(20)) {
      if (auto wrong = take_turn(); !wrong.empty()) return wrong;
    }
    return play(maker_.next());
  }

  // That what was applied is all there is: the events alone make the same books.
  std::string end() {
    State fresh;
    Nobody nobody;
    for (const Event& event : house_.events) kernel::apply(fresh, event, nobody);
    for (const ledger::Account& account : house_.state.ledger.accounts()) {
      const ledger::Account* same = fresh.ledger.find(account.id);
      if (same == nullptr || *same != account) return "the events alone make another account";
    }
    if (fresh.open.size() != house_.state.open.size()) return "the events alone leave other objects open";
    if (house_.state.open.size() != model_.open()) return "other objects are open than the model says";
    return {};
  }

  std::string last_steps() const {
    std::string text;
    for (const std::string& step : last_steps_) text += "\n  " + step;
    return text;
  }

 private:
  struct Nobody final : Observer {
    void account_moved(const ledger::Account&, const ledger::Account&) override {}
    void open_object_changed(Key128, const std::optional<OpenObject>&, std::span<const ledger::Pending>) override {}
    void nonce_let_go(const Nonce&) override {}
  };

  void add_client(ClientId client) {
    known_.clients.push_back(client);
    model_.add_client(*house_.disk.find<registry::Client>(client.value));
    for (const std::vector<std::string>& roles : kRoles) add_key(client, roles);
  }

  // So that much of the walk waits for approval; a client by chance may change it, and others have none to begin with.
  void set_up_workflow(ClientId client) {
    const std::vector<registry::Caller>& keys = known_.callers.at(client);
    EXPECT_EQ(play(house_.command(maker_.workflow_intent(), keys[0], client, Mode::test)), "");
    EXPECT_EQ(play(house_.command(DecideWorkflow{{known_.workflows.back()}, true}, keys[1], client, Mode::test)), "");
  }

  void add_key(ClientId client, const std::vector<std::string>& roles) {
    const std::uint64_t number = house_.events.size();
    IssueCredential intent{.client = client, .label = "key", .kid = std::to_string(number), .claim = some_key(7, number)};
    for (const std::string& role : roles) intent.approver_roles.push_back(payments::ApproverRole::trusted(role));
    const auto id = first<registry::Credential>(house_.send(intent, house_.asha)).id;
    known_.callers[client].push_back(registry::by_credential(id));
    model_.add_key(id.value, client, roles);
  }

  void pass_time() {
    if (chance_.one_in(3)) house_.at = house_.at + seconds(static_cast<std::int64_t>(chance_.below(60)));
    if (chance_.one_in(60)) house_.at = house_.at + minutes(static_cast<std::int64_t>(chance_.below(900)));
    if (chance_.one_in(400)) house_.at = house_.at + days(static_cast<std::int64_t>(chance_.below(40)));
  }

  // What time asks for, as the engine asks it.
  std::string take_turn() {
    std::set<Key128> due;
    for (const auto& wake : house_.state.open.due(house_.at, 100'000)) due.insert(wake.key);
    if (due != model_.due(house_.at)) return "other objects are due than the model says";
    return play_all(due_intents(house_.state, house_.at, 64));
  }

  std::string let_queue_go(ClientId client, Mode mode) {
    const std::set<Key128> waiting = model_.waiting_for_balance(client, mode);
    const auto first = house_.state.open.first_queued(client, mode);
    if (first ? !waiting.contains(first->key) : !waiting.empty()) return "other payouts are queued than the model says";
    std::vector<Intent> intents = queue_intents(house_.state, client, mode);
    std::vector<Key128> next;
    for (const Intent& intent : intents) next.push_back(std::get<WakePayout>(intent).payout.value);
    if (next != model_.next_in_line(client, mode)) return "other payouts have their turn than the model says";
    return play_all(std::move(intents));
  }

  std::string play_all(std::vector<Intent> intents) {
    for (Intent& intent : intents)
      if (auto wrong = play(house_.command(std::move(intent), registry::by_system(), {}, Mode::test)); !wrong.empty())
        return wrong;
    return {};
  }

  std::string play(const Command& command) {
    const Result<House::Made> decided = house_.decide(command);
    Verdict real;
    std::vector<Key128> made;
    if (decided) {
      for (const Event& event : decided->events) {
        real.events.push_back(event.type);
        made.push_back(kernel::key_of(event.object));
      }
      real.replay_of = decided->replay_of;
      real.existing = decided->existing;
    } else {
      real.refusal = decided.error().outcome;
    }
    const Verdict expected = model_.take(command, made, house_.state.position);
    remember(command, real);
    if (real != expected) return "it came to " + to_text(real) + "; expected " + to_text(expected);
    if (!decided) return {};
    for (const Event& event : decided->events)
      if (auto wrong = apply(event); !wrong.empty()) return wrong;
    if (auto wrong = check(decided->events); !wrong.empty()) return wrong;
    for (const Event& event : decided->events)
      if (event.type == EventType::balance_funded && chance_.one_in(2)) return let_queue_go(event.client, event.mode);
    return {};
  }

  std::string apply(const Event& event) {
    house_.apply(event);
    known_.add(event);
    return watch_.see(event);
  }

  std::string check(std::span<const Event> events) {
    if (const auto broken = house_.broken_law()) return "law broken: " + std::string{*broken};
    house_.trim();
    // An object that a command changed twice is compared as it stands in the end.
    for (std::size_t i = 0; i < events.size(); ++i) {
      bool is_last = true;
      for (std::size_t later = i + 1; later < events.size(); ++later)
        is_last &= kernel::key_of(events[later].object) != kernel::key_of(events[i].object);
      if (!is_last) continue;
      if (auto wrong = model_.difference(events[i]); !wrong.empty()) return std::string{to_token(events[i].type)} + ": " + wrong;
    }
    for (const ledger::Account& account : house_.state.ledger.accounts())
      if (auto wrong = model_.difference(account); !wrong.empty()) return std::string{to_token(account.code)} + ": " + wrong;
    return {};
  }

  void remember(const Command& command, const Verdict& real) {
    for (const EventType type : real.events) tally_.events[std::string{to_token(type)}] += 1;
    if (real.refusal) tally_.refusals[std::string{to_token(*real.refusal)}] += 1;
    if (real.replay_of) tally_.replays += 1;
    if (real.existing) tally_.existing += 1;
    last_steps_.push_back("intent " + std::to_string(command.intent.index()) + " at " + to_rfc3339(command.at) + ": " +
                          to_text(real));
    if (last_steps_.size() > 12) last_steps_.pop_front();
  }

  Chance chance_;
  House house_;
  Known known_;
  CommandMaker maker_;
  Model model_;
  Watch watch_;
  Tally& tally_;
  std::deque<std::string> last_steps_;
};

TEST(PaymentStates, RandomLivesComeToWhatTheModelSays) {
  const std::uint64_t steps = from_environment("MOHUR_TEST_STEPS", 300'000);
  Tally tally;
  std::uint64_t taken = 0;
  for (std::uint64_t seed = from_environment("MOHUR_TEST_SEED", 1); taken < steps; ++seed) {
    World world{seed, tally};
    std::string wrong;
    std::uint64_t n = 0;
    const std::uint64_t length = seed % 50 == 0 ? 20 * kStepsOfAWorld : kStepsOfAWorld;
    for (; n < std::min(length, steps) && wrong.empty(); ++n) wrong = world.step();
    if (wrong.empty()) wrong = world.end();
    ASSERT_EQ(wrong, "") << "step " << n << " of world " << seed << "; again with MOHUR_TEST_SEED=" << seed << world.last_steps();
    taken += n;
  }
  for (const auto& [name, count] : tally.events) RecordProperty(name, std::to_string(count));
  for (const auto& [name, count] : tally.refusals) RecordProperty("refused: " + name, std::to_string(count));
  if (steps < 300'000) return;
  EXPECT_GT(tally.replays, 100U);
  EXPECT_GT(tally.existing, 10U);
  std::set<std::string> happened, refused;
  for (const auto& [name, count] : tally.events) happened.insert(name);
  for (const auto& [name, count] : tally.refusals) refused.insert(name);
  for (const auto& row : described_enumerators(EventType{})) {
    const bool is_about_clients = row.value >= EventType::client_restricted && row.value <= EventType::client_terminated;
    const bool is_of_payments = row.value >= EventType::sandbox_clock_advanced && row.value < EventType::plan_proposed;
    const bool is_of_measures = std::ranges::find(kOfMeasures, row.value) != std::end(kOfMeasures);
    const bool is_of_batches = row.value >= EventType::batch_created && row.value <= EventType::batch_cancelled;
    const bool is_walked = is_about_clients || is_of_payments || is_of_measures || is_of_batches ||
                           row.value == EventType::client_workflow_set || row.value == EventType::payout_redispatched;
    EXPECT_EQ(happened.contains(std::string{row.token}), is_walked) << row.token;
  }
  for (const Outcome outcome : kRefusals) EXPECT_TRUE(refused.contains(std::string{to_token(outcome)})) << to_token(outcome);
}

}  // namespace
}  // namespace mohur::kernel
