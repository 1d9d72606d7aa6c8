// Described structs to JSON: one pass, no tree, keys composed at compile time.
//
// Mapping   Time: RFC 3339 UTC with milliseconds. Duration: whole milliseconds. Amount: whole minor units. Id: its text.
//           Key128: 32 hex digits. Enum: its token. Absent: null. Vector: array. Variant: the object it holds, or null.
//           An enumerator without a name (zero) is null.
// Left out  fields marked `internal`.
// object    where T has `object_name`, a member "object" stands right after `id`; extra members of the caller follow it.
// Sealed    personal data goes through a Revealer, which decides what this reader may see.
#pragma once

#include "codec/json_out_parts.hpp"

namespace mohur::codec {

template <Described T>
void write_json(const T& value, std::string& out, Revealer& revealer, JsonMembers extra = {}) {
  json::append_object(out, value, revealer, extra);
}

}  // namespace mohur::codec
