// Finds where each token of a JSON text starts, and proves that the text is UTF-8. The only use of simdjson.
//
// Tokens   brackets, braces, colons and commas outside strings; the opening quote of each string; the first byte of every
//          other run of bytes that is not white space. That the runs are numbers or words is for the caller to check.
// Proved   UTF-8 is valid, every string is closed, no string holds a bare control character.
// Lifetime a scan lasts until the next one on the same thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace mohur::codec {

// Readable bytes that must follow the text, whatever they hold.
inline constexpr std::size_t kJsonPadding = 64;

enum class ScanError : std::uint8_t { none, empty, bad_utf8, bad_string, too_long };

struct Scan {
  ScanError error = ScanError::none;
  std::string_view text;
  std::span<const std::uint32_t> starts;  // byte offsets, rising
};

// `text` must be followed by kJsonPadding readable bytes. At most 4 GiB.
Scan scan_padded(std::string_view text);

// Copies the text to where it is padded, and scans the copy.
Scan scan_copy(std::string_view text);

}  // namespace mohur::codec
