// A shard on real files, driven by hand with as many payouts as are wanted: what a bulk upload does after the gate.
//
// Load     16 clients with 64 beneficiaries each. A payout has a reference, an idempotency key, a sealed narration, a fee and
//          GST on it: three pending transfers. What the bank reports makes it final.
// Own      Making the commands is the caller's work, not the engine's, and is left out of what is measured.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

#include "crypto/system_random.hpp"
#include "engine/replay.hpp"
#include "engine/shard.hpp"
#include "kernel/papers_test.hpp"
#include "store/meter_bench.hpp"

namespace mohur::engine {

using store::give_up;
using store::Meter;
using store::must;
using store::Usage;

class RealClock final : public Clock {
 public:
  Time now() override { return {static_cast<std::int64_t>(store::seconds_of(CLOCK_REALTIME) * 1e9)}; }
};

// Work that other threads hand to the shard's.
class Inbox {
 public:
  void post(std::function<void()> work) {
    {
      const std::lock_guard hold{mutex_};
      works_.push_back(std::move(work));
    }
    changed_.notify_one();
  }
  void run(bool wait_for_one) {
    std::unique_lock hold{mutex_};
    if (wait_for_one) changed_.wait(hold, [this] { return !works_.empty(); });
    while (!works_.empty()) {
      const auto work = std::move(works_.front());
      works_.pop_front();
      hold.unlock();
      work();
      hold.lock();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> works_;
};

inline journal::Place place_in(const std::filesystem::path& folder) { return {(folder / "journal").string(), "events", 0}; }

// The path by which the server opens what it has.
class Works {
 public:
  static constexpr std::size_t most_queued = 4'096;

  explicit Works(const std::filesystem::path& folder)
      : journal(must(journal::Journal::open(place_in(folder)))),
        store(must(store::Store::open({.folder = folder / "state"}, table_specs()))),
        flusher(*journal, nullptr),
        shard(
            *journal, *store, flusher, clock_, random_, [this](std::function<void()> work) { inbox_.post(std::move(work)); },
            [](const Refusal& refusal) { give_up(refusal); }, {.most_queued = most_queued}) {
    must(shard.recover(place_in(folder)));
  }

  // Sends `count` commands, made by `make(n)`, and waits until all are durable and answered: `took(n, done)`.
  template <class Make, class Took>
  Usage send(std::uint64_t count, Make make, Took took) {
    Meter meter;
    std::vector<kernel::Command> made;
    std::uint64_t sent = 0, answered = 0;
    std::size_t next = 0;
    while (answered < count) {
      if (next == made.size() && sent < count) {
        meter.leave_out([&] {
          made.clear();
          next = 0;
          for (std::uint64_t n = sent; n < std::min(count, sent + most_queued / 4); ++n) made.push_back(make(n));
        });
      }
      bool idle = true;
      for (; next < made.size() && shard.statistics().queued < most_queued; ++next, ++sent, idle = false) {
        const auto reply = [&answered, &took](const Result<Done>& done) {
          if (!done) give_up(done.error());
          took(answered++, *done);
        };
        must(shard.submit(std::move(made[next]), reply));
      }
      shard.turn();
      inbox_.run(idle && answered < count);
    }
    return meter.read();
  }

  kernel::Object ask(kernel::Intent intent, registry::Caller caller, kernel::ClientId client = {}) {
    kernel::Object object;
    send(
        1, [&](std::uint64_t) { return kernel::Command{.caller = caller, .client = client, .intent = intent}; },
        [&](std::uint64_t, const Done& done) { object = done.events[0].object; });
    return object;
  }

  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<store::Store> store;

 private:
  RealClock clock_;
  crypto::SystemRandom random_;
  Inbox inbox_;

 public:
  ThreadFlusher flusher;
  Shard shard;
};

inline std::uint64_t mix(std::uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}
inline Key128 key_of(std::uint64_t kind, std::uint64_t n) { return {mix(n * 8 + kind), mix((n * 8 + kind) ^ 0x5555555555)}; }

// As long as a sealed narration.
inline std::string box_of(std::uint64_t n) {
  std::string box;
  for (std::uint64_t part = 4; part < 7; ++part) box += std::string_view{key_of(part, n).to_bytes()};
  return box;
}

// The clients of the load and what they send.
class Load {
 public:
  static constexpr std::size_t clients = 16;
  static constexpr std::size_t beneficiaries = 64;  // of each client

  // Founds a house with its clients.
  explicit Load(Works& works) : works_(&works) {
    using payments::BeneficiaryKind;
    const auto person = found();
    const registry::Agreement agreement{.purposes = {registry::Purpose::vendor},
                                        .payer_types = {},
                                        .rails = {registry::Rail::imps},
                                        .methods = {},
                                        .fees = {{300}, 50}};
    for (std::uint64_t c = 0; c < clients; ++c) {
      const auto client =
          std::get<registry::Client>(works_->ask(kernel::ApplyForClient{{}, {}, "5411", agreement}, person[0])).id;
      for (kernel::Intent& step : kernel::papers_of_a_proprietor(client)) works_->ask(std::move(step), person[0]);
      works_->ask(kernel::DecideClient{client, registry::ClientStatus::approved, {}}, person[1]);
      const auto utr = payments::Utr::trusted("UTR00000001");
      works_->ask(kernel::FundBalance{client, Mode::test, {10'000'000'000'000}, Currency::INR, utr, key_of(1, c)}, person[0]);
      for (std::uint64_t b = 0; b < beneficiaries; ++b) {
        const payments::Beneficiary beneficiary{.ifsc = payments::Ifsc::trusted("MOHR0000001")};
        const auto object = works_->ask(kernel::CreateBeneficiary{beneficiary, key_of(2, c * beneficiaries + b)},
                                        registry::by_credential({}), client);
        payees_.push_back({client, std::get<payments::Beneficiary>(object).id});
      }
    }
  }

  // Goes on with the same house where it was opened again.
  void attach(Works& works) { works_ = &works; }

  // Accepts payouts `from` to `from + count`, and remembers them for settle().
  Usage accept(std::uint64_t from, std::uint64_t count) {
    return works_->send(
        count, [&](std::uint64_t n) { return payout(from + n); },
        [&](std::uint64_t, const Done& done) {
          const auto& made = std::get<payments::Payout>(done.events[0].object);
          if (made.status != payments::PayoutStatus::processing) give_up({Outcome::internal_error, {}, "not accepted"});
          open_.push_back(made.id);
        });
  }

  // The bank reports all that is open as paid.
  Usage settle() {
    const Usage usage =
        works_->send(open_.size(), [&](std::uint64_t n) { return report(open_[n]); }, [](std::uint64_t, const Done&) {});
    open_.clear();
    return usage;
  }

 private:
  std::array<registry::Caller, 2> found() {
    const kernel::FoundHouse intent{{{{}, "kid_of_asha", "h", "1111"}, {{}, "kid_of_bina", "h", "2222"}}, {{1, 1}, {1, 2}}};
    std::array<registry::Caller, 2> people;
    works_->send(
        1, [&](std::uint64_t) { return kernel::Command{.caller = registry::by_system(), .intent = intent}; },
        [&](std::uint64_t, const Done& done) {
          for (std::size_t i = 0; i < 2; ++i)
            people[i] = registry::by_person(std::get<registry::Person>(done.events[i * 2].object).id, {});
        });
    return people;
  }

  kernel::Command payout(std::uint64_t n) const {
    const auto& [client, beneficiary] = payees_[mix(n) % payees_.size()];
    const payments::PayoutOrder order{
        .amount = {static_cast<std::int64_t>(100 + mix(n + 1) % 10'000'000)},
        .rail = payments::Rail::imps,
        .reference_id = payments::ReferenceId::trusted("INV-2026/" + std::to_string(10'000'000 + n)),
        .narration = Sealed{{key_of(3, n % 4'096)}, box_of(n), "Invoice"}};
    return {.caller = registry::by_credential({client.value}),
            .client = client,
            .idempotency = kernel::Idempotency{key_of(0, n), mix(n)},
            .intent = kernel::CreatePayout{beneficiary, order, key_of(7, n)}};
  }

  static kernel::Command report(payments::PayoutId payout) {
    const payments::RailReport report{
        .dispatch = 1,
        .verdict = payments::RailVerdict::succeeded,
        .utr = payments::Utr::trusted("6" + std::to_string(10'000'000'000 + payout.value.low % 10'000'000'000))};
    return {.caller = registry::by_rail(), .intent = kernel::ReportPayout{payout, report}};
  }

  struct Payee {
    kernel::ClientId client;
    payments::BeneficiaryId beneficiary;
  };
  Works* works_;
  std::vector<Payee> payees_;
  std::vector<payments::PayoutId> open_;
};

}  // namespace mohur::engine
