// API keys as text: `mohur_test_sk_<kid>_<secret><crc>`, 65 characters, one word to a double click.
//
// Form     mode test|live; kind sk|op|st; kid 12 and secret 32 characters of base 62; crc the CRC-32 of all before it as six
//          digits of base 62. docs/formats/keys.md has the grammar and a worked example.
// Meaning  The kid is public and finds the record. The secret is 190 random bits, is shown once, and is kept only as a
//          keyed hash. The crc lets a mistyped or made-up key be refused before anything is looked up.
// Cost     parse_api_key allocates nothing and takes less than 100 ns.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/describe.hpp"

namespace mohur {
class Random;
}

namespace mohur::crypto {

MOHUR_ENUM(KeyMode, (1, test), (2, live))

// sk: a client's secret key. op: the key of a person at the operator. st: the token of such a person's session.
MOHUR_ENUM(KeyKind, (1, sk), (2, op), (3, st))

inline constexpr std::size_t api_key_size = 65;
inline constexpr std::size_t api_key_kid_size = 12;
inline constexpr std::size_t api_key_secret_size = 32;

struct ApiKey {
  KeyMode mode;
  KeyKind kind;
  std::string kid;
  std::string secret;

  bool operator==(const ApiKey&) const = default;
};

// What parse_api_key found, inside the text it was given.
struct ApiKeyView {
  KeyMode mode;
  KeyKind kind;
  std::string_view kid;
  std::string_view secret;
};

// Nothing, when the text is not of the form or its crc is wrong. Says nothing about whether the key was ever issued.
std::optional<ApiKeyView> parse_api_key(std::string_view text);

// The kid that a key at the end of this text would have: nothing is checked, and what is not long enough has an empty one.
std::string_view kid_by_sight(std::string_view text);

ApiKey make_api_key(KeyMode mode, KeyKind kind, Random& random);
std::string to_text(const ApiKey& key);

// `size` characters of base 62, each equally likely.
std::string random_base62(std::size_t size, Random& random);

}  // namespace mohur::crypto
