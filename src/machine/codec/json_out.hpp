// Described structs to JSON: one pass, no tree, keys composed at compile time.
//
// Mapping   Time: RFC 3339 UTC with milliseconds. Duration: whole milliseconds. Amount: whole minor units. Id: its text.
//           Key128: 32 hex digits. Enum: its token. Absent: null. Vector: array. Variant: the object it holds, or null.
//           An enumerator without a name (zero) is null.
// Left out  fields marked `internal`.
// object    where T has `object_name`, a member "object" stands right after `id`; extra members of the caller follow it.
// Sealed    personal data goes through a Revealer, which decides what this reader may see.
// With      an answer can hold more than the object itself: another described struct, whose absent members are left out.
#pragma once

#include "codec/json_out_parts.hpp"

namespace mohur::codec {

template <Described T>
void write_json(const T& value, std::string& out, Revealer& revealer, JsonMembers extra = {}) {
  json::append_object(out, value, revealer, extra);
}

// T has a member at least.
template <Described T, Described More>
void write_json_with(const T& value, const More& more, std::string& out, Revealer& revealer) {
  json::append_object_with(out, value, more, revealer);
}

}  // namespace mohur::codec
