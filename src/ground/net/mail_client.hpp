// Sends e-mail to one mail server, over TLS: STARTTLS, or TLS from the first byte.
//
// Never    speaks without TLS, or to a server whose certificate does not fit.
// Wait     send() waits for the server's answer, at most `timeout`; `is_stopping` ends the wait.
// Threads  One at a time.
// Source   RFC 5321, RFC 3207, by libcurl
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace mohur::net {

enum class MailSecurity : std::uint8_t { starttls, tls };

struct MailServer {
  std::string host;
  std::uint16_t port = 587;
  MailSecurity security = MailSecurity::starttls;
  std::string user;  // empty: no log-in
  std::string password;
  std::string trusted_file;  // PEM certificates; empty: those that the machine trusts
  Duration timeout = seconds(30);
};

enum class MailOutcome : std::uint8_t {
  taken,    // the server has it, and answers for it
  refused,  // for good: asking again would change nothing
  not_now,  // the server is down, busy or not to be trusted: ask again later
};

struct MailAnswer {
  MailOutcome outcome = MailOutcome::not_now;
  std::string reply;  // the server's last line, or what went wrong
};

class MailClient {
 public:
  MailClient(MailServer server, const std::atomic<bool>& is_stopping);
  ~MailClient();
  // Addresses are bare: `books@shop.example`. The message is complete, with CR LF at the end of each line.
  MailAnswer send(const std::string& from, const std::string& to, std::string_view message);

 private:
  struct Session;
  const MailServer server_;
  const std::unique_ptr<Session> session_;
};

}  // namespace mohur::net
