// The server's side of TLS: certificate, key and the rules of the handshake, shared by any number of listeners.
//
// Rules    TLS 1.2 with forward secrecy and AEAD only, TLS 1.3 preferred; http/1.1 by ALPN; no renegotiation, no compression,
//          no early data. Sessions resume by tickets, sealed with keys that live as long as this object and no longer.
// Trust    The key never leaves OpenSSL's memory. Client certificates are verified only where a CA for them is given.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct ssl_ctx_st;

namespace mohur::net {

struct TlsServerOptions {
  std::string certificate_pem;  // the server's certificate, then the intermediate ones
  std::string key_pem;
  // Clients are asked for a certificate when this is set; who sends none is let in without, who sends one that these do not
  // vouch for is not let in.
  std::string client_ca_pem = {};
};

class TlsServer {
 public:
  // io_failed: the PEM text cannot be read, or certificate and key do not belong together.
  static Result<std::shared_ptr<const TlsServer>> make(const TlsServerOptions& options);
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ~TlsServer();

  ssl_ctx_st* context() const { return context_; }

 private:
  explicit TlsServer(ssl_ctx_st* context) : context_(context) {}
  ssl_ctx_st* const context_;
};

// What OpenSSL last complained about on this thread, for logs; empties its list.
std::string take_tls_errors();

}  // namespace mohur::net
