// An IP address and a network of them, as values.
//
// Source   RFC 4291 and RFC 5952 for the text of IPv6; RFC 4632 for the prefix length of a network
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mohur {

class IpAddress {
 public:
  IpAddress() = default;  // the unspecified IPv6 address

  static IpAddress v4(std::array<std::uint8_t, 4> bytes);
  static IpAddress v6(std::array<std::uint8_t, 16> bytes) { return IpAddress{bytes}; }
  // The usual text forms; no zone, no port, no brackets, no leading zeros or hexadecimal parts in IPv4.
  static std::optional<IpAddress> parse(std::string_view text);

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

// All addresses that share their first bits, such as 192.0.2.0/24; or one address, where no length is given.
class IpNetwork {
 public:
  // `192.0.2.0/24`, `2001:db8::/32`, `192.0.2.7`. Bits behind the length must be zero: 192.0.2.7/24 is a slip, or says too much.
  static std::optional<IpNetwork> parse(std::string_view text);

  bool contains(const IpAddress& address) const;
  std::string to_string() const;  // with the length, unless it is one address
  auto operator<=>(const IpNetwork&) const = default;

 private:
  IpAddress first_;
  std::uint8_t bits_ = 128;  // of the 16 bytes; those of an IPv4 network begin behind the 96 that all IPv4 addresses share
};

}  // namespace mohur
