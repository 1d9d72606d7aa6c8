// SHA-512: for what others have hashed with it, such as the digest of a body.
//
// Errors   None.
// Threads  May be called by any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mohur::crypto {

struct Hash512 {
  std::array<std::uint8_t, 64> bytes{};

  // The 64 bytes, for as long as this object lives.
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

Hash512 sha512(std::string_view bytes);

}  // namespace mohur::crypto
