#include "net/mail_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"
#include "net/client_transfer.hpp"

namespace mohur::net {
namespace {

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  MOHUR_ASSERT(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

// What a server says when it is left: nothing about the message.
constexpr std::string_view kGoodbye = "221";

bool is_control_or_bracket(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == '<' || c == '>' || c == 0x7f; }

}  // namespace

// What libcurl reads and writes while a message is on its way.
struct MailClient::Session {
  CurlEasy easy{curl_easy_init()};
  std::string_view rest;  // of the message
  std::string last_line;  // that the server said
  char error[CURL_ERROR_SIZE] = {};

  Session() { MOHUR_ASSERT(easy != nullptr); }

  static std::size_t read(char* to, std::size_t size, std::size_t count, void* self) {
    std::string_view& rest = static_cast<Session*>(self)->rest;
    const std::size_t taken = std::min(size * count, rest.size());
    std::memcpy(to, rest.data(), taken);
    rest.remove_prefix(taken);
    return taken;
  }
  static std::size_t hear(char* line, std::size_t size, std::size_t count, void* self) {
    std::string_view said{line, size * count};
    while (!said.empty() && static_cast<unsigned char>(said.back()) <= 0x20) said.remove_suffix(1);
    if (!said.empty() && !said.starts_with(kGoodbye)) static_cast<Session*>(self)->last_line = said;
    return size * count;
  }
  static int go_on(void* is_stopping, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const std::atomic<bool>*>(is_stopping)->load() ? 1 : 0;
  }
};

MailClient::MailClient(MailServer server, const std::atomic<bool>& is_stopping)
    : server_(std::move(server)), session_(std::make_unique<Session>()) {
  CURL* const easy = session_->easy.get();
  const bool is_tls = server_.security == MailSecurity::tls;
  const std::string url = (is_tls ? "smtps://" : "smtp://") + server_.host + ":" + std::to_string(server_.port);
  set(easy, CURLOPT_URL, url.c_str());
  set(easy, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));  // no TLS, no mail
  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(easy, CURLOPT_PROXY, "");
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(server_.timeout.ns / 1'000'000));
  if (!server_.trusted_file.empty()) set(easy, CURLOPT_CAINFO, server_.trusted_file.c_str());
  if (!server_.user.empty()) {
    set(easy, CURLOPT_USERNAME, server_.user.c_str());
    set(easy, CURLOPT_PASSWORD, server_.password.c_str());
  }
  set(easy, CURLOPT_UPLOAD, 1L);
  set(easy, CURLOPT_READFUNCTION, &Session::read);
  set(easy, CURLOPT_READDATA, session_.get());
  set(easy, CURLOPT_HEADERFUNCTION, &Session::hear);
  set(easy, CURLOPT_HEADERDATA, session_.get());
  set(easy, CURLOPT_ERRORBUFFER, session_->error);
  set(easy, CURLOPT_NOPROGRESS, 0L);
  set(easy, CURLOPT_XFERINFOFUNCTION, &Session::go_on);
  set(easy, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&is_stopping));
}

MailClient::~MailClient() = default;

// A code from 500 on says that the server will never take this message; but for what is said about us or about TLS, which a
// person can put right.
MailAnswer MailClient::send(const std::string& from, const std::string& to, std::string_view message) {
  if (std::ranges::any_of(to, is_control_or_bracket))
    return {MailOutcome::refused, "The address is not one that can be written."};
  CURL* const easy = session_->easy.get();
  CurlList recipients;
  append(recipients, to);
  session_->rest = message;
  session_->last_line.clear();
  session_->error[0] = '\0';
  set(easy, CURLOPT_MAIL_FROM, from.c_str());
  set(easy, CURLOPT_MAIL_RCPT, recipients.get());
  const CURLcode code = curl_easy_perform(easy);
  set(easy, CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(nullptr));
  long reply = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply);
  if (code == CURLE_OK) return {MailOutcome::taken, session_->last_line};
  const bool is_about_us = code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED;
  const bool is_for_good = reply >= 500 && reply < 600 && !is_about_us && !session_->last_line.empty();
  const std::string what = session_->error[0] != '\0' ? session_->error : curl_easy_strerror(code);
  const bool is_said = reply >= 400 && reply < 600 && !session_->last_line.empty();
  return {is_for_good ? MailOutcome::refused : MailOutcome::not_now, is_said ? session_->last_line : what};
}

}  // namespace mohur::net
