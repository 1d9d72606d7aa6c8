// A notice as an e-mail: whatever stands in it, the message keeps its form.
#include "projections/mail_message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/encoding.hpp"

namespace mohur::projections {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Time kNow{1'795'329'000'000'000'000};  // 2026-11-22T06:30:00Z

registry::Notice notice(std::string text, std::string subject = "Your access is restricted") {
  return {.id = {{1, 2}}, .subject = std::move(subject), .text = std::move(text)};
}

// The content of a part, out of its base64.
std::string part(const MailMessage& message, std::string_view type) {
  const std::size_t begin = message.bytes.find("\r\n\r\n", message.bytes.find(std::string{"Content-Type: "}.append(type))) + 4;
  std::string encoded = message.bytes.substr(begin, message.bytes.find("--mohur", begin) - begin);
  std::erase_if(encoded, [](char c) { return c == '\r' || c == '\n'; });
  return std::string{crypto::base64_decode(encoded).value_or("not base64")};
}

TEST(MailMessages, SayTheSameInTextAndHtml) {
  const MailMessage message =
      mail_message(notice("One & <two>.\n\nThree."), "notices@a.example", "b@c.example", "Ravi & Co", kNow);
  EXPECT_THAT(part(message, "text/plain"), HasSubstr("To Ravi & Co,\n\nOne & <two>.\n\nThree.\n\n"));
  const std::string html = part(message, "text/html");
  EXPECT_THAT(html, HasSubstr("<p>To Ravi &amp; Co,</p>\n<p>One &amp; &lt;two&gt;.</p>\n<p>Three.</p>"));
  EXPECT_THAT(message.bytes, HasSubstr("Date: Sun, 22 Nov 2026 06:30:00 +0000\r\n"));
  EXPECT_EQ(message.message_id, "<" + notice("").id.to_string() + "@a.example>");
}

TEST(MailMessages, HaveNoLineThatSomebodySmuggledIn) {
  const MailMessage message = mail_message(notice("Text", "Hello\r\nBcc: all@c.example"), "notices@a.example",
                                           "b@c.example\r\nBcc: d@c.example", "R", kNow);
  EXPECT_THAT(message.bytes, Not(HasSubstr("\nBcc:")));
  EXPECT_THAT(message.bytes, HasSubstr("Subject: Hello  Bcc: all@c.example\r\n"));
}

TEST(MailMessages, EndEachLineAsMailWantsItAndKeepLinesShort) {
  const MailMessage message = mail_message(notice(std::string(10'000, 'x')), "notices@a.example", "b@c.example", "R", kNow);
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = message.bytes.find('\n', begin)) != std::string::npos; begin = end + 1) {
    EXPECT_EQ(message.bytes[end - 1], '\r');
    EXPECT_LE(end - begin, 200U);
  }
}

}  // namespace
}  // namespace mohur::projections
