#include "app/provider_line.hpp"

#include <fstream>
#include <ranges>

#include "app/certificates.hpp"

namespace mohur::app {
namespace {

Result<void> check_settings(const Settings& settings) {
  const auto is_secure = [](std::string_view address) { return address.starts_with("https://"); };
  if (!is_secure(settings.openid_issuer))
    return refuse(Outcome::field_malformed, "openid.issuer", "openid.issuer begins with https://.");
  if (settings.openid_client_id.empty())
    return refuse(Outcome::field_missing, "openid.client_id", "openid.issuer needs openid.client_id.");
  if (!is_secure(settings.openid_return_address))
    return refuse(Outcome::field_missing, "openid.return_address",
                  "openid.issuer needs openid.return_address, which begins with https://.");
  return {};
}

Result<std::string> first_line(const std::string& path) {
  std::ifstream file{path};
  std::string line;
  if (!std::getline(file, line) || line.empty())
    return refuse(Outcome::not_found, "openid.client_secret_file", "openid.client_secret_file cannot be read: " + path + ".");
  return line;
}

std::vector<std::string> parts_of(std::string_view list) {
  std::vector<std::string> parts;
  for (const auto& part : std::views::split(list, ','))
    if (const std::string_view text{part.begin(), part.end()}; !text.empty()) parts.emplace_back(text);
  return parts;
}

}  // namespace

Result<std::unique_ptr<ProviderLine>> ProviderLine::open(const Settings& settings, Clock& clock, net::Reactor& reactor) {
  if (settings.openid_issuer.empty()) return nullptr;
  MOHUR_TRY(check_settings(settings));
  openid::ProviderOptions options{.issuer = settings.openid_issuer,
                                  .client = settings.openid_client_id,
                                  .secret = {},
                                  .returns_to = settings.openid_return_address,
                                  .factors = parts_of(settings.openid_factors)};
  MOHUR_TRY_SET(secret, first_line(settings.openid_secret_file));
  options.secret = std::move(secret);
  net::ClientOptions client{.user_agent = "Mohur-OpenID/1"};
  if (!settings.openid_trusted_file.empty()) {
    MOHUR_TRY_SET(trusted, read_file(settings.openid_trusted_file));
    client.trust_system = false;
    client.trusted_pem = std::move(trusted);
  }
  return std::unique_ptr<ProviderLine>{new ProviderLine{std::move(options), std::move(client), clock, reactor}};
}

ProviderLine::ProviderLine(openid::ProviderOptions options, net::ClientOptions client, Clock& clock, net::Reactor& reactor)
    : provider_(
          std::move(options), clock,
          [this, &reactor](net::ClientRequest request, std::function<void(net::ClientResponse)> done) {
            // Moved on, not copied: what it holds is let go on the reactor's thread, and on no other.
            client_.send(std::move(request), [&reactor, done = std::move(done)](net::ClientResponse response) mutable {
              reactor.post([done = std::move(done), response = std::move(response)]() mutable { done(std::move(response)); });
            });
          }),
      client_(std::move(client)) {}

}  // namespace mohur::app
