// What the tests of this room share: requests as the parser leaves them, and signatures over them.
#pragma once

#include <gtest/gtest.h>

#include "signatures/signature_base.hpp"

namespace mohur::signatures {

inline net::RequestHead request(std::string_view method, std::string_view target, std::string_view host,
                                std::vector<net::Header> headers) {
  net::RequestHead head;
  head.method_text = method;
  head.target = target;
  head.path = target.substr(0, target.find('?'));
  if (head.path.size() < target.size()) head.query = target.substr(head.path.size() + 1);
  head.host = host;
  head.headers = std::move(headers);
  return head;
}

// The only signature of the two fields, whose text must outlive it.
inline MessageSignature one(std::string_view input, std::string_view signature) {
  const auto read = read_signatures(input, signature);
  if (!read) ADD_FAILURE() << read.error().field << ": " << read.error().detail;
  return read ? read->at(0) : MessageSignature{};
}

inline std::string base_of(const MessageSignature& signature, const net::RequestHead& head) {
  std::string base;
  const Result<void> appended = append_signature_base(signature, head, "https", base);
  return appended ? base : "refused: " + appended.error().detail;
}
// Of a list of components with its parameters.
inline std::string base_of(std::string_view covered, const net::RequestHead& head) {
  const std::string input = "sig=" + std::string{covered};
  return base_of(one(input, "sig=:AA==:"), head);
}
// Of components alone: the lines before the last.
inline std::string lines_of(std::string_view components, const net::RequestHead& head) {
  const std::string base = base_of("(" + std::string{components} + ")", head);
  return base.substr(0, base.rfind('\n') + 1);
}

}  // namespace mohur::signatures
