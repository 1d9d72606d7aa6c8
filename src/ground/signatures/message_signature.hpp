// The signatures that a request carries in `Signature-Input` and `Signature`: what each covers, its parameters, its bytes.
//
// Form     sig=("@method" "@path" "content-digest");created=1618884473;nonce="...";keyid="..."  and  sig=:base64:
// Bounds   Up to four signatures of up to 32 components; both fields up to 4,096 bytes. The parameters are those of RFC 9421,
//          each once; a component has no parameters but the name of "@query-param".
// Views    Into the two fields.
// Errors   signature_malformed, with what is wrong.
// Source   RFC 9421, sections 2 and 4; the escapes of strings stay in place, which changes nothing where they are compared.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace mohur::signatures {

// A part of the request that is signed.
struct Component {
  std::string_view identifier;                  // as it stands in the list, with its quotes and parameters
  std::string_view name;                        // `@method`, or the name of a header field in lower case
  std::optional<std::string_view> query_param;  // of "@query-param": its name
};

struct MessageSignature {
  std::string_view label;
  std::string_view covered;  // the list with its parameters, which is itself signed
  std::vector<Component> components;
  std::optional<std::int64_t> created, expires;  // seconds since the epoch
  std::optional<std::string_view> nonce, keyid, alg, tag;
  std::string signature;  // its bytes

  bool covers(std::string_view component) const;
};

Result<std::vector<MessageSignature>> read_signatures(std::string_view signature_input, std::string_view signature);

}  // namespace mohur::signatures
