// An HTTP client that may be sent to addresses which strangers chose: it decides where it connects, and how much it reads.
//
// Addresses  A request's policy is asked about every address that is about to be connected to, after the name was resolved and
//            at every attempt, and again before a kept connection is used. A name that changes its mind gains nothing.
// Never      follows redirects, uses a proxy, reads a .netrc, keeps cookies, or speaks anything but HTTP/1.1 over TLS 1.2 and
//            newer (and plain HTTP, where it is allowed). Certificates and host names are always verified.
// Threads    send() from any thread. Callbacks run on the client's own thread and must not wait.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/thread.hpp"
#include "base/time.hpp"
#include "net/address.hpp"

namespace mohur::net {

// True: the request may go there. Called on the client's thread.
using AddressPolicy = std::function<bool(const Endpoint&)>;

// For addresses that strangers chose: public ones, and only the ports 443, 80 and those of the unprivileged range.
bool public_addresses_only(const Endpoint& endpoint);

struct ClientRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  Duration timeout = seconds(15);          // for all of it, from the turn on that it waited for
  Duration connect_timeout = seconds(5);   // resolving, connecting and the handshake
  std::size_t response_bytes = 64 * 1024;  // of the body
  AddressPolicy policy = public_addresses_only;
};

enum class ClientError : std::uint8_t {
  none,           // there is an answer, whatever its status
  url_malformed,  // or of a scheme that is not spoken here
  name_not_found,
  address_refused,  // by the policy
  connect_failed,
  tls_failed,          // handshake, certificate or host name
  timed_out,           // the peer may have acted on the request
  response_too_large,  // status, headers and the first bytes of the body are there
  transfer_failed,     // the connection broke; the peer may have acted on the request
  cancelled,           // the client was destroyed
};
std::string_view to_token(ClientError error);

struct ClientResponse {
  ClientError error = ClientError::none;
  std::string detail;  // one sentence, when there is an error
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  Endpoint peer;  // that was really connected to

  // From the start of the request until each was done; zero for what was not reached or not needed.
  struct Timings {
    Duration resolved, connected, secured, first_byte, total;
  } timings;

  // The first header of that name, in lower case; empty when there is none.
  std::string_view find(std::string_view name) const;
};

struct ClientOptions {
  std::string user_agent = "Mohur";
  Standing standing = Standing::in_front;  // of its thread
  bool plain_http = false;                 // whether http:// may be used beside https://
  bool trust_system = true;                // the certificates that the machine trusts
  std::string trusted_pem = {};            // and these
  // More wait for their turn, without their timeout running; requests to a full host hold up none to another.
  std::size_t running_requests = 256;
  std::size_t connections_to_a_host = 8;
  // Names that are not asked of the resolver: `name:port:address`.
  std::vector<std::string> known_names = {};
};

class HttpClient {
 public:
  using Callback = std::function<void(ClientResponse)>;

  explicit HttpClient(ClientOptions options);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  // What is still running is answered as cancelled.
  ~HttpClient();

  void send(ClientRequest request, Callback callback);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mohur::net
