// JSON Schema 2020-12 of described structs, as OpenAPI 3.1 component schemas.
//
// Answers   every member is required (absent is null) and others may come later: a schema does not forbid them.
// Inputs    only fields that are not optional are required, and additionalProperties is false. Their components are named
//           <Type>Input, because one struct can serve in both directions.
// Nested    described structs and enums are components of their own and are referred to.
// Lengths   of texts are bytes in the program and characters in a schema; they are the same for all rules that are ASCII.
#pragma once

#include "codec/schema_parts.hpp"

namespace mohur::codec {

// Writes T's own schema as one value of the writer; what it refers to is noted in `set`.
template <Described T, Direction D = Direction::output>
void write_schema(JsonWriter& writer, SchemaSet& set) {
  schema::write_struct<T, D>(writer, set);
}

// `#/components/schemas/...` of T, which `set` will then write.
template <Described T, Direction D = Direction::output>
std::string schema_reference(SchemaSet& set) {
  return schema::refer_to<T, D>(set);
}

}  // namespace mohur::codec
