// The forms of the field's identifiers: what an IFSC, an account number, a VPA or a UTR looks like.
//
// Only form is checked here; whether an account exists is the bank's to say.
// Source   IFSC: four letters, a zero, six letters or digits. VPA: handle@provider as PSPs accept it. UTR: NEFT 16, RTGS 22,
// RRN 12.
#pragma once

#include <algorithm>

#include "base/text.hpp"

namespace mohur::payments {

template <class Allowed>
constexpr bool all_of_text(std::string_view text, Allowed allowed) {
  return std::all_of(text.begin(), text.end(), allowed);
}

struct IfscRule {
  static constexpr std::string_view name = "ifsc";
  static constexpr std::size_t min = 11, max = 11;
  static constexpr std::string_view pattern = "^[A-Z]{4}0[A-Z0-9]{6}$";
  static bool valid(std::string_view t) {
    return all_of_text(t.substr(0, 4), is_upper) && t[4] == '0' &&
           all_of_text(t.substr(5), [](char c) { return is_upper(c) || is_digit(c); });
  }
};

struct AccountNumberRule {
  static constexpr std::string_view name = "account_number";
  static constexpr std::size_t min = 5, max = 35;
  static constexpr std::string_view pattern = "^[A-Za-z0-9]{5,35}$";
  static bool valid(std::string_view t) { return all_of_text(t, is_alphanumeric); }
};

struct VpaRule {
  static constexpr std::string_view name = "vpa";
  static constexpr std::size_t min = 4, max = 255;
  static constexpr std::string_view pattern = "^[A-Za-z0-9._-]{2,190}@[A-Za-z][A-Za-z0-9]{1,63}$";
  static bool valid(std::string_view t) {
    const std::size_t at = t.find('@');
    if (at == std::string_view::npos || at < 2 || at > 190) return false;
    const std::string_view provider = t.substr(at + 1);
    return all_of_text(t.substr(0, at), [](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; }) &&
           provider.size() >= 2 && provider.size() <= 64 && !is_digit(provider[0]) && all_of_text(provider, is_alphanumeric);
  }
};

// The payer's or payee's bank reference: RRN, UTR, or whatever a rail calls its own.
struct UtrRule {
  static constexpr std::string_view name = "utr";
  static constexpr std::size_t min = 6, max = 35;
  static constexpr std::string_view pattern = "^[A-Za-z0-9]{6,35}$";
  static bool valid(std::string_view t) { return all_of_text(t, is_alphanumeric); }
};

// What the beneficiary's statement shows.
struct NarrationRule {
  static constexpr std::string_view name = "narration";
  static constexpr std::size_t min = 1, max = 30;
  static constexpr std::string_view pattern = "^[A-Za-z0-9 ]{1,30}$";
  static bool valid(std::string_view t) {
    return all_of_text(t, [](char c) { return is_alphanumeric(c) || c == ' '; });
  }
};
// The caller's own reference for an object, unique per client.
struct ReferenceIdRule {
  static constexpr std::string_view name = "reference_id";
  static constexpr std::size_t min = 1, max = 40;
  static constexpr std::string_view pattern = "^[A-Za-z0-9_./-]{1,40}$";
  static bool valid(std::string_view t) {
    return all_of_text(t, [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '/' || c == '-'; });
  }
};

using Ifsc = Text<IfscRule>;
using AccountNumber = Text<AccountNumberRule>;
using Vpa = Text<VpaRule>;
using Utr = Text<UtrRule>;
using ReferenceId = Text<ReferenceIdRule>;
using Narration = Text<NarrationRule>;

}  // namespace mohur::payments
