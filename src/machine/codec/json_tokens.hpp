// Walks a JSON text token by token and holds it to the grammar of RFC 8259.
//
// Flaw     The first breach of the grammar ends the walk: the function at hand answers false, and flaw() says what and where.
// Limits   objects and arrays nest at most 16 deep.
// Strings  come without escapes; \u escapes that do not make a whole character are refused.
// Lifetime a string that had escapes is good until the next string is taken, others as long as the scan.
#pragma once

#include <string>

#include "codec/json_scan.hpp"

namespace mohur::codec {

enum class Flaw : std::uint8_t {
  none,
  empty,
  bad_utf8,
  bad_string,
  too_long,
  grammar,
  bad_escape,
  lone_surrogate,
  too_deep,
  not_object,
  trailing
};

enum class NumberKind : std::uint8_t { whole, fractional, beyond_int64 };

class JsonTokens {
 public:
  static constexpr int deepest = 16;

  explicit JsonTokens(const Scan& scan);

  // The first byte of the token at hand; 0 at the end.
  char peek() const { return at_ == end_ ? '\0' : text_[*at_]; }
  bool at_number() const { return peek() == '-' || (peek() >= '0' && peek() <= '9'); }

  // Takes the punctuation mark if it is at hand.
  bool take(char mark) {
    if (peek() != mark) return false;
    ++at_;
    return true;
  }
  bool expect(char mark) { return take(mark) || fail(Flaw::grammar); }

  // Takes a bracket or brace, counting how deep it lies.
  bool open(char bracket) { return expect(bracket) && (++depth_ <= deepest || fail(Flaw::too_deep)); }
  bool close(char bracket) { return --depth_, expect(bracket); }

  bool take_null() { return peek() == 'n' && take_word("null"); }
  bool take_string(std::string_view& text) {
    if (peek() != '"') return fail(Flaw::grammar);
    const std::string_view quoted = token();
    if (quoted.size() < 2 || quoted.back() != '"') return fail(Flaw::bad_string);
    text = quoted.substr(1, quoted.size() - 2);
    if (has_escapes_ && !unescape(text)) return false;
    ++at_;
    return true;
  }
  bool take_bool(bool& value);
  // Sets `value` for whole numbers within int64 only. A number must be at hand.
  bool take_number(NumberKind& kind, std::int64_t& value);

  // Takes one value of any kind, checking all of it.
  bool skip_value();
  bool expect_end() { return at_ == end_ || fail(Flaw::trailing); }

  bool fail(Flaw flaw);
  Flaw flaw() const { return flaw_; }
  // One sentence for the caller.
  std::string complaint() const;

 private:
  // From the first byte of the token at hand to the last one before the next token that is not white space.
  std::string_view token() const {
    const std::uint32_t start = *at_;
    std::size_t stop = at_ + 1 == end_ ? text_.size() : at_[1];
    while (stop > start + 1 && is_space(text_[stop - 1])) --stop;
    return {text_.data() + start, stop - start};
  }
  static constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

  bool take_word(std::string_view word);
  bool take_any_number(NumberKind& kind, std::int64_t& value);
  bool unescape(std::string_view& text);
  bool append_escape(std::string_view raw, std::size_t& at);
  bool skip_object();
  bool skip_array();

  std::string_view text_;
  const std::uint32_t* at_;
  const std::uint32_t* end_;
  int depth_ = 0;
  Flaw flaw_ = Flaw::none;
  std::size_t flaw_at_ = 0;
  bool has_escapes_;
  std::string unescaped_;
};

}  // namespace mohur::codec
