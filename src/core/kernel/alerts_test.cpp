// Alerts over time: one a day of each subject, closed by a person with what came of it; watch rules changed by two people.
#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using policy::Alert;
using policy::AlertDecision;
using policy::AlertKind;
using policy::AlertStatus;
using policy::WatchRules;
using testing::ElementsAre;

struct Watched : House {
  Result<std::vector<Event>> raise(std::uint64_t claim, ClientId whose = {}, AlertKind kind = AlertKind::probing,
                                   Mode mode = Mode::live) {
    return send(RaiseAlert{{.kind = kind,
                            .credential = {},
                            .address = "192.0.2.7",
                            .count = 60,
                            .window_s = 600,
                            .first_at = at - minutes(5),
                            .last_at = at,
                            .examples = {"req_1"}},
                           some_key(80, claim)},
                registry::by_system(), whose, mode);
  }
  policy::AlertId raised(std::uint64_t claim, ClientId whose = {}) { return first<Alert>(raise(claim, whose)).id; }
  std::string told(const Result<std::vector<Event>>& result) {
    return result ? "ok" : std::string{to_token(result.error().outcome)} + " " + result.error().field;
  }
  std::string close(policy::AlertId alert, AlertDecision decision, std::optional<registry::MeasureId> measure = {}) {
    return told(send(CloseAlert{alert, decision, "As it was found", measure}, bina));
  }
  registry::MeasureId measure(ClientId against) {
    return first<registry::Measure>(send(TakeMeasure{.client = against, .evidence = "Case 1", .critical = true}, asha)).id;
  }
};

TEST(Alerts, AreRaisedOnceForEachClaim) {
  Watched house;
  EXPECT_THAT(types_of(*house.raise(1)), ElementsAre("alert.raised"));
  EXPECT_TRUE(house.raise(1)->empty());
  EXPECT_THAT(types_of(*house.raise(2)), ElementsAre("alert.raised"));
}

TEST(Alerts, SayWhoseTheyAreAndByWhichClause) {
  Watched house;
  const auto nobodys = *house.raise(1, {}, AlertKind::shared_destination, Mode::test);
  EXPECT_EQ(first<Alert>(nobodys).client, std::nullopt);
  EXPECT_EQ(first<Alert>(nobodys).mode, Mode::test);
  EXPECT_EQ(nobodys.front().mode, Mode::live) << "the operator's list has no modes";
  EXPECT_EQ(first<Alert>(nobodys).clause, registry::Clause::P1_5);
  const auto clients = *house.raise(2, house.client, AlertKind::key_sharing, Mode::test);
  EXPECT_EQ(first<Alert>(clients).client, house.client);
  EXPECT_EQ(clients.front().client, house.client);
  EXPECT_EQ(clients.front().mode, Mode::test);
  EXPECT_EQ(first<Alert>(clients).clause, registry::Clause::P3_4);
  EXPECT_EQ(house.told(house.raise(3, ClientId{{77, 77}})), "not_found client");
  EXPECT_EQ(audience_of(nobodys.front().type), Audience::operator_only);
}

TEST(Alerts, AreClosedOnceByAPersonWithWhatCameOfThem) {
  Watched house;
  const auto alert = house.raised(1, house.client);
  EXPECT_EQ(
      house.told(house.send(CloseAlert{alert, AlertDecision::harmless, "f", {}}, registry::by_credential({}), house.client)),
      "scope_missing ");
  const auto closed = first<Alert>(house.send(CloseAlert{alert, AlertDecision::client_warned, "They know now", {}}, house.bina));
  EXPECT_EQ(closed.status, AlertStatus::closed);
  EXPECT_EQ(closed.decision, AlertDecision::client_warned);
  EXPECT_EQ(closed.finding, "They know now");
  EXPECT_EQ(closed.closed_by, house.bina.person());
  EXPECT_EQ(house.close(alert, AlertDecision::harmless), "state_conflict ");
  EXPECT_EQ(house.close({{77, 77}}, AlertDecision::harmless), "not_found alert");
  EXPECT_TRUE(house.raise(1, house.client)->empty()) << "seen again on the same day";
}

TEST(Alerts, NameTheMeasureThatWasTakenBecauseOfThem) {
  Watched house;
  const auto alert = house.raised(1, house.client);
  EXPECT_EQ(house.close(alert, AlertDecision::measure_taken), "field_missing measure");
  EXPECT_EQ(house.close(alert, AlertDecision::measure_taken, registry::MeasureId{{77, 77}}), "not_found measure");
  const auto measure = house.measure(house.client);
  EXPECT_EQ(house.close(alert, AlertDecision::reported, measure), "field_unknown measure");
  const ClientId other = house.approve_client({});
  EXPECT_EQ(house.close(house.raised(2, other), AlertDecision::measure_taken, measure), "not_found measure");
  EXPECT_EQ(house.close(alert, AlertDecision::measure_taken, measure), "ok");
  EXPECT_EQ(house.disk.find<Alert>(alert.value)->measure, measure);
  EXPECT_EQ(house.close(house.raised(3), AlertDecision::measure_taken, measure), "ok") << "of several clients, against any";
}

TEST(WatchRules, AreChangedByTwoPeopleAndCountFromTheirMoment) {
  Watched house;
  const auto propose = [&](std::vector<policy::Detector> detectors, Time effective_at) {
    return house.send(ProposeWatchRules{std::move(detectors), effective_at, "As it must be"}, house.asha);
  };
  const auto id = first<WatchRules>(propose({{AlertKind::probing, 3, 60, true}}, house.at + hours(1))).id;
  EXPECT_EQ(house.told(house.send(DecideWatchRules{id, true}, house.asha)), "four_eyes_required ");
  EXPECT_THAT(types_of(*house.send(DecideWatchRules{id, true}, house.bina)), ElementsAre("watch_rules.approved"));
  EXPECT_EQ(house.told(house.send(DecideWatchRules{id, false}, house.bina)), "state_conflict ");
  EXPECT_EQ(house.state.watch_rules.at(house.at).version, 1U);
  EXPECT_EQ(house.state.watch_rules.at(house.at + hours(1)).version, 2U);
  EXPECT_EQ(house.state.watch_rules.at(house.at + hours(1)).rules->at(0).count, 3U);
  const auto rejected = first<WatchRules>(propose({}, house.at)).id;
  EXPECT_THAT(types_of(*house.send(DecideWatchRules{rejected, false}, house.bina)), ElementsAre("watch_rules.rejected"));
  EXPECT_EQ(house.state.watch_rules.next_version(), 3U);
  EXPECT_EQ(house.told(propose({{AlertKind::probing, 1, 60}}, house.at)), "field_out_of_range detectors[0].count");
  EXPECT_EQ(house.told(propose({}, house.at + days(367))), "time_too_far effective_at");
  EXPECT_EQ(house.told(house.send(DecideWatchRules{{{77, 77}}, true}, house.bina)), "not_found watch_rules");
  EXPECT_EQ(house.told(house.send(ProposeWatchRules{{}, house.at, "r"}, registry::by_credential({}), house.client)),
            "scope_missing ");
}

}  // namespace
}  // namespace mohur::kernel
