#include "net/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "net/rig_test.hpp"
#include "net/test_bad_requests.hpp"

namespace mohur::net {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Server, RefusesEveryBadRequestOfTheTableAndEndsTheConnection) {
  ServerRig rig;
  for (const BadRequest& bad : bad_requests()) {
    TestPeer peer{rig.port()};
    peer.send(bad.bytes);
    const Answer answer = peer.read();
    EXPECT_EQ(answer.status, row_of(bad.outcome).http_status) << bad.name;
    EXPECT_THAT(answer.body, StartsWith(std::string{to_token(bad.outcome)} + ": ")) << bad.name;
    EXPECT_EQ(answer.find("connection"), "close") << bad.name;
    EXPECT_TRUE(peer.at_end()) << bad.name;
  }
  EXPECT_THAT(rig.metrics.render(),
              HasSubstr("mohur_net_protocol_errors_total{listener=\"api\",outcome=\"headers_too_large\"} 3"));
}

TEST(Server, AnswersWithWhatTheHandlerSaysAndTheHeadersOfTheTransport) {
  TestHandler handler;
  handler.on_request_do = [](Request&, Responder responder) {
    Response response = text("{}");
    response.status = 201;
    response.content_type = "application/json";
    response.add("Request-Id", "req_1");
    response.add("X-Odd", "a\r\nSet-Cookie: b");
    responder.send(std::move(response));
  };
  ServerRig rig{{}, handler};
  TestPeer peer{rig.port()};
  const Answer answer = peer.ask(get("/"));
  EXPECT_THAT(answer.head, StartsWith("HTTP/1.1 201 Created\r\n"));
  EXPECT_EQ(answer.find("content-length"), "2");
  EXPECT_EQ(answer.find("content-type"), "application/json");
  EXPECT_EQ(answer.find("request-id"), "req_1");
  EXPECT_EQ(answer.find("x-odd"), "a  Set-Cookie: b");
  EXPECT_EQ(answer.find("connection"), std::nullopt);
  EXPECT_EQ(answer.find("strict-transport-security"), std::nullopt);
  EXPECT_THAT(answer.find("date").value_or(""), testing::MatchesRegex("[A-Z][a-z]+, [0-9]+ [A-Z][a-z]+ 20[0-9]+ [0-9:]+ GMT"));
  EXPECT_EQ(answer.body, "{}");
}

TEST(Server, TheDateIsWrittenAsHttpWantsIt) {
  std::string line;
  append_date_line(line, *parse_rfc3339("2026-11-22T06:30:09Z"));
  EXPECT_EQ(line, "Date: Sun, 22 Nov 2026 06:30:09 GMT\r\n");
}

TEST(Server, AConnectionIsKeptForManyRequestsUntilOneSaysClose) {
  ServerRig rig;
  TestPeer peer{rig.port()};
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(peer.ask(post("Content-Length: 2\r\n", "hi")).body, "POST /p hi");
  }
  const Answer last = peer.ask(get("/", "Connection: close\r\n"));
  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(last.find("connection"), "close");
  EXPECT_TRUE(peer.at_end());
}

TEST(Server, HeadTellsTheLengthAndSendsNoBody) {
  ServerRig rig;
  TestPeer peer{rig.port()};
  peer.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n" + get("/y"));
  const Answer head = peer.read(true);
  EXPECT_EQ(head.find("content-length"), "8");
  EXPECT_EQ(peer.read().body, "GET /y ");
}

TEST(Server, NoContentHasNeitherLengthNorType) {
  TestHandler handler;
  handler.on_request_do = [](Request&, Responder responder) { responder.send({.status = 204, .body = {}, .headers = {}}); };
  ServerRig rig{{}, handler};
  TestPeer peer{rig.port()};
  for (int i = 0; i < 2; ++i) {
    const Answer answer = peer.ask(get("/"));
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.find("content-length"), std::nullopt);
    EXPECT_EQ(answer.find("content-type"), std::nullopt);
  }
}

TEST(Server, PipelinedRequestsAreAnsweredInOrder) {
  ServerRig rig;
  TestPeer peer{rig.port()};
  std::string all;
  for (int i = 0; i < 500; ++i) all += get("/" + std::to_string(i));
  peer.send(all);
  for (int i = 0; i < 500; ++i) ASSERT_EQ(peer.read().body, "GET /" + std::to_string(i) + " ");
}

TEST(Server, WhatIsPipelinedWaitsUntilTheFirstAnswerIsGiven) {
  TestHandler handler;
  auto waiting = std::make_shared<std::vector<Responder>>();
  handler.on_request_do = [waiting](Request&, Responder responder) { waiting->push_back(std::move(responder)); };
  ServerRig rig{{}, handler};
  {
    TestPeer peer{rig.port()};
    peer.send(get("/1") + get("/2"));
    ASSERT_TRUE(rig.eventually([&] { return waiting->size() == 1; }));
    peer.send(get("/3"));
    for (const char* body : {"one", "two", "three"}) {
      ASSERT_TRUE(rig.eventually([&] { return waiting->size() == 1; })) << body;
      rig.run([&] {
        Responder responder = std::move(waiting->front());
        waiting->clear();
        responder.send(text(body));
      });
      EXPECT_EQ(peer.read().body, body);
    }
  }
}

TEST(Server, WhatIsPipelinedMeanwhileDoesNotKeepTheLoopTurning) {
  TestHandler handler;
  auto waiting = std::make_shared<std::vector<Responder>>();
  handler.on_request_do = [waiting](Request&, Responder responder) { waiting->push_back(std::move(responder)); };
  ServerRig rig{{}, handler};
  TestPeer peer{rig.port()};
  peer.send(get("/1"));
  ASSERT_TRUE(rig.eventually([&] { return waiting->size() == 1; }));
  peer.send(get("/2"));
  auto turns = std::make_shared<int>(0);
  rig.run([&] { rig.reactor.at_turn_end([turns] { ++*turns; }); });
  int looks = 0;
  EXPECT_TRUE(rig.eventually([&] { return ++looks == 20; }));
  EXPECT_LT(rig.get<int>([&] { return *turns; }), 100) << "a turn for each look and for each sweep, and no more";
  rig.run([&] {
    waiting->clear();
    EXPECT_TRUE(waiting->empty()) << "answering does not call the handler from within";
  });
  EXPECT_EQ(peer.read().status, 500);
  EXPECT_TRUE(rig.eventually([&] { return waiting->size() == 1; }));
}

TEST(Server, ChunkedBodiesArriveWhole) {
  ServerRig rig;
  TestPeer peer{rig.port()};
  EXPECT_EQ(peer.ask(chunked("5\r\nhello\r\n6;x=1\r\n world\r\n0\r\nX: y\r\n\r\n")).body, "POST /p hello world");
  EXPECT_EQ(peer.ask(chunked("0\r\n\r\n")).body, "POST /p ");
}

TEST(Server, AHandlerMayAllowALargeBodyForARoute) {
  TestHandler handler;
  handler.on_head_do = [](const RequestHead& head) { return head.path == "/bulk" ? BodyLimit{64 << 20} : BodyLimit{}; };
  handler.on_request_do = [](Request& request, Responder responder) {
    responder.send(text(std::to_string(request.body.size()) + std::string{request.body.substr(request.body.size() - 3)}));
  };
  ServerRig rig{{}, handler};
  TestPeer peer{rig.port()};
  const std::string body = std::string(20 << 20, 'x') + "end";
  EXPECT_EQ(peer.ask("POST /bulk HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body).body,
            "20971523end");
  EXPECT_EQ(rig.get<std::size_t>([&] { return rig.server->open_connections(); }), 1U);
  EXPECT_EQ(peer.ask(post("Content-Length: 2000000\r\n", "")).status, 413);
}

TEST(Server, LargeAnswersGoOutWholeAndInOrder) {
  TestHandler handler;
  handler.on_request_do = [](Request& request, Responder responder) {
    responder.send(text(std::string(request.path == "/big" ? 30'000'000 : 3, request.path[1])));
  };
  ServerRig rig{{}, handler};
  TestPeer peer{rig.port()};
  peer.send(get("/big") + get("/small") + get("/big"));
  EXPECT_EQ(peer.read().body, std::string(30'000'000, 'b'));
  EXPECT_EQ(peer.read().body, "sss");
  EXPECT_EQ(peer.read().body, std::string(30'000'000, 'b'));
}

TEST(Server, ExpectContinueIsToldToGoOnUnlessItIsRefused) {
  ServerRig rig;
  TestPeer peer{rig.port()};
  peer.send(post("Content-Length: 5\r\nExpect: 100-continue\r\n", ""));
  ASSERT_TRUE(peer.read_until("HTTP/1.1 100 Continue\r\n\r\n"));
  EXPECT_EQ(peer.ask("hello").body, "POST /p hello");
  peer.send(post("Content-Length: 5000000\r\nExpect: 100-continue\r\n", ""));
  EXPECT_EQ(peer.read().status, 413);
}

TEST(Server, ARefusalArrivesEvenIfThePeerIsStillSending) {
  ServerRig rig;
  TestPeer peer{rig.port()};
  peer.send(post("Content-Length: 5000000\r\n", std::string(3'000'000, 'x')));
  EXPECT_EQ(peer.read().status, 413);
  EXPECT_TRUE(peer.at_end());
}

TEST(Server, ADroppedResponderAnswers500) {
  TestHandler handler;
  handler.on_request_do = [](Request&, Responder) {};
  ServerRig rig{{}, handler};
  TestPeer peer{rig.port()};
  EXPECT_EQ(peer.ask(get("/")).status, 500);
  EXPECT_EQ(peer.ask(get("/")).status, 500) << "the connection goes on";
}

TEST(Server, AnAnswerAfterThePeerHasGoneIsANoOpAndTheRequestStaysReadable) {
  struct Kept {
    Request* request = nullptr;
    std::unique_ptr<Responder> responder;
  };
  auto kept = std::make_shared<Kept>();
  TestHandler handler;
  handler.on_request_do = [kept](Request& request, Responder responder) {
    *kept = {&request, std::make_unique<Responder>(std::move(responder))};
  };
  ServerRig rig{{}, handler};
  TestPeer peer{rig.port()};
  peer.send(post("Content-Length: 5\r\n", "hello"));
  ASSERT_TRUE(rig.eventually([&] { return kept->responder != nullptr; }));
  EXPECT_TRUE(rig.get<bool>([&] { return kept->responder->connected(); }));
  peer.reset();
  ASSERT_TRUE(rig.eventually([&] { return rig.server->open_connections() == 0; }));
  rig.run([&] {
    EXPECT_FALSE(kept->responder->connected());
    EXPECT_EQ(kept->request->body, "hello");
    EXPECT_EQ(kept->request->path, "/p");
    kept->responder->send(text("nobody reads this"));
    kept->responder.reset();
  });
}

TEST(Server, ARespondersLifeMayBeLongerThanTheServers) {
  auto kept = std::make_shared<std::unique_ptr<Responder>>();
  TestHandler handler;
  handler.on_request_do = [kept](Request&, Responder responder) { *kept = std::make_unique<Responder>(std::move(responder)); };
  ServerRig rig{{}, handler};
  TestPeer peer{rig.port()};
  peer.send(get("/"));
  ASSERT_TRUE(rig.eventually([&] { return *kept != nullptr; }));
  rig.run([&] {
    rig.server.reset();
    (*kept)->send(text("too late"));
    kept->reset();
  });
  EXPECT_TRUE(peer.at_end());
}

TEST(Server, APeerThatStopsSendingStillGetsItsAnswer) {
  auto kept = std::make_shared<std::unique_ptr<Responder>>();
  TestHandler handler;
  handler.on_request_do = [kept](Request&, Responder responder) { *kept = std::make_unique<Responder>(std::move(responder)); };
  ServerRig rig{{}, handler};
  TestPeer peer{rig.port()};
  peer.send(get("/"));
  peer.stop_sending();
  ASSERT_TRUE(rig.eventually([&] { return *kept != nullptr; }));
  rig.run([&] {
    (*kept)->send(text("here"));
    kept->reset();
  });
  EXPECT_EQ(peer.read().body, "here");
  EXPECT_TRUE(peer.at_end());
}

TEST(Server, KnowsThePeerAndTheTimeOfArrival) {
  TestHandler handler;
  handler.on_request_do = [](Request& request, Responder responder) {
    EXPECT_TRUE(request.tls.version.empty());
    EXPECT_GT(request.peer.endpoint.port, 0);
    EXPECT_TRUE(request.peer.endpoint.address.is_v4());
    responder.send(text(std::string{request.peer.text} + " " + to_rfc3339(request.arrived)));
  };
  ServerRig rig{{}, handler};
  TestPeer peer{rig.port()};
  EXPECT_THAT(peer.ask(get("/")).body, testing::MatchesRegex("127\\.0\\.0\\.1 20.*Z"));
}

TEST(Server, AThousandConnectionsAreServedSideBySide) {
  rlimit descriptors{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &descriptors), 0);
  descriptors.rlim_cur = descriptors.rlim_max;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &descriptors), 0);
  ServerRig rig;
  std::vector<std::unique_ptr<TestPeer>> peers;
  for (int i = 0; i < 1000; ++i) peers.push_back(std::make_unique<TestPeer>(rig.port()));
  for (int round = 0; round < 2; ++round) {
    for (auto& peer : peers) ASSERT_TRUE(peer->send(post("Content-Length: 2\r\n", "hi")));
    for (auto& peer : peers) ASSERT_EQ(peer->read().body, "POST /p hi");
  }
  EXPECT_EQ(rig.open_connections(), 1000U);
  peers.clear();
  EXPECT_TRUE(rig.eventually([&] { return rig.server->open_connections() == 0; }));
}

TEST(Server, RequestsOfOneTurnCanBeDecidedTogetherAtItsEnd) {
  TestHandler handler;
  auto batch = std::make_shared<std::vector<Responder>>();
  handler.on_request_do = [batch](Request&, Responder responder) { batch->push_back(std::move(responder)); };
  ServerRig rig{{}, handler};
  rig.run([&] {
    rig.reactor.at_turn_end([batch] {
      for (Responder& responder : *batch) responder.send(text("decided"));
      batch->clear();
    });
  });
  std::vector<std::unique_ptr<TestPeer>> peers;
  for (int i = 0; i < 20; ++i) peers.push_back(std::make_unique<TestPeer>(rig.port()));
  for (auto& peer : peers) peer->send(get("/"));
  for (auto& peer : peers) EXPECT_EQ(peer->read().body, "decided");
}

TEST(Server, AnAddressThatCannotBeListenedOnIsRefused) {
  SystemClock clock;
  Reactor reactor{clock};
  TestHandler handler;
  EXPECT_EQ(HttpServer::listen(reactor, {.address = "localhost"}, handler).error().outcome, Outcome::io_failed);
  EXPECT_EQ(HttpServer::listen(reactor, {.address = "192.0.2.1"}, handler).error().field, "address");
  const auto first = HttpServer::listen(reactor, {}, handler);
  EXPECT_THAT(HttpServer::listen(reactor, {.port = (*first)->port()}, handler).error().detail, HasSubstr("in use"));
  const auto v6 = HttpServer::listen(reactor, {.address = "::1", .share_port = true}, handler);
  EXPECT_TRUE(HttpServer::listen(reactor, {.address = "::1", .port = (*v6)->port(), .share_port = true}, handler));
}

}  // namespace
}  // namespace mohur::net
