// The definitions of test_rig.hpp, linked into this room's test only.
#include "net/rig_test.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <charconv>
#include <future>

#include "net/request.hpp"

namespace mohur::net {
namespace {

constexpr timeval patience{20, 0};

std::string take_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

void add_extension(X509* certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  return socket;
}

}  // namespace

TestIdentity make_identity() {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* const name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate, NID_subject_alt_name, "DNS:localhost,DNS:rebind.example,IP:127.0.0.1");
  X509_sign(certificate, key, EVP_sha256());
  BIO* const certificate_text = BIO_new(BIO_s_mem());
  BIO* const key_text = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(certificate_text, certificate);
  PEM_write_bio_PrivateKey(key_text, key, nullptr, nullptr, 0, nullptr, nullptr);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return {take_text(certificate_text), take_text(key_text)};
}

const TestIdentity& test_identity() {
  static const TestIdentity identity = make_identity();
  return identity;
}

std::optional<std::string> Answer::find(std::string_view name) const {
  for (std::size_t at = head.find("\r\n"); at != head.npos && at + 2 < head.size(); at = head.find("\r\n", at + 2)) {
    const std::size_t colon = head.find(':', at);
    if (colon == head.npos || !equals_ignoring_case(std::string_view{head}.substr(at + 2, colon - at - 2), name)) continue;
    return head.substr(colon + 2, head.find("\r\n", colon) - colon - 2);
  }
  return std::nullopt;
}

TestPeer::TestPeer(std::uint16_t port) : socket_(connect_to(port)), connected_(true) {}

TestPeer::TestPeer(std::uint16_t port, const TlsOptions& options)
    : socket_(connect_to(port)), context_(SSL_CTX_new(TLS_client_method())) {
  if (options.version != 0) {
    SSL_CTX_set_min_proto_version(context_, options.version);
    SSL_CTX_set_max_proto_version(context_, options.version);
    SSL_CTX_set_security_level(context_, 0);
  }
  if (options.identity != nullptr) {
    BIO* const certificate_text = BIO_new_mem_buf(options.identity->certificate_pem.data(), -1);
    BIO* const key_text = BIO_new_mem_buf(options.identity->key_pem.data(), -1);
    X509* const certificate = PEM_read_bio_X509(certificate_text, nullptr, nullptr, nullptr);
    EVP_PKEY* const key = PEM_read_bio_PrivateKey(key_text, nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context_, certificate);
    SSL_CTX_use_PrivateKey(context_, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    BIO_free(certificate_text);
    BIO_free(key_text);
  }
  ssl_ = SSL_new(context_);
  if (options.resume != nullptr) SSL_set_session(ssl_, options.resume);
  if (!options.protocol.empty()) {
    const std::string wire = static_cast<char>(options.protocol.size()) + options.protocol;
    SSL_set_alpn_protos(ssl_, reinterpret_cast<const unsigned char*>(wire.data()), static_cast<unsigned>(wire.size()));
  }
  SSL_set_fd(ssl_, socket_);
  connected_ = SSL_connect(ssl_) == 1;
}

TestPeer::~TestPeer() {
  if (ssl_ != nullptr) SSL_free(ssl_);
  if (context_ != nullptr) SSL_CTX_free(context_);
  if (socket_ >= 0) ::close(socket_);
}

bool TestPeer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                                      : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool TestPeer::fill() {
  char part[16 * 1024];
  errno = 0;
  const ssize_t n = ssl_ != nullptr ? SSL_read(ssl_, part, sizeof part) : ::recv(socket_, part, sizeof part, 0);
  if (n <= 0) {
    EXPECT_FALSE(n < 0 && errno == EAGAIN) << "nothing came for 20 s";
    return false;
  }
  buffer_.append(part, static_cast<std::size_t>(n));
  return true;
}

Answer TestPeer::read(bool head_only) {
  std::size_t end = buffer_.npos;
  while ((end = buffer_.find("\r\n\r\n")) == buffer_.npos) {
    if (!fill()) return {};
  }
  Answer answer;
  answer.head = buffer_.substr(0, end + 2);
  std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
  std::size_t length = 0;
  if (const auto text = answer.find("content-length"); text && !head_only)
    std::from_chars(text->data(), text->data() + text->size(), length);
  while (buffer_.size() < end + 4 + length) {
    if (!fill()) return {};
  }
  answer.body = buffer_.substr(end + 4, length);
  buffer_.erase(0, end + 4 + length);
  return answer;
}

bool TestPeer::read_until(std::string_view text) {
  while (buffer_.find(text) == buffer_.npos) {
    if (!fill()) return false;
  }
  buffer_.erase(0, buffer_.find(text) + text.size());
  return true;
}

bool TestPeer::at_end() { return buffer_.empty() && !fill(); }

void TestPeer::reset() {
  const linger hard{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  ::close(std::exchange(socket_, -1));
}

void TestPeer::shrink_receive_buffer() {
  const int size = 4096;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

Response text(std::string body) { return {.status = 200, .content_type = "text/plain", .body = std::move(body), .headers = {}}; }

void TestHandler::on_request(Request& request, Responder responder) {
  if (on_request_do) return on_request_do(request, std::move(responder));
  responder.send(text(std::string{request.method_text} + " " + std::string{request.target} + " " + std::string{request.body}));
}

Response TestHandler::on_protocol_error(Outcome outcome, std::string_view detail) {
  Response response = text(std::string{to_token(outcome)} + ": " + std::string{detail});
  response.status = row_of(outcome).http_status;
  return response;
}

ServerRig::ServerRig(ServerOptions options, TestHandler the_handler) : handler(std::move(the_handler)) {
  options.metrics = &metrics;
  if (options.sweep_every == ServerOptions{}.sweep_every) options.sweep_every = milliseconds(2);
  auto listening = HttpServer::listen(reactor, options, handler);
  EXPECT_TRUE(listening.has_value());
  server = std::move(*listening);
  port_ = server->port();
  thread_ = std::thread{[this] { reactor.run(); }};
}

ServerRig::~ServerRig() {
  run([this] { server.reset(); });
  reactor.stop();
  thread_.join();
}

void ServerRig::run(const std::function<void()>& work) {
  std::promise<void> done;
  reactor.post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

bool ServerRig::eventually(const std::function<bool()>& ask) {
  std::promise<bool> answer;
  const Time begin = SteadyClock{}.now();
  std::function<void()> look = [&] {
    if (ask()) return answer.set_value(true);
    if (SteadyClock{}.now() - begin > seconds(20)) return answer.set_value(false);
    reactor.after(milliseconds(1), [&] { look(); });
  };
  reactor.post([&] { look(); });
  return answer.get_future().get();
}

ServerOptions with_tls(ServerOptions options) {
  auto tls = TlsServer::make({.certificate_pem = test_identity().certificate_pem, .key_pem = test_identity().key_pem});
  EXPECT_TRUE(tls.has_value());
  options.tls = std::move(*tls);
  return options;
}

}  // namespace mohur::net
