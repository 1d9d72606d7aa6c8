#include "projections/mail_message.hpp"

#include <algorithm>

#include "crypto/encoding.hpp"
#include "net/response.hpp"

namespace mohur::projections {
namespace {

// Base64 in lines of 76 characters: no line is too long, and no byte needs a rule of its own.
std::string encoded(std::string_view bytes) {
  const std::string all = crypto::base64_encode(bytes);
  std::string lines;
  for (std::size_t at = 0; at < all.size(); at += 76) lines.append(all, at, 76).append("\r\n");
  return lines;
}

std::string one_line(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return text;
}

// `Sun, 22 Nov 2026 06:30:00 +0000`
std::string date_line(Time now) {
  std::string line;
  net::append_date_line(line, now);
  return line.replace(line.find("GMT"), 3, "+0000");
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

std::string greeting(const std::string& name) { return "To " + name + ","; }
constexpr std::string_view kClosing =
    "This notice also stands in your list, GET /v1/notices. Nobody reads answers to this address: to ask, open a ticket, "
    "POST /v1/tickets.";

std::string as_text(const registry::Notice& notice, const std::string& name) {
  return greeting(name) + "\n\n" + notice.text + "\n\n" + std::string{kClosing} + "\n";
}

std::string as_html(const registry::Notice& notice, const std::string& name) {
  std::string html =
      "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light "
      "dark\">"
      "<title>";
  html.append(escaped(notice.subject))
      .append("</title></head>\n<body style=\"font: 16px/1.6 Georgia, serif; max-width: 36em; margin: 0 auto; padding: 1em\">\n")
      .append("<h1 style=\"font: 600 20px/1.3 sans-serif\">")
      .append(escaped(notice.subject))
      .append("</h1>\n<p>")
      .append(escaped(greeting(name)));
  for (std::string_view rest = notice.text; !rest.empty();) {
    const std::size_t end = std::min(rest.find("\n\n"), rest.size());
    html.append("</p>\n<p>").append(escaped(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return html.append("</p>\n<p style=\"font-size: 13px\">").append(kClosing).append("</p>\n</body>\n</html>\n");
}

void append_part(std::string& out, const std::string& boundary, std::string_view type, std::string_view content) {
  out.append("--").append(boundary).append("\r\nContent-Type: ").append(type);
  out.append("; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n").append(encoded(content));
}

}  // namespace

MailMessage mail_message(const registry::Notice& notice, const std::string& from, const std::string& to, const std::string& name,
                         Time now) {
  const std::string id = notice.id.to_string();
  MailMessage message{.message_id = "<" + id + from.substr(std::min(from.find('@'), from.size())) + ">", .bytes = {}};
  const std::string boundary = "mohur-" + id;
  std::string& out = message.bytes;
  out = "From: " + one_line(from) + "\r\nTo: " + one_line(to) + "\r\nSubject: " + one_line(notice.subject) + "\r\n";
  out += date_line(now);
  out.append("Message-ID: ").append(message.message_id).append("\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
  out.append("Content-Type: multipart/alternative; boundary=\"").append(boundary).append("\"\r\n\r\n");
  append_part(out, boundary, "text/plain", as_text(notice, name));
  append_part(out, boundary, "text/html", as_html(notice, name));
  out.append("--").append(boundary).append("--\r\n");
  return message;
}

}  // namespace mohur::projections
