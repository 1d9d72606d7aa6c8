// The machine as a whole, on real files: commands in, durable events out, restart, replay, and the same state every way.
#include "engine/shard.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "engine/archive.hpp"
#include "engine/replay.hpp"
#include "kernel/papers_test.hpp"

namespace mohur::engine {
namespace {

using namespace mohur::kernel;
using payments::PayoutStatus;

class SeededRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) {
      state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
      byte = static_cast<std::uint8_t>(state_ >> 56);
    }
  }

 private:
  std::uint64_t state_ = 42;
};

class SetClock final : public Clock {
 public:
  Time now() override { return at; }
  Time at{1'795'329'000'000'000'000};
};

// A flusher whose disk can be full for what is not the journal: after so many more decisions.
class RoomFlusher final : public Flusher {
 public:
  explicit RoomFlusher(journal::Journal& journal) : inline_(journal, nullptr) {}
  Result<void> reserve() override {
    if (room_for == 0) return refuse(Outcome::storage_full);
    if (room_for) --*room_for;
    return {};
  }
  void flush(journal::Frame& frame, Done done) override { inline_.flush(frame, std::move(done)); }
  std::optional<std::uint64_t> room_for;

 private:
  InlineFlusher inline_;
};

// A shard on a folder, driven by hand: what is posted runs in `settle`.
class Rig {
 public:
  explicit Rig(std::filesystem::path folder, std::uint64_t segment_size = 1u << 22)
      : folder_(std::move(folder)), segment_size_(segment_size) {
    open();
  }

  void reopen() {
    close();
    open();
  }

  // Sends a command and answers with what came of it, once it is durable.
  Result<std::vector<Event>> send(Intent intent, registry::Caller caller = registry::by_system(), ClientId client = {},
                                  Mode mode = Mode::test, std::optional<Idempotency> idempotency = {},
                                  std::optional<Nonce> nonce = {}) {
    std::optional<Result<std::vector<Event>>> answer;
    Command command{.caller = caller,
                    .client = client,
                    .mode = mode,
                    .idempotency = idempotency,
                    .nonce = nonce,
                    .intent = std::move(intent)};
    const auto queued = shard->submit(std::move(command), [&](const Result<Done>& done) {
      if (!done) {
        answer = std::unexpected(done.error());
        return;
      }
      last_replay_of = done->replay_of;
      answer = std::vector<Event>(done->events.begin(), done->events.end());
    });
    EXPECT_TRUE(queued);
    settle();
    EXPECT_TRUE(answer.has_value());
    return *answer;
  }

  void settle() {
    shard->turn();
    while (!posted_.empty()) {
      auto work = std::move(posted_.front());
      posted_.pop_front();
      work();
    }
  }

  crypto::Hash256 hash() { return *state_hash(*store); }

  // The state that a fresh store gets from the journal alone.
  crypto::Hash256 replayed_hash() {
    const auto folder = folder_ / "replayed";
    std::filesystem::remove_all(folder);
    auto fresh = *store::Store::open({.folder = folder}, table_specs());
    Fold fold{*fresh};
    EXPECT_TRUE(fold.load());
    const auto last = replay(place(), fold, *fresh);
    EXPECT_TRUE(last) << (last ? "" : last.error().detail);
    return *state_hash(*fresh);
  }

  journal::Place place() const { return {(folder_ / "journal").string(), "events", 0}; }

  SetClock clock;
  SeededRandom random;
  std::optional<std::uint64_t> last_replay_of;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<RoomFlusher> flusher;
  std::unique_ptr<Shard> shard;

 private:
  void open() {
    journal = *journal::Journal::open(place(), {.segment_size = segment_size_, .prepare_in_background = false});
    store = *store::Store::open({.folder = folder_ / "state"}, table_specs());
    flusher = std::make_unique<RoomFlusher>(*journal);
    shard = std::make_unique<Shard>(
        *journal, *store, *flusher, clock, random, [this](std::function<void()> work) { posted_.push_back(std::move(work)); },
        [](const Refusal& refusal) { FAIL() << refusal.detail; });
    const auto recovered = shard->recover(place());
    EXPECT_TRUE(recovered) << (recovered ? "" : recovered.error().detail);
  }
  void close() {
    shard.reset();
    flusher.reset();
    store.reset();
    journal.reset();
  }

  const std::filesystem::path folder_;
  const std::uint64_t segment_size_;
  std::deque<std::function<void()>> posted_;
};

class ShardTest : public testing::Test {
 protected:
  ShardTest() : folder_(std::filesystem::temp_directory_path() / ("mohur_shard_test_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    rig = std::make_unique<Rig>(folder_);
    const auto founded =
        rig->send(FoundHouse{{{{}, "kid_of_asha", "h", "1111"}, {{}, "kid_of_bina", "h", "2222"}}, {{1, 1}, {1, 2}}});
    EXPECT_TRUE(founded);
    asha = std::get<registry::Person>(founded->at(0).object).id;
    bina = std::get<registry::Person>(founded->at(2).object).id;
    approve_client();
  }
  ~ShardTest() override {
    rig.reset();
    std::filesystem::remove_all(folder_);
  }

  registry::Caller by(registry::PersonId person) { return registry::by_person(person, {}); }

  void approve_client() {
    using enum registry::Purpose;
    const registry::Agreement agreement{
        .purposes = {salary, vendor},
        .payer_types = {registry::PayerType::customer},
        .rails = {registry::Rail::imps, registry::Rail::upi},
        .methods = {registry::CollectionMethod::upi_qr, registry::CollectionMethod::bank_transfer},
        .fees = {{300}, 50}};
    const auto applied = rig->send(ApplyForClient{{}, {}, "5411", agreement}, by(asha));
    client = std::get<registry::Client>(applied->at(0).object).id;
    for (kernel::Intent& step : kernel::papers_of_a_proprietor(client)) EXPECT_TRUE(rig->send(std::move(step), by(asha)));
    EXPECT_TRUE(rig->send(DecideClient{client, registry::ClientStatus::approved, {}}, by(bina)));
  }

  void fund(std::int64_t minor, std::uint64_t credit) {
    EXPECT_TRUE(rig->send(
        FundBalance{client, Mode::test, {minor}, Currency::INR, payments::Utr::trusted("UTR000001"), {2, credit}}, by(asha)));
  }

  payments::BeneficiaryId add_beneficiary() {
    payments::Beneficiary beneficiary{.kind = payments::BeneficiaryKind::vendor,
                                      .destination = payments::DestinationKind::bank_account,
                                      .ifsc = payments::Ifsc::trusted("MOHR0000001")};
    const auto made = rig->send(CreateBeneficiary{beneficiary, {3, 1}}, registry::by_credential({}), client);
    return std::get<payments::Beneficiary>(made->at(0).object).id;
  }

  Result<payments::Payout> pay(payments::BeneficiaryId beneficiary, std::int64_t minor, bool queue = false,
                               std::optional<Idempotency> key = {}) {
    CreatePayout intent{beneficiary, {.amount = {minor}, .queue_if_low_balance = queue}, {}};
    const auto made = rig->send(intent, registry::by_credential({}), client, Mode::test, key);
    if (!made) return std::unexpected(made.error());
    if (made->empty()) return payments::Payout{};
    return std::get<payments::Payout>(made->at(0).object);
  }

  Result<std::vector<Event>> report(payments::PayoutId payout, payments::RailVerdict verdict) {
    return rig->send(
        ReportPayout{payout, {.dispatch = 1, .verdict = verdict, .reason = payments::PayoutReason::bank_account_closed}},
        registry::by_rail());
  }

  std::int64_t balance(ledger::AccountCode code) {
    const auto& ledger = rig->shard->state().ledger;
    const bool is_client = code == ledger::AccountCode::client_payout || code == ledger::AccountCode::client_collections;
    return ledger.find(ledger.id_of(Mode::test, code, is_client ? client.value : Key128{}))->balance();
  }

  const std::filesystem::path folder_;
  std::unique_ptr<Rig> rig;
  registry::PersonId asha, bina;
  ClientId client;
};

TEST_F(ShardTest, TheMakerIsNeverTheChecker) {
  const auto applied = rig->send(ApplyForClient{{}, {}, "5411", {}}, by(asha));
  const ClientId other = std::get<registry::Client>(applied->at(0).object).id;
  for (kernel::Intent& step : kernel::papers_of_a_proprietor(other)) EXPECT_TRUE(rig->send(std::move(step), by(bina)));
  for (const registry::PersonId person : {asha, bina}) {
    const auto approved = rig->send(DecideClient{other, registry::ClientStatus::approved, {}}, by(person));
    ASSERT_FALSE(approved);
    EXPECT_EQ(approved.error().outcome, Outcome::four_eyes_required);
  }
}

TEST_F(ShardTest, APayoutReservesThenPostsAndTheBankSideFollows) {
  fund(1'000'000, 1);
  const auto payout = pay(add_beneficiary(), 250'000);
  ASSERT_TRUE(payout) << payout.error().detail;
  EXPECT_EQ(payout->status, PayoutStatus::processing);
  EXPECT_EQ(payout->fee.minor, 300);
  EXPECT_EQ(payout->tax.minor, 54);
  EXPECT_EQ(balance(ledger::AccountCode::client_payout), 1'000'000);
  const auto done = report(payout->id, payments::RailVerdict::succeeded);
  ASSERT_TRUE(done);
  EXPECT_EQ(std::get<payments::Payout>(done->at(0).object).status, PayoutStatus::processed);
  EXPECT_EQ(balance(ledger::AccountCode::client_payout), 1'000'000 - 250'000 - 354);
  EXPECT_EQ(balance(ledger::AccountCode::bank_payout), 1'000'000 - 250'000);
  EXPECT_EQ(balance(ledger::AccountCode::platform_fees), 300);
  EXPECT_EQ(balance(ledger::AccountCode::in_flight_payout), 0);
}

TEST_F(ShardTest, AFailedPayoutGivesEverythingBack) {
  fund(1'000'000, 1);
  const auto payout = pay(add_beneficiary(), 250'000);
  ASSERT_TRUE(report(payout->id, payments::RailVerdict::failed));
  EXPECT_EQ(balance(ledger::AccountCode::client_payout), 1'000'000);
  EXPECT_EQ(rig->shard->state().ledger.pending_count(), 0U);
  const auto again = report(payout->id, payments::RailVerdict::succeeded);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->at(0).type, EventType::exception_raised) << "a contradiction is for a person to look at";
}

TEST_F(ShardTest, ANonceIsKnownAfterARestartAndItsRowIsGoneWhenItIsOver) {
  const Nonce nonce{{5, 1}, rig->clock.at + seconds(300)};
  const auto signed_call = [&](const Nonce& with) {
    const auto made = rig->send(AdvanceSandboxClock{rig->clock.at + days(1) + Duration{static_cast<std::int64_t>(with.key.low)}},
                                registry::by_credential({}), client, Mode::test, {}, with);
    return made ? "ok" : std::string{to_token(made.error().outcome)};
  };
  EXPECT_EQ(signed_call(nonce), "ok");
  rig->reopen();
  EXPECT_EQ(signed_call(nonce), "signature_replayed") << "out of the journal";
  EXPECT_TRUE(rig->store->checkpoint());
  rig->reopen();
  EXPECT_EQ(signed_call(nonce), "signature_replayed") << "out of its row";
  EXPECT_EQ(rig->hash(), rig->replayed_hash());
  rig->clock.at = nonce.until + seconds(1);
  EXPECT_EQ(signed_call(nonce), "signature_expired");
  EXPECT_EQ(signed_call({{5, 2}, rig->clock.at}), "ok");
  std::size_t rows = 0;
  EXPECT_TRUE(rig->store->scan(number_of(Table::nonces), {}, {}, store::Direction::forward, [&](std::string_view key, auto) {
    EXPECT_EQ(key, nonce_key({{5, 2}, rig->clock.at}));
    return ++rows > 0;
  }));
  EXPECT_EQ(rows, 1U);
  EXPECT_EQ(rig->hash(), rig->replayed_hash());
  rig->reopen();
  EXPECT_EQ(rig->shard->state().nonces.size(), 1U);
}

TEST_F(ShardTest, ALowBalanceRefusesOrQueuesAndMoneyLetsTheQueueGo) {
  const auto beneficiary = add_beneficiary();
  const auto refused = pay(beneficiary, 100'000);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().outcome, Outcome::insufficient_balance);
  const auto waiting = pay(beneficiary, 100'000, true);
  ASSERT_TRUE(waiting);
  EXPECT_EQ(waiting->status, PayoutStatus::queued);
  fund(200'000, 1);
  rig->settle();
  Archive archive{*rig->store, rig->place(), rig->journal->watermark()};
  EXPECT_EQ((*archive.get<payments::Payout>(waiting->id.value))->status, PayoutStatus::processing);
}

TEST_F(ShardTest, TheSameIdempotencyKeyHasOneEffectAlsoAfterARestart) {
  fund(1'000'000, 1);
  const auto beneficiary = add_beneficiary();
  const Idempotency key{{7, 7}, 99};
  const auto first = pay(beneficiary, 10'000, false, key);
  ASSERT_TRUE(first);
  const std::uint64_t position = rig->shard->state().position;
  ASSERT_TRUE(pay(beneficiary, 10'000, false, key));
  EXPECT_EQ(rig->last_replay_of, position);
  rig->reopen();
  ASSERT_TRUE(pay(beneficiary, 10'000, false, key));
  EXPECT_EQ(rig->last_replay_of, position);
  EXPECT_EQ(rig->shard->state().position, position);
  const auto other = pay(beneficiary, 10'001, false, Idempotency{{7, 7}, 100});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().outcome, Outcome::idempotency_key_reused);
}

TEST_F(ShardTest, LiveRestartedAndReplayedStatesAreTheSame) {
  fund(1'000'000, 1);
  const auto beneficiary = add_beneficiary();
  for (int i = 0; i < 20; ++i) {
    const auto payout = pay(beneficiary, 1'000 + i);
    ASSERT_TRUE(payout);
    if (i % 3 == 0) {
      EXPECT_TRUE(report(payout->id, payments::RailVerdict::succeeded).has_value());
    }
    if (i % 3 == 1) {
      EXPECT_TRUE(report(payout->id, payments::RailVerdict::failed).has_value());
    }
  }
  const auto live = rig->hash();
  EXPECT_EQ(rig->replayed_hash(), live);
  rig->reopen();
  EXPECT_EQ(rig->hash(), live);
  ASSERT_TRUE(rig->store->checkpoint());
  rig->reopen();
  EXPECT_EQ(rig->hash(), live);
  ASSERT_TRUE(pay(beneficiary, 5'000));
  EXPECT_EQ(rig->replayed_hash(), rig->hash());
}

TEST_F(ShardTest, WithoutRoomForTheVaultNothingIsDecidedAndAfterwardsEverythingGoesOn) {
  fund(1'000'000, 1);
  const auto beneficiary = add_beneficiary();
  const std::uint64_t position = rig->shard->state().position;
  rig->flusher->room_for = 0;
  const auto refused = pay(beneficiary, 250'000);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().outcome, Outcome::storage_full);
  EXPECT_EQ(rig->shard->state().position, position);
  rig->flusher->room_for.reset();
  EXPECT_TRUE(pay(beneficiary, 250'000));
}

TEST_F(ShardTest, ACommandThatNobodyWaitsForMayBeRefused) {
  rig->flusher->room_for = 0;
  ASSERT_TRUE(rig->shard->submit(Command{.intent = CreateBeneficiary{}}, nullptr));
  rig->settle();
  EXPECT_EQ(rig->shard->statistics().queued, 0U);
}

TEST_F(ShardTest, AQueuedPayoutGoesAfterACrashBetweenTheFundsAndItsTurn) {
  fund(1'000, 1);
  const auto payout = pay(add_beneficiary(), 250'000, true);
  ASSERT_TRUE(payout);
  ASSERT_EQ(payout->status, PayoutStatus::queued);
  rig->flusher->room_for = 1;
  fund(1'000'000, 2);
  rig->reopen();
  rig->settle();
  Archive archive{*rig->store, rig->place(), rig->journal->watermark()};
  EXPECT_EQ((*archive.get<payments::Payout>(payout->id.value))->status, PayoutStatus::processing);
}

TEST_F(ShardTest, MoreThanAFrameHoldsMayBeDueAtOnce) {
  Rig small{folder_ / "small", 1u << 20};
  ASSERT_TRUE(small.send(FoundHouse{{{{}, "kid_of_chitra", "h", "3333"}, {{}, "kid_of_deepa", "h", "4444"}}, {{1, 3}, {1, 4}}}));
  const registry::Agreement agreement{.payer_types = {registry::PayerType::customer},
                                      .methods = {registry::CollectionMethod::upi_qr}};
  const auto applied = small.send(ApplyForClient{{}, {}, "5411", agreement}, by(asha));
  const ClientId owner = std::get<registry::Client>(applied->at(0).object).id;
  for (kernel::Intent& step : kernel::papers_of_a_proprietor(owner)) ASSERT_TRUE(small.send(std::move(step), by(asha)));
  ASSERT_TRUE(small.send(DecideClient{owner, registry::ClientStatus::approved, {}}, by(bina)));
  constexpr int count = 200;
  std::vector<payments::PayinId> payins;
  for (int i = 0; i < count; ++i) {
    const payments::PayinOrder order{
        .amount = {50'000}, .method = registry::CollectionMethod::upi_qr, .metadata = SealedNotes{{}, std::string(10'000, 'x')}};
    const auto made = small.send(CreatePayin{.order = order}, registry::by_credential({}), owner);
    ASSERT_TRUE(made) << made.error().detail;
    payins.push_back(std::get<payments::Payin>(made->at(0).object).id);
  }
  ASSERT_TRUE(small.send(AdvanceSandboxClock{small.clock.at + days(1)}, registry::by_credential({}), owner));
  ASSERT_TRUE(small.send(CatchUpSandboxClock{owner, {}}, registry::by_rail()));
  small.settle();
  Archive archive{*small.store, small.place(), small.journal->watermark()};
  for (const payments::PayinId id : payins)
    EXPECT_EQ((*archive.get<payments::Payin>(id.value))->status, payments::PayinStatus::expired);
}

TEST_F(ShardTest, TheSmallestSegmentsThatCanBeSetHoldWhatIsDecided) {
  Rig small{folder_ / "small", 1u << 20};
  const auto founded =
      small.send(FoundHouse{{{{}, "kid_of_chitra", "h", "3333"}, {{}, "kid_of_deepa", "h", "4444"}}, {{1, 3}, {1, 4}}});
  EXPECT_TRUE(founded);
}

TEST_F(ShardTest, TimersRunOnTheClientsOwnClock) {
  const payments::PayinOrder order{.amount = {50'000}, .method = registry::CollectionMethod::upi_qr};
  const auto made = rig->send(CreatePayin{.order = order}, registry::by_credential({}), client);
  ASSERT_TRUE(made) << made.error().detail;
  const auto payin = std::get<payments::Payin>(made->at(0).object);
  ASSERT_TRUE(rig->send(AdvanceSandboxClock{*payin.expires_at}, registry::by_credential({}), client));
  ASSERT_TRUE(rig->send(CatchUpSandboxClock{client, {}}, registry::by_rail()));
  rig->settle();
  Archive archive{*rig->store, rig->place(), rig->journal->watermark()};
  EXPECT_EQ((*archive.get<payments::Payin>(payin.id.value))->status, payments::PayinStatus::expired);
}

TEST_F(ShardTest, ABalanceCanBeAskedAsOfAnyPosition) {
  fund(1'000'000, 1);
  const auto beneficiary = add_beneficiary();
  std::vector<std::pair<std::uint64_t, std::int64_t>> seen;
  const auto account = rig->shard->state().ledger.id_of(Mode::test, ledger::AccountCode::client_payout, client.value);
  for (int i = 0; i < 6; ++i) {
    const auto payout = pay(beneficiary, 1'000 * (i + 1));
    ASSERT_TRUE(report(payout->id, payments::RailVerdict::succeeded));
    seen.emplace_back(rig->shard->state().position, rig->shard->state().ledger.find(account)->available());
  }
  Archive archive{*rig->store, rig->place(), rig->journal->watermark()};
  for (const auto& [position, available] : seen)
    EXPECT_EQ((*archive.account_as_of(account, position))->available(), available) << position;
  EXPECT_EQ(archive.account_as_of(account, 1)->has_value(), false);
}

TEST_F(ShardTest, ListsAreNewestFirstAndPagesMeetWithoutGapOrRepeat) {
  fund(1'000'000, 1);
  const auto beneficiary = add_beneficiary();
  std::vector<payments::PayoutId> made;
  for (int i = 0; i < 7; ++i) made.push_back(pay(beneficiary, 1'000 + i)->id);
  std::reverse(made.begin(), made.end());
  Archive archive{*rig->store, rig->place(), rig->journal->watermark()};
  std::vector<payments::PayoutId> listed;
  std::optional<Cursor> cursor;
  do {
    const auto page = archive.list<payments::Payout>(client, Mode::test, cursor, 3);
    ASSERT_TRUE(page);
    for (const auto& payout : page->items) listed.push_back(payout.id);
    cursor = page->next;
  } while (cursor);
  EXPECT_EQ(listed, made);
}

TEST_F(ShardTest, APageLooksAtABoundedNumberOfObjectsAndGoesOn) {
  const std::size_t count = kMostLookedAt + 500;
  for (std::size_t i = 0; i < count; ++i) {
    Command command{.caller = registry::by_credential({}), .client = client};
    command.intent = CreateBeneficiary{{.destination = payments::DestinationKind::vpa}, {4, i}};
    ASSERT_TRUE(rig->shard->submit(std::move(command), [](const Result<Done>& done) { EXPECT_TRUE(done); }));
  }
  rig->settle();
  Archive archive{*rig->store, rig->place(), rig->journal->watermark()};
  const auto nobody = [](const payments::Beneficiary&) { return false; };
  const auto first = archive.list<payments::Beneficiary>(client, Mode::test, {}, 10, nobody);
  ASSERT_TRUE(first && first->next);
  EXPECT_EQ(first->looked_at, kMostLookedAt);
  const auto rest = archive.list<payments::Beneficiary>(client, Mode::test, first->next, 10, nobody);
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->looked_at, count - kMostLookedAt);
  EXPECT_FALSE(rest->next);
}

}  // namespace
}  // namespace mohur::engine
