// The forms of what callers send that several kinds of input share.
#pragma once

#include "codec/notes.hpp"
#include "kernel/command.hpp"

namespace mohur::gateway {

using codec::Notes;

struct EmailRule {
  static constexpr std::string_view name = "email";
  static constexpr std::size_t min = 3, max = 254;
  static constexpr std::string_view pattern = "^[^@\\s]{1,64}@[^@\\s]{1,189}$";
  static bool valid(std::string_view t) {
    const std::size_t at = t.find('@');
    if (at == std::string_view::npos || at == 0 || at > 64 || at + 1 == t.size() || t.find('@', at + 1) != std::string_view::npos)
      return false;
    for (const char c : t)
      if (static_cast<unsigned char>(c) <= 0x20) return false;
    return true;
  }
};
// A text of many lines.
struct MarkdownRule {
  static constexpr std::string_view name = "markdown";
  static constexpr std::size_t min = 1, max = 65'536;
  static constexpr std::string_view pattern = "^[^\\u0000-\\u0008\\u000b-\\u001f]*$";
  static bool valid(std::string_view t) {
    for (const char c : t)
      if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') return false;
    return true;
  }
};
struct PhoneRule {
  static constexpr std::string_view name = "phone";
  static constexpr std::size_t min = 8, max = 16;
  static constexpr std::string_view pattern = "^\\+?[0-9]{8,15}$";
  static bool valid(std::string_view t) {
    if (t.front() == '+') t.remove_prefix(1);
    return t.size() >= 8 && t.size() <= 15 && payments::all_of_text(t, is_digit);
  }
};
struct CategoryRule {
  static constexpr std::string_view name = "merchant_category";
  static constexpr std::size_t min = 4, max = 4;
  static constexpr std::string_view pattern = "^[0-9]{4}$";
  static bool valid(std::string_view t) { return payments::all_of_text(t, is_digit); }
};
struct UrlRule {
  static constexpr std::string_view name = "url";
  static constexpr std::size_t min = 8, max = 2'000;
  static constexpr std::string_view pattern = "^https?://[!-~]+$";
  static bool valid(std::string_view t) {
    return (t.starts_with("https://") || t.starts_with("http://")) &&
           payments::all_of_text(t, [](char c) { return c > 0x20 && c < 0x7f; });
  }
};

}  // namespace mohur::gateway
