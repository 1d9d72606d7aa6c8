// What each call costs, in microseconds: `crypto_crypto_bench`.
#include <chrono>
#include <cstdio>
#include <string>

#include "crypto/aead.hpp"
#include "crypto/api_key.hpp"
#include "crypto/certificate.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hmac.hpp"
#include "crypto/system_random.hpp"

namespace {

using namespace mohur::crypto;

// Keeps the compiler from leaving a call out.
unsigned sink = 0;

// The best of five rounds: what the call costs when nobody else uses the machine.
template <class F>
void measure(const char* name, int calls, F&& call) {
  double best_us = 1e9;
  for (int round = 0; round < 5; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; ++i) sink += static_cast<unsigned>(call());
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    best_us = std::min(best_us, took.count() / calls);
  }
  std::printf("%-34s %9.3f us\n", name, best_us);
}

}  // namespace

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

  measure("sha256, 400 bytes", 100'000, [&] { return sha256(message).bytes[0]; });
  measure("hmac_sha256, 400 bytes", 100'000, [&] { return hmac.of(message).bytes[0]; });
  measure("hmac_sha256, 32 bytes", 100'000, [&] { return hmac.of(plain.substr(0, 32)).bytes[0]; });
  measure("derive_key", 10'000, [&] { return derive_key(key, "purpose").view()[0]; });
  measure("aead seal, 60 bytes", 100'000, [&] { return aead.seal(nonce, "associated", plain).size(); });
  measure("aead open, 60 bytes", 100'000, [&] { return aead.open(nonce, "associated", box)->size(); });
  measure("aead rekey", 100'000, [&] { return aead.rekey(key), 1; });
  measure("system_random, 16 bytes", 1'000'000, [&] { return random.fill(draw), draw[0]; });
  measure("parse_api_key, good", 1'000'000, [&] { return parse_api_key(text)->kid[0]; });
  measure("parse_api_key, mistyped", 1'000'000, [&] { return parse_api_key(mistyped).has_value(); });
  measure("base64_encode, 400 bytes", 100'000, [&] { return base64_encode(message).size(); });
  measure("self_signed_certificate", 200, [&] { return self_signed_certificate({}, 90, {})->fingerprint.bytes[0]; });
  return sink == 0 ? 1 : 0;
}
