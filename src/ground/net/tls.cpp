#include "net/tls.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <cstring>
#include <iterator>
#include <utility>

namespace mohur::net {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using Bio = std::unique_ptr<BIO, Deleter<BIO_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Context = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>>;

constexpr unsigned char protocols[] = "\x08http/1.1";

Bio open_text(const std::string& text) { return Bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))}; }

// Never asks anybody for a pass phrase.
int no_passphrase(char*, int, int, void*) { return 0; }

std::unexpected<Refusal> refuse_pem(std::string_view field, std::string_view what) {
  return refuse(Outcome::io_failed, std::string{field}, std::string{what} + ": " + take_tls_errors());
}

// A client that names protocols must name ours; one that names none is taken to speak it.
int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, protocols, sizeof protocols - 1, in, in_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

bool set_rules(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Buffers move while a write waits, and the caller counts what was written.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // One receive takes all that the kernel has, instead of a record's header first.
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(context, 2 * 3600);
  SSL_CTX_set_alpn_select_cb(context, select_protocol, nullptr);
  static constexpr unsigned char session_context[] = "mohur";
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 && SSL_CTX_set_num_tickets(context, 1) == 1 &&
         SSL_CTX_set_session_id_context(context, session_context, sizeof session_context - 1) == 1 &&
         SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1 &&
         SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
         SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1;
}

Result<void> use_certificate(SSL_CTX* context, const TlsServerOptions& options) {
  const Bio text = open_text(options.certificate_pem);
  const Certificate own{PEM_read_bio_X509(text.get(), nullptr, no_passphrase, nullptr)};
  if (!own || SSL_CTX_use_certificate(context, own.get()) != 1)
    return refuse_pem("certificate", "The server's certificate cannot be used");
  while (Certificate intermediate{PEM_read_bio_X509(text.get(), nullptr, no_passphrase, nullptr)}) {
    if (SSL_CTX_add1_chain_cert(context, intermediate.get()) != 1)
      return refuse_pem("certificate", "An intermediate certificate cannot be used");
  }
  ERR_clear_error();  // the end of the text is an error to the reader
  const Bio key_text = open_text(options.key_pem);
  const Key key{PEM_read_bio_PrivateKey(key_text.get(), nullptr, no_passphrase, nullptr)};
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1)
    return refuse_pem("key", "The server's key cannot be used, or is not the certificate's");
  return {};
}

Result<void> ask_clients(SSL_CTX* context, const std::string& ca_pem) {
  const Bio text = open_text(ca_pem);
  int count = 0;
  while (Certificate ca{PEM_read_bio_X509(text.get(), nullptr, no_passphrase, nullptr)}) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca.get()) != 1 || SSL_CTX_add_client_CA(context, ca.get()) != 1)
      return refuse_pem("client_ca", "A certificate for clients cannot be used");
    ++count;
  }
  if (count == 0) return refuse_pem("client_ca", "There is no certificate for clients in the text");
  ERR_clear_error();
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return {};
}

}  // namespace

Result<std::shared_ptr<const TlsServer>> TlsServer::make(const TlsServerOptions& options) {
  ERR_clear_error();
  Context context{SSL_CTX_new(TLS_server_method())};
  if (!context || !set_rules(context.get())) return refuse_pem({}, "TLS cannot be set up");
  MOHUR_TRY(use_certificate(context.get(), options));
  if (!options.client_ca_pem.empty()) MOHUR_TRY(ask_clients(context.get(), options.client_ca_pem));
  return std::shared_ptr<const TlsServer>{new TlsServer{context.release()}};
}

TlsServer::~TlsServer() { SSL_CTX_free(context_); }

std::string take_tls_errors() {
  std::string text;
  while (const unsigned long code = ERR_get_error()) {
    if (!text.empty()) text += "; ";
    const char* const reason = ERR_reason_error_string(code);
    text += reason == nullptr ? "unknown" : reason;
  }
  return text;
}

}  // namespace mohur::net
