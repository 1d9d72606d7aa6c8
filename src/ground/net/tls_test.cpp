#include "net/tls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <string>

#include "net/rig_test.hpp"
#include "net/test_bad_requests.hpp"

namespace mohur::net {
namespace {

using testing::HasSubstr;

TestHandler telling_facts() {
  TestHandler handler;
  handler.on_request_do = [](Request& request, Responder responder) {
    responder.send(text(std::string{request.tls.version} + (request.tls.resumed ? " resumed" : " full") +
                        (request.tls.client_certificate ? " known" : "")));
  };
  return handler;
}

TEST(Tls, ServesTls13AndTls12AndNothingOlder) {
  ServerRig rig{with_tls(), telling_facts()};
  TestPeer best{rig.port(), {}};
  const Answer answer = best.ask(get("/"));
  EXPECT_EQ(answer.body, "TLSv1.3 full");
  EXPECT_EQ(answer.find("strict-transport-security"), "max-age=31536000");
  TestPeer old{rig.port(), {.version = TLS1_2_VERSION}};
  EXPECT_EQ(old.ask(get("/")).body, "TLSv1.2 full");
  TestPeer ancient{rig.port(), {.version = TLS1_1_VERSION}};
  EXPECT_FALSE(ancient.connected());
}

TEST(Tls, SessionsResumeByTicket) {
  for (const int version : {TLS1_3_VERSION, TLS1_2_VERSION}) {
    ServerRig rig{with_tls(), telling_facts()};
    TestPeer first{rig.port(), {.version = version}};
    EXPECT_THAT(first.ask(get("/")).body, HasSubstr(" full"));
    SSL_SESSION* const session = SSL_get1_session(first.ssl());
    TestPeer second{rig.port(), {.resume = session, .version = version}};
    EXPECT_THAT(second.ask(get("/")).body, HasSubstr(" resumed")) << version;
    SSL_SESSION_free(session);
    EXPECT_THAT(rig.metrics.render(), HasSubstr("mohur_net_tls_handshakes_total{listener=\"api\",kind=\"resumed\"} 1"));
  }
}

// More requests in one record than the connection reads at once, and answers that nobody takes for a while: what TLS holds
// already is taken up when the socket has room again, though the kernel has nothing more to tell.
TEST(Tls, WhatLiesInARecordIsTakenUpAfterABlockedWrite) {
  TestHandler handler;
  handler.on_request_do = [](Request&, Responder responder) { responder.send(text(std::string(8 << 20, 'x'))); };
  ServerRig rig{with_tls(), handler};
  TestPeer peer{rig.port(), {}};
  std::string all;
  for (int i = 0; i < 12; ++i) all += get("/", "X-Long: " + std::string(1'000, 'a') + "\r\n");
  peer.send(all);
  for (int i = 0; i < 12; ++i) ASSERT_EQ(peer.read().body.size(), 8U << 20) << i;
}

TEST(Tls, ClientsThatSpeakOnlyAnotherProtocolAreTurnedAway) {
  ServerRig rig{with_tls()};
  TestPeer h2{rig.port(), {.protocol = "h2"}};
  EXPECT_FALSE(h2.connected());
  TestPeer silent{rig.port(), {.protocol = ""}};
  EXPECT_EQ(silent.ask(get("/")).status, 200);
}

TEST(Tls, RenegotiationIsRefused) {
  ServerRig rig{with_tls()};
  TestPeer peer{rig.port(), {.version = TLS1_2_VERSION}};
  ASSERT_TRUE(peer.connected());
  SSL_renegotiate(peer.ssl());
  EXPECT_NE(SSL_do_handshake(peer.ssl()) == 1 && peer.ask(get("/")).status == 200, true);
}

TEST(Tls, TheEndIsSaidWithACloseNotify) {
  ServerRig rig{with_tls()};
  TestPeer peer{rig.port(), {}};
  EXPECT_EQ(peer.ask(get("/", "Connection: close\r\n")).status, 200);
  EXPECT_TRUE(peer.at_end());
  EXPECT_TRUE(peer.ended_by_close_notify());
  TestPeer refused{rig.port(), {}};
  EXPECT_EQ(refused.ask("nonsense\n\n").status, 400);
  EXPECT_TRUE(refused.at_end());
  EXPECT_TRUE(refused.ended_by_close_notify());
}

TEST(Tls, LargeBodiesBothWaysAndPipelinedRequestsArriveWhole) {
  TestHandler handler;
  handler.on_request_do = [](Request& request, Responder responder) { responder.send(text(std::string{request.body} + "!")); };
  ServerRig rig{with_tls(), handler};
  TestPeer peer{rig.port(), {}};
  const std::string body(1'000'000, 'y');
  EXPECT_EQ(peer.ask(post("Content-Length: 1000000\r\n", body)).body, body + "!");
  std::string many;
  for (int i = 0; i < 200; ++i) many += post("Content-Length: 3\r\n", std::to_string(100 + i));
  peer.send(many);
  for (int i = 0; i < 200; ++i) ASSERT_EQ(peer.read().body, std::to_string(100 + i) + "!");
}

TEST(Tls, AnAnswerOfALaterTurnIsFollowedByWhatWaitsInsideTheRecordLayer) {
  TestHandler handler;
  auto waiting = std::make_shared<std::vector<Responder>>();
  handler.on_request_do = [waiting](Request&, Responder responder) { waiting->push_back(std::move(responder)); };
  ServerRig rig{with_tls(), handler};
  TestPeer peer{rig.port(), {}};
  // Three records that may well come in one receive.
  for (int i = 0; i < 3; ++i) peer.send(get("/"));
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

TEST(Tls, PlainHttpOnATlsPortAndSilenceDoNoHarm) {
  HandClock clock;
  ServerRig rig{with_tls({.deadline_clock = &clock})};
  TestPeer plain{rig.port()};
  plain.send(get("/"));
  EXPECT_FALSE(plain.read().status == 200);
  EXPECT_TRUE(rig.eventually([&] { return rig.server->open_connections() == 0; }));
  EXPECT_THAT(rig.metrics.render(), HasSubstr("kind=\"failed\"} 1"));
  TestPeer silent{rig.port()};
  ASSERT_TRUE(rig.eventually([&] { return rig.server->open_connections() == 1; }));
  clock.advance(seconds(11));
  EXPECT_TRUE(silent.at_end()) << "a handshake has the time of a head";
}

TEST(Tls, AClientCertificateIsAskedForVerifiedAndTold) {
  const TestIdentity client = make_identity();
  ServerOptions options;
  options.tls = *TlsServer::make({test_identity().certificate_pem, test_identity().key_pem, client.certificate_pem});
  ServerRig rig{options, telling_facts()};
  TestPeer with{rig.port(), {.identity = &client}};
  EXPECT_EQ(with.ask(get("/")).body, "TLSv1.3 full known");
  TestPeer without{rig.port(), {}};
  EXPECT_EQ(without.ask(get("/")).body, "TLSv1.3 full");
  const TestIdentity stranger = make_identity();
  TestPeer strange{rig.port(), {.identity = &stranger}};
  EXPECT_EQ(strange.ask(get("/")).status, 0);
}

TEST(Tls, ARenewedCertificateServesNewConnections) {
  ServerRig rig{with_tls()};
  TestPeer before{rig.port(), {}};
  EXPECT_EQ(before.ask(get("/")).status, 200);
  const TestIdentity renewed = make_identity();
  rig.run([&] { rig.server->use_tls(*TlsServer::make({renewed.certificate_pem, renewed.key_pem})); });
  EXPECT_EQ(before.ask(get("/")).status, 200);
  TestPeer after{rig.port(), {}};
  EXPECT_EQ(after.ask(get("/")).status, 200);
  X509* const first = SSL_get1_peer_certificate(before.ssl());
  X509* const second = SSL_get1_peer_certificate(after.ssl());
  EXPECT_NE(X509_cmp(first, second), 0);
  X509_free(first);
  X509_free(second);
}

TEST(Tls, PemThatCannotBeUsedIsRefused) {
  const TestIdentity& good = test_identity();
  const TestIdentity other = make_identity();
  EXPECT_EQ(TlsServer::make({"", good.key_pem}).error().field, "certificate");
  EXPECT_EQ(TlsServer::make({good.certificate_pem, "nonsense"}).error().field, "key");
  EXPECT_EQ(TlsServer::make({good.certificate_pem, other.key_pem}).error().field, "key");
  EXPECT_EQ(TlsServer::make({good.certificate_pem, good.key_pem, "nonsense"}).error().field, "client_ca");
}

}  // namespace
}  // namespace mohur::net
