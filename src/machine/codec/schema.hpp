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

// Of what write_json_with writes; its component bears both names.
template <Described T, Described More>
std::string schema_reference_with(SchemaSet& set) {
  return set.refer(std::string{T::described_name}.append(More::described_name), &schema::write_struct_with<T, More>);
}

// The members of the schema of one value, such as a parameter; inside an object that is open.
template <class M>
void write_value_schema(JsonWriter& writer, SchemaSet& set) {
  schema::write_kind<M, Direction::input>(writer, set, false);
}

}  // namespace mohur::codec
