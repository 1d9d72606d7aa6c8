// A notice as an e-mail: text and HTML side by side, in bytes that any mail server takes.
//
// Source   RFC 5322, RFC 2045, RFC 2046, RFC 3834
#pragma once

#include <string>

#include "registry/notice.hpp"

namespace mohur::projections {

struct MailMessage {
  std::string message_id;  // the same for the same notice, so that a second copy is known as one
  std::string bytes;
};

// `name` is whom it greets. Addresses are bare.
MailMessage mail_message(const registry::Notice& notice, const std::string& from, const std::string& to, const std::string& name,
                         Time now);

}  // namespace mohur::projections
