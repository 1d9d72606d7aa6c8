// Whether a call is signed as it has to be: by a key of its credential, over all that matters, lately, and once.
//
// Asked    Money out must be signed where the agreement says so. A signature that is sent is always looked at, and so is a
//          Content-Digest.
// Covered  "@method"; "@target-uri", or "@authority", "@path" and, where there is a query, "@query"; "content-digest" where
//          there is a body; "idempotency-key" where one is sent. The parameters created, nonce and keyid.
// Once     Nonces of calls that were let through are known for as long as their signatures are good: those of all calls here, as
//          long as the process lives; those of commands that did something in the journal as well (kernel/nonces.hpp).
// Memory   About 60 bytes for each signed call of the last minutes; unsealed secrets of keys that were used lately.
// Threads  The reactor's thread only.
#pragma once

#include <memory>

#include "gateway/call.hpp"
#include "signatures/message_signature.hpp"
#include "signatures/verifying_key.hpp"

namespace mohur::gateway {

inline constexpr Duration kSignatureWindow = seconds(300);  // between its making and now, either way

class SignatureCheck {
 public:
  // What the call's signature uses up, if it has one; use() notes that it is used. The call's key must be known.
  // Errors, in this order: malformed_request, signature_missing, signature_malformed, signature_invalid, signature_expired,
  // signature_replayed, digest_mismatch.
  Result<std::optional<kernel::Nonce>> check(const Call& call);
  void use(const kernel::Nonce& nonce, Time now);

 private:
  Result<kernel::Nonce> check_signed(const Call& call, std::string_view input, std::string_view signature);
  Result<void> verify(const Call& call, const registry::SigningKey& key, const signatures::MessageSignature& signature);
  Result<const signatures::VerifyingKey*> verifying_key(const Call& call, const registry::SigningKey& key);

  boost::unordered_flat_map<registry::SigningKeyId, std::unique_ptr<signatures::VerifyingKey>> keys_;
  kernel::Nonces used_;
  std::string base_;  // of the signature at hand: its memory serves one call after another
};

}  // namespace mohur::gateway
