// Bytes as text: hex, base64, base64url and base62, all strict, so that one value has exactly one spelling.
//
// Errors   A decoder answers nothing for a wrong character, a wrong length, missing or extra padding, and for bits that
//          the encoder would never have left behind.
// Secrets  The decoders take time that depends on the text; the text of a key is not compared here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mohur::crypto {

// Two characters a byte, lower case; reading takes lower case only.
std::string hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

// RFC 4648 section 4, with padding.
std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);

// RFC 4648 section 5, without padding.
std::string base64url_encode(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);

// 0-9, A-Z, a-z: the digits of base 62, in order of value.
inline constexpr std::string_view base62_alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// True when every character is a digit of base 62.
bool is_base62(std::string_view text);

// CRC-32 as zlib, PNG and Ethernet have it: catches mistyping, proves nothing about who wrote the bytes.
std::uint32_t crc32(std::string_view bytes);

inline constexpr std::size_t base62_crc32_size = 6;

// The CRC-32 of `bytes` as six digits of base 62, padded with zeros on the left.
std::string base62_crc32(std::string_view bytes);

}  // namespace mohur::crypto
