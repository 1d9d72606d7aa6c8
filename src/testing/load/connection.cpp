#include "load/connection.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "base/assert.hpp"

namespace mohur::load {
namespace {

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "https_load: %s\n", what);
  std::exit(1);
}

int connect_to(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) give_up("no socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    give_up("nobody listens on that port");
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return descriptor;
}

}  // namespace

void TlsClient::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

TlsClient::TlsClient() : context_(SSL_CTX_new(TLS_client_method())) {
  MOHUR_ASSERT(context_ != nullptr);
  MOHUR_ASSERT(SSL_CTX_set_min_proto_version(context_.get(), TLS1_3_VERSION) == 1);
  MOHUR_ASSERT(SSL_CTX_set_ciphersuites(context_.get(), "TLS_AES_128_GCM_SHA256") == 1);
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_read_ahead(context_.get(), 1);  // one receive takes all that has come
}

Connection::Connection(const TlsClient& tls, std::uint16_t port) : descriptor_(connect_to(port)), ssl_(SSL_new(tls.context())) {
  MOHUR_ASSERT(ssl_ != nullptr && SSL_set_fd(ssl_, descriptor_) == 1);
  if (SSL_connect(ssl_) != 1) give_up("the TLS handshake fails");
  ::fcntl(descriptor_, F_SETFL, ::fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
}

Connection::Connection(Connection&& other) noexcept
    : began_ns(other.began_ns),
      descriptor_(std::exchange(other.descriptor_, -1)),
      ssl_(std::exchange(other.ssl_, nullptr)),
      reader_(std::move(other.reader_)) {}

Connection::~Connection() {
  if (ssl_ != nullptr) SSL_free(ssl_);
  if (descriptor_ >= 0) ::close(descriptor_);
}

// A request is smaller than the socket's buffer, which is empty when no call is under way: it is taken whole, or never.
bool Connection::send(std::string_view request) {
  return SSL_write(ssl_, request.data(), static_cast<int>(request.size())) == static_cast<int>(request.size());
}

AnswerReader::Step Connection::receive() {
  std::array<char, 16 * 1024> bytes;
  while (true) {
    const int n = SSL_read(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    if (n <= 0) {
      const bool waits = SSL_get_error(ssl_, n) == SSL_ERROR_WANT_READ;
      return waits ? AnswerReader::Step::need_more : AnswerReader::Step::broken;
    }
    const auto step = reader_.take({bytes.data(), static_cast<std::size_t>(n)});
    if (step != AnswerReader::Step::need_more || SSL_has_pending(ssl_) == 0) return step;
  }
}

}  // namespace mohur::load
