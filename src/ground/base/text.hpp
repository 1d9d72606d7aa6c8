// Text with a rule: a string type per meaning, which only holds what its rule allows.
//
// A rule is a struct with `name`, `min`, `max` (lengths in bytes), `pattern` (an ECMA regular expression for the API's
// description, always anchored) and `valid(text)`, which is the check itself.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mohur {

template <class Rule>
class Text {
 public:
  Text() = default;  // empty: only a placeholder until a checked value is set

  static constexpr std::size_t min_size = Rule::min;
  static constexpr std::size_t max_size = Rule::max;  // bytes
  static constexpr std::size_t max_characters = [] {
    if constexpr (requires { Rule::max_characters; })
      return Rule::max_characters;
    else
      return Rule::max;
  }();
  static constexpr std::string_view pattern = Rule::pattern;
  static constexpr std::string_view rule_name = Rule::name;

  static std::optional<Text> parse(std::string_view text) {
    if (text.size() < Rule::min || text.size() > Rule::max || !Rule::valid(text)) return std::nullopt;
    return Text{std::string{text}};
  }

  // Takes text that was checked before it was written down, such as a field of a journaled record.
  static Text trusted(std::string text) { return Text{std::move(text)}; }

  const std::string& str() const { return text_; }
  operator std::string_view() const { return text_; }
  bool empty() const { return text_.empty(); }
  auto operator<=>(const Text&) const = default;

 private:
  explicit Text(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

template <class T>
inline constexpr bool is_text = false;
template <class Rule>
inline constexpr bool is_text<Text<Rule>> = true;

// Of UTF-8 text: each has one byte that continues no other.
constexpr std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (const char byte : text) count += (static_cast<unsigned char>(byte) & 0xC0) != 0x80 ? 1U : 0U;
  return count;
}

// Free text that a person wrote: printable, any language.
template <std::size_t Max>
struct FreeTextRule {
  static constexpr std::string_view name = "text";
  static constexpr std::size_t min = 1, max_characters = Max, max = 4 * Max;
  static constexpr std::string_view pattern = "^[^\\u0000-\\u001f]*$";
  static bool valid(std::string_view t) {
    for (const char c : t)
      if (static_cast<unsigned char>(c) < 0x20) return false;
    return count_characters(t) <= Max;
  }
};
template <std::size_t Max>
using FreeText = Text<FreeTextRule<Max>>;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_alphanumeric(char c) { return is_digit(c) || is_upper(c) || is_lower(c); }

}  // namespace mohur
