// Notices payment card numbers in a JSON body, so that they can be refused before anything keeps them (P4.3).
//
// What      13 to 19 digits, in groups with one or two spaces, dashes, dots or slashes between them, that start as an issuer's
//           numbers do, have a length that this issuer uses, and pass the Luhn check (ISO/IEC 7812-1). Numbers beside them do
//           not hide them, and JSON's escapes do not.
// Not       runs of more than 19 digits without a gap.
// Mistakes  one long number in about ten that starts like a card's passes by chance, Indian bank account numbers too: name
//           the fields that hold such numbers rightly, and their values are not judged, except inside `metadata`.
// Cost      one byte in thirteen is looked at where there are no digits.
#pragma once

#include <span>
#include <string_view>

namespace mohur::codec {

[[nodiscard]] bool contains_card_number(std::string_view json_body, std::span<const std::string_view> fields_not_judged = {});

}  // namespace mohur::codec
