// Refusals in the words of OAuth 2.0: RFC 6749, sections 4.1.2.1 and 5.2, and RFC 7009, section 2.2.1.
#pragma once

#include <string>
#include <string_view>

#include "base/describe.hpp"
#include "base/result.hpp"

namespace mohur::gateway {

MOHUR_ENUM(OAuthError, (1, invalid_request), (2, invalid_client), (3, unauthorized_client), (4, unsupported_grant_type),
           (5, invalid_scope), (6, unsupported_token_type), (7, temporarily_unavailable), (8, server_error))

OAuthError oauth_error(const Refusal& refusal);

// The detail in the characters that an error_description may have: quotes become apostrophes, others than ASCII question marks.
std::string oauth_description(std::string_view detail);

}  // namespace mohur::gateway
