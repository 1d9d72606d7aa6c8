// Passwords of people: kept as Argon2id, the function that costs whoever guesses both memory and time.
//
// Cost     64 MiB and three passes in four lanes: the second of the two choices that RFC 9106, section 4, recommends, and above
//          what OWASP asks for at the least. About a tenth of a second of one processor: never on a thread that others wait for.
// Form     The text that Argon2's own tools write: `$argon2id$v=19$m=65536,t=3,p=4$<salt>$<hash>`. It names its parameters, so
//          that what was made with others goes on to be right.
// Errors   matches() is false for a text that is not of the form, or asks for more than kMostMemory.
// Threads  Any; each call has memory of its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mohur {
class Random;
}

namespace mohur::crypto {

struct PasswordCost {
  std::uint32_t memory_kib = 65'536;
  std::uint32_t passes = 3;
  std::uint32_t lanes = 4;
};
inline constexpr std::uint32_t kMostMemoryKib = 1u << 20;

std::string hash_password(std::string_view password, Random& random, const PasswordCost& cost = {});
// In constant time for the hash.
bool matches_password(std::string_view password, const std::string& hash);

}  // namespace mohur::crypto
