#include "net/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <future>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "net/rig_test.hpp"

namespace mohur::net {
namespace {

using testing::HasSubstr;

bool anywhere(const Endpoint&) { return true; }

ClientOptions trusting() { return {.trust_system = false, .trusted_pem = test_identity().certificate_pem}; }

// A server that answers by path.
TestHandler by_path() {
  TestHandler handler;
  handler.on_request_do = [](Request& request, Responder responder) {
    Response response = text(std::string{request.method_text} + " " + std::string{request.body});
    if (request.path == "/redirect") {
      response.status = 302;
      response.add("Location", "/elsewhere");
    }
    if (request.path == "/big") response.body.assign(300'000, 'x');
    if (request.path == "/head")
      response.add("X-Seen", std::string{request.find("x-sent").value_or("-")} + "|" +
                                 std::string{request.find("content-type").value_or("-")} + "|" +
                                 std::string{request.find("user-agent").value_or("-")});
    responder.send(std::move(response));
  };
  return handler;
}

class ClientTest : public testing::Test {
 protected:
  std::string url(std::string_view path, std::string_view host = "localhost", std::string_view scheme = "https") {
    return std::string{scheme} + "://" + std::string{host} + ":" + std::to_string(rig_.port()) + std::string{path};
  }

  static ClientResponse ask(HttpClient& client, ClientRequest request) {
    std::promise<ClientResponse> answer;
    client.send(std::move(request), [&](ClientResponse response) { answer.set_value(std::move(response)); });
    return answer.get_future().get();
  }

  ServerRig rig_{with_tls(), by_path()};
};

TEST_F(ClientTest, SendsARequestAndTellsTheAnswer) {
  HttpClient client{trusting()};
  const ClientResponse response = ask(client, {.method = "POST",
                                               .url = url("/head"),
                                               .headers = {{"Content-Type", "application/json"}, {"X-Sent", "a\r\nX-Evil: 1"}},
                                               .body = "{}",
                                               .policy = anywhere});
  EXPECT_EQ(response.error, ClientError::none) << response.detail;
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "POST {}");
  EXPECT_EQ(response.find("content-length"), "7");
  EXPECT_EQ(response.find("x-seen"), "a  X-Evil: 1|application/json|Mohur");
  EXPECT_EQ(response.find("x-absent"), "");
  EXPECT_EQ(response.peer.port, rig_.port());
  EXPECT_GT(response.timings.secured, response.timings.connected);
  EXPECT_GE(response.timings.total, response.timings.first_byte);
}

TEST_F(ClientTest, KnowsTheMethodsAndInventsNoContentType) {
  HttpClient client{trusting()};
  EXPECT_EQ(ask(client, {.url = url("/"), .policy = anywhere}).body, "GET ");
  EXPECT_EQ(ask(client, {.method = "DELETE", .url = url("/"), .policy = anywhere}).body, "DELETE ");
  EXPECT_EQ(ask(client, {.method = "PUT", .url = url("/"), .body = "x", .policy = anywhere}).body, "PUT x");
  EXPECT_EQ(ask(client, {.method = "POST", .url = url("/"), .policy = anywhere}).body, "POST ");
  const ClientResponse head = ask(client, {.method = "HEAD", .url = url("/"), .policy = anywhere});
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(ask(client, {.method = "POST", .url = url("/head"), .body = "x", .policy = anywhere}).find("x-seen"), "-|-|Mohur");
}

TEST_F(ClientTest, ACertificateThatNobodyVouchesForAndAnotherNameAreRefused) {
  HttpClient stranger{{.trust_system = false, .trusted_pem = make_identity().certificate_pem}};
  EXPECT_EQ(ask(stranger, {.url = url("/"), .policy = anywhere}).error, ClientError::tls_failed);
  ClientOptions options = trusting();
  options.known_names = {"other.example:" + std::to_string(rig_.port()) + ":127.0.0.1"};
  HttpClient client{options};
  EXPECT_EQ(ask(client, {.url = url("/", "other.example"), .policy = anywhere}).error, ClientError::tls_failed);
}

TEST_F(ClientTest, TheDefaultPolicyRefusesEveryWayToWriteALoopbackAddress) {
  HttpClient client{trusting()};
  for (const char* host :
       {"localhost", "127.0.0.1", "127.1", "0x7f.0.0.1", "2130706433", "0", "[::1]", "[::ffff:127.0.0.1]", "[::]"}) {
    const ClientResponse response = ask(client, {.url = url("/", host)});
    EXPECT_EQ(response.error, ClientError::address_refused) << host << ": " << response.detail;
    EXPECT_EQ(response.status, 0) << host;
  }
}

TEST_F(ClientTest, ANameThatResolvesToAPrivateAddressIsRefusedAfterResolving) {
  ClientOptions options = trusting();
  for (const char* address : {"10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "[fd00::1]", "[64:ff9b::a00:1]"}) {
    options.known_names = {"rebind.example:" + std::to_string(rig_.port()) + ":" + address};
    HttpClient client{options};
    const ClientResponse response = ask(client, {.url = url("/", "rebind.example")});
    EXPECT_EQ(response.error, ClientError::address_refused) << address << response.detail;
    EXPECT_THAT(response.detail, HasSubstr(address)) << "the address itself is named";
  }
}

TEST_F(ClientTest, ThePolicyIsAskedAgainBeforeAKeptConnectionIsUsed) {
  HttpClient client{trusting()};
  EXPECT_EQ(ask(client, {.url = url("/"), .policy = anywhere}).status, 200);
  EXPECT_EQ(ask(client, {.url = url("/")}).error, ClientError::address_refused);
  EXPECT_EQ(rig_.get<std::size_t>([&] { return rig_.server->open_connections(); }) <= 1, true);
}

TEST_F(ClientTest, ThePolicySeesTheVeryAddressAndPort) {
  HttpClient client{trusting()};
  std::set<std::string> asked;
  EXPECT_EQ(ask(client, {.url = url("/", "127.0.0.1"),
                         .policy =
                             [&](const Endpoint& endpoint) {
                               asked.insert(endpoint.to_string());
                               return true;
                             }})
                .status,
            200);
  EXPECT_THAT(asked, testing::ElementsAre("127.0.0.1:" + std::to_string(rig_.port())));
}

TEST_F(ClientTest, RedirectsAreToldAndNotFollowed) {
  HttpClient client{trusting()};
  const ClientResponse response = ask(client, {.url = url("/redirect"), .policy = anywhere});
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(response.find("location"), "/elsewhere");
  EXPECT_EQ(response.error, ClientError::none);
}

TEST_F(ClientTest, ABodyBeyondItsBoundIsCutAndSaidToBe) {
  HttpClient client{trusting()};
  const ClientResponse cut = ask(client, {.url = url("/big"), .response_bytes = 1000, .policy = anywhere});
  EXPECT_EQ(cut.error, ClientError::response_too_large);
  EXPECT_EQ(cut.status, 200);
  EXPECT_EQ(cut.body.size(), 1000U);
  const ClientResponse whole = ask(client, {.url = url("/big"), .response_bytes = 300'000, .policy = anywhere});
  EXPECT_EQ(whole.error, ClientError::none);
  EXPECT_EQ(whole.body.size(), 300'000U);
}

TEST_F(ClientTest, OnlyHttpsIsSpokenUnlessPlainHttpIsAllowed) {
  HttpClient client{trusting()};
  for (const char* bad : {"http://localhost/", "ftp://localhost/", "file:///etc/passwd", "gopher://localhost/",
                          "https://user:pw@localhost/", "nonsense", ""}) {
    const ClientResponse response = ask(client, {.url = bad, .policy = anywhere});
    EXPECT_EQ(response.error, ClientError::url_malformed) << bad << response.detail;
    EXPECT_EQ(response.status, 0) << bad;
  }
  ServerRig plain;
  HttpClient lax{{.plain_http = true}};
  EXPECT_EQ(ask(lax, {.url = "http://127.0.0.1:" + std::to_string(plain.port()) + "/", .policy = anywhere}).body, "GET / ");
}

TEST_F(ClientTest, ProxiesOfTheEnvironmentAreIgnored) {
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) ::setenv(name, "http://127.0.0.1:1", 1);
  {
    HttpClient client{trusting()};
    EXPECT_EQ(ask(client, {.url = url("/"), .policy = anywhere}).status, 200);
  }
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);
}

// A port where connections are taken by the kernel and nobody ever answers, and, once it is closed, a port where nobody is.
class Silence {
 public:
  Silence() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    EXPECT_EQ(::listen(socket_, 16), 0);
    url = "https://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  }
  ~Silence() { close(); }
  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  std::string url;

 private:
  int socket_;
};

TEST_F(ClientTest, EveryFailureHasItsKind) {
  HttpClient client{trusting()};
  Silence silence;
  EXPECT_EQ(ask(client, {.url = silence.url, .timeout = milliseconds(50), .policy = anywhere}).error, ClientError::timed_out);
  EXPECT_EQ(ask(client, {.url = silence.url, .connect_timeout = milliseconds(50), .policy = anywhere}).error,
            ClientError::timed_out);
  silence.close();
  EXPECT_EQ(ask(client, {.url = silence.url, .policy = anywhere}).error, ClientError::connect_failed);
}

TEST_F(ClientTest, ABrokenConnectionIsATransferThatFailed) {
  TestHandler handler;
  auto kept = std::make_shared<std::unique_ptr<Responder>>();
  handler.on_request_do = [kept](Request&, Responder responder) { *kept = std::make_unique<Responder>(std::move(responder)); };
  ServerRig rig{with_tls(), handler};
  HttpClient client{trusting()};
  std::promise<ClientResponse> answer;
  client.send({.url = "https://localhost:" + std::to_string(rig.port()) + "/", .policy = anywhere},
              [&](ClientResponse response) { answer.set_value(std::move(response)); });
  ASSERT_TRUE(rig.eventually([&] { return *kept != nullptr; }));
  rig.run([&] {
    rig.server.reset();
    kept->reset();
  });
  EXPECT_EQ(answer.get_future().get().error, ClientError::transfer_failed);
}

TEST_F(ClientTest, ManyRequestsShareFewConnections) {
  ClientOptions options = trusting();
  options.running_requests = 16;
  options.connections_to_a_host = 2;
  HttpClient client{options};
  std::vector<std::promise<ClientResponse>> answers(200);
  for (auto& answer : answers) {
    client.send({.url = url("/"), .policy = anywhere}, [&](ClientResponse response) { answer.set_value(std::move(response)); });
  }
  for (auto& answer : answers) ASSERT_EQ(answer.get_future().get().status, 200);
  EXPECT_LE(rig_.open_connections(), 2U);
}

// A host that takes no more holds up no other; and what waits for it has all of its time when its turn comes.
TEST_F(ClientTest, WhatWaitsForAFullHostWaitsAloneAndOutsideItsTimeout) {
  auto held = std::make_shared<std::vector<Responder>>();
  TestHandler handler;
  handler.on_request_do = [held](Request& request, Responder responder) {
    if (request.path == "/hold")
      held->push_back(std::move(responder));
    else
      responder.send(text("at last"));
  };
  ServerRig slow{with_tls(), handler};
  ClientOptions options = trusting();
  options.connections_to_a_host = 2;
  HttpClient client{options};
  const std::string host = "https://localhost:" + std::to_string(slow.port());
  std::vector<std::promise<ClientResponse>> answers(3);
  for (std::size_t n = 0; n < 2; ++n) {
    client.send({.url = host + "/hold", .timeout = milliseconds(2'500), .policy = anywhere},
                [&, n](ClientResponse response) { answers[n].set_value(std::move(response)); });
  }
  client.send({.url = host + "/", .timeout = seconds(2), .policy = anywhere},
              [&](ClientResponse response) { answers[2].set_value(std::move(response)); });
  const ClientResponse other = ask(client, {.url = url("/"), .policy = anywhere});
  EXPECT_EQ(other.status, 200) << other.detail;
  const ClientResponse last = answers[2].get_future().get();
  EXPECT_EQ(last.body, "at last") << last.detail;
  for (std::size_t n = 0; n < 2; ++n) EXPECT_EQ(answers[n].get_future().get().error, ClientError::timed_out);
  slow.run([&] { held->clear(); });
}

TEST_F(ClientTest, WhatIsRunningWhenTheClientGoesIsCancelled) {
  Silence silence;
  std::vector<ClientError> errors;
  {
    HttpClient client{{.trust_system = false, .running_requests = 1}};
    for (int i = 0; i < 3; ++i) {
      client.send({.url = silence.url, .policy = anywhere}, [&](ClientResponse response) { errors.push_back(response.error); });
    }
  }
  EXPECT_THAT(errors, testing::ElementsAre(ClientError::cancelled, ClientError::cancelled, ClientError::cancelled));
}

}  // namespace
}  // namespace mohur::net
