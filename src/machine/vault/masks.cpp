#include "vault/masks.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/text.hpp"

namespace mohur::vault {
namespace {

constexpr std::string_view hidden = "•••";
constexpr std::size_t shown_at_end = 4;
constexpr std::size_t shortest_shown = 8;
constexpr std::size_t words_shown = 4;

std::uint8_t byte_at(std::string_view text, std::size_t i) { return static_cast<std::uint8_t>(text[i]); }

// How many bytes the lead byte asks for, and the range of the second byte, which rules out overlong forms, surrogates and
// values above U+10FFFF (Unicode, table 3-7).
struct Form {
  std::size_t size;
  std::uint8_t second_min;
  std::uint8_t second_max;
};
Form form_of(std::uint8_t lead) {
  if (lead < 0x80) return {1, 0, 0};
  if (lead < 0xc2) return {0, 0, 0};
  if (lead < 0xe0) return {2, 0x80, 0xbf};
  if (lead == 0xe0) return {3, 0xa0, 0xbf};
  if (lead == 0xed) return {3, 0x80, 0x9f};
  if (lead < 0xf0) return {3, 0x80, 0xbf};
  if (lead == 0xf0) return {4, 0x90, 0xbf};
  if (lead < 0xf4) return {4, 0x80, 0xbf};
  if (lead == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

// The first character; empty where there is none, where it is not well-formed, and for a control character.
std::string_view first_character(std::string_view text) {
  if (text.empty() || byte_at(text, 0) < 0x20 || text[0] == 0x7f) return {};
  const Form form = form_of(byte_at(text, 0));
  if (form.size == 0 || text.size() < form.size) return {};
  for (std::size_t i = 1; i < form.size; ++i) {
    const std::uint8_t min = i == 1 ? form.second_min : std::uint8_t{0x80};
    const std::uint8_t max = i == 1 ? form.second_max : std::uint8_t{0xbf};
    if (byte_at(text, i) < min || byte_at(text, i) > max) return {};
  }
  return text.substr(0, form.size);
}

bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= 253 &&
         std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '.' || c == '-'; });
}

// `r•••@okbank`: what stands behind the last `@` is public, what stands before it is not.
std::string mask_address(std::string_view address) {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos || at == 0 || !is_host(address.substr(at + 1))) return mask_text();
  std::string mask{first_character(address.substr(0, at))};
  mask.append(hidden).append(address.substr(at));
  return mask;
}

// The end of a number that is long enough for its end not to give it away.
std::string mask_number(std::string_view dots, std::string_view number) {
  std::string mask{dots};
  if (number.size() >= shortest_shown) mask += number.substr(number.size() - shown_at_end);
  return mask;
}

}  // namespace

std::string mask_account_number(std::string_view account_number) {
  if (!std::ranges::all_of(account_number, is_alphanumeric)) return mask_text();
  return mask_number("••••", account_number);
}

std::string mask_vpa(std::string_view vpa) { return mask_address(vpa); }

std::string mask_phone(std::string_view phone) {
  std::string digits;
  for (const char c : phone) {
    if (is_digit(c)) {
      digits += c;
    } else if (std::string_view{" -()+."}.find(c) == std::string_view::npos) {
      return mask_text();
    }
  }
  return mask_number("••••••", digits);
}

std::string mask_email(std::string_view email) { return mask_address(email); }

std::string mask_name(std::string_view name) {
  std::string mask;
  for (std::size_t word = 0; word < words_shown; ++word) {
    name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
    if (name.empty()) break;
    if (word > 0) mask += ' ';
    mask.append(first_character(name)).append(hidden);
    name.remove_prefix(std::min(name.find(' '), name.size()));
  }
  return mask.empty() ? mask_text() : mask;
}

std::string mask_text() { return std::string{hidden}; }

}  // namespace mohur::vault
