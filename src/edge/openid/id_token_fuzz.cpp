// Throws bytes at the readers of what a provider sends. Nothing that was not signed is ever taken.
//
// Input    A line that is a token; the rest is a set of keys.
#include <cstdint>

#include "base/assert.hpp"
#include "openid/id_token.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mohur;
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::string_view token = input.substr(0, std::min(input.find('\n'), input.size()));
  const auto keys = openid::ProviderKeys::read(input.substr(std::min(token.size() + 1, input.size())));
  if (!keys) return 0;
  const auto identity =
      openid::read_id_token(token, *keys, {.issuer = "i", .client = "c", .nonce = "n", .factors = {}, .now = Time{}});
  MOHUR_ASSERT(!identity || keys->know(token));
  return 0;
}
