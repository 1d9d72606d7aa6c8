// An HTTP request as its handler sees it: everything is a view into the connection's buffer.
//
// Lifetime  A request and all its views live until its Responder has sent an answer or is gone, even if the peer goes first.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "net/address.hpp"

namespace mohur::net {

// `other` is any method that is none of these; RequestHead::method_text says which.
enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options, other };

struct Header {
  std::string_view name;   // as it was sent; names are compared without regard to case
  std::string_view value;  // without the white space around it; may hold bytes of 0x80 and above, never controls but tab
};

bool equals_ignoring_case(std::string_view a, std::string_view b);

struct RequestHead {
  Method method = Method::other;
  std::string_view method_text;
  std::string_view target;  // path and query: always begins with `/`, except `*` of OPTIONS; escapes still in place
  std::string_view path;    // up to the `?`
  std::string_view query;   // after the `?`, without it
  std::string_view host;    // as in the Host header, port included
  std::vector<Header> headers;
  std::optional<std::uint64_t> content_length;  // bytes; none when the body is chunked or absent
  bool chunked = false;

  // The first header of that name; `name` in lower case.
  std::optional<std::string_view> find(std::string_view name) const {
    for (const Header& header : headers) {
      if (header.name.size() == name.size() && equals_ignoring_case(header.name, name)) return header.value;
    }
    return std::nullopt;
  }
};

// A certificate of a client that was verified: a CA of ours vouches for it.
struct ClientCertificate {
  std::array<std::uint8_t, 32> sha256{};  // of its DER form: the thumbprint of RFC 8705
  Time ends_at;                           // a connection, or a session that is resumed, can outlive it
};

// What the transport knows. Without TLS `version` is empty.
struct TlsFacts {
  std::string_view version;  // `TLSv1.3`
  bool resumed = false;
  std::optional<ClientCertificate> client_certificate;  // when one was asked for and sent
};

struct Peer {
  Endpoint endpoint;
  std::string_view text;  // the address without the port
};

struct Request : RequestHead {
  std::string_view body;  // at least body_padding readable zero bytes follow it
  Peer peer;
  TlsFacts tls;
  Time arrived;  // the time of day of the turn in which the last byte came

  static constexpr std::size_t body_padding = 64;
};

}  // namespace mohur::net
