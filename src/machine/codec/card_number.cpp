#include "codec/card_number.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/text.hpp"

namespace mohur::codec {
namespace {

constexpr std::size_t kShortest = 13;
constexpr std::size_t kLongest = 19;

constexpr std::uint32_t sizes(std::size_t least, std::size_t most) {
  std::uint32_t bits = 0;
  for (std::size_t size = least; size <= most; ++size) bits |= 1U << size;
  return bits;
}

// First four digits, and a bit for each length in use.
struct Issuer {
  int first, last;
  std::uint32_t sizes;
};
constexpr Issuer kIssuers[] = {
    {4000, 4999, sizes(13, 13) | sizes(16, 16) | sizes(19, 19)},  // Visa
    {5100, 5599, sizes(16, 16)},                                  // Mastercard
    {2221, 2720, sizes(16, 16)},                                  // Mastercard
    {3400, 3499, sizes(15, 15)},                                  // American Express
    {3700, 3799, sizes(15, 15)},                                  // American Express
    {6000, 6099, sizes(16, 19)},                                  // RuPay, Discover
    {6500, 6599, sizes(16, 19)},                                  // RuPay, Discover
    {8100, 8299, sizes(16, 19)},                                  // RuPay
    {3528, 3589, sizes(16, 19)},                                  // JCB
    {3000, 3059, sizes(14, 19)},                                  // Diners Club
    {3600, 3699, sizes(14, 19)},                                  // Diners Club
    {3800, 3999, sizes(14, 19)},                                  // Diners Club
};

struct Digits {
  char text[kLongest];
  std::size_t size = 0;
};

bool is_issued(const Digits& digits) {
  int start = 0;
  for (std::size_t i = 0; i < 4; ++i) start = start * 10 + (digits.text[i] - '0');
  return std::any_of(std::begin(kIssuers), std::end(kIssuers), [&](const Issuer& issuer) {
    return start >= issuer.first && start <= issuer.last && (issuer.sizes >> digits.size & 1) != 0;
  });
}

// From the right, each second digit counts double, and the digits of the double are summed.
bool passes_luhn(const Digits& digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size; ++i) {
    const int digit = digits.text[digits.size - 1 - i] - '0';
    const int counted = i % 2 == 0 ? digit : digit * 2;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 == 0;
}

constexpr bool may_belong(char c) { return is_digit(c) || c == ' ' || c == '-' || c == '.' || c == '/'; }

// Whether a card number starts at the group at the front of `run` and ends with a group.
bool starts_card_number(std::string_view run) {
  Digits digits;
  for (std::size_t at = 0; at < run.size(); ++at) {
    if (!is_digit(run[at])) {
      if (!is_digit(run[at - 1]) && !is_digit(run[at - 2])) return false;
      continue;
    }
    if (digits.size == kLongest) return false;
    digits.text[digits.size++] = run[at];
    const bool ends_group = at + 1 == run.size() || !is_digit(run[at + 1]);
    if (ends_group && digits.size >= kShortest && is_issued(digits) && passes_luhn(digits)) return true;
  }
  return false;
}

// Follows the body to a place in it and knows the field whose value stands there.
class FieldAt {
 public:
  explicit FieldAt(std::string_view body) : body_(body) {}

  // The field's name as it is written; empty inside a name, and in a caller's own notes. Places are asked for in rising order.
  std::string_view operator()(std::size_t place) {
    while (at_ < place) {
      if (body_[at_] != '"') {
        follow(body_[at_++]);
        continue;
      }
      if (at_ >= string_end_) look_at_string();
      if (string_end_ > place) return is_name_ || notes_depth_ > 0 ? std::string_view{} : name_;
      if (is_name_) name_ = body_.substr(at_ + 1, string_end_ - at_ - 2);
      at_ = string_end_;
    }
    return notes_depth_ > 0 ? std::string_view{} : name_;
  }

 private:
  void follow(char c) {
    if (c == '{') {
      ++depth_;
      if (name_ == "metadata" && notes_depth_ == 0) notes_depth_ = depth_;
    } else if (c == '}') {
      if (depth_ == notes_depth_) notes_depth_ = 0;
      --depth_;
    }
  }

  // The string at the quote. Once: many places may be asked for within one.
  void look_at_string() {
    string_end_ = at_ + 1;
    while (string_end_ < body_.size() && body_[string_end_] != '"') string_end_ += body_[string_end_] == '\\' ? 2U : 1U;
    string_end_ = std::min(string_end_ + 1, body_.size());
    const std::size_t next = std::min(body_.find_first_not_of(" \t\r\n", string_end_), body_.size());
    is_name_ = body_.substr(next).starts_with(':');
  }

  std::string_view body_;
  std::size_t at_ = 0;
  std::size_t string_end_ = 0;  // behind the closing quote of the string at at_, once that was looked at
  bool is_name_ = false;        // that string
  std::string_view name_;
  int depth_ = 0;
  int notes_depth_ = 0;  // of the object that is `metadata`; 0 outside of it
};

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = is_upper(c) ? static_cast<char>(c | 0x20) : c;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The code point of the four digits of a \u escape, if they are.
int escaped_code(std::string_view digits) {
  if (digits.size() < 4) return -1;
  int code = 0;
  for (const char c : digits.substr(0, 4)) {
    if (hex_digit(c) < 0) return -1;
    code = code << 4 | hex_digit(c);
  }
  return code;
}

// What a card number may be made of, without its disguise: escapes of digits and of marks between them, and no-break spaces. All
// else stays as it is, so that strings end where they did.
std::string undisguised(std::string_view body) {
  constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
  std::string plain;
  plain.reserve(body.size());
  for (std::size_t at = 0; at < body.size();) {
    const std::string_view rest = body.substr(at);
    if (rest.starts_with("\\u")) {
      const int code = escaped_code(rest.substr(2));
      const char c = code == 0xA0 ? ' ' : static_cast<char>(code);
      if (code >= 0 && (code == 0xA0 || (code < 0x80 && may_belong(c)))) {
        plain += c;
        at += 6;
        continue;
      }
    }
    if (rest.starts_with("\\/") || rest.starts_with(kNoBreakSpace)) {
      plain += ' ';
      at += 2;
    } else if (rest.size() > 1 && rest[0] == '\\') {
      plain += rest.substr(0, 2);
      at += 2;
    } else {
      plain += body[at++];
    }
  }
  return plain;
}

// A card number has at least thirteen characters that may belong to one, so every thirteenth byte is enough to meet it.
bool holds_card_number(std::string_view json_body, std::span<const std::string_view> fields_not_judged) {
  FieldAt field_at{json_body};
  std::size_t from = 0;
  for (std::size_t probe = kShortest - 1; probe < json_body.size(); probe += kShortest) {
    if (!may_belong(json_body[probe])) continue;
    std::size_t start = probe;
    std::size_t end = probe + 1;
    while (start > from && may_belong(json_body[start - 1])) --start;
    while (end < json_body.size() && may_belong(json_body[end])) ++end;
    from = end;
    for (std::size_t at = start; at + kShortest <= end; ++at) {
      const bool starts_group = is_digit(json_body[at]) && (at == start || !is_digit(json_body[at - 1]));
      if (!starts_group || !starts_card_number(json_body.substr(at, end - at))) continue;
      if (std::ranges::find(fields_not_judged, field_at(at)) == fields_not_judged.end()) return true;
    }
    probe = end - 1;
  }
  return false;
}

}  // namespace

bool contains_card_number(std::string_view json_body, std::span<const std::string_view> fields_not_judged) {
  if (json_body.find_first_of("\\\xC2") == std::string_view::npos) return holds_card_number(json_body, fields_not_judged);
  return holds_card_number(undisguised(json_body), fields_not_judged);
}

}  // namespace mohur::codec
