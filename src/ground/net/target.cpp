#include "net/target.hpp"

#include <array>
#include <cstdint>

#include "base/text.hpp"

namespace mohur::net {
namespace {

constexpr std::array<bool, 256> make_allowed() {
  std::array<bool, 256> allowed{};
  for (const char c : std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?[]%"}) {
    allowed[static_cast<unsigned char>(c)] = true;
  }
  return allowed;
}

constexpr std::array<bool, 256> allowed_in_target = make_allowed();

// 0 to 15, or -1.
constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The byte that the escape at `at` means, or -1.
int escaped_byte(std::string_view text, std::size_t at) {
  if (text.size() - at < 3) return -1;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      const int byte = escaped_byte(text, at);
      if (byte <= 0) return std::nullopt;
      out += static_cast<char>(byte);
      at += 2;
    } else {
      out += plus_is_space && text[at] == '+' ? ' ' : text[at];
    }
  }
  return out;
}

}  // namespace

bool is_valid_target(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!allowed_in_target[static_cast<unsigned char>(text[at])]) return false;
    if (text[at] == '%' && escaped_byte(text, at) <= 0) return false;
  }
  return true;
}

std::optional<std::string> decode_segment(std::string_view text) { return decode(text, false); }
std::optional<std::string> decode_query_text(std::string_view text) { return decode(text, true); }

std::string encode_segment(std::string_view text) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<std::uint8_t>(c);
      out += {'%', hex[byte >> 4], hex[byte & 15]};
    }
  }
  return out;
}

std::optional<QueryReader::Pair> QueryReader::next() {
  while (!rest_.empty()) {
    const std::size_t end = rest_.find('&');
    const std::string_view part = rest_.substr(0, end);
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    if (equals == part.npos) return Pair{part, {}};
    return Pair{part.substr(0, equals), part.substr(equals + 1)};
  }
  return std::nullopt;
}

}  // namespace mohur::net
