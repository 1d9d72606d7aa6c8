// Addresses as sockets have them, and the question whether one belongs to the public internet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/ip_address.hpp"

struct sockaddr;

namespace mohur::net {

using mohur::IpAddress;

// The address of a socket's end; nothing for a family that is not IP.
std::optional<IpAddress> address_of(const sockaddr& address);

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
