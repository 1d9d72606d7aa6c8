// An HTTP answer as its handler writes it; the server adds the headers that belong to the transport.
#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"

namespace mohur::net {

struct Response {
  int status = 200;
  std::string_view content_type = "application/json";  // text that lives for ever, usually a literal; empty: no such header
  std::string body;
  std::string headers;  // complete lines; add() writes them
  bool wait = false;    // it tells the peer to wait: one that goes on is read more slowly, see ServerLimits::longest_rest

  // The server itself writes Content-Type, Content-Length, Date, Connection and Strict-Transport-Security: do not add those.
  // Control characters, which would end the header, become spaces.
  void add(std::string_view name, std::string_view value);
};

// How one answer goes out on its connection.
struct Framing {
  bool head_only = false;   // the request was HEAD: the length is told, the body is not sent
  bool close = false;       // the connection ends after this answer
  std::string_view common;  // complete header lines that every answer carries
};

// Appends status line and headers to `out`, all but the body. True: the body is to be sent after it.
bool append_head(std::string& out, const Response& response, const Framing& framing);

// `Date: Sun, 22 Nov 2026 06:30:00 GMT\r\n`
void append_date_line(std::string& out, Time at);

std::string_view reason_phrase(int status);

}  // namespace mohur::net
