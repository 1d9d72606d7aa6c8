// Limits in time and number, and the graceful stop. Time is a clock that the test moves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "net/rig_test.hpp"
#include "net/test_bad_requests.hpp"

namespace mohur::net {
namespace {

using testing::HasSubstr;

class ServerLimitsTest : public testing::Test {
 protected:
  ServerOptions timed(ServerLimits limits = {}) { return {.limits = limits, .deadline_clock = &clock_}; }

  // Waits until the server has read what the peers have sent, by asking it something on a connection that comes later, and
  // until just `open` connections are left.
  void settle(ServerRig& rig, std::size_t open) {
    for (int i = 0; i < 3; ++i) {
      TestPeer other{rig.port()};
      EXPECT_EQ(other.ask(get("/", "Connection: close\r\n")).status, 200);
    }
    EXPECT_TRUE(rig.eventually([&] { return rig.server->open_connections() == open; }));
  }

  // Moves the time when the server has done what it was about to do.
  void advance(ServerRig& rig, Duration by) {
    rig.run([&] { clock_.advance(by); });
  }

  HandClock clock_;
};

TEST_F(ServerLimitsTest, AHeadThatDoesNotArriveInTimeIsRefusedHoweverItTrickles) {
  ServerRig rig{timed()};
  TestPeer slow{rig.port()};
  slow.send("GET / HTTP/1.1\r\nHost: a\r\n");
  settle(rig, 1);
  advance(rig, seconds(9));
  slow.send("X: a\r\n");
  settle(rig, 1);
  advance(rig, seconds(2));
  const Answer answer = slow.read();
  EXPECT_EQ(answer.status, 408);
  EXPECT_TRUE(answer.body.starts_with("request_timeout")) << answer.body;
  EXPECT_TRUE(slow.at_end());
}

TEST_F(ServerLimitsTest, AnIdleConnectionEndsWithoutAWord) {
  ServerRig rig{timed()};
  TestPeer fresh{rig.port()};
  TestPeer used{rig.port()};
  EXPECT_EQ(used.ask(get("/")).status, 200);
  advance(rig, seconds(11));
  EXPECT_TRUE(fresh.at_end()) << "before its first request a connection has the time of a head";
  EXPECT_EQ(used.ask(get("/")).status, 200);
  advance(rig, seconds(74));
  EXPECT_EQ(used.ask(get("/")).status, 200);
  advance(rig, seconds(76));
  EXPECT_TRUE(used.at_end());
}

TEST_F(ServerLimitsTest, ABodyMustKeepTheLeastRate) {
  auto heads = std::make_shared<int>(0);
  TestHandler handler;
  handler.on_head_do = [heads](const RequestHead&) {
    ++*heads;
    return BodyLimit{};
  };
  ServerRig rig{timed({.body_rate = 1000}), handler};
  TestPeer slow{rig.port()};
  TestPeer quick{rig.port()};
  slow.send(post("Content-Length: 30000\r\n", std::string(10'000, 'x')));
  quick.send(post("Content-Length: 30000\r\n", std::string(12'000, 'x')));
  ASSERT_TRUE(rig.eventually([&] { return *heads == 2; }));
  settle(rig, 2);
  advance(rig, milliseconds(11'000));
  EXPECT_EQ(slow.read().status, 408);
  EXPECT_EQ(quick.ask(std::string(18'000, 'x')).status, 200);
}

TEST_F(ServerLimitsTest, ABodyMustBeThereInTheEnd) {
  auto heads = std::make_shared<int>(0);
  TestHandler handler;
  handler.on_head_do = [heads](const RequestHead&) {
    ++*heads;
    return BodyLimit{};
  };
  ServerRig rig{timed({.body_rate = 0}), handler};
  TestPeer peer{rig.port()};
  peer.send(post("Content-Length: 3\r\n", "ab"));
  ASSERT_TRUE(rig.eventually([&] { return *heads == 1; }));
  advance(rig, seconds(299));
  settle(rig, 1);
  advance(rig, seconds(2));
  EXPECT_EQ(peer.read().status, 408);
}

TEST_F(ServerLimitsTest, AHandlerHasAllTheTimeItNeeds) {
  auto kept = std::make_shared<std::unique_ptr<Responder>>();
  TestHandler handler;
  handler.on_request_do = [kept](Request& request, Responder responder) {
    if (request.path == "/") return responder.send(text("ok"));
    *kept = std::make_unique<Responder>(std::move(responder));
  };
  ServerRig rig{timed(), handler};
  TestPeer peer{rig.port()};
  peer.send(get("/slow"));
  ASSERT_TRUE(rig.eventually([&] { return *kept != nullptr; }));
  advance(rig, hours(1));
  settle(rig, 1);
  rig.run([&] {
    (*kept)->send(text("at last"));
    kept->reset();
  });
  EXPECT_EQ(peer.read().body, "at last");
}

TEST_F(ServerLimitsTest, APeerThatDoesNotReadItsAnswerIsDropped) {
  TestHandler handler;
  handler.on_request_do = [](Request& request, Responder responder) {
    responder.send(text(std::string(request.path == "/big" ? 50'000'000 : 2, 'x')));
  };
  ServerRig rig{timed(), handler};
  TestPeer peer{rig.port()};
  peer.shrink_receive_buffer();
  peer.send(get("/big"));
  settle(rig, 1);
  advance(rig, seconds(31));
  EXPECT_TRUE(rig.eventually([&] { return rig.server->open_connections() == 0; }));
}

TEST_F(ServerLimitsTest, APeerThatDoesNotCloseAfterTheLastAnswerIsClosed) {
  ServerRig rig{timed()};
  TestPeer peer{rig.port()};
  EXPECT_EQ(peer.ask("nonsense\n\n").status, 400);
  EXPECT_TRUE(peer.at_end());
  settle(rig, 1);  // it lingers, so that the answer is not lost
  advance(rig, seconds(3));
  EXPECT_TRUE(rig.eventually([&] { return rig.server->open_connections() == 0; }));
}

TEST_F(ServerLimitsTest, ConnectionsBeyondTheLimitAreTurnedAway) {
  ServerRig rig{timed({.connections = 2})};
  TestPeer first{rig.port()};
  TestPeer second{rig.port()};
  EXPECT_EQ(first.ask(get("/")).status, 200);
  EXPECT_EQ(second.ask(get("/")).status, 200);
  TestPeer third{rig.port()};
  const Answer answer = third.read();
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("overloaded"));
  EXPECT_TRUE(third.at_end());
  EXPECT_EQ(first.ask(get("/")).status, 200);
  EXPECT_THAT(rig.metrics.render(), HasSubstr("mohur_net_connections_rejected_total{listener=\"api\"} 1"));
}

TEST_F(ServerLimitsTest, LargeRequestsShareOneBudgetOfMemory) {
  ServerRig rig{timed({.buffered_bytes = 600'000})};
  TestPeer first{rig.port()};
  TestPeer second{rig.port()};
  first.send(post("Content-Length: 500000\r\n", std::string(400'000, 'x')));
  ASSERT_TRUE(rig.eventually([&] { return rig.server->open_connections() == 2; }));
  EXPECT_EQ(second.ask(post("Content-Length: 500000\r\n", std::string(400'000, 'x'))).status, 503);
  EXPECT_EQ(first.ask(std::string(100'000, 'x')).status, 200);
  TestPeer third{rig.port()};
  EXPECT_EQ(third.ask(post("Content-Length: 500000\r\n", std::string(500'000, 'x'))).status, 200)
      << "what was used is given back";
  TestPeer fourth{rig.port()};
  fourth.send(post("Content-Length: 500000\r\n", std::string(400'000, 'x')));
  ASSERT_TRUE(rig.eventually([&] { return rig.server->open_connections() == 4; }));
  fourth.reset();
  ASSERT_TRUE(rig.eventually([&] { return rig.server->open_connections() == 3; }));
  EXPECT_EQ(third.ask(post("Content-Length: 500000\r\n", std::string(500'000, 'x'))).status, 200) << "also by who breaks off";
}

TEST_F(ServerLimitsTest, DrainingLetsRunningRequestsFinishAndTakesNoNewOnes) {
  auto kept = std::make_shared<std::unique_ptr<Responder>>();
  TestHandler handler;
  handler.on_request_do = [kept](Request& request, Responder responder) {
    if (request.path == "/") return responder.send(text("ok"));
    *kept = std::make_unique<Responder>(std::move(responder));
  };
  ServerRig rig{timed(), handler};
  TestPeer idle{rig.port()};
  TestPeer running{rig.port()};
  TestPeer half{rig.port()};
  EXPECT_EQ(idle.ask(get("/")).status, 200);
  EXPECT_EQ(half.ask(get("/")).status, 200);
  half.send("GET / HTTP/1.1\r\n");
  running.send(get("/slow"));
  ASSERT_TRUE(rig.eventually([&] { return *kept != nullptr; }));
  std::promise<void> done;
  rig.run([&] { rig.server->drain([&] { done.set_value(); }); });
  EXPECT_TRUE(idle.at_end());
  const Answer answer = half.ask("Host: a\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.find("connection"), "close");
  rig.run([&] {
    (*kept)->send(text("finished"));
    kept->reset();
  });
  const Answer last = running.read();
  EXPECT_EQ(last.body, "finished");
  EXPECT_EQ(last.find("connection"), "close");
  half.stop_sending();
  running.stop_sending();
  done.get_future().wait();
  EXPECT_EQ(rig.open_connections(), 0U);
}

TEST_F(ServerLimitsTest, DrainingAnEmptyServerIsDoneAtOnce) {
  ServerRig rig{timed()};
  std::promise<void> done;
  rig.run([&] { rig.server->drain([&] { done.set_value(); }); });
  done.get_future().wait();
}

}  // namespace
}  // namespace mohur::net
