// The table of requests that must be refused, and as what. Shown to the parser in slices, and to a server over a socket.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.hpp"

namespace mohur::net {

struct BadRequest {
  std::string_view name;
  std::string bytes;
  Outcome outcome;
};

inline std::string get(std::string_view target, std::string_view more = {}) {
  return "GET " + std::string{target} + " HTTP/1.1\r\nHost: a\r\n" + std::string{more} + "\r\n";
}

inline std::string post(std::string_view headers, std::string_view body) {
  return "POST /p HTTP/1.1\r\nHost: a\r\n" + std::string{headers} + "\r\n" + std::string{body};
}

inline std::string chunked(std::string_view body) { return post("Transfer-Encoding: chunked\r\n", body); }

inline std::vector<BadRequest> bad_requests() {
  using enum Outcome;
  std::string many;
  for (int i = 0; i < 64; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
  const std::string nul{"X: a\0b\r\n", 8};
  return {
      // Two ways to tell where the body ends.
      {"length and coding", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), malformed_request},
      {"coding and length", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), malformed_request},
      {"two lengths that differ", post("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"), malformed_request},
      {"two lengths that agree", post("Content-Length: 2\r\nContent-Length: 2\r\n", "ab"), malformed_request},
      {"a list of lengths", post("Content-Length: 2, 2\r\n", "ab"), malformed_request},
      {"a negative length", post("Content-Length: -1\r\n", ""), malformed_request},
      {"a length with a plus", post("Content-Length: +2\r\n", "ab"), malformed_request},
      {"a hexadecimal length", post("Content-Length: 0x2\r\n", "ab"), malformed_request},
      {"an empty length", post("Content-Length: \r\n", ""), malformed_request},
      {"a length beyond 64 bits", post("Content-Length: 18446744073709551616\r\n", ""), malformed_request},
      {"a length of 64 bits", post("Content-Length: 18446744073709551615\r\n", ""), body_too_large},
      {"another coding", post("Transfer-Encoding: gzip\r\n", ""), malformed_request},
      {"a coding before chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), malformed_request},
      {"a coding after chunked", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), malformed_request},
      {"chunked twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), malformed_request},
      {"chunked with a parameter", post("Transfer-Encoding: chunked;a=b\r\n", "0\r\n\r\n"), malformed_request},
      {"a coding behind a vertical tab", post("Transfer-Encoding: \vchunked\r\n", "0\r\n\r\n"), malformed_request},
      {"a type but no length", post("Content-Type: application/json\r\n", ""), length_required},
      // Lines and headers.
      {"a folded header", get("/", "X: a\r\n b\r\n"), malformed_request},
      {"a header folded before its value", get("/", "X:\r\n b\r\n"), malformed_request},
      {"a folded length", post("Content-Length:\r\n 2\r\n", "ab"), malformed_request},
      {"bare line feeds", "GET / HTTP/1.1\nHost: a\n\n", malformed_request},
      {"a bare line feed, before the head is whole", "GET / HTTP/1.1\nHost: a", malformed_request},
      {"a bare line feed in a header", get("/", "X: a\nY: b\r\n"), malformed_request},
      {"a bare carriage return", get("/", "X: a\rY: b\r\n"), malformed_request},
      {"a carriage return before the line end", get("/", "X: a\r\r\n"), malformed_request},
      {"a space before the colon", get("/", "X : a\r\n"), malformed_request},
      {"a space before the name", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", malformed_request},
      {"a header without a colon", get("/", "X\r\n"), malformed_request},
      {"a header without a name", get("/", ": a\r\n"), malformed_request},
      {"a bad character in a name", get("/", "X(: a\r\n"), malformed_request},
      {"NUL in a value", get("/", nul), malformed_request},
      {"a control character in a value", get("/", "X: \x01\r\n"), malformed_request},
      {"DEL in a value", get("/", "X: \x7f\r\n"), malformed_request},
      {"an empty line first", "\r\n" + get("/"), malformed_request},
      {"a TLS greeting", std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11}, malformed_request},
      {"too many headers", get("/", many), headers_too_large},
      {"a header that is too long", get("/", "X: " + std::string(16 * 1024, 'a') + "\r\n"), headers_too_large},
      {"headers that are too long together",
       get("/", "X: " + std::string(9000, 'a') + "\r\nY: " + std::string(9000, 'b') + "\r\n"), headers_too_large},
      // To whom it goes.
      {"no host", "GET / HTTP/1.1\r\n\r\n", malformed_request},
      {"two hosts", get("/", "Host: a\r\n"), malformed_request},
      {"an empty host", "GET / HTTP/1.1\r\nHost: \r\n\r\n", malformed_request},
      {"a host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", malformed_request},
      {"a host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", malformed_request},
      {"a host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", malformed_request},
      {"a host with a bad port", "GET / HTTP/1.1\r\nHost: a:8x\r\n\r\n", malformed_request},
      {"a host with an open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", malformed_request},
      {"an absolute target for another host", get("http://b/"), malformed_request},
      {"an absolute target with a user", get("http://u@a/"), malformed_request},
      {"an absolute target of another scheme", get("ftp://a/"), malformed_request},
      {"an authority as the target", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", malformed_request},
      {"a star for GET", get("*"), malformed_request},
      {"a target without a slash", get("v1/payins"), malformed_request},
      // The request line.
      {"a fragment", get("/a#b"), malformed_request},
      {"a broken escape", get("/a%2"), malformed_request},
      {"an escape that is not hexadecimal", get("/a%zz"), malformed_request},
      {"an escaped NUL", get("/a%00"), malformed_request},
      {"a broken escape in the query", get("/a?b=%"), malformed_request},
      {"a target beyond ASCII", get("/\xc3\xa9"), malformed_request},
      {"a backslash in the target", get("/a\\b"), malformed_request},
      {"a control character in the target", get("/a\x01"), malformed_request},
      {"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", malformed_request},
      {"no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n", malformed_request},
      {"no version", "GET /\r\nHost: a\r\n\r\n", malformed_request},
      {"a space after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", malformed_request},
      {"a lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", malformed_request},
      {"a method that is no token", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", malformed_request},
      {"HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\n\r\n", http_version_not_supported},
      {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", http_version_not_supported},
      {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", http_version_not_supported},
      {"a target that is too long", get("/" + std::string(8 * 1024, 'a')), uri_too_long},
      {"a request line without an end", "GET /" + std::string(9 * 1024, 'a'), uri_too_long},
      // The body.
      {"a body that is too large", post("Content-Length: 1048577\r\n", ""), body_too_large},
      {"chunks that are too large together", chunked("a\r\n0123456789\r\nffff7\r\n"), body_too_large},
      {"a chunk size beyond 64 bits", chunked("10000000000000000\r\n"), malformed_request},
      {"a chunk size of 64 bits", chunked("ffffffffffffffff\r\n"), body_too_large},
      {"a chunk size with a sign", chunked("-1\r\n\r\n"), malformed_request},
      {"a chunk size with a prefix", chunked("0x1\r\na\r\n0\r\n\r\n"), malformed_request},
      {"an empty chunk size", chunked("\r\n\r\n"), malformed_request},
      {"a chunk longer than its size", chunked("1\r\nab\r\n0\r\n\r\n"), malformed_request},
      {"a chunk size that ends in a bare line feed", chunked("1\na\r\n0\r\n\r\n"), malformed_request},
      {"a chunk that ends in a bare line feed", chunked("1\r\na\n0\r\n\r\n"), malformed_request},
      {"a line feed in a chunk's extension", chunked("1;a=\"\n\"\r\na\r\n0\r\n\r\n"), malformed_request},
      {"a chunk's extension that is too long", chunked("1;" + std::string(5000, 'a') + "\r\n"), malformed_request},
      {"a chunk's extension without an end", chunked("1;" + std::string(5000, 'a')), malformed_request},
      {"trailers that are too long", chunked("0\r\nX: " + std::string(5000, 'a') + "\r\n\r\n"), malformed_request},
      {"a space before a chunk's extension", chunked("1 ;a=b\r\na\r\n0\r\n\r\n"), malformed_request},
      {"a folded trailer", chunked("0\r\nX: a\r\n b\r\n\r\n"), malformed_request},
      {"a control character in a trailer", chunked("0\r\nX: \x01\r\n\r\n"), malformed_request},
      {"a malformed trailer", chunked("0\r\nX : a\r\n\r\n"), malformed_request},
  };
}

}  // namespace mohur::net
