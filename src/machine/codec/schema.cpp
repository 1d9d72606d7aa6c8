#include "codec/schema.hpp"

#include "base/assert.hpp"

namespace mohur::codec {

std::string SchemaSet::refer(std::string name, Write write) {
  std::string reference = "#/components/schemas/" + name;
  const auto [at, is_new] = writes_.emplace(std::move(name), write);
  MOHUR_ASSERT(is_new || at->second == write);
  return reference;
}

// Writing one schema may note others, so rounds are made until all are written.
void SchemaSet::write_components(JsonWriter& writer) {
  std::map<std::string, std::string> texts;
  while (texts.size() < writes_.size()) {
    for (const auto& [name, write] : std::map{writes_}) {
      if (texts.contains(name)) continue;
      JsonWriter inner{texts[name]};
      write(inner, *this);
    }
  }
  writer.begin_object();
  for (const auto& [name, text] : texts) writer.key(name).raw(text);
  writer.end_object();
}

namespace schema {

void write_type(JsonWriter& writer, std::string_view type, bool nullable) {
  if (!nullable)
    writer.member("type", type);
  else
    writer.key("type").begin_array().value(type).value("null").end_array();
}

void write_whole(JsonWriter& writer, std::string_view format, std::int64_t least, std::uint64_t most, bool nullable) {
  write_type(writer, "integer", nullable);
  writer.member("format", format);
  const bool is_full = least == std::numeric_limits<std::int64_t>::min();
  if (!is_full) writer.member("minimum", least);
  if (!is_full && most <= std::numeric_limits<std::uint32_t>::max()) writer.member("maximum", most);
}

void write_string(JsonWriter& writer, std::string_view format, bool nullable) {
  write_type(writer, "string", nullable);
  if (!format.empty()) writer.member("format", format);
}

void write_text(JsonWriter& writer, std::size_t least, std::size_t most, std::string_view pattern, bool nullable) {
  write_type(writer, "string", nullable);
  writer.member("minLength", least).member("maxLength", most).member("pattern", pattern);
}

// The first of the 26 digits holds the top three bits of 128.
void write_id(JsonWriter& writer, std::string_view prefix, bool nullable) {
  write_type(writer, "string", nullable);
  writer.member("pattern", std::string_view{"^" + std::string{prefix} + "_[0-7][0-9a-hjkmnp-tv-z]{25}$"});
}

void write_notes(JsonWriter& writer, bool nullable) {
  write_type(writer, "object", nullable);
  writer.member("maxProperties", Notes::most_entries);
  writer.key("propertyNames").begin_object().member("pattern", Notes::key_pattern).end_object();
  writer.key("additionalProperties")
      .begin_object()
      .member("type", "string")
      .member("maxLength", Notes::longest_value)
      .end_object();
}

void write_reference(JsonWriter& writer, const std::string& reference, bool nullable) {
  const std::string_view target = reference;
  if (!nullable) {
    writer.member("$ref", target);
    return;
  }
  writer.key("anyOf").begin_array();
  writer.begin_object().member("$ref", target).end_object();
  writer.begin_object().member("type", "null").end_object();
  writer.end_array();
}

void write_enum(JsonWriter& writer, std::span<const std::string_view> tokens) {
  writer.begin_object().member("type", "string").key("enum").begin_array();
  for (const std::string_view token : tokens) writer.value(token);
  writer.end_array().end_object();
}

}  // namespace schema
}  // namespace mohur::codec
