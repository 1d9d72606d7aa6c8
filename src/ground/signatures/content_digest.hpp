// Content-Digest: whether a body is the one that its sender hashed. A signature covers this field, and the field the body.
//
// Form     sha-256=:base64:, sha-512=:base64:   All that are known must be right; others are passed over, but one must be known.
// Errors   digest_mismatch.
// Source   RFC 9530
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace mohur::signatures {

Result<void> check_content_digest(std::string_view field, std::string_view body);

}  // namespace mohur::signatures
