#include "crypto/one_time_code.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/assert.hpp"
#include "crypto/key256.hpp"

namespace mohur::crypto {
namespace {

// A plain segment of a URI: letters, digits and what needs no escape.
std::string escaped(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                          std::string_view{"-._~@"}.find(c) != std::string_view::npos;
    const auto byte = static_cast<std::uint8_t>(c);
    if (is_plain)
      out += c;
    else
      out.append(1, '%').append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
  }
  return out;
}

}  // namespace

std::uint64_t code_step(Time at) { return static_cast<std::uint64_t>(at.unix_ms()) / 1'000 / kCodeStepSeconds; }

std::string one_time_code(std::string_view secret, std::uint64_t step, unsigned digits) {
  std::array<std::uint8_t, 8> counter;
  for (std::size_t i = 0; i < counter.size(); ++i) counter[i] = static_cast<std::uint8_t>(step >> (56 - 8 * i));
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> hash;
  unsigned size = 0;
  const auto* made =
      HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(), counter.size(), hash.data(), &size);
  MOHUR_ASSERT(made != nullptr && size == 20);
  const std::size_t at = hash[19] & 15;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | hash[at + i];
  number &= 0x7fff'ffff;
  std::string code(digits, '0');
  for (auto digit = code.rbegin(); digit != code.rend(); ++digit, number /= 10) *digit = static_cast<char>('0' + number % 10);
  return code;
}

std::optional<std::uint64_t> step_of_code(std::string_view secret, std::string_view code, Time at, std::uint64_t last_used) {
  const std::uint64_t now = code_step(at);
  std::optional<std::uint64_t> found;
  for (const std::uint64_t step : {now - 1, now, now + 1})
    if (constant_time_equal(one_time_code(secret, step), code) && step > last_used) found = step;
  return found;
}

std::string base32_text(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<std::uint8_t>(c);
    for (count += 8; count >= 5; count -= 5) out += kAlphabet[bits >> (count - 5) & 31];
  }
  if (count > 0) out += kAlphabet[bits << (5 - count) & 31];
  return out;
}

std::string code_link(std::string_view issuer, std::string_view account, std::string_view secret) {
  return "otpauth://totp/" + escaped(issuer) + ":" + escaped(account) + "?secret=" + base32_text(secret) +
         "&issuer=" + escaped(issuer) + "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace mohur::crypto
