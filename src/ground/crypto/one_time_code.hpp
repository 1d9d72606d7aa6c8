// One-time codes: six digits that an app makes of a shared secret and the time (TOTP), good for half a minute.
//
// Step     The time in units of 30 seconds since 1970. A code belongs to one step; whoever accepts it remembers the step, so that
//          no code counts twice.
// Drift    The step before and the one behind are looked at too: clocks of telephones go wrong by some seconds.
// Form     SHA-1 and six digits, which are what every app understands. The secret is 20 bytes, shown in base 32.
// Source   RFC 4226, RFC 6238
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace mohur::crypto {

inline constexpr std::size_t kCodeSecretSize = 20;
inline constexpr std::uint64_t kCodeStepSeconds = 30;

std::uint64_t code_step(Time at);
// So many digits of RFC 4226's code of a counter.
std::string one_time_code(std::string_view secret, std::uint64_t step, unsigned digits = 6);
// The step that a code belongs to, if it is one of those about `at` and later than `last_used`.
std::optional<std::uint64_t> step_of_code(std::string_view secret, std::string_view code, Time at, std::uint64_t last_used);

// RFC 4648 section 6, without padding.
std::string base32_text(std::string_view bytes);
// What an app reads from a QR code: `otpauth://totp/...`.
std::string code_link(std::string_view issuer, std::string_view account, std::string_view secret);

}  // namespace mohur::crypto
