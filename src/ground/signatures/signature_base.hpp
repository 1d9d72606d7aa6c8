// The signature base: the text of a request that a signature is over, one line for each component that it covers.
//
//   "@method": POST
//   "content-digest": sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:
//   "@signature-params": ("@method" "content-digest");created=1618884473;keyid="..."
//
// Errors   signature_invalid: a component is not in the request, or a query parameter is there twice.
// Source   RFC 9421, section 2.5
#pragma once

#include "net/request.hpp"
#include "signatures/message_signature.hpp"

namespace mohur::signatures {

// Appends it to `out`. `scheme` is that of the connection: `https`.
Result<void> append_signature_base(const MessageSignature& signature, const net::RequestHead& head, std::string_view scheme,
                                   std::string& out);

}  // namespace mohur::signatures
