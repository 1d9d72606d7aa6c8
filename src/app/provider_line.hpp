// The OpenID provider that the settings name, with the client that asks it; what it answers is told on the reactor's thread.
#pragma once

#include <memory>

#include "app/settings.hpp"
#include "net/reactor.hpp"
#include "openid/provider.hpp"

namespace mohur::app {

class ProviderLine {
 public:
  // Null where the settings name none. Errors: field_missing, field_malformed, not_found for a file.
  static Result<std::unique_ptr<ProviderLine>> open(const Settings& settings, Clock& clock, net::Reactor& reactor);

  openid::Provider& provider() { return provider_; }

 private:
  ProviderLine(openid::ProviderOptions options, net::ClientOptions client, Clock& clock, net::Reactor& reactor);

  openid::Provider provider_;
  net::HttpClient client_;  // ends first: what it still asks is answered as cancelled
};

}  // namespace mohur::app
