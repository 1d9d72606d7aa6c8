// Limits in time and number, and the graceful stop. Time is a clock that the test moves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>
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

// Answers that tell to wait, but for `/good`, and counts what it is asked.
TestHandler telling_to_wait(const std::shared_ptr<std::atomic<int>>& asked) {
  TestHandler handler;
  handler.on_request_do = [asked](Request& request, Responder responder) {
    ++*asked;
    Response response = text("told");
    response.wait = request.path != "/good";
    responder.send(std::move(response));
  };
  return handler;
}

std::string many_times(int times, const std::string& bytes) {
  std::string all;
  for (int i = 0; i < times; ++i) all += bytes;
  return all;
}

std::string rests(int times) { return "mohur_net_rests_total{listener=\"api\"} " + std::to_string(times) + "\n"; }

// Rests whose end a test does not see: the eighth is of four minutes, the twelfth of hours.
class RestTest : public ServerLimitsTest {
 protected:
  static ServerOptions options() { return {.limits = {.longest_rest = hours(1'000)}, .sweep_every = hours(1)}; }
  // So many answers come before the rest is longer than any test.
  static constexpr int kBeforeLongRest = 7;

  // Goes on until it rests for long: 16, 64, 256 ms and one second are waited for.
  static void tire(TestPeer& peer) {
    for (int i = 0; i < kBeforeLongRest; ++i) EXPECT_EQ(peer.ask(get("/")).body, "told");
  }

  std::shared_ptr<std::atomic<int>> asked_ = std::make_shared<std::atomic<int>>(0);
};

TEST_F(RestTest, WhoeverGoesOnWhileToldToWaitIsReadMoreAndMoreSlowlyAndOthersAreNot) {
  ServerRig rig{options(), telling_to_wait(asked_)};
  TestPeer noisy{rig.port()};
  noisy.send(many_times(30, get("/")));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(noisy.read().body, "told") << "the answer itself is not held back";
  noisy.send(many_times(200, get("/")));  // what lies in the kernel unread wakes nobody
  std::size_t turns = 0;
  rig.run([&] { rig.reactor.at_turn_end([&] { ++turns; }); });
  TestPeer other{rig.port()};
  for (int i = 0; i < 100; ++i) EXPECT_EQ(other.ask(get("/good")).body, "told");
  EXPECT_LT(asked_->load(), 100 + 20) << "twenty would take days";
  EXPECT_LT(rig.get<std::size_t>([&] { return turns; }), 400U) << "each call is a turn or two";
}

TEST_F(RestTest, WhoeverIsToldToWaitNowAndThenIsReadAtOnce) {
  ServerRig rig{options(), telling_to_wait(asked_)};
  TestPeer peer{rig.port()};
  for (int i = 0; i < 40; ++i) {
    peer.send(get("/") + get("/") + get("/good"));
    for (int n = 0; n < 3; ++n) EXPECT_EQ(peer.read().body, "told");
  }
  EXPECT_THAT(rig.metrics.render(), HasSubstr(rests(0)));
}

TEST_F(RestTest, AfterItsRestAConnectionGoesOnOverTlsAsWell) {
  ServerRig rig{with_tls({.limits = {.longest_rest = milliseconds(4)}}), telling_to_wait(asked_)};
  TestPeer peer{rig.port(), {}};
  for (int i = 0; i < 8; ++i) EXPECT_EQ(peer.ask(get("/")).body, "told");
  peer.send(many_times(8, get("/")));
  for (int i = 0; i < 8; ++i) EXPECT_EQ(peer.read().body, "told");
  EXPECT_THAT(rig.metrics.render(), HasSubstr(rests(14)));
}

TEST_F(RestTest, AnAnswerOfALaterTurnIsFollowedByARestAsWell) {
  auto kept = std::make_shared<std::unique_ptr<Responder>>();
  TestHandler handler;
  handler.on_request_do = [kept](Request&, Responder responder) { *kept = std::make_unique<Responder>(std::move(responder)); };
  ServerRig rig{options(), handler};
  TestPeer peer{rig.port()};
  peer.send(many_times(3, get("/")));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(rig.eventually([&] { return *kept != nullptr; }));
    rig.run([&] {
      Response response = text("told");
      response.wait = true;
      std::exchange(*kept, nullptr)->send(std::move(response));
    });
    EXPECT_EQ(peer.read().body, "told");
  }
  EXPECT_THAT(rig.metrics.render(), HasSubstr(rests(1)));
}

TEST_F(RestTest, MayEndWhileItRests) {
  auto rig = std::make_unique<ServerRig>(options(), telling_to_wait(asked_));
  TestPeer gone{rig->port()}, stays{rig->port()};
  tire(gone);
  tire(stays);
  gone.reset();
  EXPECT_TRUE(rig->eventually([&] { return rig->server->open_connections() == 1; }));
  rig.reset();
  EXPECT_EQ(asked_->load(), 2 * kBeforeLongRest);
}

TEST_F(RestTest, DrainingDoesNotWaitForItsEndAndLosesNoAnswer) {
  ServerRig rig{options(), telling_to_wait(asked_)};
  TestPeer peer{rig.port()};
  for (int i = 1; i < kBeforeLongRest; ++i) EXPECT_EQ(peer.ask(get("/")).body, "told");
  peer.send(many_times(20, get("/")));
  ASSERT_TRUE(rig.eventually([&] { return asked_->load() >= kBeforeLongRest; }));
  std::promise<void> done;
  rig.run([&] { rig.server->drain([&] { done.set_value(); }); });
  int answered = kBeforeLongRest - 1;
  while (peer.read().status == 200) ++answered;
  EXPECT_EQ(answered, asked_->load());
  EXPECT_LT(answered, kBeforeLongRest + 10);
  peer.stop_sending();
  done.get_future().wait();
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
