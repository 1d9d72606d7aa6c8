#include "gateway/signature_check.hpp"

#include <algorithm>
#include <boost/container/static_vector.hpp>

#include "gateway/route.hpp"
#include "gateway/signing_secret.hpp"
#include "signatures/content_digest.hpp"
#include "signatures/signature_base.hpp"

namespace mohur::gateway {
namespace {

using signatures::MessageSignature;
using signatures::VerifyingKey;

constexpr std::size_t kMostKeys = 10'000;  // unsealed at one time
constexpr std::size_t kShortestNonce = 16, kLongestNonce = 128;

// The header fields that signatures are about, each of which may stand once.
struct Fields {
  std::optional<std::string_view> input, signature, digest;
};

Result<Fields> fields_of(const net::Request& request) {
  Fields fields;
  const auto take = [&](const net::Header& header, std::string_view name, std::optional<std::string_view>& into) {
    if (header.name.size() != name.size() || !net::equals_ignoring_case(header.name, name)) return true;
    return !std::exchange(into, header.value).has_value();
  };
  for (const net::Header& header : request.headers) {
    const bool is_first = take(header, "signature-input", fields.input) && take(header, "signature", fields.signature) &&
                          take(header, "content-digest", fields.digest);
    if (!is_first) return refuse(Outcome::malformed_request, std::string{header.name}, "This header may stand once.");
  }
  return fields;
}

// What must be signed, so that nobody can make another call of this one.
using Names = boost::container::static_vector<std::string_view, 6>;
Names needed(const Call& call, bool has_target_uri) {
  Names names{"@method"};
  if (has_target_uri) {
    names.emplace_back("@target-uri");
  } else {
    names.emplace_back("@authority");
    names.emplace_back("@path");
    if (!call.request.query.empty()) names.emplace_back("@query");
  }
  if (!call.request.body.empty()) names.emplace_back("content-digest");
  if (call.request.find("idempotency-key")) names.emplace_back("idempotency-key");
  return names;
}

std::string in_quotes(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) text.append(text.empty() ? "\"" : " \"").append(name).append("\"");
  return text;
}

Result<void> check_demanded(const Call& call) {
  if (!call.key->client || !call.route->sends_money) return {};
  const KnownClient* client = call.services.directory.find(call.client);
  if (client == nullptr) return {};
  const registry::Agreement& agreement = client->agreement_at(call.services.clock.now());
  if (!agreement.signed_money_out) return {};
  return refuse(Outcome::signature_missing, "Signature",
                "Version " + std::to_string(agreement.version) +
                    " of the agreement asks for signed calls to send money out. Sign (" + in_quotes(needed(call, true)) +
                    ") with created, nonce and keyid.");
}

Result<void> check_form(const Call& call, const MessageSignature& signature) {
  Names left_out;
  for (const std::string_view name : needed(call, signature.covers("@target-uri")))
    if (!signature.covers(name)) left_out.push_back(name);
  if (!left_out.empty())
    return refuse(Outcome::signature_malformed, "Signature-Input", "It must cover " + in_quotes(left_out) + " as well.");
  const bool has_nonce = signature.nonce && signature.nonce->size() >= kShortestNonce && signature.nonce->size() <= kLongestNonce;
  if (signature.created && signature.keyid && has_nonce) return {};
  return refuse(Outcome::signature_malformed, "Signature-Input",
                "It needs the parameters created, keyid and nonce, and a nonce of 16 to 128 characters.");
}

const registry::SigningKey* named_key(const Call& call, const MessageSignature& signature) {
  const auto id = signature.keyid ? registry::SigningKeyId::parse(*signature.keyid) : std::nullopt;
  if (!id) return nullptr;
  const Time now = call.services.clock.now();
  for (const registry::SigningKey& key : call.key->signing_keys)
    if (key.id == *id && (!key.expires_at || now < *key.expires_at)) return &key;
  return nullptr;
}

std::unexpected<Refusal> by_nobody(const Call& call) {
  return refuse(Outcome::signature_invalid, "Signature-Input",
                call.key->signing_keys.empty()
                    ? "The key of this call has no signing key: have the operator set one."
                    : "Its keyid is not the id of a signing key of this call's key that is right now.");
}

// Of seconds since the epoch; what is too far away to be a time is far away.
Time at_second(std::int64_t second) { return {std::clamp<std::int64_t>(second, 0, 9'000'000'000) * seconds(1).ns}; }

// Until when the signature is good. Errors: signature_expired.
Result<Time> good_until(const MessageSignature& signature, Time now) {
  const Time created = at_second(*signature.created);
  const Time until = std::min(created + kSignatureWindow, at_second(signature.expires.value_or(*signature.created + 300)));
  if (created - kSignatureWindow <= now && now <= until) return until;
  return refuse(Outcome::signature_expired, "Signature-Input",
                "It was made at " + to_rfc3339(created) + " and is good until " + to_rfc3339(until) + "; here it is " +
                    to_rfc3339(now) + ".");
}

// What a nonce is known by: nonces of different credentials never meet.
Key128 nonce_key(registry::CredentialId credential, std::string_view nonce) {
  std::string text = credential.value.to_bytes();
  text += nonce;
  return *Key128::from_bytes(crypto::sha256(text).view().substr(0, KeyBytes::size));
}

}  // namespace

Result<std::optional<kernel::Nonce>> SignatureCheck::check(const Call& call) {
  MOHUR_TRY_SET(fields, fields_of(call.request));
  std::optional<kernel::Nonce> nonce;
  if (fields.input && fields.signature) {
    MOHUR_TRY_SET(checked, check_signed(call, *fields.input, *fields.signature));
    nonce = checked;
  } else if (fields.input || fields.signature) {
    return refuse(Outcome::signature_malformed, fields.input ? "Signature" : "Signature-Input",
                  "Signature-Input and Signature come together.");
  } else {
    MOHUR_TRY(check_demanded(call));
  }
  if (fields.digest) MOHUR_TRY(signatures::check_content_digest(*fields.digest, call.request.body));
  return nonce;
}

void SignatureCheck::use(const kernel::Nonce& nonce, Time now) {
  used_.let_go(now, [](const kernel::Nonce&) {});
  used_.remember(nonce);
}

// Several parties may have signed a call; the one that counts is who holds the call's key.
Result<kernel::Nonce> SignatureCheck::check_signed(const Call& call, std::string_view input, std::string_view signature) {
  MOHUR_TRY_SET(all, signatures::read_signatures(input, signature));
  const registry::SigningKey* key = nullptr;
  const auto own =
      std::ranges::find_if(all, [&](const MessageSignature& each) { return (key = named_key(call, each)) != nullptr; });
  const MessageSignature& counts = own == all.end() ? all.front() : *own;
  MOHUR_TRY(check_form(call, counts));
  if (own == all.end()) return by_nobody(call);
  MOHUR_TRY(verify(call, *key, counts));
  const Time now = call.services.clock.now();
  MOHUR_TRY_SET(until, good_until(counts, now));
  const kernel::Nonce nonce{nonce_key(call.key->id, *counts.nonce), until};
  if (used_.holds(nonce.key, now)) return refuse(Outcome::signature_replayed, "Signature-Input");
  return nonce;
}

Result<void> SignatureCheck::verify(const Call& call, const registry::SigningKey& key, const MessageSignature& signature) {
  MOHUR_TRY_SET(verifying, verifying_key(call, key));
  if (signature.alg && *signature.alg != verifying->algorithm())
    return refuse(Outcome::signature_invalid, "Signature-Input",
                  "The key that keyid names is of " + std::string{verifying->algorithm()} + ", and alg says otherwise.");
  base_.clear();
  const std::string_view scheme = call.request.tls.version.empty() ? "http" : "https";
  MOHUR_TRY(signatures::append_signature_base(signature, call.request, scheme, base_));
  if (verifying->verify(base_, signature.signature)) return {};
  return refuse(Outcome::signature_invalid, "Signature",
                "It is not over this call. The last line of what must be signed is \"@signature-params\": " +
                    std::string{signature.covered});
}

// A signing key is never changed, so what was unsealed for its id stays right.
Result<const VerifyingKey*> SignatureCheck::verifying_key(const Call& call, const registry::SigningKey& key) {
  if (const auto known = keys_.find(key.id); known != keys_.end()) return known->second.get();
  MOHUR_TRY_SET(made, make_verifying_key(call.services.vault, key));
  if (keys_.size() >= kMostKeys) keys_.clear();
  return keys_.emplace(key.id, std::make_unique<VerifyingKey>(std::move(made))).first->second.get();
}

}  // namespace mohur::gateway
