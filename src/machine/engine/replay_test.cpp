// A journal whose chain is whole and whose events are not: replay names the position and refuses, and nothing asserts.
#include "engine/replay.hpp"

#include <gmock/gmock.h>

#include "codec/binary.hpp"
#include "engine/rig_test.hpp"

namespace mohur::engine {
namespace {

using kernel::Event;
using kernel::EventType;

// A machine with a payout that was initiated and processed.
class ForgedJournal {
 public:
  ForgedJournal() {
    machine_.found();
    const auto client = machine_.approve_client();
    const auto own = registry::by_credential({});
    EXPECT_TRUE(machine_.send(
        kernel::FundBalance{client, Mode::test, {1'000'000}, Currency::INR, payments::Utr::trusted("UTR000001"), {2, 1}},
        machine_.asha));
    const auto beneficiary = std::get<payments::Beneficiary>(
        machine_.send(kernel::CreateBeneficiary{{.kind = payments::BeneficiaryKind::vendor}, {3, 1}}, own, client)->at(0).object);
    const auto payout = std::get<payments::Payout>(
        machine_.send(kernel::CreatePayout{beneficiary.id, {.amount = {10'000}}, {}}, own, client)->at(0).object);
    EXPECT_TRUE(machine_.send(kernel::ReportPayout{payout.id, {.dispatch = 1, .verdict = payments::RailVerdict::succeeded}},
                              registry::by_rail()));
    auto reader = *journal::Reader::open(machine_.events(), {1});
    while (const auto frame = *reader.next())
      for (const journal::RecordView record : *frame) EXPECT_TRUE(codec::decode(record.bytes, events.emplace_back()));
  }

  Event& last(EventType type) {
    const auto found = std::find_if(events.rbegin(), events.rend(), [&](const Event& event) { return event.type == type; });
    EXPECT_NE(found, events.rend());
    return *found;
  }

  // What replay says of a journal that holds these events, sealed anew.
  std::string replayed() {
    const journal::Place place{machine_.path("forged" + std::to_string(++tries_)), "events", 0};
    auto journal = *journal::Journal::open(place, {.segment_size = 1u << 22, .prepare_in_background = false});
    journal::FrameBuilder records;
    for (const Event& event : events) {
      codec::encode(event, records.begin_record());
      records.end_record();
    }
    EXPECT_TRUE(journal->reserve(1u << 20));
    journal::Frame frame = *journal->seal(std::move(records));
    EXPECT_TRUE(journal->write_and_flush({&frame, 1}));
    const auto store = *store::Store::open({.folder = machine_.path("state" + std::to_string(tries_))}, table_specs());
    Fold fold{*store};
    EXPECT_TRUE(fold.load());
    const auto last = replay(place, fold, *store);
    if (last) return "position " + std::to_string(*last);
    EXPECT_EQ(last.error().outcome, Outcome::data_damaged);
    return last.error().detail;
  }

  std::vector<Event> events;

 private:
  Machine machine_;
  int tries_ = 0;
};

struct Forgery {
  const char* says;
  std::function<void(ForgedJournal&)> forge;
};

ledger::Transfer& transfer(ForgedJournal& journal, EventType type, std::size_t n) { return journal.last(type).transfers.at(n); }

TEST(Replay, WhatCannotHaveHappenedIsDamageAndNotABug) {
  using enum EventType;
  const Forgery forgeries[] = {
      {"carries no object", [](auto& j) { j.last(payout_processed).object = {}; }},
      {"is older than the one before it", [](auto& j) { j.last(payout_processed).at = Time{1}; }},
      {"opens a ledger account that is open", [](auto& j) { j.events.push_back(j.last(ledger_account_opened)); }},
      {"has a nonce that was used before, or too late",
       [](auto& j) { j.last(payout_processed).nonce = kernel::Nonce{{7, 7}, Time{1}}; }},
      {"has a transfer of no kind", [](auto& j) { transfer(j, balance_funded, 0).kind = {}; }},
      {"has a pending transfer that is not its object's own", [](auto& j) { j.events.push_back(j.last(payout_processed)); }},
      {"has a pending transfer that is not its object's own",
       [](auto& j) { j.last(payout_processed).object = j.last(beneficiary_created).object; }},
      {"has a pending transfer that is not its object's own",
       [](auto& j) { std::get<payments::Payout>(j.last(payout_initiated).object).hold.reset(); }},
      {"has a pending transfer that is not its object's own",
       [](auto& j) { transfer(j, payout_processed, 0).pending = ledger::TransferId{{7, 7}}; }},
      {"has a transfer that the ledger cannot take", [](auto& j) { transfer(j, balance_funded, 0).debit = {{7, 7}}; }},
      {"has a transfer that the ledger cannot take", [](auto& j) { transfer(j, payout_initiated, 0).amount = {99'000'000}; }},
      {"has a transfer that the ledger cannot take", [](auto& j) { transfer(j, payout_processed, 0).amount = {10'001}; }},
      {"has a transfer that the ledger cannot take", [](auto& j) { transfer(j, balance_funded, 0).amount = {-5}; }},
      {"breaks the law", [](auto& j) { transfer(j, payout_processed, 0).amount = {9'999}; }},
  };
  ForgedJournal honest;
  EXPECT_EQ(honest.replayed(), "position " + std::to_string(honest.events.size()));
  for (const Forgery& forgery : forgeries) {
    ForgedJournal journal;
    forgery.forge(journal);
    EXPECT_THAT(journal.replayed(), testing::HasSubstr(forgery.says));
  }
}

}  // namespace
}  // namespace mohur::engine
