// The watch on a real machine: what it counts, whom it tells of, that it tells once, and what a start knows of the day before.
#include "watch/watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/claims.hpp"
#include "engine/rig_test.hpp"

namespace mohur::watch {
namespace {

using kernel::RaiseAlert;
using policy::AlertKind;
using testing::ElementsAre;

constexpr registry::CredentialId kKey{{5, 1}};
constexpr registry::ClientId kClient{{6, 1}}, kOther{{6, 2}}, kThird{{6, 3}};

class WatchTest : public testing::Test {
 protected:
  WatchTest() {
    machine.found();
    begin();
  }
  // As at a start.
  void begin() {
    watch.emplace(*machine.vault, machine.random);
    ASSERT_TRUE(watch->load(*machine.archive, machine.events(), machine.clock.now()));
  }
  // Rules that two people put into force; the watch learns of them by the event.
  void rules(std::vector<policy::Detector> detectors) {
    const auto proposed = machine.send(kernel::ProposeWatchRules{std::move(detectors), machine.clock.now(), "r"}, machine.asha);
    const auto id = std::get<policy::WatchRules>(proposed->at(0).object).id;
    const auto approved = machine.send(kernel::DecideWatchRules{id, true}, machine.bina);
    watch->on_durable(1, *approved);
  }
  CallSeen call(const char* from, std::optional<registry::CredentialId> key = {}, Mode mode = Mode::live) {
    requests += 1;
    return {.request = {9, requests},
            .at = machine.clock.now(),
            .from = *IpAddress::parse(from),
            .credential = key,
            .client = key ? kClient : registry::ClientId{},
            .mode = mode};
  }
  void refuse(const char* from, std::uint64_t mark, std::optional<registry::CredentialId> key = {},
              Outcome outcome = Outcome::route_not_found) {
    const std::string asked = std::to_string(mark);
    watch->was_refused(call(from, key), outcome, {"GET", asked});
  }
  kernel::Event beneficiary(registry::ClientId client, std::uint64_t number, Key128 mark = {8, 8}) {
    return {.type = kernel::EventType::beneficiary_created,
            .at = machine.clock.now(),
            .client = client,
            .mode = Mode::live,
            .object = payments::Beneficiary{.id = {{7, number}}, .client = client, .sequence = 1, .destination_mark = mark}};
  }
  kernel::Event payout(std::uint64_t number, payments::PayoutStatus status, payments::PayoutReason reason) {
    return {
        .at = machine.clock.now(),
        .client = kClient,
        .mode = Mode::live,
        .object = payments::Payout{.id = {{7, number}}, .client = kClient, .sequence = 2, .status = status, .reason = reason}};
  }
  // What is brought to the core, in order.
  std::vector<kernel::Command> brought() {
    std::vector<kernel::Command> commands;
    watch->report(steady, [&](kernel::Command command) {
      commands.push_back(std::move(command));
      return true;
    });
    steady = steady + hours(1);
    return commands;
  }
  // The one alert there is.
  kernel::Command the_one() {
    auto commands = brought();
    EXPECT_EQ(commands.size(), 1U);
    return commands.empty() ? kernel::Command{.intent = RaiseAlert{}} : std::move(commands.front());
  }
  static const policy::Sighting& sighting(const kernel::Command& command) {
    return std::get<RaiseAlert>(command.intent).sighting;
  }

  engine::Machine machine;
  std::optional<Watch> watch;
  Time steady = Time{} + hours(1);
  std::uint64_t requests = 0;
};

TEST_F(WatchTest, ProbingIsManyDifferentCallsThatFitNothingFromOneAddress) {
  for (std::uint64_t n = 0; n < 59; ++n) refuse("192.0.2.7", n);
  for (int n = 0; n < 1'000; ++n) refuse("192.0.2.7", 1);
  for (std::uint64_t n = 0; n < 59; ++n) refuse("192.0.2.8", n);
  for (std::uint64_t n = 100; n < 200; ++n) refuse("192.0.2.7", n, {}, Outcome::rate_exceeded);
  EXPECT_TRUE(brought().empty());
  refuse("192.0.2.7", 59);
  const kernel::Command command = the_one();
  EXPECT_TRUE(command.client.is_zero());
  EXPECT_EQ(sighting(command).kind, AlertKind::probing);
  EXPECT_EQ(sighting(command).address, "192.0.2.7");
  EXPECT_EQ(sighting(command).count, 60U);
  EXPECT_EQ(sighting(command).rules_version, 1U);
  EXPECT_EQ(sighting(command).examples.size(), policy::kMostExamples);
  EXPECT_EQ(sighting(command).examples.front(), (registry::RequestId{{9, 1}}.to_string()));
  for (std::uint64_t n = 100; n < 400; ++n) refuse("192.0.2.7", n);
  EXPECT_TRUE(brought().empty()) << "once a day";
}

TEST_F(WatchTest, AHouseOfIPv6IsOneAddressAndAKeyIsItself) {
  for (std::uint64_t n = 0; n < 60; ++n) refuse(("2001:db8:1:" + std::to_string(n) + "::7").c_str(), n);
  EXPECT_EQ(sighting(the_one()).address, "2001:db8:1::/48");
  for (std::uint64_t n = 0; n < 60; ++n) refuse(("198.51.100." + std::to_string(n)).c_str(), n, kKey, Outcome::not_found);
  const kernel::Command command = the_one();
  EXPECT_EQ(command.client, kClient);
  EXPECT_EQ(sighting(command).credential, kKey);
  EXPECT_EQ(sighting(command).address, std::nullopt);
}

TEST_F(WatchTest, AKeyIsSharedThatComesFromManyNetworksInAnHour) {
  const auto came = [&](const char* from) { watch->key_came(call(from, kKey)); };
  for (const char* from : {"192.0.2.7", "192.0.2.99", "198.51.100.1", "203.0.113.1", "2001:db8:1::1", "2001:db8:1:ffff::1"})
    for (int n = 0; n < 5; ++n) came(from);
  EXPECT_TRUE(brought().empty()) << "four networks";
  machine.clock.advance(minutes(59));
  came("192.0.2.8");
  machine.clock.advance(minutes(2));
  came("10.0.0.1");
  EXPECT_TRUE(brought().empty()) << "three of the four were an hour ago";
  for (const char* from : {"10.0.1.1", "10.0.2.1", "10.0.3.1"}) came(from);
  const kernel::Command command = the_one();
  EXPECT_EQ(command.client, kClient);
  EXPECT_EQ(sighting(command).kind, AlertKind::key_sharing);
  EXPECT_EQ(sighting(command).credential, kKey);
  EXPECT_EQ(sighting(command).count, 5U);
}

TEST_F(WatchTest, AnAccountThatSeveralClientsBeginToPayIsShared) {
  for (std::uint64_t n = 0; n < 10; ++n) watch->on_durable(1, std::vector{beneficiary(kClient, n)});
  watch->on_durable(1, std::vector{beneficiary(kOther, 20), beneficiary(kThird, 21, {8, 9})});
  EXPECT_TRUE(brought().empty());
  watch->on_durable(1, std::vector{beneficiary(kThird, 22)});
  const kernel::Command command = the_one();
  EXPECT_TRUE(command.client.is_zero()) << "of several";
  EXPECT_EQ(sighting(command).kind, AlertKind::shared_destination);
  EXPECT_THAT(sighting(command).examples,
              ElementsAre(payments::BeneficiaryId{{7, 0}}.to_string(), payments::BeneficiaryId{{7, 20}}.to_string(),
                          payments::BeneficiaryId{{7, 22}}.to_string()));
}

TEST_F(WatchTest, PayoutsThatFailForTheirBeneficiariesAreCountedAndNoOthers) {
  using enum payments::PayoutStatus;
  using enum payments::PayoutReason;
  for (std::uint64_t n = 0; n < 19; ++n) watch->on_durable(1, std::vector{payout(n, failed, bank_account_invalid)});
  for (std::uint64_t n = 0; n < 19; ++n) watch->on_durable(1, std::vector{payout(n, reversed, returned_by_beneficiary_bank)});
  for (std::uint64_t n = 30; n < 90; ++n) {
    watch->on_durable(1, std::vector{payout(n, failed, beneficiary_bank_offline)});
    watch->on_durable(1, std::vector{payout(n + 100, processed, payout_processed)});
  }
  EXPECT_TRUE(brought().empty());
  watch->on_durable(1, std::vector{payout(25, failed, beneficiary_vpa_invalid)});
  const kernel::Command command = the_one();
  EXPECT_EQ(command.client, kClient);
  EXPECT_EQ(sighting(command).kind, AlertKind::failing_payouts);
}

TEST_F(WatchTest, TestModeIsWatchedWhereTheRulesSaySo) {
  const auto probe = [&](Mode mode) {
    for (const char* path : {"/a", "/b", "/c"}) watch->was_refused(call("192.0.2.7", kKey, mode), Outcome::not_found, {path});
    return brought().size();
  };
  rules({{AlertKind::probing, 3, 60, false}});
  EXPECT_EQ(probe(Mode::test), 0U);
  rules({{AlertKind::probing, 3, 60, true}});
  EXPECT_EQ(probe(Mode::test), 1U);
  rules({});
  EXPECT_EQ(probe(Mode::live), 0U) << "nothing is watched for";
}

TEST_F(WatchTest, WhatTheCoreHasNoRoomForIsBroughtAgainAndAFloodHasARate) {
  rules({{AlertKind::probing, 2, 60, false}});
  const auto probe = [&](std::uint64_t n) {
    const std::string from = "10.0." + std::to_string(n / 250) + "." + std::to_string(n % 250);
    for (std::uint64_t mark = 0; mark < 2; ++mark) refuse(from.c_str(), mark);
  };
  for (std::uint64_t n = 1; n <= 25; ++n) probe(n);
  for (int second = 0; second < 25; ++second) watch->report(steady, [](const kernel::Command&) { return false; });
  const auto first = brought();
  EXPECT_EQ(first.size(), 20U) << "what was not taken costs nothing";
  watch->wait_again(first.front());
  EXPECT_EQ(watch->waiting(), 6U);
  EXPECT_EQ(brought().size(), 6U);
  for (std::uint64_t n = 1'000; n <= 3'000; ++n) probe(n);
  EXPECT_EQ(watch->waiting(), Watch::kMostWaiting);
  EXPECT_EQ(brought().size(), 20U);
  probe(5'000);
  EXPECT_EQ(watch->waiting(), Watch::kMostWaiting - 19) << "there is room again";
}

TEST_F(WatchTest, AFloodOfStrangersHidesNoKeyAndNoPayout) {
  rules({{AlertKind::probing, 2, 60, false}, {AlertKind::shared_destination, 2, 60, false}});
  for (std::uint64_t n = 0; n < 1'000; ++n)
    for (std::uint64_t mark = 0; mark < 2; ++mark)
      refuse(("10.0." + std::to_string(n / 250) + "." + std::to_string(n % 250)).c_str(), mark);
  for (std::uint64_t mark = 0; mark < 2; ++mark) refuse("192.0.2.7", mark, kKey);
  watch->on_durable(1, std::vector{beneficiary(kClient, 1), beneficiary(kOther, 2)});
  std::size_t of_strangers = 0, others = 0;
  for (const kernel::Command& command : brought()) ++(sighting(command).address ? of_strangers : others);
  EXPECT_EQ(of_strangers, 20U);
  EXPECT_EQ(others, 2U);
}

TEST_F(WatchTest, TheBodyIsPartOfWhatACallAsksFor) {
  rules({{AlertKind::probing, 3, 60, false}});
  const auto ask = [&](std::initializer_list<std::string_view> asked) {
    watch->was_refused(call("192.0.2.7", kKey), Outcome::not_found, asked);
    return brought().size();
  };
  EXPECT_EQ(ask({"/v1/payouts", "a"}), 0U);
  EXPECT_EQ(ask({"/v1/payouts", "a"}), 0U);
  EXPECT_EQ(ask({"/v1/payouts", "b"}), 0U);
  EXPECT_EQ(ask({"/v1/payoutsb", ""}), 1U) << "where a part ends counts";
}

TEST_F(WatchTest, AStartKnowsTheRulesAndTheDayBefore) {
  rules({{AlertKind::shared_destination, 3, 86'400, true}});
  std::vector<registry::ClientId> clients;
  for (int n = 0; n < 4; ++n) clients.push_back(machine.approve_client());
  const Key128 mark = engine::destination_mark(*machine.vault, "HDFC0000001", "1234567890", "");
  const auto pays = [&](std::size_t client) {
    const payments::Beneficiary beneficiary{.kind = payments::BeneficiaryKind::vendor, .destination_mark = mark};
    const auto made =
        machine.send(kernel::CreateBeneficiary{beneficiary, {40, client}}, registry::by_credential({}), clients[client]);
    ASSERT_TRUE(made);
    watch->on_durable(1, *made);
  };
  pays(0);
  machine.clock.advance(hours(23));
  pays(1);
  begin();
  EXPECT_TRUE(brought().empty());
  pays(2);
  kernel::Command command = the_one();
  EXPECT_EQ(sighting(command).rules_version, 2U);
  const auto raised = machine.send(command.intent, command.caller, command.client, command.mode);
  ASSERT_TRUE(raised);
  EXPECT_EQ(raised->size(), 1U);
  EXPECT_TRUE(machine.send(command.intent, command.caller, command.client, command.mode)->empty()) << "it was raised today";
  begin();
  EXPECT_TRUE(brought().empty()) << "what was raised is not brought again";
  machine.clock.advance(hours(2));
  begin();
  EXPECT_TRUE(brought().empty()) << "the first of the three is more than a day ago";
}

}  // namespace
}  // namespace mohur::watch
