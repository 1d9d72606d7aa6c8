// The form that OAuth's endpoints take, and the client that it or HTTP Basic shows: RFC 6749, sections 2.3.1 and 3.2.
//
// Form     application/x-www-form-urlencoded. A parameter may stand once; one without a value counts as absent; unknown ones are
//          passed over, as the RFC has it.
// Client   The name is the kid of an API key; the secret is the key as it was shown, or only its secret part.
// Errors   media_type_unsupported, body_malformed, field_repeated; credential_malformed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/request.hpp"

namespace mohur::gateway {

class OAuthForm {
 public:
  static Result<OAuthForm> read(const net::Request& request);

  const std::string* find(std::string_view name) const;
  // Errors: field_missing.
  Result<std::string> need(std::string_view name) const;

 private:
  struct Parameter {
    std::string name, value;
  };
  std::vector<Parameter> parameters_;
};

struct OAuthClient {
  std::string kid;
  std::string secret;
};

// The client that the call shows, in one way only; nothing when it shows none, or a bearer credential.
Result<std::optional<OAuthClient>> client_of(const net::Request& request, const OAuthForm& form);

}  // namespace mohur::gateway
