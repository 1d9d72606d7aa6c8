#include "codec/json_tokens.hpp"

#include <charconv>
#include <optional>

#include "codec/utf8.hpp"

namespace mohur::codec {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

Flaw flaw_of(ScanError error) {
  switch (error) {
    case ScanError::none: return Flaw::none;
    case ScanError::empty: return Flaw::empty;
    case ScanError::bad_utf8: return Flaw::bad_utf8;
    case ScanError::bad_string: return Flaw::bad_string;
    case ScanError::too_long: return Flaw::too_long;
  }
  return Flaw::grammar;
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

// The length of the whole part, `-`? (`0` | [1-9][0-9]*), at the front of the token; 0 where there is none.
std::size_t whole_part(std::string_view token) {
  const std::size_t sign = token.starts_with('-') ? 1 : 0;
  const std::size_t digits = digits_at(token, sign);
  if (digits == 0 || (digits > 1 && token[sign] == '0')) return 0;
  return sign + digits;
}

// Whether `rest` is a fraction, an exponent, or one after the other.
bool is_number_tail(std::string_view rest) {
  if (rest.starts_with('.')) {
    const std::size_t digits = digits_at(rest, 1);
    if (digits == 0) return false;
    rest.remove_prefix(1 + digits);
    if (rest.empty()) return true;
  }
  if (!rest.starts_with('e') && !rest.starts_with('E')) return false;
  const std::size_t sign = rest.size() > 1 && (rest[1] == '+' || rest[1] == '-') ? 1 : 0;
  const std::size_t digits = digits_at(rest, 1 + sign);
  return digits > 0 && 1 + sign + digits == rest.size();
}

std::optional<std::uint32_t> hex4(std::string_view raw, std::size_t at) {
  if (raw.size() < at + 4) return std::nullopt;
  std::uint32_t code = 0;
  const char* end = raw.data() + at + 4;
  if (std::from_chars(raw.data() + at, end, code, 16).ptr != end) return std::nullopt;
  return code;
}

}  // namespace

JsonTokens::JsonTokens(const Scan& scan)
    : text_(scan.text),
      at_(scan.starts.data()),
      end_(scan.starts.data() + scan.starts.size()),
      has_escapes_(scan.text.find('\\') != std::string_view::npos) {
  if (scan.error != ScanError::none) fail(flaw_of(scan.error));
}

bool JsonTokens::fail(Flaw flaw) {
  if (flaw_ == Flaw::none) {
    flaw_ = flaw;
    flaw_at_ = at_ == end_ ? text_.size() : *at_;
  }
  return false;
}

bool JsonTokens::take_word(std::string_view word) {
  if (peek() != word[0] || token() != word) return false;
  ++at_;
  return true;
}

bool JsonTokens::take_bool(bool& value) {
  if (take_word("true")) return value = true;
  if (!take_word("false")) return fail(Flaw::grammar);
  value = false;
  return true;
}

// Whole numbers of up to 18 digits, which cannot overflow, are read on the way; all others take the long way.
bool JsonTokens::take_number(NumberKind& kind, std::int64_t& value) {
  constexpr std::size_t kMostDigits = 18;
  const std::size_t first = *at_ + (text_[*at_] == '-' ? 1U : 0U);
  std::size_t at = first;
  std::int64_t magnitude = 0;
  for (; at < text_.size() && is_digit(text_[at]) && at - first < kMostDigits; ++at)
    magnitude = magnitude * 10 + (text_[at] - '0');
  const bool has_end = at < text_.size() && (text_[at] == ',' || text_[at] == '}' || text_[at] == ']' || is_space(text_[at]));
  if (at == first || !has_end || (text_[first] == '0' && at > first + 1)) return take_any_number(kind, value);
  value = first == *at_ ? magnitude : -magnitude;
  kind = NumberKind::whole;
  ++at_;
  return true;
}

bool JsonTokens::take_any_number(NumberKind& kind, std::int64_t& value) {
  const std::string_view number = token();
  const std::size_t whole = whole_part(number);
  if (whole == 0 || (whole < number.size() && !is_number_tail(number.substr(whole)))) return fail(Flaw::grammar);
  if (whole < number.size())
    kind = NumberKind::fractional;
  else if (std::from_chars(number.data(), number.data() + whole, value).ec == std::errc{})
    kind = NumberKind::whole;
  else
    kind = NumberKind::beyond_int64;
  ++at_;
  return true;
}

bool JsonTokens::unescape(std::string_view& text) {
  const std::string_view raw = text;
  if (raw.find('\\') == std::string_view::npos) return true;
  unescaped_.clear();
  for (std::size_t at = 0; at < raw.size();) {
    if (raw[at] == '\\') {
      if (!append_escape(raw, at)) return false;
    } else {
      const std::size_t stop = std::min(raw.find('\\', at), raw.size());
      unescaped_.append(raw, at, stop - at);
      at = stop;
    }
  }
  text = unescaped_;
  return true;
}

// Reads the escape at `at` and moves behind it. A character beyond U+FFFF is written as two escapes, high surrogate first.
bool JsonTokens::append_escape(std::string_view raw, std::size_t& at) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const char letter = at + 1 < raw.size() ? raw[at + 1] : '\0';
  at += 2;
  if (letter != 'u') {
    const std::size_t found = letter == '\0' ? std::string_view::npos : kLetters.find(letter);
    if (found == std::string_view::npos) return fail(Flaw::bad_escape);
    unescaped_ += kMeanings[found];
    return true;
  }
  const auto code = hex4(raw, at);
  if (!code) return fail(Flaw::bad_escape);
  at += 4;
  if (*code < 0xD800 || *code > 0xDFFF) {
    append_utf8(unescaped_, *code);
    return true;
  }
  if (*code > 0xDBFF || raw.substr(at, 2) != "\\u") return fail(Flaw::lone_surrogate);
  const auto low = hex4(raw, at + 2);
  if (!low || *low < 0xDC00 || *low > 0xDFFF) return fail(low ? Flaw::lone_surrogate : Flaw::bad_escape);
  at += 6;
  append_utf8(unescaped_, 0x10000 + (*code - 0xD800) * 0x400 + (*low - 0xDC00));
  return true;
}

bool JsonTokens::skip_value() {
  std::string_view text;
  bool truth;
  NumberKind kind;
  std::int64_t number;
  switch (peek()) {
    case '{': return skip_object();
    case '[': return skip_array();
    case '"': return take_string(text);
    case 't':
    case 'f': return take_bool(truth);
    case 'n': return take_null() || fail(Flaw::grammar);
    default: return at_number() ? take_number(kind, number) : fail(Flaw::grammar);
  }
}

bool JsonTokens::skip_object() {
  if (!open('{')) return false;
  std::string_view key;
  if (peek() != '}') {
    do {
      if (!take_string(key) || !expect(':') || !skip_value()) return false;
    } while (take(','));
  }
  return close('}');
}

bool JsonTokens::skip_array() {
  if (!open('[')) return false;
  if (peek() != ']') {
    do {
      if (!skip_value()) return false;
    } while (take(','));
  }
  return close(']');
}

std::string JsonTokens::complaint() const {
  const std::string place = " at byte " + std::to_string(flaw_at_) + ".";
  switch (flaw_) {
    case Flaw::none: return {};
    case Flaw::empty: return "The body is empty; a JSON object is expected.";
    case Flaw::bad_utf8: return "The body is not valid UTF-8.";
    case Flaw::bad_string: return "A string is not closed, or holds a control character that must be escaped.";
    case Flaw::too_long: return "The body is too long to be read at once.";
    case Flaw::grammar: return "The body is not valid JSON" + place;
    case Flaw::bad_escape: return "A string holds an escape that JSON does not have; the string starts" + place;
    case Flaw::lone_surrogate: return "A string holds half of a surrogate pair; the string starts" + place;
    case Flaw::too_deep: return "The body is nested deeper than " + std::to_string(deepest) + " levels.";
    case Flaw::not_object: return "The body must be a JSON object.";
    case Flaw::trailing: return "Something follows the JSON object" + place;
  }
  return {};
}

}  // namespace mohur::codec
