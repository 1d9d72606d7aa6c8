// Throws bytes at the reader of tokens. What is read must be written the same way again, and nothing that was not sealed here
// opens: the input is also laid over a token that was, and then only the token itself may open.
#include <cstdint>

#include "base/assert.hpp"
#include "crypto/encoding.hpp"
#include "tokens/access_token.hpp"

namespace mohur::tokens {
namespace {

// Draws 1, 2, 3, and so on.
class Counting final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = ++last_;
  }

 private:
  std::uint8_t last_ = 0;
};

constexpr Time kNow{1'800'000'000'000'000'000};

void check_reading(std::string_view text) {
  const auto read = read_token(text);
  if (!read) {
    MOHUR_ASSERT(read.error().outcome == Outcome::credential_malformed && !read.error().detail.empty());
    return;
  }
  const std::string again = std::string{read->prefix} + crypto::base64url_encode(read->bytes);
  MOHUR_ASSERT(again + crypto::base62_crc32(again) == text);
}

// The text with its checksum put right, so that more than the checksum is looked at.
std::string with_checksum(std::string_view text) { return std::string{text} + crypto::base62_crc32(text); }

void check_altered(TokenSealer& sealer, std::string_view token, std::string_view laid_over) {
  std::string altered{token.substr(0, token.size() - crypto::base62_crc32_size)};
  for (std::size_t i = 0; i < laid_over.size() && i < altered.size(); ++i)
    altered[i] = static_cast<char>(altered[i] ^ laid_over[i]);
  altered = with_checksum(altered);
  check_reading(altered);
  MOHUR_ASSERT(sealer.open(altered).has_value() == (altered == token));
}

}  // namespace
}  // namespace mohur::tokens

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mohur;
  using namespace mohur::tokens;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  static Counting random;
  static TokenSealer sealer{*crypto::Key256::from_bytes(std::string(32, 'k')), random};
  static const std::string token = sealer.seal({.issued_at = kNow, .expires_at = kNow + minutes(1), .certificate = {}});
  check_reading(text);
  check_reading(with_checksum(text));
  MOHUR_ASSERT(!sealer.open(text) || text == token);
  check_altered(sealer, token, text);
  return 0;
}
