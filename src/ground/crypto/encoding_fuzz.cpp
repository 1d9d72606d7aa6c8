// Whatever a decoder accepts, its encoder spells the same way; and nothing makes any of them fail otherwise.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.hpp"
#include "crypto/api_key.hpp"
#include "crypto/certificate.hpp"
#include "crypto/encoding.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mohur::crypto;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto read = from_hex(text)) MOHUR_ASSERT(hex(*read) == text);
  if (const auto read = base64_decode(text)) MOHUR_ASSERT(base64_encode(*read) == text);
  if (const auto read = base64url_decode(text)) MOHUR_ASSERT(base64url_encode(*read) == text);
  if (const auto read = parse_api_key(text))
    MOHUR_ASSERT(to_text({read->mode, read->kind, std::string{read->kid}, std::string{read->secret}}) == text);
  (void)certificate_fingerprint(text);
  return 0;
}
