#include "projections/webhook_request.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hmac.hpp"
#include "engine/event_json.hpp"

namespace mohur::projections {
namespace {

constexpr std::string_view kSecretPrefix = "whsec_";

std::string signatures(const registry::WebhookEndpoint& endpoint, vault::Vault& vault, Time now, std::string_view signed_text) {
  std::string all;
  const auto sign_with = [&](const std::string& box) {
    const auto secret = vault.unseal_secret("webhook-secret", box);
    if (!secret || !secret->starts_with(kSecretPrefix)) return;
    const auto key = crypto::base64_decode(std::string_view{*secret}.substr(kSecretPrefix.size()));
    if (!key) return;
    const crypto::HmacSha256 hmac{std::string_view{*key}};
    all += (all.empty() ? "v1," : " v1,") + crypto::base64_encode(hmac.of(signed_text).view());
  };
  sign_with(endpoint.secret);
  if (endpoint.previous_secret && endpoint.previous_secret_expires_at && *endpoint.previous_secret_expires_at > now)
    sign_with(*endpoint.previous_secret);
  return all;
}

}  // namespace

std::optional<net::ClientRequest> webhook_request(const registry::WebhookEndpoint& endpoint, const engine::StoredEvent& stored,
                                                  vault::Vault& vault, Time now) {
  std::string body;
  codec::MaskingRevealer masks;
  engine::append_event_json(body, stored, masks);
  const std::string id = stored.id().to_string();
  const std::string timestamp = std::to_string(now.unix_s());
  std::string signature = signatures(endpoint, vault, now, id + "." + timestamp + "." + body);
  if (signature.empty()) return std::nullopt;
  net::ClientRequest request{.method = "POST", .url = endpoint.url, .timeout = seconds(15), .response_bytes = 64 * 1024};
  request.headers = {{"Content-Type", "application/json"},
                     {"webhook-id", id},
                     {"webhook-timestamp", timestamp},
                     {"webhook-signature", std::move(signature)}};
  request.body = std::move(body);
  return request;
}

}  // namespace mohur::projections
