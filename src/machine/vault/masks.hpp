// What everybody may see of a sealed value: enough to recognise one's own, not enough to use another's.
//
// Bounds   A mask is short, well-formed UTF-8 whatever it was made of, and its length says nothing about the value's.
// Unfit    Text that is not of the kind a mask is for, or not UTF-8, shows nothing at all: `•••`.
#pragma once

#include <string>
#include <string_view>

namespace mohur::vault {

// `••••1234`: the last four of at least eight letters and digits; nothing of a shorter one.
std::string mask_account_number(std::string_view account_number);

// `r•••@okbank`: the first character, and the handle.
std::string mask_vpa(std::string_view vpa);

// `••••••3210`: the last four of at least eight digits; spaces, dashes, brackets and a leading plus do not count.
std::string mask_phone(std::string_view phone);

// `r•••@example.com`: the first character, and the domain.
std::string mask_email(std::string_view email);

// `R••• S•••`: the first character of each of the first four words.
std::string mask_name(std::string_view name);

// `•••`.
std::string mask_text();

}  // namespace mohur::vault
