// Versions of the usage policy: two people put one into force, never in haste; and each client accepts each once.
#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using policy::AcceptanceManner;
using policy::PolicyAcceptance;
using policy::PolicyVersion;
using policy::PolicyVersionId;

struct Published : House {
  Result<std::vector<Event>> propose(Time effective_at, std::string text = "# Policy") {
    return send(ProposePolicyVersion{std::move(text), "hash", effective_at, "A reason", "What is new", days(30)}, asha);
  }
  PolicyVersionId proposed(Time effective_at) { return first<PolicyVersion>(propose(effective_at)).id; }
  Result<std::vector<Event>> publish(PolicyVersionId version, std::uint32_t number) {
    return send(PublishPolicyVersion{version, number, days(30)}, bina);
  }
  // The first version in force at once, the second in thirty days.
  void publish_two() {
    one = proposed(at);
    EXPECT_TRUE(publish(one, 1));
    two = proposed(at + days(31));
    EXPECT_TRUE(publish(two, 2));
  }
  Result<std::vector<Event>> accept(PolicyVersionId version, AcceptanceManner manner, std::uint64_t claim = 1) {
    return send(AcceptPolicy{version, manner, some_key(1, claim)}, owner, client);
  }
  std::string told(const Result<std::vector<Event>>& result) {
    return result ? "ok" : std::string{to_token(result.error().outcome)} + " " + result.error().field;
  }

  registry::Caller owner = registry::by_credential({{7, 7}});
  PolicyVersionId one, two;
};

TEST(PolicyVersions, AreProposedByOnePersonAndPublishedByAnother) {
  Published house;
  const PolicyVersionId id = house.proposed(house.at);
  EXPECT_EQ(house.told(house.send(PublishPolicyVersion{id, 1, days(30)}, house.asha)), "four_eyes_required ");
  EXPECT_EQ(house.told(house.send(PublishPolicyVersion{id, 1, days(30)}, house.owner, house.client)), "scope_missing ");
  const auto& version = first<PolicyVersion>(house.publish(id, 1));
  EXPECT_EQ(version.number, 1U);
  EXPECT_EQ(house.told(house.publish(id, 1)), "state_conflict ");
  EXPECT_EQ(house.told(house.send(RejectPolicyVersion{id}, house.bina)), "state_conflict ");
}

TEST(PolicyVersions, AllButTheFirstAreToldAhead) {
  Published house;
  EXPECT_TRUE(house.publish(house.proposed(house.at - days(400)), 1)) << "the first may be in force at once";
  EXPECT_EQ(house.told(house.propose(house.at + days(30) - seconds(1))), "notice_too_short effective_at");
  EXPECT_EQ(house.told(house.propose(house.at + days(3'661))), "time_too_far effective_at");
  const PolicyVersionId id = house.proposed(house.at + days(31));
  house.at = house.at + days(2);  // it lay around, and now it would come too soon
  EXPECT_EQ(house.told(house.publish(id, 2)), "notice_too_short effective_at");
}

TEST(PolicyVersions, TheFirstOneDoesNotReachIntoThePast) {
  Published house;
  const Time before = house.at - days(400);
  EXPECT_GE(first<PolicyVersion>(house.publish(house.proposed(before), 1)).effective_at, before + days(400));
}

TEST(PolicyVersions, AreCountedWithoutAGapAndInTheOrderOfTheirTimes) {
  Published house;
  house.publish_two();
  const PolicyVersionId sooner = house.proposed(house.at + days(30) + hours(1));
  const PolicyVersionId later = house.proposed(house.at + days(40));
  EXPECT_EQ(house.told(house.publish(later, 2)), "state_conflict ") << "the number is taken";
  EXPECT_EQ(house.told(house.publish(later, 4)), "state_conflict ") << "there is no third one";
  EXPECT_EQ(house.told(house.publish(sooner, 3)), "field_out_of_range effective_at");
  EXPECT_EQ(first<PolicyVersion>(house.publish(later, 3)).number, 3U);
}

TEST(PolicyAcceptances, AreOneForEachClientAndVersion) {
  Published house;
  house.publish_two();
  const auto& acceptance = first<PolicyAcceptance>(house.accept(house.one, AcceptanceManner::continued_use));
  EXPECT_EQ(acceptance.number, 1U);
  EXPECT_EQ(acceptance.credential.value, house.owner.credential);
  const auto again = house.accept(house.one, AcceptanceManner::explicit_call);
  EXPECT_EQ(types_of(*again), std::vector<std::string>{}) << "nothing happens the second time";
}

TEST(PolicyAcceptances, MayComeAheadWhenTheyAreExplicitAndNotWhenTheyAreUse) {
  Published house;
  house.publish_two();
  EXPECT_EQ(house.told(house.accept(house.two, AcceptanceManner::continued_use)), "state_conflict version");
  EXPECT_EQ(types_of(*house.accept(house.two, AcceptanceManner::explicit_call)), std::vector<std::string>{"policy.accepted"});
}

TEST(PolicyAcceptances, OfWhatIsNotPublishedOrIsSupersededAreRefused) {
  Published house;
  house.publish_two();
  EXPECT_EQ(house.told(house.accept(house.proposed(house.at + days(40)), AcceptanceManner::explicit_call, 3)),
            "not_found version");
  house.at = house.at + days(32);
  EXPECT_EQ(house.told(house.accept(house.one, AcceptanceManner::explicit_call, 4)), "state_conflict version");
  EXPECT_EQ(house.told(house.send(AcceptPolicy{house.two, {}, some_key(1, 5)}, house.asha)), "role_missing ");
  EXPECT_TRUE(house.accept(house.two, AcceptanceManner::continued_use, 6));
}

}  // namespace
}  // namespace mohur::kernel
