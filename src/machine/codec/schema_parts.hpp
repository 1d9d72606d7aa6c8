// How each kind of field is described in a schema; used through schema.hpp.
#pragma once

#include "codec/json_in.hpp"
#include "codec/json_out.hpp"
#include "codec/schema_set.hpp"

namespace mohur::codec {

namespace schema {

void write_whole(JsonWriter& writer, std::string_view format, std::int64_t least, std::uint64_t most, bool nullable);
void write_string(JsonWriter& writer, std::string_view format, bool nullable);
void write_text(JsonWriter& writer, std::size_t least, std::size_t most, std::string_view pattern, bool nullable);
void write_id(JsonWriter& writer, std::string_view prefix, bool nullable);
void write_notes(JsonWriter& writer, bool nullable);
void write_type(JsonWriter& writer, std::string_view type, bool nullable);
void write_reference(JsonWriter& writer, const std::string& reference, bool nullable);
void write_enum(JsonWriter& writer, std::span<const std::string_view> tokens);

template <Described T, Direction D>
void write_struct(JsonWriter& writer, SchemaSet& set);

template <DescribedEnum E>
void write_enum_of(JsonWriter& writer, SchemaSet&) {
  std::vector<std::string_view> tokens;
  for (const auto& row : described_enumerators(E{})) tokens.push_back(row.token);
  write_enum(writer, tokens);
}

template <class M, Direction D>
std::string refer_to(SchemaSet& set) {
  if constexpr (DescribedEnum<M>) {
    return set.refer(std::string{described_enum_name(M{})}, &write_enum_of<M>);
  } else {
    std::string name{M::described_name};
    if (D == Direction::input && !name.ends_with("Input")) name += "Input";
    return set.refer(std::move(name), &write_struct<M, D>);
  }
}

// A whole number's own limits; int64 is what `format` says.
template <Whole M>
void write_whole_of(JsonWriter& writer, bool nullable) {
  using Limits = std::numeric_limits<M>;
  write_whole(writer, sizeof(M) < 4 || (sizeof(M) == 4 && Limits::is_signed) ? "int32" : "int64", Limits::min(),
              static_cast<std::uint64_t>(Limits::max()), nullable);
}

// The members of the schema of one value, inside an object that is open.
template <class M, Direction D>
void write_kind(JsonWriter& writer, SchemaSet& set, bool nullable) {
  if constexpr (std::same_as<M, bool>)
    write_type(writer, "boolean", nullable);
  else if constexpr (std::same_as<M, Amount> || std::same_as<M, Duration>)
    write_whole_of<std::int64_t>(writer, nullable);
  else if constexpr (Whole<M>)
    write_whole_of<M>(writer, nullable);
  else if constexpr (std::same_as<M, Time>)
    write_string(writer, "date-time", nullable);
  else if constexpr (is_id<M>)
    write_id(writer, M::prefix(), nullable);
  else if constexpr (std::same_as<M, Key128>)
    write_text(writer, 32, 32, "^[0-9a-f]{32}$", nullable);
  else if constexpr (is_text<M>)
    write_text(writer, M::min_size, M::max_characters, M::pattern, nullable);
  else if constexpr (std::same_as<M, std::string> || std::same_as<M, Sealed>)
    write_string(writer, {}, nullable);
  else if constexpr (std::same_as<M, Notes>)
    write_notes(writer, nullable);
  else if constexpr (std::same_as<M, SealedNotes>)
    write_notes(writer, true);
  else if constexpr (DescribedEnum<M> || Described<M>)
    write_reference(writer, refer_to<M, D>(set), nullable);
  else if constexpr (is_optional<M>)
    write_kind<typename M::value_type, D>(writer, set, true);
  else if constexpr (is_vector<M>) {
    write_type(writer, "array", nullable);
    if constexpr (D == Direction::input) writer.member("maxItems", JsonReader::most_items);
    writer.key("items").begin_object();
    write_kind<typename M::value_type, D>(writer, set, false);
    writer.end_object();
  } else {
    static_assert(is_variant<M> && D == Direction::output, "a field has a type that has no schema");
    writer.key("oneOf").begin_array();
    [&]<class... Ts>(const std::variant<std::monostate, Ts...>*) {
      (writer.begin_object().member("$ref", std::string_view{refer_to<Ts, D>(set)}).end_object(), ...);
    }(static_cast<const M*>(nullptr));
    writer.begin_object().member("type", "null").end_object().end_array();
  }
}

// Whether the absent members of a struct are null or, where they belong to the object before them, left out.
enum class Absent : std::uint8_t { null, left_out };

template <Described T, Direction D, Absent A = Absent::null>
void write_required(JsonWriter& writer) {
  constexpr bool has_object = D == Direction::output && requires { T::object_name; };
  if (has_object && !json::has_id<T>) writer.value("object");
  for_each_index<T>([&](auto i) {
    constexpr bool is_required = (D == Direction::output && A == Absent::null) || !is_optional<MemberAt<T, i>>;
    if constexpr (!field_at<T, i>.is_internal && is_required) writer.value(field_at<T, i>.name);
    if (has_object && !field_at<T, i>.is_internal && field_at<T, i>.name == "id") writer.value("object");
  });
}

template <Described T, Direction D>
void write_object_member(JsonWriter& writer) {
  if constexpr (D == Direction::output && requires { T::object_name; })
    writer.key("object").begin_object().member("type", "string").member("const", T::object_name).end_object();
}

template <Described T, Direction D, Absent A = Absent::null>
void write_properties(JsonWriter& writer, SchemaSet& set) {
  if constexpr (!json::has_id<T>) write_object_member<T, D>(writer);
  for_each_index<T>([&](auto i) {
    if constexpr (!field_at<T, i>.is_internal) {
      writer.key(field_at<T, i>.name).begin_object();
      if constexpr (A == Absent::left_out && is_optional<MemberAt<T, i>>)
        write_kind<typename MemberAt<T, i>::value_type, D>(writer, set, false);
      else
        write_kind<MemberAt<T, i>, D>(writer, set, false);
      if (!field_at<T, i>.sentence.empty()) writer.member("description", field_at<T, i>.sentence);
      writer.end_object();
      if constexpr (field_at<T, i>.name == "id") write_object_member<T, D>(writer);
    }
  });
}

template <Described T, Direction D>
void write_struct(JsonWriter& writer, SchemaSet& set) {
  writer.begin_object().member("type", "object");
  writer.key("properties").begin_object();
  write_properties<T, D>(writer, set);
  writer.end_object().key("required").begin_array();
  write_required<T, D>(writer);
  writer.end_array();
  if (D == Direction::input) writer.member("additionalProperties", false);
  writer.end_object();
}

template <Described T, Described More>
void write_struct_with(JsonWriter& writer, SchemaSet& set) {
  writer.begin_object().member("type", "object");
  writer.key("properties").begin_object();
  write_properties<T, Direction::output>(writer, set);
  write_properties<More, Direction::output, Absent::left_out>(writer, set);
  writer.end_object().key("required").begin_array();
  write_required<T, Direction::output>(writer);
  write_required<More, Direction::output, Absent::left_out>(writer);
  writer.end_array().end_object();
}

}  // namespace schema

}  // namespace mohur::codec
