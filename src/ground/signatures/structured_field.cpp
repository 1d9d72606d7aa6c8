#include "signatures/structured_field.hpp"

#include "base/text.hpp"

namespace mohur::signatures {
namespace {

constexpr std::size_t kMostDigits = 15;

constexpr bool begins_key(char c) { return is_lower(c) || c == '*'; }
constexpr bool is_of_key(char c) { return begins_key(c) || is_digit(c) || c == '_' || c == '-' || c == '.'; }
constexpr bool is_base64(char c) { return is_alphanumeric(c) || c == '+' || c == '/' || c == '='; }
constexpr bool is_plain(char c) { return c >= 0x20 && c <= 0x7e && c != '"' && c != '\\'; }

// For each character whether it is one of those: a field is looked at character by character.
using Set = std::array<bool, 256>;
constexpr Set set_of(bool (*is_one)(char)) {
  Set set{};
  for (std::size_t c = 0; c < set.size(); ++c) set[c] = is_one(static_cast<char>(c));
  return set;
}
constexpr Set kOfKey = set_of(is_of_key), kBase64 = set_of(is_base64), kPlain = set_of(is_plain);

std::size_t end_of(const Set& set, std::string_view text, std::size_t at) {
  while (at < text.size() && set[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

}  // namespace

bool FieldReader::take(char c) {
  if (at_end() || text_[at_] != c) return false;
  ++at_;
  return true;
}

void FieldReader::skip_space() {
  while (peek() == ' ' || peek() == '\t') ++at_;
}

std::optional<std::string_view> FieldReader::take_key() {
  if (!begins_key(peek())) return std::nullopt;
  const std::size_t begin = at_;
  at_ = end_of(kOfKey, text_, at_);
  return since(begin);
}

std::optional<std::string_view> FieldReader::take_string() {
  if (!take('"')) return std::nullopt;
  const std::size_t begin = at_;
  for (at_ = end_of(kPlain, text_, at_); take('\\'); at_ = end_of(kPlain, text_, at_))
    if (!take('"') && !take('\\')) return std::nullopt;
  const std::string_view inside = since(begin);
  if (!take('"')) return std::nullopt;
  return inside;
}

std::optional<std::int64_t> FieldReader::take_integer() {
  const bool is_negative = take('-');
  const std::size_t begin = at_;
  std::int64_t value = 0;
  while (is_digit(peek()) && at_ - begin < kMostDigits) value = value * 10 + (text_[at_++] - '0');
  const std::string_view digits = since(begin);
  const bool is_canonical = digits == "0" ? !is_negative : !digits.empty() && digits.front() != '0';
  if (!is_canonical || is_digit(peek()) || peek() == '.') return std::nullopt;
  return is_negative ? -value : value;
}

std::optional<std::string_view> FieldReader::take_byte_sequence() {
  if (!take(':')) return std::nullopt;
  const std::size_t begin = at_;
  at_ = end_of(kBase64, text_, at_);
  const std::string_view inside = since(begin);
  if (!take(':')) return std::nullopt;
  return inside;
}

}  // namespace mohur::signatures
