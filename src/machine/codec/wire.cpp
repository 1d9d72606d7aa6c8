#include "codec/wire.hpp"

namespace mohur::codec {

// The tenth byte of a varint holds only the top bit of 64.
bool WireReader::take_long_varint(std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && at_ != end_; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at_++);
    if (shift == 63 && byte > 1) return false;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool WireReader::skip(std::uint32_t tag) {
  std::uint64_t number = 0;
  std::string_view bytes;
  switch (static_cast<WireType>(tag & 7)) {
    case WireType::varint: return take_varint(number);
    case WireType::fixed64: return take_fixed64(number);
    case WireType::bytes: return take_bytes(bytes);
    case WireType::fixed32:
      if (end_ - at_ < 4) return false;
      at_ += 4;
      return true;
  }
  return false;
}

}  // namespace mohur::codec
