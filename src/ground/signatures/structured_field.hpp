// A reader of structured header fields (RFC 9651), as far as signatures and digests need them: dictionaries of byte sequences
// and of lists with parameters.
//
// Strict   Inside a value only the spelling is read that a serializer writes, so that one value has one text, and what was
//          signed is the text itself. Between the members of a dictionary there may be white space, since proxies join fields.
// Views    Into the text that is read; escapes of a string stay in place.
// Errors   Nothing is taken where the text is not of the form; the reader is then of no more use.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace mohur::signatures {

class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  std::size_t at() const { return at_; }
  // What was read since then.
  std::string_view since(std::size_t begin) const { return text_.substr(begin, at_ - begin); }

  bool take(char c);
  void skip_space();
  std::optional<std::string_view> take_key();
  std::optional<std::string_view> take_string();         // what stands between the quotes
  std::optional<std::int64_t> take_integer();            // of up to 15 digits
  std::optional<std::string_view> take_byte_sequence();  // what stands between the colons

 private:
  char peek() const { return at_end() ? '\0' : text_[at_]; }

  const std::string_view text_;
  std::size_t at_ = 0;
};

inline constexpr std::size_t kMostMembers = 4;

// Reads a dictionary of up to four members, each key once; `take_value(key, reader)` reads what stands behind `key=` and tells
// whether it could. False when anything of it is not of the form.
template <class TakeValue>
bool read_dictionary(std::string_view text, TakeValue take_value) {
  FieldReader in{text};
  std::array<std::string_view, kMostMembers> keys;
  for (std::size_t count = 0; count < keys.size(); ++count) {
    const auto key = in.take_key();
    const auto before = std::span{keys}.first(count);
    if (!key || std::ranges::find(before, *key) != before.end()) return false;
    keys[count] = *key;
    if (!in.take('=') || !take_value(*key, in)) return false;
    if (in.at_end()) return true;
    in.skip_space();
    if (!in.take(',')) return false;
    in.skip_space();
  }
  return false;
}

}  // namespace mohur::signatures
