// For tests of this room: a server on a thread of its own, peers that speak to it over real sockets, and certificates.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "net/clocks.hpp"
#include "net/reactor.hpp"
#include "net/server.hpp"

namespace mohur::net {

struct TestIdentity {
  std::string certificate_pem;
  std::string key_pem;
};

// Self-signed, for the name `localhost` and the address 127.0.0.1; its own CA. Defined in test_rig_test.cpp.
TestIdentity make_identity();
const TestIdentity& test_identity();  // one for the whole run

// What the test sees of an answer.
struct Answer {
  int status = 0;  // 0: the connection ended before an answer
  std::string head;
  std::string body;
  // The first header of that name, as it was sent.
  std::optional<std::string> find(std::string_view name) const;
};

// A client that sends what it is told to, well-formed or not. Reads give up after 20 s, which fails the test.
class TestPeer {
 public:
  struct TlsOptions {
    SSL_SESSION* resume = nullptr;
    int version = 0;                    // 0: the best
    std::string protocol = "http/1.1";  // empty: no ALPN
    const TestIdentity* identity = nullptr;
  };

  explicit TestPeer(std::uint16_t port);  // plain
  TestPeer(std::uint16_t port, const TlsOptions& options);
  TestPeer(const TestPeer&) = delete;
  TestPeer& operator=(const TestPeer&) = delete;
  ~TestPeer();

  bool connected() const { return connected_; }  // and the handshake done
  bool send(std::string_view bytes);
  Answer read(bool head_only = false);
  Answer ask(std::string_view bytes) { return send(bytes) ? read() : Answer{}; }
  bool read_until(std::string_view text);  // leaves what stands behind it
  bool at_end();                           // waits for the end of the stream; false when bytes come instead
  bool ended_by_close_notify() const { return SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN; }
  void stop_sending() { ::shutdown(socket_, SHUT_WR); }
  void reset();  // goes away without a word
  void shrink_receive_buffer();
  SSL* ssl() { return ssl_; }
  int socket() const { return socket_; }

 private:
  bool fill();
  int socket_ = -1;
  bool connected_ = false;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  std::string buffer_;
};

// A clock that stands still until it is told otherwise. Any thread.
class HandClock final : public Clock {
 public:
  Time now() override { return {at_.load()}; }
  void advance(Duration by) { at_ += by.ns; }

 private:
  std::atomic<std::int64_t> at_{1'795'329'000'000'000'000};
};

// Answers with what a function says; without one, with a description of the request.
class TestHandler final : public Handler {
 public:
  std::function<void(Request&, Responder)> on_request_do;
  std::function<BodyLimit(const RequestHead&)> on_head_do;

  BodyLimit on_head(const RequestHead& head) override { return on_head_do ? on_head_do(head) : BodyLimit{}; }
  void on_request(Request& request, Responder responder) override;
  Response on_protocol_error(Outcome outcome, std::string_view detail) override;
};

Response text(std::string body);

// A reactor on its own thread with a server in it.
class ServerRig {
 public:
  explicit ServerRig(ServerOptions options = {}, TestHandler handler = {});
  ~ServerRig();

  std::uint16_t port() const { return port_; }
  // Runs `work` on the reactor's thread, and waits for it.
  void run(const std::function<void()>& work);
  template <class T>
  T get(std::function<T()> work) {
    T result{};
    run([&] { result = work(); });
    return result;
  }
  // Waits until what `ask` says on the reactor's thread is true; gives up after 20 s.
  bool eventually(const std::function<bool()>& ask);
  std::size_t open_connections() {
    return get<std::size_t>([this] { return server->open_connections(); });
  }

  SystemClock clock;
  Reactor reactor{clock};
  TestHandler handler;
  observe::Metrics metrics;
  std::unique_ptr<HttpServer> server;

 private:
  std::uint16_t port_ = 0;
  std::thread thread_;
};

// Options with a certificate.
ServerOptions with_tls(ServerOptions options = {});

}  // namespace mohur::net
