#include "gateway/oauth_form.hpp"

#include <algorithm>

#include "crypto/api_key.hpp"
#include "crypto/encoding.hpp"
#include "net/target.hpp"
#include "payments/forms.hpp"

namespace mohur::gateway {
namespace {

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
constexpr std::string_view kBasic = "basic ";
constexpr std::size_t kMostParameters = 32;

// Of which the parameters of OAuth are made (RFC 6749, appendix A).
bool is_printable(char c) { return c >= 0x20 && c < 0x7f; }

// A name and a secret may both be in a form's encoding (RFC 6749, section 2.3.1), whose escapes a key never has.
std::optional<OAuthClient> client_in_basic(std::string_view text) {
  const auto decoded = crypto::base64_decode(text);
  const std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  auto kid = net::decode_query_text(std::string_view{*decoded}.substr(0, colon));
  auto secret = net::decode_query_text(std::string_view{*decoded}.substr(colon + 1));
  if (!kid || !secret) return std::nullopt;
  return OAuthClient{std::move(*kid), std::move(*secret)};
}

std::unexpected<Refusal> malformed(std::string_view field, std::string detail) {
  return refuse(Outcome::credential_malformed, std::string{field}, std::move(detail));
}

// The client with the secret part of its key. What is no kid and no secret is refused before anything is looked up.
Result<std::optional<OAuthClient>> checked(OAuthClient client, std::string_view field) {
  if (client.secret.starts_with("mohur_")) {
    const auto key = crypto::parse_api_key(client.secret);
    if (!key) return malformed(field, "The client's secret has a typing error: its checksum does not fit. Copy the key again.");
    if (key->kid != client.kid) return malformed(field, "The client's name is the kid of another key than its secret is of.");
    client.secret = std::string{key->secret};
  }
  const bool well_formed = client.kid.size() == crypto::api_key_kid_size && crypto::is_base62(client.kid) &&
                           client.secret.size() == crypto::api_key_secret_size && crypto::is_base62(client.secret);
  if (!well_formed)
    return malformed(field,
                     "The client's name is the kid of an API key, of 12 characters, and its secret is the key as it was shown.");
  return std::optional{std::move(client)};
}

}  // namespace

Result<OAuthForm> OAuthForm::read(const net::Request& request) {
  const auto type = request.find("content-type");
  std::string_view media = type ? type->substr(0, type->find(';')) : std::string_view{};
  while (media.ends_with(' ')) media.remove_suffix(1);
  if (!net::equals_ignoring_case(media, kFormType))
    return refuse(Outcome::media_type_unsupported, "Content-Type", "Send the parameters as " + std::string{kFormType} + ".");
  OAuthForm form;
  net::QueryReader reader{request.body};
  for (std::size_t count = 0; const auto pair = reader.next(); ++count) {
    auto name = net::decode_query_text(pair->name);
    auto value = net::decode_query_text(pair->value);
    if (!name || !value || !payments::all_of_text(*name, is_printable) || !payments::all_of_text(*value, is_printable))
      return refuse(Outcome::body_malformed, {}, "The form has a broken escape, or a character that no parameter has.");
    if (count == kMostParameters) return refuse(Outcome::body_malformed, {}, "The form has more parameters than it can need.");
    if (form.find(*name) != nullptr) return refuse(Outcome::field_repeated, name->substr(0, 40), "A parameter stands once.");
    if (!value->empty()) form.parameters_.push_back({std::move(*name), std::move(*value)});
  }
  return form;
}

const std::string* OAuthForm::find(std::string_view name) const {
  const auto found = std::ranges::find(parameters_, name, &Parameter::name);
  return found == parameters_.end() ? nullptr : &found->value;
}

Result<std::string> OAuthForm::need(std::string_view name) const {
  const std::string* value = find(name);
  if (value == nullptr) return refuse(Outcome::field_missing, std::string{name});
  return *value;
}

Result<std::optional<OAuthClient>> client_of(const net::Request& request, const OAuthForm& form) {
  const auto header = request.find("authorization");
  const bool is_basic =
      header && header->size() > kBasic.size() && net::equals_ignoring_case(header->substr(0, kBasic.size()), kBasic);
  const std::string* kid = form.find("client_id");
  const std::string* secret = form.find("client_secret");
  if (header && secret != nullptr)
    return refuse(Outcome::field_unknown, "client_secret", "A client shows itself in one way: by a header, or in the form.");
  if (is_basic) {
    auto client = client_in_basic(header->substr(kBasic.size()));
    if (!client) return malformed("Authorization", "Expected the base64 of a kid, a colon and a key.");
    if (kid != nullptr && *kid != client->kid) return malformed("client_id", "The header names another client.");
    return checked(std::move(*client), "Authorization");
  }
  if (secret == nullptr) return std::nullopt;
  if (kid == nullptr) return refuse(Outcome::field_missing, "client_id");
  return checked({*kid, *secret}, "client_secret");
}

}  // namespace mohur::gateway
