// What each call costs, in microseconds: `crypto_crypto_bench`.
#include <string>

#include "base/cost_bench.hpp"
#include "crypto/aead.hpp"
#include "crypto/api_key.hpp"
#include "crypto/certificate.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hmac.hpp"
#include "crypto/system_random.hpp"

using namespace mohur;
using namespace mohur::crypto;

int main() {
  const std::string message(400, 'm');
  const std::string nonce(Aead::nonce_size, 'n');
  const std::string plain(60, 'p');
  SystemRandom random;
  const Key256 key = Key256::from_random(random);
  const HmacSha256 hmac{key};
  Aead aead{key};
  const std::string box = aead.seal(nonce, "associated", plain);
  const std::string text = to_text(make_api_key(KeyMode::live, KeyKind::sk, random));
  std::string mistyped = text;
  mistyped[30] = mistyped[30] == 'x' ? 'y' : 'x';
  std::array<std::uint8_t, 16> draw{};

  measure_cost("sha256, 400 bytes", {}, [&] { return sha256(message).bytes[0]; });
  measure_cost("hmac_sha256, 400 bytes", {}, [&] { return hmac.of(message).bytes[0]; });
  measure_cost("hmac_sha256, 32 bytes", {}, [&] { return hmac.of(plain.substr(0, 32)).bytes[0]; });
  measure_cost("derive_key", {.calls = 10'000}, [&] { return derive_key(key, "purpose").view()[0]; });
  measure_cost("aead seal, 60 bytes", {}, [&] { return aead.seal(nonce, "associated", plain).size(); });
  measure_cost("aead open, 60 bytes", {}, [&] { return aead.open(nonce, "associated", box)->size(); });
  measure_cost("aead rekey", {}, [&] { return aead.rekey(key), 1; });
  measure_cost("system_random, 16 bytes", {.calls = 1'000'000}, [&] { return random.fill(draw), draw[0]; });
  measure_cost("parse_api_key, good", {.calls = 1'000'000}, [&] { return parse_api_key(text)->kid[0]; });
  measure_cost("parse_api_key, mistyped", {.calls = 1'000'000}, [&] { return parse_api_key(mistyped).has_value(); });
  measure_cost("base64_encode, 400 bytes", {}, [&] { return base64_encode(message).size(); });
  measure_cost("self_signed_certificate", {.calls = 200},
               [&] { return self_signed_certificate({}, 90, {})->fingerprint.bytes[0]; });
}
