#include "codec/json_in.hpp"

namespace mohur::codec::json {

std::optional<Key128> parse_hex(std::string_view text) {
  if (text.size() != 32) return std::nullopt;
  Key128 key;
  for (const char c : text) {
    if (!is_digit(c) && (c < 'a' || c > 'f')) return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(is_digit(c) ? c - '0' : c - 'a' + 10);
    key.high = key.high << 4 | key.low >> 60;
    key.low = key.low << 4 | digit;
  }
  return key;
}

void refuse_id(JsonReader& reader, std::string_view text, std::string_view prefix) {
  const std::string start = std::string{prefix} + "_";
  if (text.starts_with(start))
    reader.refuse(Outcome::field_malformed, "Expected '" + start + "' and 26 characters of lower-case base32.");
  else
    reader.refuse(Outcome::field_malformed, "Expected an id that starts with '" + start + "'.");
}

void refuse_token(JsonReader& reader, std::span<const std::string_view> tokens) {
  std::string detail = "Expected one of: ";
  for (std::size_t i = 0; i < tokens.size(); ++i) detail.append(i == 0 ? "" : ", ").append(tokens[i]);
  reader.refuse(Outcome::field_malformed, detail + ".");
}

void refuse_text(JsonReader& reader, std::size_t size, std::size_t least, std::size_t most, std::string_view pattern) {
  if (size < least || size > most)
    reader.refuse_length(least, most);
  else
    reader.refuse(Outcome::field_malformed, "Expected a string that matches " + std::string{pattern} + ".");
}

}  // namespace mohur::codec::json
