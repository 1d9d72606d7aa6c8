// The cookies that the gate gives: of a session, and of an attempt to sign in at a provider.
//
// Names    A browser keeps the promise of `__Host-`: over TLS only, of this host only, for all its paths.
// Source   RFC 6265bis, section 4.1.3
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "net/request.hpp"

namespace mohur::gateway {

inline constexpr std::string_view kSessionCookie = "__Host-mohur_session";
inline constexpr std::string_view kAttemptCookie = "__Host-mohur_attempt";

// The value of the cookie of that name, if the call brings one.
std::optional<std::string_view> find_cookie(const net::Request& request, std::string_view name);

// The Set-Cookie of a session; without a token, of its end. No page of another site makes a browser send it.
std::string session_cookie(std::string_view token, Duration lifetime);
// The same of an attempt. It comes along when the provider sends the browser back.
std::string attempt_cookie(std::string_view value, Duration lifetime);

}  // namespace mohur::gateway
