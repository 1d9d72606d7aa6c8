// The identifiers that Indian registers give a business: what a PAN, a GSTIN, a CIN or an LLPIN looks like, and how they agree.
//
// Only form, check character and agreement with each other are checked here; whether a register knows them is for the review.
// Source   PAN: Income-tax Rules, rule 114; its fourth letter is the kind of holder, its last checks it by no published rule.
//          GSTIN: the State's code, the PAN, a number of the registration, Z, and a check character (modulo 36).
//          CIN: 21 characters of the Ministry of Corporate Affairs. LLPIN: three letters, a dash, four digits.
#pragma once

#include <algorithm>

#include "base/describe.hpp"
#include "base/result.hpp"
#include "base/text.hpp"

namespace mohur::registry {

MOHUR_ENUM(BusinessType, (1, proprietorship), (2, partnership), (3, llp), (4, private_company), (5, public_company), (6, trust),
           (7, society), (8, government))

struct PanRule {
  static constexpr std::string_view name = "pan";
  static constexpr std::size_t min = 10, max = 10;
  static constexpr std::string_view pattern = "^[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]$";
  static bool valid(std::string_view t) {
    return std::ranges::all_of(t.substr(0, 5), is_upper) && std::string_view{"ABCFGHJLPT"}.contains(t[3]) &&
           std::ranges::all_of(t.substr(5, 4), is_digit) && is_upper(t[9]);
  }
};

// The check character of the first fourteen: their places in 0-9A-Z, every second one doubled, summed digit by digit to base 36.
constexpr char gstin_check(std::string_view t) {
  constexpr std::string_view order = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::size_t sum = 0;
  for (std::size_t i = 0; i < 14; ++i) {
    const std::size_t product = order.find(t[i]) * (i % 2 + 1);
    sum += product / 36 + product % 36;
  }
  return order[(36 - sum % 36) % 36];
}

struct GstinRule {
  static constexpr std::string_view name = "gstin";
  static constexpr std::size_t min = 15, max = 15;
  static constexpr std::string_view pattern = "^[0-9]{2}[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]$";
  static bool valid(std::string_view t) {
    if (!is_digit(t[0]) || !is_digit(t[1]) || !PanRule::valid(t.substr(2, 10)) || t[13] != 'Z') return false;
    const int state = (t[0] - '0') * 10 + (t[1] - '0');
    const bool is_state = (state >= 1 && state <= 38) || state == 97 || state == 99;  // 97: other territory, 99: the Centre
    return is_state && (is_upper(t[12]) || (is_digit(t[12]) && t[12] != '0')) && t[14] == gstin_check(t);
  }
};

// A CIN of a company, or an LLPIN of a limited liability partnership.
struct RegistrationNumberRule {
  static constexpr std::string_view name = "registration_number";
  static constexpr std::size_t min = 8, max = 21;
  static constexpr std::string_view pattern = "^([LU][0-9]{5}[A-Z]{2}[0-9]{4}[A-Z]{3}[0-9]{6}|[A-Z]{3}-[0-9]{4})$";
  static constexpr bool is_cin(std::string_view t) {
    return t.size() == 21 && (t[0] == 'L' || t[0] == 'U') && std::ranges::all_of(t.substr(1, 5), is_digit) &&
           std::ranges::all_of(t.substr(6, 2), is_upper) && std::ranges::all_of(t.substr(8, 4), is_digit) &&
           std::ranges::all_of(t.substr(12, 3), is_upper) && std::ranges::all_of(t.substr(15), is_digit);
  }
  static constexpr bool is_llpin(std::string_view t) {
    return t.size() == 8 && std::ranges::all_of(t.substr(0, 3), is_upper) && t[3] == '-' &&
           std::ranges::all_of(t.substr(4), is_digit);
  }
  static bool valid(std::string_view t) { return is_cin(t) || is_llpin(t); }
};

using Pan = Text<PanRule>;
using Gstin = Text<GstinRule>;
using RegistrationNumber = Text<RegistrationNumberRule>;

// Whether the PAN is one that a business of this type has, the GSTIN is of the same PAN, and a company or a limited liability
// partnership names its number. Errors: field_missing, field_malformed, field_unknown, each with the field.
Result<void> check_business_ids(BusinessType type, const Pan& pan, const std::optional<Gstin>& gstin,
                                const std::optional<RegistrationNumber>& number);

}  // namespace mohur::registry
