#include "net/address.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <span>

namespace mohur::net {
namespace {

struct Block {
  std::array<std::uint8_t, 16> prefix;
  unsigned bits;
};

constexpr Block v4_block(std::uint8_t a, std::uint8_t b, std::uint8_t c, unsigned bits) {
  return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, 0}, 96 + bits};
}

// The first 64 bits, in the groups in which such addresses are written.
constexpr Block v6_block(unsigned a, unsigned b, unsigned c, unsigned bits) {
  const auto high = [](unsigned group) { return static_cast<std::uint8_t>(group >> 8); };
  const auto low = [](unsigned group) { return static_cast<std::uint8_t>(group); };
  return {{high(a), low(a), high(b), low(b), high(c), low(c), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, bits};
}

// RFC 6890 and the IANA special-purpose address registry, https://www.iana.org/assignments/iana-ipv4-special-registry
constexpr Block v4_refused[] = {
    v4_block(0, 0, 0, 8),        // this network
    v4_block(10, 0, 0, 8),       // private
    v4_block(100, 64, 0, 10),    // shared, carrier-grade NAT
    v4_block(127, 0, 0, 8),      // loopback
    v4_block(169, 254, 0, 16),   // link-local, cloud metadata
    v4_block(172, 16, 0, 12),    // private
    v4_block(192, 0, 0, 24),     // protocol assignments
    v4_block(192, 0, 2, 24),     // documentation
    v4_block(192, 31, 196, 24),  // AS112
    v4_block(192, 52, 193, 24),  // AMT
    v4_block(192, 88, 99, 24),   // 6to4 relays
    v4_block(192, 168, 0, 16),   // private
    v4_block(192, 175, 48, 24),  // AS112
    v4_block(198, 18, 0, 15),    // benchmarking
    v4_block(198, 51, 100, 24),  // documentation
    v4_block(203, 0, 113, 24),   // documentation
    v4_block(224, 0, 0, 3),      // multicast, reserved, broadcast
};

// Of IPv6 only 2000::/3 is handed out; within it, these are refused.
constexpr Block v6_refused[] = {
    v6_block(0x2001, 0, 0, 23),          // protocol assignments, Teredo, ORCHID
    v6_block(0x2001, 0xdb8, 0, 32),      // documentation
    v6_block(0x2002, 0, 0, 16),          // 6to4
    v6_block(0x2620, 0x4f, 0x8000, 48),  // AS112
    v6_block(0x3fff, 0, 0, 20),          // documentation
};
constexpr Block v6_global = v6_block(0x2000, 0, 0, 3);

bool contains(const Block& block, const std::array<std::uint8_t, 16>& bytes) {
  const unsigned whole = block.bits / 8;
  if (!std::equal(bytes.begin(), bytes.begin() + whole, block.prefix.begin())) return false;
  const unsigned rest = block.bits % 8;
  return rest == 0 || ((bytes[whole] ^ block.prefix[whole]) >> (8 - rest)) == 0;
}

bool in_any(std::span<const Block> blocks, const std::array<std::uint8_t, 16>& bytes) {
  return std::ranges::any_of(blocks, [&](const Block& block) { return contains(block, bytes); });
}

}  // namespace

std::optional<IpAddress> address_of(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    std::array<std::uint8_t, 4> bytes;
    std::memcpy(bytes.data(), &in.sin_addr, bytes.size());
    return IpAddress::v4(bytes);
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, &address, sizeof in);
    std::array<std::uint8_t, 16> bytes;
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return IpAddress::v6(bytes);
  }
  return std::nullopt;
}

std::string Endpoint::to_string() const {
  const std::string host = address.is_v4() ? address.to_string() : "[" + address.to_string() + "]";
  return host + ":" + std::to_string(port);
}

bool is_public_address(const IpAddress& address) {
  if (address.is_v4()) return !in_any(v4_refused, address.bytes());
  return contains(v6_global, address.bytes()) && !in_any(v6_refused, address.bytes());
}

}  // namespace mohur::net
