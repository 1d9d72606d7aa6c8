#include "net/stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <ctime>

#include "base/assert.hpp"

namespace mohur::net {
namespace {

// A BIO on a socket like OpenSSL's own, but writing with MSG_NOSIGNAL.
int descriptor_of(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

int bio_read(BIO* bio, char* out, int size) {
  const ssize_t n = ::recv(descriptor_of(bio), out, static_cast<std::size_t>(size), 0);
  BIO_clear_retry_flags(bio);
  if (n == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  if (n < 0 && would_block()) BIO_set_retry_read(bio);
  return static_cast<int>(n);
}

int bio_write(BIO* bio, const char* bytes, int size) {
  const ssize_t n = ::send(descriptor_of(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  BIO_clear_retry_flags(bio);
  if (n < 0 && would_block()) BIO_set_retry_write(bio);
  return static_cast<int>(n);
}

long bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return 0;
}

BIO_METHOD* socket_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "mohur socket");
    MOHUR_ASSERT(made != nullptr);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  return method;
}

ssl_st* make_session(int descriptor, const TlsServer& tls) {
  ssl_st* const ssl = SSL_new(tls.context());
  BIO* const bio = BIO_new(socket_method());
  MOHUR_ASSERT(ssl != nullptr && bio != nullptr);
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor)));
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  SSL_set_accept_state(ssl);
  return ssl;
}

// SSL_get_error looks at this thread's list of errors, which must be empty before a call. It nearly always is.
void forget_errors() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

// Nothing for a certificate whose end cannot be read, which is then as good as none.
std::optional<ClientCertificate> facts_of(const X509& certificate) {
  ClientCertificate facts;
  unsigned size = facts.sha256.size();
  std::tm end{};
  if (X509_digest(&certificate, EVP_sha256(), facts.sha256.data(), &size) != 1) return std::nullopt;
  if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &end) != 1) return std::nullopt;
  constexpr std::time_t kFarthest = 9'000'000'000;  // seconds: what a Time holds
  facts.ends_at = Time{std::clamp<std::time_t>(timegm(&end), 0, kFarthest) * seconds(1).ns};
  return facts;
}

int to_size(std::size_t bytes) { return static_cast<int>(std::min<std::size_t>(bytes, INT_MAX)); }

}  // namespace

Stream::Stream(int descriptor, const TlsServer* tls)
    : descriptor_(descriptor), ssl_(tls == nullptr ? nullptr : make_session(descriptor, *tls)) {}

Stream::Io Stream::read(std::span<char> room) {
  if (failed_) return {Status::failed};
  if (ssl_ != nullptr) {
    forget_errors();
    const int n = SSL_read(ssl_, room.data(), to_size(room.size()));
    if (n > 0) return {Status::ok, static_cast<std::size_t>(n)};
    const Io io = classify(n);
    failed_ = io.status == Status::failed;
    return io;
  }
  const ssize_t n = ::recv(descriptor_, room.data(), room.size(), 0);
  if (n > 0) return {Status::ok, static_cast<std::size_t>(n)};
  if (n == 0) return {Status::ended};
  return {would_block() ? Status::want_read : Status::failed};
}

Stream::Io Stream::write(std::string_view bytes) {
  if (failed_) return {Status::failed};
  if (ssl_ != nullptr) {
    forget_errors();
    const int n = SSL_write(ssl_, bytes.data(), to_size(bytes.size()));
    if (n > 0) return {Status::ok, static_cast<std::size_t>(n)};
    const Io io = classify(n);
    failed_ = io.status == Status::failed || io.status == Status::ended;
    return failed_ ? Io{Status::failed} : io;
  }
  const ssize_t n = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (n >= 0) return {Status::ok, static_cast<std::size_t>(n)};
  return {would_block() ? Status::want_write : Status::failed};
}

Stream::Io Stream::classify(int result) const {
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ: return {Status::want_read};
    case SSL_ERROR_WANT_WRITE: return {Status::want_write};
    case SSL_ERROR_ZERO_RETURN: return {Status::ended};
    default: return {Status::failed};
  }
}

bool Stream::has_buffered() const { return ssl_ != nullptr && !failed_ && SSL_has_pending(ssl_) == 1; }

bool Stream::handshake_is_done() const { return ssl_ == nullptr || SSL_is_init_finished(ssl_) == 1; }

void Stream::finish_writing() {
  if (ssl_ != nullptr && !failed_ && handshake_is_done()) {
    forget_errors();
    SSL_shutdown(ssl_);
  }
  ::shutdown(descriptor_, SHUT_WR);
}

bool Stream::discard_input() {
  std::array<char, 16 * 1024> nowhere;
  const ssize_t n = ::recv(descriptor_, nowhere.data(), nowhere.size(), 0);
  return n > 0 || (n < 0 && would_block());
}

void Stream::close() {
  if (descriptor_ < 0) return;
  if (ssl_ != nullptr) SSL_free(ssl_);
  ssl_ = nullptr;
  ::close(descriptor_);
  descriptor_ = -1;
}

TlsFacts Stream::facts() const {
  TlsFacts facts;
  if (ssl_ == nullptr) return facts;
  facts.version = SSL_get_version(ssl_);
  facts.resumed = SSL_session_reused(ssl_) == 1;
  if (const X509* const certificate = SSL_get0_peer_certificate(ssl_)) facts.client_certificate = facts_of(*certificate);
  return facts;
}

}  // namespace mohur::net
