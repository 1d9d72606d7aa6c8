#include "net/response.hpp"

#include <array>
#include <charconv>
#include <chrono>

#include "base/assert.hpp"

namespace mohur::net {
namespace {

struct Status {
  int number;
  std::string_view reason;
};

constexpr Status statuses[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

constexpr std::size_t usual_headers = 224;

void append_two_digits(std::string& out, unsigned value) {
  out += static_cast<char>('0' + value / 10);
  out += static_cast<char>('0' + value % 10);
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

template <class Number>
std::string_view to_digits(std::array<char, 24>& digits, Number number) {
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return {digits.data(), end};
}

}  // namespace

void Response::add(std::string_view name, std::string_view value) {
  if (headers.empty()) headers.reserve(usual_headers);
  headers.append(name).append(": ");
  const std::size_t begin = headers.size();
  headers += value;
  for (std::size_t at = begin; at < headers.size(); ++at) {
    if (static_cast<unsigned char>(headers[at]) < 0x20 || headers[at] == 0x7f) headers[at] = ' ';
  }
  headers += "\r\n";
}

std::string_view reason_phrase(int status) {
  for (const Status& row : statuses) {
    if (row.number == status) return row.reason;
  }
  return "Status";
}

bool append_head(std::string& out, const Response& response, const Framing& framing) {
  MOHUR_ASSERT(response.status >= 200 && response.status <= 599);
  std::array<char, 24> digits;
  out.append("HTTP/1.1 ").append(to_digits(digits, response.status)).append(" ");
  out.append(reason_phrase(response.status)).append("\r\n");
  // RFC 9110, 8.6: no Content-Length in an answer that has no content by its status.
  const bool without_body = response.status == 204 || response.status == 304;
  if (!without_body) {
    append_line(out, "Content-Length", to_digits(digits, response.body.size()));
    if (!response.content_type.empty()) append_line(out, "Content-Type", response.content_type);
  }
  out += framing.common;
  out += response.headers;
  if (framing.close) out += "Connection: close\r\n";
  out += "\r\n";
  return !without_body && !framing.head_only;
}

void append_date_line(std::string& out, Time at) {
  static constexpr std::array<std::string_view, 7> weekdays{"Sun, ", "Mon, ", "Tue, ", "Wed, ", "Thu, ", "Fri, ", "Sat, "};
  static constexpr std::array<std::string_view, 12> months{" Jan ", " Feb ", " Mar ", " Apr ", " May ", " Jun ",
                                                           " Jul ", " Aug ", " Sep ", " Oct ", " Nov ", " Dec "};
  const std::chrono::sys_seconds second{std::chrono::seconds{at.unix_s()}};
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{second - day};
  std::array<char, 24> digits;
  out.append("Date: ").append(weekdays[std::chrono::weekday{day}.c_encoding()]);
  append_two_digits(out, static_cast<unsigned>(date.day()));
  out.append(months[static_cast<unsigned>(date.month()) - 1]).append(to_digits(digits, static_cast<int>(date.year())));
  out += ' ';
  append_two_digits(out, static_cast<unsigned>(time.hours().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned>(time.minutes().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned>(time.seconds().count()));
  out += " GMT\r\n";
}

}  // namespace mohur::net
