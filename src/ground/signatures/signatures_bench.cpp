// What the parts of checking a signed call cost, in microseconds: `signatures_signatures_bench`.
#include "base/cost_bench.hpp"
#include "crypto/encoding.hpp"
#include "signatures/content_digest.hpp"
#include "signatures/signature_base.hpp"
#include "signatures/verifying_key.hpp"

using namespace mohur;
using namespace mohur::signatures;

int main() {
  const std::string body(180, 'b');
  const std::string digest = "sha-256=:" + mohur::crypto::base64_encode(mohur::crypto::sha256(body).view()) + ":";
  const std::string input =
      R"(sig=("@method" "@target-uri" "content-digest" "idempotency-key");created=1795329000;nonce="lYx0mB1cXn9Qz3VwAb0yTr6k")"
      R"(;keyid="sigkey_06yx1q6r00000000000000000n")";
  mohur::net::RequestHead head;
  head.method_text = "POST";
  head.target = head.path = "/v1/payouts";
  head.host = "127.0.0.1:8443";
  head.headers = {{"Host", "127.0.0.1:8443"},        {"Accept", "*/*"},
                  {"Authorization", "Bearer ..."},   {"Content-Type", "application/json"},
                  {"Idempotency-Key", "invoice-42"}, {"Content-Digest", digest}};
  const VerifyingKey secret{mohur::crypto::HmacSha256{std::string(32, 'k')}};
  // The first signature of RFC 8032, over nothing.
  const auto of_hex = [](std::string_view text) { return mohur::crypto::from_hex(text).value(); };
  const VerifyingKey pair{
      *mohur::crypto::Ed25519PublicKey::from_bytes(of_hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))};
  const std::string over_nothing = of_hex(
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e"
      "7a"
      "100b");
  const std::string bytes(32, 's'), field = "sig=:" + mohur::crypto::base64_encode(bytes) + ":";
  std::string base;
  const auto read = read_signatures(input, field);
  const auto build = [&](const MessageSignature& signature) {
    base.clear();
    return append_signature_base(signature, head, "https", base).has_value();
  };

  measure_cost("read_signatures", {}, [&] { return read_signatures(input, field)->size(); });
  measure_cost("append_signature_base", {}, [&] { return build(read->front()); });
  measure_cost("verify, hmac-sha256", {}, [&] { return !secret.verify(base, bytes); });
  measure_cost("verify, ed25519", {.calls = 1'000}, [&] { return pair.verify("", over_nothing); });
  measure_cost("check_content_digest, 180 bytes", {}, [&] { return check_content_digest(digest, body).has_value(); });
  measure_cost("all of a call, hmac-sha256", {}, [&] {
    const auto signatures = read_signatures(input, field);
    return build(signatures->front()) + !secret.verify(base, signatures->front().signature) +
           check_content_digest(digest, body).has_value();
  });
}
