// An IP address as a value, and the question whether it belongs to the public internet.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr;

namespace mohur::net {

class IpAddress {
 public:
  IpAddress() = default;  // the unspecified IPv6 address

  static IpAddress v4(std::array<std::uint8_t, 4> bytes);
  static IpAddress v6(std::array<std::uint8_t, 16> bytes) { return IpAddress{bytes}; }
  // The usual text forms; no zone, no port, no brackets, no leading zeros or hexadecimal parts in IPv4.
  static std::optional<IpAddress> parse(std::string_view text);
  static std::optional<IpAddress> from(const sockaddr& address);

  // IPv4 addresses are kept, and told, as such; an IPv4-mapped IPv6 address is the IPv4 address.
  bool is_v4() const;
  // 16 bytes in network order; IPv4 as ::ffff:a.b.c.d.
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  std::string to_string() const;
  auto operator<=>(const IpAddress&) const = default;

 private:
  explicit IpAddress(std::array<std::uint8_t, 16> bytes) : bytes_(bytes) {}
  std::array<std::uint8_t, 16> bytes_{};
};

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
  // `192.0.2.1:443`, `[2001:db8::1]:443`
  std::string to_string() const;
};

// Whether a request made on behalf of a stranger may go there. Everything that IANA's special-purpose registries do not
// call globally reachable is refused: private, loopback, link-local, shared (CGNAT), multicast, documentation, benchmarking,
// reserved and unspecified addresses. So are addresses that carry an IPv4 address inside (NAT64, 6to4, Teredo,
// IPv4-compatible), since where they lead is decided elsewhere.
bool is_public_address(const IpAddress& address);

}  // namespace mohur::net
