// The origin of a call: the address that it comes from, also when proxies stand between.
//
// Believed  `Forwarded` and `X-Forwarded-For` of a configured proxy, and of nobody else. They are read from right to left, past
//           configured proxies, up to the first address that is none: the caller's. What stands left of it is the caller's own
//           word, and is not looked at.
// Refused   A configured proxy that names no address or says what cannot be read, or whose two headers name two callers.
// Ignored   Such headers of anybody else; the log of calls notes that they were there.
// Source    RFC 7239, section 4 to 6; X-Forwarded-For as proxies write it, with and without a port
#pragma once

#include <span>

#include "base/ip_address.hpp"
#include "base/result.hpp"
#include "net/request.hpp"

namespace mohur::gateway {

struct Origin {
  IpAddress address;
  bool forwarding_ignored = false;  // there were such headers, from somebody who is not believed
  bool by_proxy = false;            // a configured proxy brought it
};

// Errors: forwarding_malformed, with the header as its field.
Result<Origin> origin_of(const net::Request& request, std::span<const IpNetwork> trusted_proxies);

}  // namespace mohur::gateway
