#include "gateway/oauth_error.hpp"

namespace mohur::gateway {
namespace {

// What is wrong with the client, whatever it asked for.
bool is_of_the_client(Outcome outcome) {
  using enum Outcome;
  switch (outcome) {
    case credential_missing:
    case credential_malformed:
    case address_blocked:
    case credential_invalid:
    case credential_revoked:
    case credential_expired:
    case token_expired:
    case token_revoked:
    case certificate_required:
    case certificate_unknown:
    case signature_missing:
    case signature_malformed:
    case signature_invalid:
    case signature_expired:
    case signature_replayed: return true;
    default: return false;
  }
}

// It is known, and may not ask for this, or not now.
bool is_of_its_rights(Outcome outcome) {
  using enum Outcome;
  switch (outcome) {
    case network_not_allowed:
    case client_not_approved:
    case client_terminated:
    case client_suspended:
    case sublicence_ended:
    case scope_missing: return true;
    default: return false;
  }
}

}  // namespace

OAuthError oauth_error(const Refusal& refusal) {
  using enum OAuthError;
  if (refusal.field == "scope") return invalid_scope;
  if (refusal.outcome == Outcome::field_malformed && refusal.field == "token") return unsupported_token_type;
  if (refusal.outcome == Outcome::grant_type_unsupported) return unsupported_grant_type;
  if (is_of_the_client(refusal.outcome)) return invalid_client;
  if (is_of_its_rights(refusal.outcome)) return unauthorized_client;
  const int status = row_of(refusal.outcome).http_status;
  if (status == 429 || status == 503 || status == 507) return temporarily_unavailable;
  return status >= 500 ? server_error : invalid_request;
}

std::string oauth_description(std::string_view detail) {
  std::string out;
  for (const char c : detail) {
    if ((static_cast<unsigned char>(c) & 0xC0) == 0x80) continue;  // goes on with a character that has its mark already
    const bool is_quote = c == '"' || c == '\\' || c == '`';
    out += is_quote ? '\'' : c >= 0x20 && c < 0x7f ? c : '?';
  }
  return out;
}

}  // namespace mohur::gateway
