// Acceptance by use: one command for each client and version, however many calls come at once; and none is lost for good.
#include "gateway/rig_test.hpp"

namespace mohur::gateway {
namespace {

class GateAcceptanceTest : public GateTest {
 protected:
  void publish() {
    machine.found();
    client = machine.approve_client();
    const auto proposed = machine.send(
        kernel::ProposePolicyVersion{"# Policy", "hash", machine.clock.now(), "Why", "What", days(30)}, machine.asha);
    const auto id = std::get<policy::PolicyVersion>(proposed->at(0).object).id;
    EXPECT_TRUE(machine.send(kernel::PublishPolicyVersion{id, 1, days(30)}, machine.bina));
  }
  std::size_t acceptances() {
    std::size_t count = 0;
    EXPECT_TRUE(machine.archive->scan(kernel::Table::policy_acceptances, [&](std::string_view, std::string_view) {
      count += 1;
      return true;
    }));
    return count;
  }
};

TEST_F(GateAcceptanceTest, ManyCallsAtOnceLeaveOneCommand) {
  publish();
  start();
  takes_turns = false;
  std::vector<std::future<Answer>> sent;
  for (int n = 0; n < 50; ++n) sent.push_back(send("GET", "/v1/payins", client_key));
  for (auto& answer : sent) EXPECT_EQ(answer.get().token(), "ok") << "no call waits for the acceptance";
  EXPECT_EQ(queued(), 1U);
  EXPECT_EQ(acceptances(), 0U);
  takes_turns = true;
  EXPECT_EQ(post("/v1/payins", kPayin).token(), "ok");  // decided in the same turn
  EXPECT_EQ(acceptances(), 1U);
}

TEST_F(GateAcceptanceTest, WhatDoesNotFitIntoTheQueueIsAskedForAgain) {
  machine.close();
  machine.options.most_queued = 1;
  machine.open();
  publish();
  start();
  takes_turns = false;
  EXPECT_EQ(get("/v1/payins").token(), "ok");  // its acceptance fills the queue
  run([&] { policy.not_accepted(client, 1); });
  EXPECT_EQ(get("/v1/payins").token(), "ok");  // and this one's finds no room
  EXPECT_EQ(queued(), 1U);
  takes_turns = true;
  for (int n = 0; n < 3; ++n) EXPECT_EQ(get("/v1/payins").token(), "ok");
  EXPECT_EQ(post("/v1/payins", kPayin).token(), "ok");
  EXPECT_EQ(acceptances(), 1U);
}

TEST_F(GateAcceptanceTest, WhoeverReadsThePublicPageAcceptsNothing) {
  publish();
  start();
  EXPECT_EQ(get("/policy", "nonsense").status, 200);
  EXPECT_EQ(queued(), 0U);
  EXPECT_EQ(acceptances(), 0U);
}

}  // namespace
}  // namespace mohur::gateway
