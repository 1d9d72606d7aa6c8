#include "net/server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/assert.hpp"
#include "net/connection.hpp"
#include "net/server_core.hpp"

namespace mohur::net {
namespace {

constexpr int accepts_in_a_turn = 64;
constexpr Duration pause_when_exhausted = milliseconds(100);

// Closes the descriptor unless it is released.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

std::unexpected<Refusal> refuse_address(const ServerOptions& options, const char* what) {
  return refuse(
      Outcome::io_failed, "address",
      std::string{what} + " " + options.address + " port " + std::to_string(options.port) + ": " + std::strerror(errno));
}

bool set_option(int descriptor, int level, int name, int value) {
  return ::setsockopt(descriptor, level, name, &value, sizeof value) == 0;
}

socklen_t fill(sockaddr_storage& storage, const IpAddress& address, std::uint16_t port) {
  if (address.is_v4()) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    std::memcpy(&in.sin_addr, address.bytes().data() + 12, 4);
    std::memcpy(&storage, &in, sizeof in);
    return sizeof in;
  }
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_port = htons(port);
  std::memcpy(&in.sin6_addr, address.bytes().data(), 16);
  std::memcpy(&storage, &in, sizeof in);
  return sizeof in;
}

Endpoint to_endpoint(const sockaddr_storage& storage) {
  sockaddr_in6 in{};
  std::memcpy(&in, &storage, sizeof in);
  sockaddr plain{};
  std::memcpy(&plain, &storage, sizeof plain);
  // The port stands at the same place for both families.
  const IpAddress address = storage.ss_family == AF_INET
                                ? address_of(plain).value_or(IpAddress{})
                                : address_of(reinterpret_cast<const sockaddr&>(in)).value_or(IpAddress{});
  return {address, ntohs(in.sin6_port)};
}

Result<int> open_listener(const ServerOptions& options) {
  const auto address = IpAddress::parse(options.address);
  if (!address) return refuse(Outcome::io_failed, "address", "Not an IP address: " + options.address);
  Descriptor descriptor{::socket(address->is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (descriptor.get() < 0) return refuse_address(options, "No socket for");
  set_option(descriptor.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (!address->is_v4()) set_option(descriptor.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (options.share_port && !set_option(descriptor.get(), SOL_SOCKET, SO_REUSEPORT, 1))
    return refuse_address(options, "Cannot share");
  sockaddr_storage storage{};
  const socklen_t size = fill(storage, *address, options.port);
  if (::bind(descriptor.get(), reinterpret_cast<const sockaddr*>(&storage), size) != 0)
    return refuse_address(options, "Cannot bind");
  if (::listen(descriptor.get(), 4096) != 0) return refuse_address(options, "Cannot listen on");
  return descriptor.release();
}

std::uint16_t port_of(int descriptor) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  MOHUR_ASSERT(::getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size) == 0);
  return to_endpoint(storage).port;
}

}  // namespace

class HttpServer::Impl final : public Watcher {
 public:
  Impl(Reactor& reactor, const ServerOptions& options, Handler& handler, int listener)
      : core_(reactor, options, handler), listener_(listener), port_(port_of(listener)) {
    watch_ = reactor.watch(listener_, Interest::read, *this);
    arm_sweep();
  }

  ~Impl() {
    core_.on_empty = nullptr;
    core_.reactor.cancel(sweep_timer_);
    stop_listening();
    while (!core_.connections().empty()) core_.connections().back()->close();
  }

  void on_ready(Readiness) override {
    for (int i = 0; i < accepts_in_a_turn; ++i) {
      sockaddr_storage peer{};
      socklen_t size = sizeof peer;
      const int descriptor = ::accept4(listener_, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (descriptor >= 0) {
        take(descriptor, to_endpoint(peer));
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        return pause();
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        return;
      }
    }
  }

  void drain(std::function<void()> done) {
    core_.draining = true;
    core_.on_empty = std::move(done);
    stop_listening();
    for (std::size_t i = core_.connections().size(); i > 0; --i) core_.connections()[i - 1]->drain();
    if (core_.connections().empty() && core_.on_empty) core_.reactor.post(std::exchange(core_.on_empty, nullptr));
  }

  ServerCore& core() { return core_; }
  std::uint16_t port() const { return port_; }

 private:
  void take(int descriptor, const Endpoint& peer) {
    if (core_.connections().size() >= core_.options.limits.connections) return turn_away(descriptor);
    set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    core_.metrics.accepted.add();
    new Connection{core_, descriptor, peer};  // held by the core's list
  }

  // Over TLS an answer would cost a handshake, which is what there is no room for: the connection just ends.
  void turn_away(int descriptor) {
    const Descriptor owned{descriptor};
    core_.metrics.rejected.add();
    if (core_.tls) return;
    const Response response = core_.protocol_error(Outcome::overloaded, "There are too many connections.");
    std::string text;
    append_head(text, response, {.close = true, .common = core_.common_lines()});
    text += response.body;
    [[maybe_unused]] const auto sent = ::send(descriptor, text.data(), text.size(), MSG_NOSIGNAL);
  }

  // Without descriptors or memory the listener would stay ready and be asked again and again.
  void pause() {
    if (core_.options.logger != nullptr) core_.options.logger->warn("net", "accept_paused", {{"errno", errno}});
    core_.reactor.change(watch_, Interest::none);
    core_.reactor.cancel(resume_timer_);
    resume_timer_ = core_.reactor.after(pause_when_exhausted, [this] { core_.reactor.change(watch_, Interest::read); });
  }

  void stop_listening() {
    if (listener_ < 0) return;
    core_.reactor.cancel(resume_timer_);
    core_.reactor.unwatch(watch_);
    ::close(std::exchange(listener_, -1));
  }

  void arm_sweep() {
    sweep_timer_ = core_.reactor.after(core_.options.sweep_every, [this] {
      const Time now = core_.steady_now();
      // From the back, as a connection that closes is replaced by the last one.
      for (std::size_t i = core_.connections().size(); i > 0; --i) core_.connections()[i - 1]->sweep(now);
      arm_sweep();
    });
  }

  ServerCore core_;
  int listener_;
  const std::uint16_t port_;
  WatchId watch_;
  TimerId sweep_timer_ = 0;
  TimerId resume_timer_ = 0;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::listen(Reactor& reactor, const ServerOptions& options, Handler& handler) {
  MOHUR_TRY_SET(listener, open_listener(options));
  return std::unique_ptr<HttpServer>{new HttpServer{std::make_unique<Impl>(reactor, options, handler, listener)}};
}

std::uint16_t HttpServer::port() const { return impl_->port(); }
std::size_t HttpServer::open_connections() const { return impl_->core().connections().size(); }
void HttpServer::use_tls(std::shared_ptr<const TlsServer> tls) { impl_->core().tls = std::move(tls); }
void HttpServer::drain(std::function<void()> done) { impl_->drain(std::move(done)); }

}  // namespace mohur::net
