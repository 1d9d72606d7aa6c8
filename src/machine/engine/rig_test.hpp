// For the tests of the rooms above: a whole machine in a temporary folder, driven by hand, that can be closed and opened again.
//
// Nothing runs by itself: what is posted runs in settle(). The clock stands still until it is moved; chance has a seed.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "engine/archive.hpp"
#include "engine/shard.hpp"
#include "kernel/papers_test.hpp"
#include "vault/vault.hpp"

namespace mohur::engine {

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed = 1) : state_(seed) {}
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) {
      state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
      byte = static_cast<std::uint8_t>(state_ >> 56);
    }
  }

 private:
  std::uint64_t state_;
};

class HandClock final : public Clock {
 public:
  Time now() override { return {at_.load()}; }
  void advance(Duration by) { at_ += by.ns; }

 private:
  std::atomic<std::int64_t> at_{1'795'329'000'000'000'000};
};

// A new folder, in memory where the system has files there: what a disk does is not looked at here.
inline std::filesystem::path new_test_folder() {
  const std::filesystem::path memory = "/dev/shm";
  std::string name = (std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path()) / "mohur_test_XXXXXX";
  return ::mkdtemp(name.data());
}

class Machine {
 public:
  Machine() : folder_(new_test_folder()) { open(); }
  ~Machine() {
    close();
    std::filesystem::remove_all(folder_);
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  void open() {
    const std::string kek(32, 'k');
    vault = *vault::Vault::open(path("vault"), *crypto::Key256::from_bytes(kek), vault_random);
    journal = *journal::Journal::open(events(), {.segment_size = segment_size, .prepare_in_background = false}, files());
    store = *store::Store::open({.folder = path("state")}, table_specs());
    archive = std::make_unique<Archive>(*store, events(), journal->watermark());
    flusher = std::make_unique<InlineFlusher>(*journal, vault.get());
    shard = std::make_unique<Shard>(
        *journal, *store, *flusher, clock, random, [this](std::function<void()> work) { post(std::move(work)); },
        [](const Refusal& refusal) { ADD_FAILURE() << refusal.detail; }, options);
    EXPECT_TRUE(shard->recover(events()));
  }
  void close() {
    shard.reset();
    posted_.clear();
    flusher.reset();
    archive.reset();
    store.reset();
    journal.reset();
    vault.reset();
  }

  // Sends a command and answers with what came of it, once it is durable.
  Result<std::vector<kernel::Event>> send(kernel::Intent intent, registry::Caller caller, kernel::ClientId client = {},
                                          Mode mode = Mode::test) {
    std::optional<Result<std::vector<kernel::Event>>> answer;
    kernel::Command command{.caller = caller, .client = client, .mode = mode, .intent = std::move(intent)};
    EXPECT_TRUE(shard->submit(std::move(command), [&](const Result<Done>& done) {
      if (done)
        answer = std::vector<kernel::Event>(done->events.begin(), done->events.end());
      else
        answer = std::unexpected(done.error());
    }));
    settle();
    EXPECT_TRUE(answer.has_value());
    return *answer;
  }
  void settle() {
    shard->turn();
    while (!posted_.empty()) {
      const auto work = std::move(posted_.front());
      posted_.pop_front();
      work();
    }
  }

  // The two people, and a client that is approved for everything.
  void found(kernel::FoundHouse house = {{{{}, "kid_of_asha1", "h", "1111"}, {{}, "kid_of_bina1", "h", "2222"}},
                                         {{1, 1}, {1, 2}}}) {
    const auto founded = send(std::move(house), registry::by_system());
    asha = registry::by_person(std::get<registry::Person>(founded->at(0).object).id, {});
    bina = registry::by_person(std::get<registry::Person>(founded->at(2).object).id, {});
  }
  kernel::ClientId approve_client() {
    registry::Agreement agreement{.fees = {{300}, 50}};
    for (const auto& row : described_enumerators(registry::Purpose{})) agreement.purposes.push_back(row.value);
    for (const auto& row : described_enumerators(registry::PayerType{})) agreement.payer_types.push_back(row.value);
    for (const auto& row : described_enumerators(registry::Rail{})) agreement.rails.push_back(row.value);
    for (const auto& row : described_enumerators(registry::CollectionMethod{})) agreement.methods.push_back(row.value);
    const Sealed name = *vault->seal(vault->create_subject(clock.now()), "Chai Point", "C•••");
    const auto applied = send(kernel::ApplyForClient{name, name, "5411", agreement}, asha);
    const kernel::ClientId client = std::get<registry::Client>(applied->at(0).object).id;
    for (kernel::Intent& step : kernel::papers_of_a_proprietor(client)) EXPECT_TRUE(send(std::move(step), asha));
    EXPECT_TRUE(send(kernel::DecideClient{client, registry::ClientStatus::approved, {}}, bina));
    return client;
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  journal::Place events() const { return {path("journal"), "events", 0}; }

  HandClock clock;
  SeededRandom random{1}, vault_random{2};
  // What is set before open(), or between close() and open().
  ShardOptions options;
  std::uint64_t segment_size = 1u << 22;
  std::function<void(std::function<void()>)> post = [this](std::function<void()> work) { posted_.push_back(std::move(work)); };
  std::function<journal::FileLayer&()> files = []() -> journal::FileLayer& { return journal::posix_files(); };
  registry::Caller asha, bina;
  std::unique_ptr<vault::Vault> vault;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Archive> archive;
  std::unique_ptr<Flusher> flusher;
  std::unique_ptr<Shard> shard;

 private:
  const std::filesystem::path folder_;
  std::deque<std::function<void()>> posted_;
};

}  // namespace mohur::engine
